/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IVRS: AMD's table of IOMMU units (AMD IOMMU specification 48882, 5.2). */
#include <string.h>

#include "acpi_walk.h"
#include "gpuhost/acpi.h"
#include "gpuhost/arena.h"
#include "gpuhost/text.h"

enum {
	IVRS_BLOCKS = 48,
	IVHD_ENTRIES = 24, /* type 10h; 11h and 40h carry two feature registers more */
	IVHD_ENTRIES_LONG = 40,
	IVMD_SIZE = 32,
	ENTRY_SPECIAL = 0x48,
	ENTRY_ACPI_HID = 0xf0,
	HID_UID_LENGTH = 21,
	SPECIAL_IOAPIC = 1,
	/* IOAPIC ids have 8 bits; more pairs than this are noise. */
	MAX_IOAPICS = 512,
};

static bool is_ivhd(uint8_t type)
{
	return type == 0x10 || type == 0x11 || type == 0x40;
}

static bool is_ivmd(uint8_t type)
{
	return type >= 0x20 && type <= 0x22;
}

/* The two highest bits of an entry's type give its size, but for the ACPI HID entry,
 * whose unique id has any length. */
static size_t entry_size(struct bytes rest)
{
	uint8_t type = bytes_u8(rest, 0);

	if (type == ENTRY_ACPI_HID)
		return HID_UID_LENGTH + 1 + bytes_u8(rest, HID_UID_LENGTH);
	return (size_t)4 << (type >> 6);
}

static void add_ioapic(struct ivrs *ivrs, struct ivrs_ioapic new, struct arena *arena)
{
	for (size_t i = 0; i < ivrs->n_ioapics; i++)
		if (ivrs->ioapics[i].handle == new.handle &&
			ivrs->ioapics[i].device_id == new.device_id &&
			ivrs->ioapics[i].type == new.type)
			return;
	if (ivrs->n_ioapics >= MAX_IOAPICS)
		return;
	ivrs->ioapics = arena_grow(
		arena, ivrs->ioapics, ivrs->n_ioapics, sizeof(*ivrs->ioapics));
	ivrs->ioapics[ivrs->n_ioapics++] = new;
}

static const char *decode_entries(struct bytes block, size_t at, size_t entries_at,
	struct arena *arena, struct ivrs *ret)
{
	struct acpi_walk walk = {
		.list = bytes_from(block, entries_at),
		.base = at + entries_at,
		.arena = arena,
	};

	while (walk.offset < walk.list.length) {
		struct bytes entry = bytes_from(walk.list, walk.offset);
		size_t size = entry_size(entry);

		if (!acpi_walk_fits(&walk, size, size))
			return walk.problem;
		if (bytes_u8(entry, 0) == ENTRY_SPECIAL &&
			bytes_u8(entry, 7) == SPECIAL_IOAPIC)
			add_ioapic(ret,
				(struct ivrs_ioapic){
					.handle = bytes_u8(entry, 4),
					.device_id = bytes_u16(entry, 5),
					.type = bytes_u8(block, 0),
				},
				arena);
		walk.offset += size;
	}
	return NULL;
}

/* Linux reads the blocks of one type and passes over the others: the last type that comes
 * with the first block's device id (get_highest_supported_ivhd_type in
 * drivers/iommu/amd/init.c). */
static void keep_type(struct ivrs *ivrs, uint8_t type)
{
	size_t kept = 0;

	for (size_t i = 0; i < ivrs->n_ioapics; i++)
		if (ivrs->ioapics[i].type == type)
			ivrs->ioapics[kept++] = ivrs->ioapics[i];
	ivrs->n_ioapics = kept;
}

const char *ivrs_decode(struct bytes table, struct arena *arena, struct ivrs *ret)
{
	struct acpi_walk walk = {
		.list = bytes_from(table, IVRS_BLOCKS),
		.base = IVRS_BLOCKS,
		.length_at = 2,
		.length_size = 2,
		.arena = arena,
	};
	const char *problem = NULL;
	struct bytes block;
	uint16_t first_device = 0;
	uint8_t used_type = 0;

	*ret = (struct ivrs){ .info = bytes_u32(table, 36) };
	if (table.length < IVRS_BLOCKS)
		return _("it ends before its first structure");
	while (!problem && acpi_walk_next(&walk, &block)) {
		uint8_t type = bytes_u8(block, 0);
		size_t at = walk.base + walk.offset - block.length;
		size_t entries_at = type == 0x10 ? IVHD_ENTRIES : IVHD_ENTRIES_LONG;

		if (is_ivmd(type) && acpi_walk_holds(&walk, block, IVMD_SIZE))
			ret->n_ivmds++;
		if (!is_ivhd(type) || !acpi_walk_holds(&walk, block, entries_at))
			continue;
		if (ret->n_types == 0)
			first_device = bytes_u16(block, 4);
		if (bytes_u16(block, 4) == first_device)
			used_type = type;
		if (ret->n_types < sizeof(ret->types))
			ret->types[ret->n_types++] = type;
		problem = decode_entries(block, at, entries_at, arena, ret);
	}
	keep_type(ret, used_type);
	return problem ? problem : walk.problem;
}
