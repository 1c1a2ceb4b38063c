/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI slots in the text of sysfs links. */
#ifndef MACHINE_SLOT_H
#define MACHINE_SLOT_H

struct arena;

/* The last component of `path` that is a PCI slot ("0000:00:17.0"), or NULL. */
const char *slot_in_path(struct arena *arena, const char *path);

#endif
