/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes manifests, and what they make of an otherwise empty record. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct err err;

	if (manifest_read((struct bytes){ data, size }, record, &err) != 0)
		return 0;
	record_seal(record);
	manifest_write(record);
	fuzz_record(record, arena);
	return 0;
}
