/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI functions of a machine, always read with libpci, but for plain text. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gpuhost/arena.h"
#include "gpuhost/record.h"
#include "gpuhost/source.h"
#include "gpuhost/text.h"
#include "pci_parts.h"

/* After ours: its macros have names that our enumerators have, too. */
#include <pci/pci.h>

#define DEVICES "sys/bus/pci/devices"

/* One reading, with what it needs on both sides of libpci's errors. */
struct reading {
	const struct record *record;
	bool attributes; /* the record has what Linux says */
	struct pci_sysfs sysfs;
	bool names;
	struct arena *arena;
	struct pci *pci;
	struct pci_access *access;
	size_t skipped;
	jmp_buf back;
	char message[256];
};

/* libpci hands its error callback nothing to know the caller by, and the callback must
 * not return: this is the one way to get there. */
static _Thread_local struct reading *current;

__attribute__((format(printf, 1, 2), noreturn)) static void on_error(char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(current->message, sizeof(current->message), format, args);
	va_end(args);
	longjmp(current->back, 1);
}

__attribute__((format(printf, 1, 2))) static void on_message(char *format, ...)
{
	(void)format; /* what could not be read comes out unknown anyway */
}

/* Config space is there up to one of these sizes; a read is whole or fails. */
static struct bytes read_config(struct reading *reading, struct pci_dev *dev)
{
	static const size_t ends[] = { PCI_CONFIG_HEADER, PCI_CONFIG_PLAIN,
		PCI_CONFIG_WHOLE };
	uint8_t data[PCI_CONFIG_WHOLE];
	size_t length = 0;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (!pci_read_block(
			    dev, (int)length, data + length, (int)(ends[i] - length)))
			break;
		length = ends[i];
	}
	return (struct bytes){ arena_memdup(reading->arena, data, length), length };
}

static const char *look_up(struct reading *reading, const struct pci_function *f)
{
	char buffer[256];
	const char *name = pci_lookup_name(reading->access, buffer, sizeof(buffer),
		PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE | PCI_LOOKUP_NO_NUMBERS |
			PCI_LOOKUP_NO_HWDB,
		f->vendor_id, f->device_id);

	if (!name)
		return NULL;
	return text_trim(
		reading->arena, (struct bytes){ (const uint8_t *)name, strlen(name) });
}

/* NVIDIA's displays have a table of their own; pci.ids takes 10 ms to load. */
static bool wants_name(const struct reading *reading, const struct pci_function *f)
{
	return reading->names ||
		(pci_is_display(f) && f->vendor_id != PCI_VENDOR_NVIDIA_GPU);
}

static void read_function(struct reading *reading, struct pci_dev *dev)
{
	struct pci_slot slot = { (uint32_t)dev->domain, dev->bus, dev->dev, dev->func };
	struct pci_function f = { 0 };

	if (reading->pci->n_functions >= PCI_MAX_FUNCTIONS) {
		reading->skipped++;
		return;
	}
	pci_set_slot(&f, &slot, reading->arena);
	f.config = read_config(reading, dev);
	pci_decode(&f, f.config);
	if (reading->attributes) {
		if (!pci_sysfs_identity(&reading->sysfs, f.slot) &&
			(f.responds != TRI_YES || f.vendor_id == 0xffff)) {
			reading->skipped++;
			return;
		}
		pci_sysfs_apply(&reading->sysfs, &f);
	}
	if (f.vendor_id && wants_name(reading, &f))
		f.name = look_up(reading, &f);
	*pci_add(reading->pci, reading->arena) = f;
}

static void read_all(struct reading *reading)
{
	pci_init(reading->access);
	pci_scan_bus(reading->access);
	for (struct pci_dev *dev = reading->access->devices; dev; dev = dev->next)
		read_function(reading, dev);
}

/* In a function of its own: no local may change between setjmp and longjmp. */
static bool guard(struct reading *reading)
{
	if (setjmp(reading->back))
		return false;
	read_all(reading);
	return true;
}

/* Reads with libpci's `method`, whose parameter `key` is `value`. */
static bool read_with(struct reading *reading, enum pci_access_type method,
	const char *key, const char *value)
{
	struct pci_access *access = pci_alloc();
	struct reading *outer = current;
	bool fine;

	access->method = method;
	access->buscentric = 1; /* or it reads attributes that the record has, and ends
				 * at a broken one */
	access->error = on_error;
	access->warning = on_message;
	access->debug = on_message;
	access->id_lookup_mode = 0; /* no cache in the home folder, no network */
	pci_set_param(access, (char *)(uintptr_t)key, (char *)(uintptr_t)value);
	reading->access = access;
	current = reading;
	fine = guard(reading);
	current = outer;
	pci_cleanup(access);
	pci_sort(reading->pci);
	if (!fine)
		reading->pci->problem = arena_printf(reading->arena,
			_("libpci cannot read the PCI functions: %s"),
			text_trim(reading->arena,
				(struct bytes){ (const uint8_t *)reading->message,
					strlen(reading->message) }));
	return fine;
}

