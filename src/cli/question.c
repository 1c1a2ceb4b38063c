/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a place to read a machine from to a judgement: what check and compare share. */
#include "command.h"

#include "gpuhost/arena.h"
#include "gpuhost/check.h"
#include "gpuhost/knowledge.h"
#include "gpuhost/machine.h"
#include "gpuhost/record.h"
#include "gpuhost/source.h"

int answer_question(const struct question *question, struct arena *arena,
	struct judgement *ret, struct err *err)
{
	struct machine_options machine_options = { .names = question->names };
	struct judge_options judge_options = { .gpu = question->gpu };
	struct knowledge *knowledge = arena_alloc(arena, sizeof(*knowledge));
	const struct machine *machine;
	struct record *record;

	if (!question->from)
		record = source_live(arena, "/", SOURCE_FOR_CHECKS);
	else if (source_open(question->from, arena, &record, err) < 0)
		return -1;
	machine = machine_read(record, &machine_options, arena);
	if (knowledge_read(
		    NULL, machine, question->with_gpu != NULL, arena, knowledge, err) < 0)
		return -1;
	if (question->with_gpu) {
		judge_options.with = card_find(knowledge, question->with_gpu, err);
		if (!judge_options.with)
			return -1;
	}
	return judge(machine, knowledge, &judge_options, arena, ret, err);
}
