/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines below a function's heading in the text of lspci -v, -vv and -k. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/text.h"
#include "lspci_parts.h"

typedef void line_reader(
	struct lspci_function *at, const char *rest, struct arena *arena);

uint64_t lspci_size(const char *text)
{
	static const char units[] = "KMGTP";
	char *end;
	unsigned long value;
	const char *unit;

	if (!isdigit((unsigned char)*text))
		return 0;
	value = strtoul(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (value > UINT32_MAX)
		return 0;
	return unit ? (uint64_t)value << 10 * (unit - units + 1) : value;
}

const char *lspci_after(const char *line, const char *words)
{
	const char *found = strstr(line, words);

	return found ? found + strlen(words) : NULL;
}

enum tri lspci_flag(const char *line, const char *name)
{
	for (const char *at = line; (at = strstr(at, name)); at++) {
		char sign = at[strlen(name)];

		if (at != line && !isspace((unsigned char)at[-1]))
			continue;
		if (sign == '+' || sign == '-')
			return tri_of(sign == '+');
	}
	return TRI_UNKNOWN;
}

struct num lspci_decimal(const char *text)
{
	char *end;
	unsigned long value;

	if (!text || !isdigit((unsigned char)*text))
		return (struct num){ 0 };
	value = strtoul(text, &end, 10);
	return value <= UINT16_MAX ? num_of(value) : (struct num){ 0 };
}

static struct num hex(const char *text)
{
	if (!text || !isxdigit((unsigned char)*text))
		return (struct num){ 0 };
	return num_of(strtoull(text, NULL, 16));
}

/* ---- the header's registers ---- */

static void read_subsystem(
	struct lspci_function *at, const char *rest, struct arena *arena)
{
	const char *ids = strrchr(rest, '[');

	(void)arena;
	if (!ids || strlen(ids) < 11 || ids[5] != ':' || ids[10] != ']')
		return;
	at->f->subsystem_vendor = hex(ids + 1);
	at->f->subsystem_device = hex(ids + 6);
}

static void read_control(struct lspci_function *at, const char *rest, struct arena *arena)
{
	(void)rest;
	(void)arena;
	at->verbose = true;
}

static void read_status(struct lspci_function *at, const char *rest, struct arena *arena)
{
	(void)arena;
	if (at->section == LSPCI_PM) {
		enum tri keeps = lspci_flag(rest, "NoSoftRst");

		if (keeps != TRI_UNKNOWN)
			at->f->pm_reset = tri_not(keeps);
	} else if (!at->listed && lspci_flag(rest, "Cap") == TRI_NO) {
		at->no_capabilities = true;
	}
}

/* "0: Memory at e0000000 (64-bit, prefetchable) [virtual] [size=256M]" */
static void read_region(struct lspci_function *at, const char *rest, struct arena *arena)
{
	const char *memory = lspci_after(rest, "Memory at "),
		   *io = lspci_after(rest, "I/O ports at ");
	const char *start = memory ? memory : io, *size = lspci_after(rest, "[size=");
	struct pci_bar *bar;

	(void)arena;
	if (rest[0] < '0' || rest[0] > '5' || rest[1] != ':' || !start)
		return;
	bar = &at->f->bar[rest[0] - '0'];
	*bar = (struct pci_bar){ .present = TRI_YES, .assigned = TRI_NO, .io = !memory };
	if (*start != '<') {
		bar->assigned = hex(start).known ? TRI_YES : TRI_UNKNOWN;
		bar->start = hex(start).value;
	}
	bar->wide = strstr(rest, "(64-bit") != NULL;
	bar->prefetchable = strstr(rest, ", prefetchable)") != NULL;
	if (size && lspci_size(size))
		bar->size = num_of(lspci_size(size));
}

static void read_rom(struct lspci_function *at, const char *rest, struct arena *arena)
{
	const char *size = lspci_after(rest, "[size=");

	(void)arena;
	if (size && lspci_size(size))
		at->f->rom_size = num_of(lspci_size(size));
}

static void read_bus(struct lspci_function *at, const char *rest, struct arena *arena)
{
	struct num secondary = hex(lspci_after(rest, "secondary="));
	struct num subordinate = hex(lspci_after(rest, "subordinate="));

	(void)arena;
	if (secondary.value > 0xff || subordinate.value > 0xff)
		return;
	at->f->header_type = num_of(at->f->class_code == 0x0607 ? 2 : 1);
	at->f->secondary_bus = secondary;
	at->f->subordinate_bus = subordinate;
}

/* The labels [32-bit] and [64-bit] behind it are wrong too often to be read. */
static void read_window(struct pci_window *window, const char *rest)
{
	char *dash;
	uint64_t start, end;

	if (text_starts(rest, "None") || strstr(rest, "[disabled]")) {
		window->open = TRI_NO;
		return;
	}
	if (!isxdigit((unsigned char)*rest))
		return;
	start = strtoull(rest, &dash, 16);
	if (*dash != '-' || !isxdigit((unsigned char)dash[1]))
		return;
	end = strtoull(dash + 1, NULL, 16);
	*window = (struct pci_window){ .open = tri_of(end >= start && start) };
	if (window->open == TRI_YES) {
		window->start = start;
		window->end = end;
	}
}

static void read_memory(struct lspci_function *at, const char *rest, struct arena *arena)
{
	(void)arena;
	read_window(&at->f->memory, rest);
}

static void read_prefetchable(
	struct lspci_function *at, const char *rest, struct arena *arena)
{
	(void)arena;
	read_window(&at->f->prefetchable, rest);
}

static void read_bridge_control(
	struct lspci_function *at, const char *rest, struct arena *arena)
{
	(void)arena;
	at->f->vga_routed = lspci_flag(rest, "VGA");
}

static void read_dead(struct lspci_function *at, const char *rest, struct arena *arena)
{
	(void)arena;
	if (text_starts(rest, "7f"))
		at->f->responds = TRI_NO;
}

/* ---- what Linux says ---- */

static const char *clean(const char *text, struct arena *arena)
{
	return text_trim(arena, (struct bytes){ (const uint8_t *)text, strlen(text) });
}

static void read_driver(struct lspci_function *at, const char *rest, struct arena *arena)
{
	if (!*rest)
		return;
	at->f->driver_known = TRI_YES;
	at->f->driver = clean(rest, arena);
}

static void read_group(struct lspci_function *at, const char *rest, struct arena *arena)
{
	(void)arena;
	at->f->group = lspci_decimal(rest);
	at->f->in_group = at->f->group.known ? TRI_YES : TRI_UNKNOWN;
}

static void read_numa(struct lspci_function *at, const char *rest, struct arena *arena)
{
	(void)arena;
	at->f->numa_node = lspci_decimal(rest);
}

static void read_capability(
	struct lspci_function *at, const char *rest, struct arena *arena)
{
	(void)arena;
	lspci_read_heading(at, rest);
}

/* ---- the table ---- */

static const struct {
	const char *prefix;
	line_reader *read;
} readers[] = {
	{ "Subsystem: ", read_subsystem },
	{ "Control: ", read_control },
	{ "Status: ", read_status },
	{ "Region ", read_region },
	{ "Expansion ROM at ", read_rom },
	{ "[virtual] Expansion ROM at ", read_rom },
	{ "Bus: ", read_bus },
	{ "Memory behind bridge: ", read_memory },
	{ "Prefetchable memory behind bridge: ", read_prefetchable },
	{ "BridgeCtl: ", read_bridge_control },
	{ "!!! Unknown header type ", read_dead },
	{ "Kernel driver in use: ", read_driver },
	{ "IOMMU group: ", read_group },
	{ "NUMA node: ", read_numa },
	{ "Capabilities: ", read_capability },
};

/* The register's name stands on its first line only. */
static void remember_label(struct lspci_function *at, const char *line)
{
	size_t length = 0;

	while (isalnum((unsigned char)line[length]))
		length++;
	if (length == 0 || length >= sizeof(at->label) || line[length] != ':')
		return;
	memcpy(at->label, line, length);
	at->label[length] = '\0';
}

void lspci_read_line(struct lspci_function *at, const char *line, struct arena *arena)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (text_starts(line, readers[i].prefix)) {
			readers[i].read(at, line + strlen(readers[i].prefix), arena);
			return;
		}
	remember_label(at, line);
	lspci_read_register(at, line);
}