static void report_skipped(struct reading *reading, size_t more)
{
	size_t count = reading->skipped + more;

	if (count && !reading->pci->problem)
		reading->pci->problem = arena_printf(reading->arena,
			ngettext("%zu PCI function is left out: its address or its "
				 "identity cannot be read",
				"%zu PCI functions are left out: their addresses or "
				"identities cannot be read",
				count),
			count);
}

static void read_live(struct reading *reading)
{
	const char *root = reading->record->live_root;
	const char *path = arena_printf(
		reading->arena, "%s%ssys/bus/pci", root, text_ends(root, "/") ? "" : "/");
	bool fine = read_with(reading, PCI_ACCESS_SYS_BUS_PCI, "sysfs.path", path);

	report_skipped(reading, 0);
	if (fine && !reading->skipped)
		reading->pci->known = TRI_YES;
}

/* A running machine too is read from its record where that can be laid out: each read of
 * config space takes the bus a microsecond a word, and the recorder has been there
 * already. */
static void read_recorded(struct reading *reading, enum presence listed)
{
	struct pci_tree tree;
	bool fine = false;

	pci_tree_make(reading->record, reading->arena, &tree);
	if (tree.problem && reading->record->live_root) {
		pci_tree_remove(&tree);
		read_live(reading);
		return;
	}
	if (tree.problem)
		reading->pci->problem = tree.problem;
	else
		fine = read_with(
			reading, PCI_ACCESS_SYS_BUS_PCI, "sysfs.path", tree.path);
	pci_tree_remove(&tree);
	report_skipped(reading, tree.skipped);
	if (fine && !reading->skipped && !tree.skipped && listed != PRESENCE_UNKNOWN)
		reading->pci->known = TRI_YES;
}

static int memory_file(struct bytes text)
{
	int fd = memfd_create("lspci", MFD_CLOEXEC);

	while (fd >= 0 && text.length) {
		ssize_t n = write(fd, text.data, text.length);

		if (n <= 0) {
			close(fd);
			return -1;
		}
		text = bytes_from(text, (size_t)n);
	}
	return fd;
}

static size_t count_devices(struct bytes normalised)
{
	size_t count = 0, offset = 0;

	while (offset < normalised.length) {
		const uint8_t *line = normalised.data + offset;
		const uint8_t *end = memchr(line, '\n', normalised.length - offset);

		if (!end)
			break;
		count += end == line; /* a blank line ends each device */
		offset += (size_t)(end - line) + 1;
	}
	return count;
}

/* Hex decides; what it can't tell (sizes, groups, drivers) comes from the text. */
static void read_dump(struct reading *reading, struct bytes dump)
{
	struct pci text = { 0 };
	struct bytes words;
	int fd = memory_file(dump);
	bool fine;

	if (fd < 0) {
		reading->pci->problem = _("there is no memory for the dump");
		return;
	}
	fine = read_with(reading, PCI_ACCESS_DUMP, "dump.name",
		arena_printf(reading->arena, "/proc/self/fd/%d", fd));
	close(fd);
	if (record_file(reading->record, RECORD_LSPCI_TEXT, &words) == PRESENCE_PRESENT) {
		pci_parse_lspci_text(words, reading->arena, &text);
		pci_merge_text(reading->pci, &text);
	}
	if (fine && reading->pci->n_functions == count_devices(dump) &&
		pci_has_host_bridge(reading->pci))
		reading->pci->known = TRI_YES;
}

static void read_text(const struct reading *reading, struct bytes text, struct pci *ret)
{
	pci_parse_lspci_text(text, reading->arena, ret);
	for (size_t i = 0; i < ret->n_functions && !reading->names; i++) {
		struct pci_function *f = &ret->functions[i];

		if (f->device_id && !wants_name(reading, f))
			f->name = NULL;
	}
}

static bool tells_reset(const struct record *record, const char *const *names,
	size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++)
		if (record_presence(record,
			    arena_printf(arena, DEVICES "/%s/reset_method", names[i])) ==
			PRESENCE_PRESENT)
			return true;
	return false;
}

void pci_read(
	const struct record *record, bool names, struct arena *arena, struct pci *ret)
{
	struct reading reading = { .record = record, .names = names, .arena = arena };
	const char **slots = NULL;
	size_t n_slots = 0;
	enum presence listed = record_list(record, DEVICES, &slots, &n_slots);
	struct bytes foreign;

	*ret = (struct pci){ 0 };
	reading.pci = ret;
	reading.sysfs = (struct pci_sysfs){ record, arena,
		tells_reset(record, (const char *const *)slots, n_slots, arena) };
	reading.attributes = record->live_root || n_slots;
	if (n_slots)
		read_recorded(&reading, listed);
	else if (record->live_root && listed == PRESENCE_UNKNOWN)
		read_live(&reading);
	else if (record_file(record, RECORD_LSPCI_DUMP, &foreign) == PRESENCE_PRESENT)
		read_dump(&reading, foreign);
	else if (record_file(record, RECORD_LSPCI_TEXT, &foreign) == PRESENCE_PRESENT)
		read_text(&reading, foreign, ret);
	else if (listed != PRESENCE_UNKNOWN)
		ret->known = TRI_YES; /* a machine without PCI */
}
