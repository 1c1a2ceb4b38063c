/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers and writers of captures share; private to src/machine. */
#ifndef MACHINE_CAPTURE_H
#define MACHINE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "gpuhost/record.h"
#include "gpuhost/source.h"

struct arena;
struct err;

#define MANIFEST_NAME "MANIFEST.json"

enum {
	MANIFEST_MAX_SIZE = 1 << 20,
	LINK_MAX_SIZE = 4096,
};

/* As record_add(), but takes path and bytes as they are: both live in the record's arena,
 * and a NUL stands behind the bytes. */
void record_adopt(struct record *record, const char *path, enum member_kind kind,
	struct bytes data);

/* What is wrong with the members as a tree, before sealing: a path that is there twice,
 * or one that is a folder and something else. NULL if nothing is. */
const char *record_conflict(struct record *record);

/* Sorts an array whose elements start with a string, keeps the first of equal ones. */
void record_sort(struct arena *arena, void *array, size_t *count, size_t size);

/* Is there a member below this folder? Needs sorted members. */
bool record_has_below(const struct record *record, const char *folder);

/* Relative, without empty, "." or ".." components or control characters, and not too
 * long. */
bool capture_path_ok(const char *path);

/* No control characters, so that it may be shown as it is. */
bool capture_text_ok(const char *text);

/* A member's name fit for a sentence. */
const char *capture_printable(struct arena *arena, const char *name);

/* Counts one more member of `size` bytes; an error once there are too many of either. */
struct capture_budget {
	size_t members, total;
};
int capture_spend(
	struct capture_budget *budget, const char *name, int64_t size, struct err *err);

/* Does this start like a tar or a compressed file? */
bool capture_is_archive(struct bytes file);

/* The name of an errno, "EPERM"; takes it negative too. */
const char *capture_errno_name(int errnum);

#endif
