/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Disks and their partitions; what libblkid found on them was recorded as facts. */
#include <ctype.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/machine.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"
#include "slot.h"

/* "0000:00:17.0"; a domain may have more than four digits (Intel VMD). */
static bool is_slot(const char *text, size_t length)
{
	size_t bus = length - 7;

	if (length < 12 || text[bus - 1] != ':' || text[bus + 2] != ':' ||
		text[bus + 5] != '.')
		return false;
	for (size_t i = 0; i < length; i++)
		if (i != bus - 1 && i != bus + 2 && i != bus + 5 &&
			!isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

const char *slot_in_path(struct arena *arena, const char *path)
{
	const char *slot = NULL;
	size_t n, slot_length = 0;

	for (const char *at = path; at && *at; at += n + (at[n] == '/')) {
		n = strcspn(at, "/");
		if (is_slot(at, n)) {
			slot = at;
			slot_length = n;
		}
	}
	return slot ? arena_strndup(arena, slot, slot_length) : NULL;
}

static const char *not_empty(const char *text)
{
	return text && *text ? text : NULL;
}

/* /sys/block counts sectors of 512 bytes, whatever the disk's own are. */
static struct num size_of(const struct record *record, const char *path)
{
	uint64_t sectors;

	if (!record_number(record, &sectors, "%s/size", path) ||
		sectors > UINT64_MAX / 512)
		return (struct num){ 0 };
	return num_of(sectors * 512);
}

static enum tri flag(const struct record *record, const char *path, const char *name)
{
	uint64_t value;

	if (!record_number(record, &value, "%s/%s", path, name))
		return TRI_UNKNOWN;
	return tri_of(value != 0);
}

static const char *blkid(const struct record *record, struct arena *arena,
	const char *name, const char *what)
{
	return not_empty(
		record_fact(record, arena_printf(arena, "blkid.%s.%s", name, what)));
}

static void read_partitions(const struct record *record, struct arena *arena,
	const char *path, struct disk *disk)
{
	const char **names;
	size_t n;

	record_list(record, path, &names, &n);
	for (size_t i = 0; i < n; i++) {
		const char *part = arena_printf(arena, "%s/%s", path, names[i]);

		if (record_presence(record, arena_printf(arena, "%s/partition", part)) !=
			PRESENCE_PRESENT)
			continue;
		disk->partitions = arena_grow(arena, disk->partitions, disk->n_partitions,
			sizeof(*disk->partitions));
		disk->partitions[disk->n_partitions++] = (struct partition){
			.name = names[i],
			.size = size_of(record, part),
			.type = blkid(record, arena, names[i], "type"),
		};
	}
}

static struct disk read_disk(
	const struct record *record, struct arena *arena, const char *name)
{
	const char *path = arena_printf(arena, "sys/block/%s", name);
	const char *link = record_fact(
		record, arena_printf(arena, "block.%s.path", name));
	struct disk disk = {
		.name = name,
		.model = not_empty(record_text(record, "%s/device/model", path)),
		.size = size_of(record, path),
		.removable = flag(record, path, "removable"),
		.rotational = flag(record, path, "queue/rotational"),
		.read_only = flag(record, path, "ro"),
		.slot = link ? slot_in_path(arena, link) : NULL,
		.type = blkid(record, arena, name, "type"),
	};

	if (!disk.type)
		disk.type = blkid(record, arena, name, "pttype");
	read_partitions(record, arena, path, &disk);
	return disk;
}

static bool is_memory(const char *name)
{
	return text_starts(name, "loop") || text_starts(name, "ram") ||
		text_starts(name, "zram");
}

void disks_read(const struct record *record, struct arena *arena, struct machine *ret)
{
	const char **names;
	size_t n;

	if (record_list(record, "sys/block", &names, &n) != PRESENCE_UNKNOWN)
		ret->disks_known = TRI_YES;
	ret->disks = arena_alloc(arena, n * sizeof(*ret->disks));
	for (size_t i = 0; i < n; i++)
		if (!is_memory(names[i]))
			ret->disks[ret->n_disks++] = read_disk(record, arena, names[i]);
}
