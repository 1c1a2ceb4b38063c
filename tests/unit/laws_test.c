/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Laws that hold over the whole table of checks and every machine at hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/source.h"
#include "pc.h"
#include "real_machines.h"

static void test_ids_are_unique_and_needs_come_first(void **state)
{
	(void)state;
	for (size_t i = 0; checks[i]; i++) {
		bool found = !checks[i]->needs;

		assert_non_null(checks[i]->title);
		assert_non_null(checks[i]->ref);
		assert_non_null(checks[i]->run);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(checks[i]->id, checks[j]->id);
			if (checks[i]->needs &&
				strcmp(checks[i]->needs, checks[j]->id) == 0)
				found = true;
		}
		assert_true(found);
		assert_ptr_equal(check_by_id(checks[i]->id), checks[i]);
	}
	assert_null(check_by_id("no-such-check"));
}

static void test_an_empty_machine_passes_nothing(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct judgement judgement;

	(void)state;
	record_seal(record);
	judgement = pc_judge(arena, record, NULL);
	assert_int_equal(judgement.verdict, VERDICT_UNKNOWN);
	for (size_t i = 0; i < judgement.n_findings; i++)
		if (judgement.findings[i].status != FINDING_UNKNOWN &&
			judgement.findings[i].status != FINDING_SKIP)
			fail_msg("%s is %s: %s", judgement.findings[i].check->id,
				finding_status_word(judgement.findings[i].status),
				judgement.findings[i].evidence);
}

static void test_the_good_machines_are_ready(void **state)
{
	ARENA_AUTO arena = arena_new();

	(void)state;
	for (int amd = 0; amd < 2; amd++) {
		struct judgement judgement = pc_judge(
			arena, (amd ? pc_build_amd : pc_build)(arena, NULL, 0), NULL);

		for (size_t i = 0; i < judgement.n_findings; i++) {
			const struct finding *finding = &judgement.findings[i];

			if (finding->check->severity != SEVERITY_INFO &&
				finding->status != FINDING_PASS)
				fail_msg("%s is %s: %s", finding->check->id,
					finding_status_word(finding->status),
					finding->evidence);
		}
		assert_int_equal(judgement.verdict, VERDICT_READY);
		assert_int_equal(judgement.n_gpus, 1);
		assert_string_equal(judgement.gpus[0].name, "NVIDIA GeForce RTX 4080");
		assert_int_equal(judgement.gpus[0].n_functions, 2);
	}
}

static bool decides(enum finding_status status)
{
	return status == FINDING_PASS || status == FINDING_FAIL;
}

/* Findings of `less` that pass or fail, but did not do so in `whole`. */
static void compare(
	const struct judgement *whole, const struct judgement *less, const char *what)
{
	for (size_t i = 0; i < less->n_findings; i++) {
		const struct finding *now = &less->findings[i];
		enum finding_status before = FINDING_UNKNOWN;

		for (size_t j = 0; j < whole->n_findings; j++)
			if (whole->findings[j].check == now->check &&
				strcmp(whole->findings[j].subject, now->subject) == 0)
				before = whole->findings[j].status;
		if (decides(now->status) && now->status != before)
			fail_msg("without %s, %s of %s goes from %s to %s: %s", what,
				now->check->id, now->subject, finding_status_word(before),
				finding_status_word(now->status), now->evidence);
	}
}

/* A copy that doesn't know member number `member` (or fact number `fact`). */
static struct record *without(
	const struct record *whole, struct arena *arena, size_t member, size_t fact)
{
	struct record *copy = record_new(arena);

	for (size_t i = 0; i < whole->n_covers; i++)
		record_cover(copy, whole->covers[i]);
	for (size_t i = 0; i < whole->n_refused; i++)
		record_refuse(copy, whole->refused[i].path, whole->refused[i].error);
	for (size_t i = 0; i < whole->n_facts; i++)
		if (i != fact)
			record_add_fact(copy, whole->facts[i].key, whole->facts[i].value);
	for (size_t i = 0; i < whole->n_members; i++)
		if (i != member)
			record_add(copy, whole->members[i].path, whole->members[i].kind,
				whole->members[i].data);
		else
			record_refuse(copy, whole->members[i].path, "EPERM");
	record_seal(copy);
	return copy;
}

