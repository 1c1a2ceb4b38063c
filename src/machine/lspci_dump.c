/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lspci's output as a record: hex dumps (-x, -xxx, -xxxx), checked line by line because
 * libpci ends at a bad one, and text without hex. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/record.h"
#include "gpuhost/source.h"
#include "gpuhost/text.h"
#include "pci_parts.h"

enum {
	LINE_SIZE = 256, /* of a line only its beginning matters: hex needs 57 */
	ROW = 16,
};

struct place {
	struct pci_slot slot;
	size_t line;
};

struct dump {
	struct arena *arena;
	struct err *err;
	char *out; /* the dump as libpci takes it */
	size_t length, room;
	struct place *places;
	size_t n_places;
	bool inside; /* a device */
	size_t filled; /* bytes of its config space so far */
	bool has_hex;
	bool dead; /* a function reads all ones: only its heading says what it is */
	bool has_text; /* -v, too */
	size_t line;
};

__attribute__((format(printf, 2, 3))) static void emit(
	struct dump *dump, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(dump->out + dump->length, dump->room - dump->length, format, args);
	va_end(args);
	if (n > 0 && (size_t)n < dump->room - dump->length)
		dump->length += (size_t)n;
}

static void end_device(struct dump *dump)
{
	if (dump->inside)
		emit(dump, "\n");
	dump->inside = false;
}

static int start_device(struct dump *dump, const struct pci_slot *slot)
{
	end_device(dump);
	if (dump->n_places >= PCI_MAX_FUNCTIONS)
		return err_set(dump->err, STATUS_BAD_INPUT,
			_("line %zu: the dump has more than %d PCI functions"),
			dump->line, PCI_MAX_FUNCTIONS);
	dump->places = arena_grow(
		dump->arena, dump->places, dump->n_places, sizeof(*dump->places));
	dump->places[dump->n_places++] = (struct place){ *slot, dump->line };
	dump->inside = true;
	dump->filled = 0;
	emit(dump, "%04x:%02x:%02x.%x x\n", slot->domain, slot->bus, slot->device,
		slot->function);
	return 0;
}

static int nibble(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* The bytes behind "10:", each " hh"; returns their number, or -1. */
static int parse_row(const char *text, uint8_t row[ROW])
{
	int count = 0;

	while (*text == ' ' && isxdigit((unsigned char)text[1]) &&
		isxdigit((unsigned char)text[2])) {
		if (count == ROW)
			return -1;
		row[count++] = (uint8_t)(nibble(text[1]) << 4 | nibble(text[2]));
		text += 3;
	}
	while (isspace((unsigned char)*text))
		text++;
	return *text || count == 0 ? -1 : count;
}

static int take_row(struct dump *dump, const char *line, size_t digits)
{
	static const uint8_t ones[4] = { 0xff, 0xff, 0xff, 0xff };
	unsigned long offset = strtoul(line, NULL, 16);
	uint8_t row[ROW] = { 0 };
	int count = digits >= 2 ? parse_row(line + digits + 1, row) : -1;

	if (!dump->inside && count < 0)
		return 0; /* somebody's words around the dump */
	if (count < 0)
		return err_set(dump->err, STATUS_BAD_INPUT,
			_("line %zu: this line of the hex dump is broken"), dump->line);
	if (!dump->inside)
		return err_set(dump->err, STATUS_BAD_INPUT,
			_("line %zu: there are bytes, but no line that names their PCI "
			  "function"),
			dump->line);
	if (offset >= PCI_CONFIG_WHOLE || offset % ROW || offset != dump->filled)
		return err_set(dump->err, STATUS_BAD_INPUT,
			_("line %zu: the offset %lx does not follow %zx"), dump->line,
			offset, dump->filled);
	dump->has_hex = true;
	dump->dead = dump->dead || (offset == 0 && memcmp(row, ones, 4) == 0);
	dump->filled = offset + (size_t)count;
	emit(dump, "%02lx:", offset);
	for (int i = 0; i < count; i++)
		emit(dump, " %02x", row[i]);
	emit(dump, "\n");
	return 0;
}

static bool is_text(const char *line)
{
	static const char *const words[] = { "Region ", "Kernel driver in use: ",
		"IOMMU group: ", "Capabilities: ", "Control: " };
	const char *text = line + strspn(line, " \t");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_starts(text, words[i]))
			return true;
	return false;
}

