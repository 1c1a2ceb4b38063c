/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of the CPU's reader that asks sysfs for threads, caches and nodes. */
#ifndef MACHINE_TOPOLOGY_H
#define MACHINE_TOPOLOGY_H

struct arena;
struct cpu;
struct record;

void topology_read(const struct record *record, struct arena *arena, struct cpu *ret);

#endif
