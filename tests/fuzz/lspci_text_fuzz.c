/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes the text of lspci -vv. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_AUTO arena = arena_new();
	struct record *record;
	struct err err;

	if (foreign_lspci_text((struct bytes){ data, size }, arena, &record, &err) == 0)
		fuzz_record(record, arena);
	return 0;
}
