/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks the structures of an ACPI table, each of which tells its own length, and may lie
 * about it. */
#ifndef MACHINE_ACPI_WALK_H
#define MACHINE_ACPI_WALK_H

#include <stdbool.h>
#include <stddef.h>

#include "gpuhost/bytes.h"

struct arena;

struct acpi_walk {
	struct bytes list; /* the structures, without what precedes them */
	size_t base; /* where the list begins in the table, for sentences */
	size_t offset; /* of the next structure, in the list */
	size_t length_at, length_size; /* where a structure keeps its length */
	struct arena *arena;
	const char *problem; /* translated, once a structure could not be taken */
};

/* The next structure, whole. False at the end, and at the first one whose length can't
 * be: then `problem` says why, and the walk stays over. */
bool acpi_walk_next(struct acpi_walk *walk, struct bytes *ret_structure);

/* For what has its length elsewhere: is a structure of `length` bytes, of which `least`
 * are needed, at the walk's offset? If not, `problem` is set. */
bool acpi_walk_fits(struct acpi_walk *walk, size_t length, size_t least);

/* Does the structure that was taken last hold `least` bytes? If not, `problem` is set. */
bool acpi_walk_holds(struct acpi_walk *walk, struct bytes structure, size_t least);

#endif
