/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building a machine's record: arrays that grow, and are sorted once at the end. */
#include "gpuhost/record.h"

#include <string.h>

#include "capture.h"
#include "gpuhost/arena.h"

struct record *record_new(struct arena *arena)
{
	struct record *record = arena_alloc(arena, sizeof(*record));

	record->arena = arena;
	return record;
}

void record_adopt(
	struct record *record, const char *path, enum member_kind kind, struct bytes data)
{
	record->members = arena_grow(record->arena, record->members, record->n_members,
		sizeof(*record->members));
	record->members[record->n_members++] = (struct member){ path, kind, data };
	record->sealed = false;
}

void record_add(
	struct record *record, const char *path, enum member_kind kind, struct bytes data)
{
	uint8_t *copy = arena_alloc(record->arena, data.length + 1);

	if (data.length)
		memcpy(copy, data.data, data.length);
	record_adopt(record, arena_strdup(record->arena, path), kind,
		(struct bytes){ copy, data.length });
}

void record_cover(struct record *record, const char *prefix)
{
	record->covers = arena_grow(
		record->arena, record->covers, record->n_covers, sizeof(*record->covers));
	record->covers[record->n_covers++] = arena_strdup(record->arena, prefix);
	record->sealed = false;
}

void record_refuse(struct record *record, const char *path, const char *error)
{
	record->refused = arena_grow(record->arena, record->refused, record->n_refused,
		sizeof(*record->refused));
	record->refused[record->n_refused++] = (struct refusal){
		arena_strdup(record->arena, path), arena_strdup(record->arena, error)
	};
	record->sealed = false;
}

void record_add_fact(struct record *record, const char *key, const char *value)
{
	record->facts = arena_grow(
		record->arena, record->facts, record->n_facts, sizeof(*record->facts));
	record->facts[record->n_facts++] = (struct fact){
		arena_strdup(record->arena, key), arena_strdup(record->arena, value)
	};
	record->sealed = false;
}

/* ---- sealing: every element starts with the string it is sorted by ---- */

static const char *key_of(const void *array, size_t index, size_t size)
{
	return *(const char *const *)(const void *)((const char *)array + index * size);
}

static bool in_order(const void *array, size_t count, size_t size)
{
	for (size_t i = 1; i < count; i++)
		if (strcmp(key_of(array, i - 1, size), key_of(array, i, size)) > 0)
			return false;
	return true;
}

/* A bottom-up merge sort, because qsort promises no stability and "the first stays". */
static void sort(struct arena *arena, void *array, size_t count, size_t size)
{
	char *from = array, *to, *spare;

	if (in_order(array, count, size))
		return;
	to = spare = arena_alloc(arena, count * size);
	for (size_t run = 1; run < count; run *= 2) {
		for (size_t start = 0; start < count; start += 2 * run) {
			size_t middle = start + run < count ? start + run : count;
			size_t end = middle + run < count ? middle + run : count;
			size_t a = start, b = middle;

			for (size_t k = start; k < end; k++) {
				bool left = b == end ||
					(a < middle &&
						strcmp(key_of(from, a, size),
							key_of(from, b, size)) <= 0);

				memcpy(to + k * size, from + (left ? a++ : b++) * size,
					size);
			}
		}
		spare = from;
		from = to;
		to = spare;
	}
	if (from != (char *)array)
		memcpy(array, from, count * size);
}

static size_t drop_repeats(void *array, size_t count, size_t size)
{
	char *base = array;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (kept &&
			strcmp(key_of(array, kept - 1, size), key_of(array, i, size)) ==
				0)
			continue;
		if (kept != i)
			memcpy(base + kept * size, base + i * size, size);
		kept++;
	}
	return kept;
}

void record_sort(struct arena *arena, void *array, size_t *count, size_t size)
{
	sort(arena, array, *count, size);
	*count = drop_repeats(array, *count, size);
}

const char *record_conflict(struct record *record)
{
	sort(record->arena, record->members, record->n_members, sizeof(struct member));
	for (size_t i = 0; i < record->n_members; i++) {
		const struct member *member = &record->members[i];

		if (i && strcmp(member[-1].path, member->path) == 0 &&
			!(member->kind == MEMBER_DIR && member[-1].kind == MEMBER_DIR))
			return member->path;
		if (member->kind != MEMBER_DIR && record_has_below(record, member->path))
			return member->path;
	}
	return NULL;
}

/* A folder that has members says so by itself: without its own entry a record is the same
 * whether it was packed by us, by tar, or lies unpacked. */
static void drop_filled_folders(struct record *record)
{
	bool *drop = arena_alloc(record->arena, record->n_members);
	size_t kept = 0;

	for (size_t i = 0; i < record->n_members; i++)
		drop[i] = record->members[i].kind == MEMBER_DIR &&
			record_has_below(record, record->members[i].path);
	for (size_t i = 0; i < record->n_members; i++)
		if (!drop[i])
			record->members[kept++] = record->members[i];
	record->n_members = kept;
}

void record_seal(struct record *record)
{
	struct arena *arena = record->arena;

	record_sort(arena, record->members, &record->n_members, sizeof(*record->members));
	record_sort(arena, record->covers, &record->n_covers, sizeof(*record->covers));
	record_sort(arena, record->refused, &record->n_refused, sizeof(*record->refused));
	record_sort(arena, record->facts, &record->n_facts, sizeof(*record->facts));
	drop_filled_folders(record);
	record->sealed = true;
}
