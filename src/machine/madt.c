/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MADT (signature "APIC"): interrupt controllers and processors (ACPI 6.5 5.2.12). */
#include <string.h>

#include "acpi_walk.h"
#include "gpuhost/acpi.h"
#include "gpuhost/arena.h"
#include "gpuhost/text.h"

enum {
	MADT_STRUCTURES = 44,
	MADT_LAPIC = 0,
	MADT_IOAPIC = 1,
	MADT_X2APIC = 9,
	LAPIC_SIZE = 8,
	IOAPIC_SIZE = 12,
	X2APIC_SIZE = 16,
	CPU_ENABLED = 1 << 0,
};

/* Some firmware lists a processor both as local APIC and as x2APIC: `seen` has the ids
 * that both can name. */
static void count_cpu(struct madt *madt, uint32_t id, uint32_t flags, bool seen[256])
{
	if (!(flags & CPU_ENABLED))
		return;
	if (id < 256) {
		if (seen[id])
			return;
		seen[id] = true;
	}
	madt->n_cpus++;
}

static void take_structure(struct acpi_walk *walk, struct bytes s, struct arena *arena,
	struct madt *ret, bool seen[256])
{
	switch (bytes_u8(s, 0)) {
	case MADT_LAPIC:
		if (acpi_walk_holds(walk, s, LAPIC_SIZE))
			count_cpu(ret, bytes_u8(s, 3), bytes_u32(s, 4), seen);
		break;
	case MADT_X2APIC:
		if (acpi_walk_holds(walk, s, X2APIC_SIZE))
			count_cpu(ret, bytes_u32(s, 4), bytes_u32(s, 8), seen);
		break;
	case MADT_IOAPIC:
		if (!acpi_walk_holds(walk, s, IOAPIC_SIZE))
			break;
		ret->ioapic_ids = arena_grow(arena, ret->ioapic_ids, ret->n_ioapics, 1);
		ret->ioapic_ids[ret->n_ioapics++] = bytes_u8(s, 2);
		break;
	default:
		break;
	}
}

const char *madt_decode(struct bytes table, struct arena *arena, struct madt *ret)
{
	struct acpi_walk walk = {
		.list = bytes_from(table, MADT_STRUCTURES),
		.base = MADT_STRUCTURES,
		.length_at = 1,
		.length_size = 1,
		.arena = arena,
	};
	bool seen[256] = { false };
	struct bytes s;

	*ret = (struct madt){ 0 };
	if (table.length < MADT_STRUCTURES)
		return _("it ends before its first structure");
	while (acpi_walk_next(&walk, &s))
		take_structure(&walk, s, arena, ret, seen);
	return walk.problem;
}
