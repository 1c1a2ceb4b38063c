/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of acpidump: a line "DMAR @ 0x000000007A1B2000", then hex lines of 16 bytes
 *     "    0000: 44 4D 41 52 A8 00 00 00  ..."
 * with two or four spaces in front, with or without the characters behind. Source:
 * acpica, source/tools/acpidump; pmtools' older form differs in spaces only.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "foreign.h"
#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/source.h"
#include "gpuhost/text.h"

#define TABLES "sys/firmware/acpi/tables"

enum {
	LINE_BYTES = 16,
	LINE_SIZE = 160,
	HEADER_SIZE = 36, /* ACPI 6.5, 5.2.6 */
};

/* A table while it is read. */
struct table {
	char name[5];
	uint8_t *data;
	size_t length, room;
	bool cut; /* a hex line was missing or broken: nothing behind it counts */
};

struct dump {
	struct record *record;
	size_t n_tables, n_ssdts;
	bool damaged, last_whole, has_facp, has_apic, has_dsdt;
	size_t total;
};

bool acpidump_is_header(const char *line)
{
	for (size_t i = 0; i < 4; i++)
		if (!isalnum((unsigned char)line[i]) && line[i] != '_' && line[i] != '!')
			return false;
	return strncmp(line + 4, " @ 0x", 5) == 0 && isxdigit((unsigned char)line[9]);
}

static int digit(char c)
{
	return isdigit((unsigned char)c)     ? c - '0'
		: isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
					     : -1;
}

/* "    0010: 01 02 …": the offset and up to 16 bytes; false for any other line. */
static bool parse_hex_line(const char *line, uint64_t *ret_offset,
	uint8_t bytes[LINE_BYTES], size_t *ret_count)
{
	size_t digits, count = 0;
	char *end;

	line += strspn(line, " \t");
	digits = strspn(line, "0123456789abcdefABCDEF");
	if (digits < 2 || digits > 8 || line[digits] != ':')
		return false;
	*ret_offset = strtoull(line, &end, 16);
	for (line = end + 1; count < LINE_BYTES && line[0] == ' '; line += 3) {
		int high = digit(line[1]), low = high < 0 ? -1 : digit(line[2]);

		if (low < 0 || (line[3] != ' ' && line[3] != '\0' && line[3] != '\r'))
			break;
		bytes[count++] = (uint8_t)(high << 4 | low);
	}
	*ret_count = count;
	return count > 0;
}

static void append(struct table *table, const uint8_t *bytes, size_t count)
{
	if (table->length + count > SOURCE_MAX_MEMBER_SIZE) {
		table->cut = true;
		return;
	}
	if (table->room - table->length < count) {
		size_t room = 2 * table->room + 4096;
		uint8_t *larger = realloc(table->data, room);

		if (!larger)
			abort();
		table->data = larger;
		table->room = room;
	}
	memcpy(table->data + table->length, bytes, count);
	table->length += count;
}

static void take_line(struct table *table, const char *line)
{
	uint8_t bytes[LINE_BYTES];
	uint64_t offset;
	size_t count;

	if (table->cut || !*table->name)
		return;
	if (!parse_hex_line(line, &offset, bytes, &count))
		return;
	if (offset != table->length)
		table->cut = true;
	else
		append(table, bytes, count);
}

/* Linux numbers tables whose name comes more than once, and so do we: SSDT1, SSDT2. */
static const char *member_name(struct dump *dump, const struct table *table)
{
	struct arena *arena = dump->record->arena;

	if (strcmp(table->name, "SSDT") == 0)
		return arena_printf(arena, TABLES "/SSDT%zu", ++dump->n_ssdts);
	return arena_printf(arena, TABLES "/%s", table->name);
}

/* acpidump writes as many bytes as the table itself says: others were lost on the way
 * here, and that is no fault of the firmware. */
static bool is_whole(const struct table *table)
{
	struct bytes data = { table->data, table->length };

	return !table->cut && data.length >= 8 && bytes_u32(data, 4) == data.length;
}

static void end_table(struct dump *dump, struct table *table)
{
	struct bytes data = { table->data, table->length };
	const char *path;

	if (!*table->name || dump->n_tables >= SOURCE_MAX_MEMBERS)
		return;
	path = member_name(dump, table);
	dump->n_tables++;
	dump->last_whole = false;
	if (strcmp(table->name, "MSDM") == 0 || strcmp(table->name, "SLIC") == 0) {
		record_refuse(dump->record, path, "redacted");
		dump->last_whole = true;
	} else if (is_whole(table) && dump->total + data.length <= SOURCE_MAX_TOTAL) {
		record_add(dump->record, path, MEMBER_FILE, data);
		dump->total += data.length;
		dump->last_whole = true;
		dump->has_facp |= strcmp(table->name, "FACP") == 0;
		dump->has_apic |= strcmp(table->name, "APIC") == 0;
		dump->has_dsdt |= strcmp(table->name, "DSDT") == 0;
	} else {
		record_refuse(dump->record, path, "EIO");
		dump->damaged = true;
	}
}

static void start_table(struct table *table, const char *line)
{
	memcpy(table->name, line, 4);
	table->name[4] = '\0';
	for (char *s = table->name; *s; s++)
		if (*s == '!')
			*s = '_';
	table->length = 0;
	table->cut = false;
}

size_t acpidump_take(struct record *record, struct bytes text)
{
	struct dump dump = { .record = record };
	struct table table = { .length = 0 };
	size_t at = 0;

	while (at < text.length) {
		const uint8_t *start = text.data + at;
		const uint8_t *end = memchr(start, '\n', text.length - at);
		size_t length = end ? (size_t)(end - start) : text.length - at;
		char line[LINE_SIZE] = "";

		memcpy(line, start, length < LINE_SIZE ? length : LINE_SIZE - 1);
		at += length + 1;
		if (acpidump_is_header(line)) {
			end_table(&dump, &table);
			start_table(&table, line);
		} else {
			take_line(&table, line);
		}
	}
	end_table(&dump, &table);
	free(table.data);
	/* A whole run has these three always; `acpidump -n DMAR` says nothing of others.
	 */
	if (dump.has_facp && dump.has_apic && dump.has_dsdt && dump.last_whole &&
		!dump.damaged)
		record_cover(record, TABLES);
	return dump.n_tables;
}

int foreign_acpidump(struct bytes text, struct arena *arena, struct record **ret_record,
	struct err *err)
{
	struct record *record = record_new(arena);

	if (acpidump_take(record, text) == 0)
		return err_set(err, STATUS_BAD_INPUT, _("no ACPI table in it"));
	record->made_by = "acpidump";
	record_seal(record);
	*ret_record = record;
	return 0;
}
