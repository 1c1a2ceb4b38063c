/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes ACPI tables: by themselves, and as the table of a machine. */
#include "fuzz.h"

#include <string.h>

#define TABLES "sys/firmware/acpi/tables"

/* Into the place its signature names, as the firmware would have it. */
static void judge_with_table(struct bytes table, struct arena *arena)
{
	struct record *record = record_new(arena);
	char name[5] = "DMAR";

	for (size_t i = 0; i < 4 && table.length >= 4; i++)
		name[i] = (char)table.data[i];
	if (strlen(name) < 4 || strpbrk(name, "/."))
		return;
	record_cover(record, TABLES);
	record_add(record, arena_printf(arena, TABLES "/%s", name), MEMBER_FILE, table);
	record_seal(record);
	fuzz_record(record, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_AUTO arena = arena_new();
	struct bytes table = { data, size };
	struct dmar dmar;
	struct ivrs ivrs;
	struct madt madt;

	dmar_decode(table, arena, &dmar);
	ivrs_decode(table, arena, &ivrs);
	madt_decode(table, arena, &madt);
	judge_with_table(table, arena);
	return 0;
}
