/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzzes config space: one function decoded, and judged as the machine's only GPU. */
#include "fuzz.h"

#define SLOT "sys/bus/pci/devices/0000:01:00.0"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_AUTO arena = arena_new();
	struct bytes config = { data, size };
	struct record *record = record_new(arena);
	struct pci_function function = { 0 };

	pci_decode(&function, config);
	record_cover(record, "sys/bus/pci/devices");
	record_add(record, SLOT, MEMBER_DIR, (struct bytes){ 0 });
	record_add(record, SLOT "/config", MEMBER_FILE, config);
	record_seal(record);
	fuzz_record(record, arena);
	redact_config(arena, config);
	return 0;
}
