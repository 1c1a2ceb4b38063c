/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzzers share: an input that became a record is judged and reported as well,
 * so that what parsing let through is used. */
#ifndef GPUHOST_FUZZ_H
#define GPUHOST_FUZZ_H

#include <stdint.h>
#include <stdio.h>

#include "gpuhost/arena.h"
#include "gpuhost/bytes.h"
#include "gpuhost/check.h"
#include "gpuhost/err.h"
#include "gpuhost/machine.h"
#include "gpuhost/record.h"
#include "gpuhost/report.h"
#include "gpuhost/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One form at a time: three reports for each input would cost most of the fuzzer's time.
 */
static inline void fuzz_report(const struct judgement *judgement, unsigned form)
{
	const struct report_options options = { .width = 80, .language = "en" };
	FILE *stream = fopen("/dev/null", "w");

	if (!stream)
		return;
	if (form == 0)
		report_text(judgement, &options, stream);
	else if (form == 1)
		report_json(judgement, stream);
	else
		report_html(judgement, &options, stream);
	fclose(stream);
}

/* With the card that is there, and with one that isn't. */
static inline void fuzz_judge(const struct machine *machine, struct arena *arena)
{
	static const struct card card = {
		.name = "GeForce RTX 4080",
		.family = "Ada Lovelace",
		.bar0 = 16 << 20,
		.bar1_default = 256 << 20,
		.bar1_max = UINT64_C(16) << 30,
		.bar3 = 32 << 20,
		.rebar = TRI_YES,
		.functions = 2,
		.lanes = 16,
	};
	const struct judge_options options[] = { { 0 }, { .with = &card } };
	static const struct knowledge knowledge;

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		struct judgement judgement;

		if (judge(machine, &knowledge, &options[i], arena, &judgement, NULL) == 0)
			fuzz_report(
				&judgement, (unsigned)(machine->pci.n_functions + i) % 3);
	}
}

static inline void fuzz_record(const struct record *record, struct arena *arena)
{
	const struct machine_options options = { .names = false };

	fuzz_judge(machine_read(record, &options, arena), arena);
}

#endif