static int take_line(struct dump *dump, const char *line)
{
	struct pci_slot slot;
	size_t length = pci_slot_parse(line, &slot), digits = 0;

	if (length && line[length] == ' ')
		return start_device(dump, &slot);
	if (!line[strspn(line, " \t\r")]) {
		end_device(dump);
		return 0;
	}
	while (digits < 9 && isxdigit((unsigned char)line[digits]))
		digits++;
	if (digits && digits <= 8 && line[digits] == ':')
		return take_row(dump, line, digits);
	if (dump->inside && is_text(line))
		dump->has_text = true;
	/* lspci -v prints its words, indented, before the bytes. */
	if (dump->inside && dump->filled && !isspace((unsigned char)line[0]))
		return err_set(dump->err, STATUS_BAD_INPUT,
			_("line %zu: this line of the hex dump is broken"), dump->line);
	return 0;
}

/* A dump may end after any whole line, but not within one. */
static int take_lines(struct dump *dump, struct bytes text)
{
	char line[LINE_SIZE];

	for (size_t offset = 0; offset < text.length;) {
		const uint8_t *start = text.data + offset;
		const uint8_t *end = memchr(start, '\n', text.length - offset);
		size_t length = end ? (size_t)(end - start) : text.length - offset;
		size_t shown = length < LINE_SIZE ? length : LINE_SIZE - 1;
		size_t before = dump->filled;

		dump->line++;
		memcpy(line, start, shown);
		line[shown] = '\0';
		if (memchr(start, '\0', length))
			return err_set(dump->err, STATUS_BAD_INPUT,
				_("line %zu: there is a zero byte in the text"),
				dump->line);
		if (take_line(dump, line) < 0)
			return -1;
		if (!end && dump->filled > before && dump->filled % ROW)
			return err_set(dump->err, STATUS_BAD_INPUT,
				_("line %zu: the dump is cut off here"), dump->line);
		offset += length + 1;
	}
	end_device(dump);
	return 0;
}

static uint64_t address(const struct place *place)
{
	return (uint64_t)place->slot.domain << 16 | (uint64_t)place->slot.bus << 8 |
		(unsigned)place->slot.device << 3 | place->slot.function;
}

static int by_address(const void *a, const void *b)
{
	const struct place *left = a, *right = b;

	if (address(left) != address(right))
		return address(left) < address(right) ? -1 : 1;
	return left->line < right->line ? -1 : left->line > right->line;
}

static int refuse_doubles(struct dump *dump)
{
	if (dump->n_places)
		qsort(dump->places, dump->n_places, sizeof(*dump->places), by_address);
	for (size_t i = 1; i < dump->n_places; i++)
		if (address(&dump->places[i - 1]) == address(&dump->places[i]))
			return err_set(dump->err, STATUS_BAD_INPUT,
				_("line %zu: the PCI function %s is there twice"),
				dump->places[i].line,
				pci_slot_text(dump->arena, &dump->places[i].slot));
	return 0;
}

static struct record *start_record(struct arena *arena)
{
	struct record *record = record_new(arena);

	record->made_by = "lspci";
	return record;
}

int foreign_lspci_dump(struct bytes text, struct arena *arena, struct record **ret_record,
	struct err *err)
{
	struct dump dump = { .arena = arena, .err = err };
	struct record *record;

	/* "bb:dd.f " is the line that grows most: to 15 bytes, and a blank line. */
	dump.room = 3 * text.length + 64;
	dump.out = arena_alloc(arena, dump.room);
	if (take_lines(&dump, text) < 0 || refuse_doubles(&dump) < 0)
		return -1;
	if (!dump.n_places || !dump.has_hex)
		return err_set(err, STATUS_BAD_INPUT,
			_("this is no hex dump of lspci: it has no bytes"));
	record = start_record(arena);
	record_add(record, RECORD_LSPCI_DUMP, MEMBER_FILE,
		(struct bytes){ (const uint8_t *)dump.out, dump.length });
	if (dump.has_text || dump.dead)
		record_add(record, RECORD_LSPCI_TEXT, MEMBER_FILE, text);
	record_seal(record);
	*ret_record = record;
	return 0;
}

int foreign_lspci_text(struct bytes text, struct arena *arena, struct record **ret_record,
	struct err *err)
{
	struct pci pci;
	struct record *record;

	if (pci_parse_lspci_text(text, arena, &pci) == 0)
		return err_set(err, STATUS_BAD_INPUT,
			_("this is no text of lspci: no line names a PCI function"));
	record = start_record(arena);
	record_add(record, RECORD_LSPCI_TEXT, MEMBER_FILE, text);
	record_seal(record);
	*ret_record = record;
	return 0;
}
