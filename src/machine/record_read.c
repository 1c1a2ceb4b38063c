/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a machine's record: everything is found by bisection. */
#include <stdarg.h>
#include <string.h>

#include "capture.h"
#include "gpuhost/arena.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"

static const char *key_of(const void *array, size_t index, size_t size)
{
	return *(const char *const *)(const void *)((const char *)array + index * size);
}

/* Orders `path` against folder + "/", by the first bytes alone: 0 if it lies below. */
static int compare_below(const char *path, const char *folder, size_t length)
{
	int order = strncmp(path, folder, length);

	return order ? order : (unsigned char)path[length] - '/';
}

/* The first member below `folder` (of `length` bytes), or n_members. */
static size_t first_below(const struct record *record, const char *folder, size_t length)
{
	size_t low = 0, high = record->n_members;

	if (length == 0)
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_below(record->members[middle].path, folder, length) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_below(
	const struct record *record, size_t index, const char *folder, size_t length)
{
	return index < record->n_members &&
		(length == 0 ||
			compare_below(record->members[index].path, folder, length) == 0);
}

bool record_has_below(const struct record *record, const char *folder)
{
	size_t length = strlen(folder);

	return is_below(record, first_below(record, folder, length), folder, length);
}

/* The element whose string is the first `length` bytes of `key`, or NULL. */
static const void *find(
	const void *array, size_t count, size_t size, const char *key, size_t length)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *at = key_of(array, middle, size);
		int order = strncmp(at, key, length);

		if (order == 0 && at[length] == '\0')
			return (const char *)array + middle * size;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static const struct member *find_member(const struct record *record, const char *path)
{
	return find(record->members, record->n_members, sizeof(*record->members), path,
		strlen(path));
}

/* The element that is `path` or a folder above it. */
static const void *find_at_or_above(
	const void *array, size_t count, size_t size, const char *path)
{
	size_t length = strlen(path);

	while (length) {
		const void *found = find(array, count, size, path, length);

		if (found)
			return found;
		while (length && path[--length] != '/')
			;
	}
	return NULL;
}

static bool is_covered(const struct record *record, const char *path)
{
	return find_at_or_above(
		record->covers, record->n_covers, sizeof(*record->covers), path);
}

const char *record_refusal(const struct record *record, const char *path)
{
	const struct refusal *refusal = find_at_or_above(
		record->refused, record->n_refused, sizeof(*record->refused), path);

	return refusal ? refusal->error : NULL;
}

/* Something below was refused, so the folder was there, or at least may have been. */
static bool refused_below(const struct record *record, const char *folder)
{
	size_t length = strlen(folder);

	for (size_t i = 0; i < record->n_refused; i++)
		if (compare_below(record->refused[i].path, folder, length) == 0)
			return true;
	return false;
}

/* Something directly in the folder was refused: a list of it isn't complete. */
static bool refused_in(const struct record *record, const char *folder)
{
	size_t length = strlen(folder);

	for (size_t i = 0; i < record->n_refused; i++)
		if (compare_below(record->refused[i].path, folder, length) == 0 &&
			!strchr(record->refused[i].path + length + 1, '/'))
			return true;
	return false;
}

static enum presence presence_of_missing(const struct record *record, const char *path)
{
	if (!is_covered(record, path) || record_refusal(record, path) ||
		refused_below(record, path))
		return PRESENCE_UNKNOWN;
	return PRESENCE_ABSENT;
}

enum presence record_presence(const struct record *record, const char *path)
{
	if (find_member(record, path) || record_has_below(record, path))
		return PRESENCE_PRESENT;
	return presence_of_missing(record, path);
}

static enum presence member_of_kind(const struct record *record, const char *path,
	enum member_kind kind, const struct member **ret_member)
{
	const struct member *member = find_member(record, path);

	if (member && member->kind == kind) {
		*ret_member = member;
		return PRESENCE_PRESENT;
	}
	if (member || record_has_below(record, path))
		return PRESENCE_UNKNOWN;
	return presence_of_missing(record, path);
}

enum presence record_file(
	const struct record *record, const char *path, struct bytes *ret_bytes)
{
	const struct member *member;
	enum presence presence = member_of_kind(record, path, MEMBER_FILE, &member);

	if (presence == PRESENCE_PRESENT)
		*ret_bytes = member->data;
	return presence;
}

enum presence record_link(
	const struct record *record, const char *path, const char **ret_target)
{
	const struct member *member;
	enum presence presence = member_of_kind(record, path, MEMBER_LINK, &member);

	if (presence == PRESENCE_PRESENT)
		*ret_target = (const char *)member->data.data;
	return presence;
}

__attribute__((format(printf, 2, 0))) static const char *text_at(
	const struct record *record, const char *format, va_list args)
{
	const char *path = arena_vprintf(record->arena, format, args);
	struct bytes bytes;

	if (record_file(record, path, &bytes) != PRESENCE_PRESENT)
		return NULL;
	return text_trim(record->arena, bytes);
}

const char *record_text(const struct record *record, const char *format, ...)
{
	va_list args;
	const char *text;

	va_start(args, format);
	text = text_at(record, format, args);
	va_end(args);
	return text;
}

const char *record_link_name(const struct record *record, const char *format, ...)
{
	va_list args;
	const char *path, *target, *slash;

	va_start(args, format);
	path = arena_vprintf(record->arena, format, args);
	va_end(args);
	if (record_link(record, path, &target) != PRESENCE_PRESENT)
		return NULL;
	slash = strrchr(target, '/');
	target = slash ? slash + 1 : target;
	return text_trim(
		record->arena, (struct bytes){ (const uint8_t *)target, strlen(target) });
}

bool record_number(
	const struct record *record, uint64_t *ret_value, const char *format, ...)
{
	va_list args;
	const char *text;

	va_start(args, format);
	text = text_at(record, format, args);
	va_end(args);
	return text_u64(text, ret_value);
}

enum presence record_list(const struct record *record, const char *folder,
	const char ***ret_names, size_t *ret_count)
{
	size_t length = strlen(folder), count = 0;
	size_t i = first_below(record, folder, length), skip = length ? length + 1 : 0;
	const struct member *itself = find_member(record, folder);
	const char **names = NULL;

	for (; is_below(record, i, folder, length); i++) {
		const char *name = record->members[i].path + skip;
		size_t n = strcspn(name, "/");

		/* "a/x", "a/x-y", "a/x/z": entries of one name need not be neighbours */
		if (count && strlen(names[count - 1]) == n &&
			strncmp(names[count - 1], name, n) == 0)
			continue;
		names = arena_grow(record->arena, names, count, sizeof(*names));
		names[count++] = arena_strndup(record->arena, name, n);
	}
	record_sort(record->arena, names, &count, sizeof(*names));
	*ret_names = names;
	*ret_count = count;
	if (!is_covered(record, folder) || record_refusal(record, folder) ||
		refused_in(record, folder))
		return PRESENCE_UNKNOWN;
	if (count || (itself && itself->kind == MEMBER_DIR))
		return PRESENCE_PRESENT;
	return itself ? PRESENCE_UNKNOWN : presence_of_missing(record, folder);
}

const char *record_fact(const struct record *record, const char *key)
{
	const struct fact *fact = find(
		record->facts, record->n_facts, sizeof(*record->facts), key, strlen(key));

	return fact ? fact->value : NULL;
}

bool record_fact_number(const struct record *record, const char *key, uint64_t *ret_value)
{
	return text_u64(record_fact(record, key), ret_value);
}
