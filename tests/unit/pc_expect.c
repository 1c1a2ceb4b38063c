/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changing bytes of the made-up PC, and asking for one finding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "pc.h"

void pc_put32(uint8_t *config, size_t offset, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		config[offset + i] = (uint8_t)(value >> 8 * i);
}

struct pc_edit pc_config_edit(
	struct arena *arena, const char *slot, const uint8_t *config, size_t length)
{
	return (struct pc_edit){ .change = PC_SET,
		.path = arena_printf(arena, "sys/bus/pci/devices/%s/config", slot),
		.bytes = { config, length } };
}

void pc_expect(struct finding finding, enum finding_status status, const char *answer)
{
	if (finding.status != status ||
		(answer && (!finding.answer || strcmp(answer, finding.answer) != 0)))
		fail_msg("%s is %s, \"%s\": %s", finding.check->id,
			finding_status_word(finding.status),
			finding.answer ? finding.answer : "", finding.evidence);
}

/* Judges the good machine with one config space changed. */
struct finding pc_with_config(struct arena *arena, const char *slot,
	const uint8_t *config, size_t length, const char *check)
{
	struct pc_edit edit = pc_config_edit(arena, slot, config, length);

	return pc_finding(arena, pc_build(arena, &edit, 1), check);
}