/* What was surely absent becomes unknown: no cover at all. */
static struct record *uncovered(const struct record *whole, struct arena *arena)
{
	struct record *copy = record_new(arena);

	for (size_t i = 0; i < whole->n_facts; i++)
		record_add_fact(copy, whole->facts[i].key, whole->facts[i].value);
	for (size_t i = 0; i < whole->n_members; i++)
		record_add(copy, whole->members[i].path, whole->members[i].kind,
			whole->members[i].data);
	record_seal(copy);
	return copy;
}

/* Taking an answer away never creates a pass or a fail. */
static void take_away(const struct record *whole, struct arena *arena)
{
	struct judgement all = pc_judge(arena, whole, NULL);

	for (size_t i = 0; i < whole->n_members + whole->n_facts; i++) {
		bool is_fact = i >= whole->n_members;
		size_t fact = is_fact ? i - whole->n_members : SIZE_MAX;
		ARENA_AUTO scratch = arena_new();
		struct judgement less;

		/* Threads are many and alike: the first ones stand for all. */
		if (!is_fact && strstr(whole->members[i].path, "system/cpu/cpu") &&
			!strstr(whole->members[i].path, "/cpu0/") &&
			!strstr(whole->members[i].path, "/cpu1/"))
			continue;
		less = pc_judge(scratch,
			without(whole, scratch, is_fact ? SIZE_MAX : i, fact), NULL);
		compare(&all, &less,
			is_fact ? whole->facts[fact].key : whole->members[i].path);
	}
	{
		ARENA_AUTO scratch = arena_new();
		struct judgement less = pc_judge(
			scratch, uncovered(whole, scratch), NULL);

		compare(&all, &less, "covers");
	}
}

static void test_less_is_never_more_on_real_machines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		ARENA_AUTO arena = arena_new();
		struct record *record;
		struct err err = { 0 };

		if (source_open(arena_printf(arena, "tests/machines/%s", machines[i]),
			    arena, &record, &err) < 0)
			fail_msg("%s", err.text);
		take_away(record, arena);
	}
}

static void test_less_is_never_more_on_made_up_machines(void **state)
{
	/* An RMRR for the card's audio function, at 01:00.1. */
	static const uint8_t rmrr[] = { 1, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0x7c, 0, 0, 0,
		0, 0xff, 0xff, 0x7f, 0x7c, 0, 0, 0, 0, 1, 8, 0, 0, 0, 1, 0, 1 };
	/* The good machines, and one where nearly everything is wrong. */
	struct pc_edit wrong[] = {
		{ PC_SET, "proc/iomem", "80400000-dfffffff : PCI Bus 0000:00\n", { 0 } },
		{ PC_FACT, "msr.0x3a", "0x1", { 0 } },
		{ PC_ABSENT, "sys/firmware/efi", NULL, { 0 } },
		{ PC_SET, "sys/firmware/acpi/tables/DMAR", NULL, { 0 } },
		{ PC_SET, PC_GPU_PATH "reset_method", "\n", { 0 } },
		{ PC_SET, PC_GPU_PATH "boot_vga", "1\n", { 0 } },
		{ PC_SET, "sys/kernel/iommu_groups/8/reserved_regions",
			"0x000000007c000000 0x000000007fffffff direct\n", { 0 } },
	};
	ARENA_AUTO arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (strstr(wrong[i].path, "DMAR"))
			wrong[i].bytes = pc_dmar(
				arena, DMAR_X2APIC_OPT_OUT, rmrr, sizeof(rmrr));
	take_away(pc_build(arena, NULL, 0), arena);
	take_away(pc_build_amd(arena, NULL, 0), arena);
	take_away(pc_build(arena, wrong, sizeof(wrong) / sizeof(wrong[0])), arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_are_unique_and_needs_come_first),
		cmocka_unit_test(test_an_empty_machine_passes_nothing),
		cmocka_unit_test(test_the_good_machines_are_ready),
		cmocka_unit_test(test_less_is_never_more_on_real_machines),
		cmocka_unit_test(test_less_is_never_more_on_made_up_machines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
