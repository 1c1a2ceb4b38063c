/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host bridges' memory windows: from /proc/iomem, or else from the kernel log. */
#include <ctype.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/machine.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"

enum {
	VIDEO_ROM_START = 0xc0000, /* where a legacy video BIOS is shadowed */
	MAX_WINDOWS = 4096,
	MAX_LINES = 1 << 16,
};

struct iomem_line {
	size_t indent;
	uint64_t start, end;
	const char *name;
};

/* "start-end" in hexadecimal, up to `length` bytes. */
static bool parse_range(const char *text, size_t length, struct arena *arena,
	uint64_t *ret_start, uint64_t *ret_end)
{
	const char *dash = memchr(text, '-', length);
	size_t first = dash ? (size_t)(dash - text) : 0;

	return dash && text_u64_base(arena_strndup(arena, text, first), 16, ret_start) &&
		text_u64_base(arena_strndup(arena, dash + 1, length - first - 1), 16,
			ret_end) &&
		*ret_start <= *ret_end;
}

/* "  000c0000-000cffff : Video ROM" */
static bool parse_iomem_line(
	const char *line, struct arena *arena, struct iomem_line *ret)
{
	size_t indent = strspn(line, " ");
	const char *range = line + indent, *colon = strstr(range, " : ");

	if (!colon ||
		!parse_range(
			range, (size_t)(colon - range), arena, &ret->start, &ret->end))
		return false;
	ret->indent = indent;
	ret->name = colon + 3;
	return true;
}

/* "0000:00", of as many digits as a domain has, and nothing behind it. */
static bool is_bus(const char *text, size_t length)
{
	if (length < 7 || text[length - 3] != ':')
		return false;
	for (size_t i = 0; i < length; i++)
		if (i != length - 3 && !isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

static void add_window(struct windows *windows, const char *bus, uint64_t start,
	uint64_t end, struct arena *arena)
{
	if (windows->n >= MAX_WINDOWS)
		return;
	windows->list = arena_grow(
		arena, windows->list, windows->n, sizeof(*windows->list));
	windows->list[windows->n++] = (struct host_window){ bus, start, end };
}

/* A bridge's window lies inside a host bridge's. A host bridge's own window is mostly at
 * the top level, but may lie inside what the firmware's memory map calls reserved. */
static void read_iomem(struct bytes text, struct arena *arena, struct windows *ret)
{
	static const char prefix[] = "PCI Bus ";
	struct iomem_line line;
	const char *next;
	size_t offset = 0, n_lines = 0, host_indent = SIZE_MAX;

	while (n_lines++ < MAX_LINES && (next = text_line(arena, text, &offset))) {
		if (!parse_iomem_line(next, arena, &line))
			continue;
		if (line.end) /* without privilege every address reads 0 */
			ret->known = TRI_YES;
		if (line.indent <= host_indent)
			host_indent = SIZE_MAX;
		if (line.start == VIDEO_ROM_START && strcmp(line.name, "Video ROM") == 0)
			ret->video_rom = TRI_YES;
		if (host_indent != SIZE_MAX || !text_starts(line.name, prefix))
			continue;
		line.name += sizeof(prefix) - 1;
		if (!is_bus(line.name, strlen(line.name)))
			continue;
		host_indent = line.indent;
		add_window(ret, line.name, line.start, line.end, arena);
	}
	if (ret->known != TRI_YES || offset < text.length)
		*ret = (struct windows){ 0 };
	else if (ret->video_rom == TRI_UNKNOWN)
		ret->video_rom = TRI_NO;
}

/* "pci_bus 0000:00: root bus resource [mem 0x4000000000-0x7fffffffff window]". Without
 * the word "window" the kernel made the range up, for a bus that ACPI does not describe.
 */
static bool parse_log_line(const char *line, struct arena *arena, struct host_window *ret)
{
	static const char prefix[] = "pci_bus ", middle[] = ": root bus resource [mem ";
	const char *bus, *range;
	size_t length;

	if (!text_starts(line, prefix))
		return false;
	bus = line + sizeof(prefix) - 1;
	length = strcspn(bus, " ");
	range = bus + length;
	if (length == 0 || !text_starts(--range, middle) || !is_bus(bus, length - 1))
		return false;
	range += sizeof(middle) - 1;
	length = strcspn(range, " ]");
	/* The kernel writes "[mem 0x000a0000-0x000bffff window]". */
	if (!text_starts(range + length, " window]") ||
		!parse_range(range, length, arena, &ret->start, &ret->end))
		return false;
	ret->bus = arena_strndup(arena, bus, strcspn(bus, " ") - 1);
	return true;
}

/* A log that lost its beginning may have lost windows too: it is believed if it is whole,
 * or still holds the line that precedes the first bridge's windows. */
static void read_log(
	const struct record *record, struct arena *arena, struct windows *ret)
{
	struct host_window window;
	struct kernel_log log;

	kernel_log_read(record, arena, &log);
	for (size_t i = 0; i < log.n_lines; i++)
		if (parse_log_line(log.lines[i], arena, &window))
			add_window(ret, window.bus, window.start, window.end, arena);
	if (ret->n &&
		(log.known == TRI_YES ||
			kernel_log_find(&log,
				arena_printf(arena, "PCI host bridge to bus %s",
					ret->list[0].bus))))
		ret->known = TRI_YES;
}

void windows_read(const struct record *record, struct arena *arena, struct windows *ret)
{
	struct bytes text;

	*ret = (struct windows){ 0 };
	if (record_file(record, "proc/iomem", &text) == PRESENCE_PRESENT)
		read_iomem(text, arena, ret);
	if (ret->known != TRI_YES)
		read_log(record, arena, ret);
}
