/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The real machines of tests/machines come out as INDEX.md says. */
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

struct expectation {
	const char *machine, *check;
	enum finding_status status;
	const char *answer; /* NULL: whatever */
};

static const struct expectation expectations[] = {
	{ "gigabyte-z790-aorus-pro-x_no-dmar", "iommu-firmware", FINDING_FAIL,
		"off-or-unsupported" },
	{ "gigabyte-z790-aorus-pro-x_no-dmar", "interrupt-remapping", FINDING_SKIP,
		NULL },
	{ "asrock-b650-pg-lightning_no-ivrs", "iommu-firmware", FINDING_FAIL, "off" },
	{ "asrock-b650e-riptide_ivrs", "iommu-firmware", FINDING_PASS, "on" },
	{ "asrock-b650e-riptide_ivrs", "iommu-sane", FINDING_PASS, NULL },
	{ "asrock-b650e-riptide_ivrs", "interrupt-remapping", FINDING_PASS, "on" },
	{ "asus-maximus-z690-hero_dmar", "iommu-firmware", FINDING_PASS, "on" },
	{ "asus-maximus-z690-hero_dmar", "iommu-sane", FINDING_PASS, NULL },
	{ "asus-maximus-z690-hero_dmar", "interrupt-remapping", FINDING_PASS, "on" },
	{ "asus-maximus-z690-hero_dmar", "x2apic-optout", FINDING_PASS, "allowed" },
	{ "asrock-z170-extreme4_x2apic-optout", "interrupt-remapping", FINDING_PASS,
		"on" },
	{ "asrock-z170-extreme4_x2apic-optout", "x2apic-optout", FINDING_FAIL,
		"opted-out" },
	{ "asus-strix-z270e_rmrr-usb", "iommu-firmware", FINDING_PASS, "on" },
	{ "asus-strix-z270e_rmrr-usb", "iommu-sane", FINDING_PASS, NULL },
	{ "asus-strix-z270e_rmrr-usb", "rmrr-free", FINDING_UNKNOWN, NULL },
	{ "hp-dl360-g7_rmrr-slots", "interrupt-remapping", FINDING_FAIL, "not-offered" },
	{ "hp-dl360-g7_rmrr-slots", "x2apic-optout", FINDING_FAIL, "opted-out" },
	{ "hp-dl360-g7_rmrr-slots", "rmrr-free", FINDING_UNKNOWN, NULL },
	{ "gigabyte-f2a78m_ivrs-no-ioapic", "iommu-firmware", FINDING_PASS, "on" },
	{ "gigabyte-f2a78m_ivrs-no-ioapic", "interrupt-remapping", FINDING_FAIL,
		"not-offered" },
	{ "dell-t3500_no-interrupt-remapping", "interrupt-remapping", FINDING_FAIL,
		"not-offered" },
	{ "lenovo-e15-gen2_drhd-base0", "iommu-sane", FINDING_FAIL, "firmware-bug" },
};

struct verdict_expectation {
	const char *machine;
	enum verdict verdict;
};

static const struct verdict_expectation verdicts[] = {
	{ "gigabyte-z790-aorus-pro-x_no-dmar", VERDICT_NOT_READY },
	{ "asrock-b650-pg-lightning_no-ivrs", VERDICT_NOT_READY },
	{ "asrock-b650e-riptide_ivrs", VERDICT_UNKNOWN },
	{ "asus-maximus-z690-hero_dmar", VERDICT_UNKNOWN },
	{ "asrock-z170-extreme4_x2apic-optout", VERDICT_UNKNOWN },
	{ "asus-strix-z270e_rmrr-usb", VERDICT_UNKNOWN },
	{ "hp-dl360-g7_rmrr-slots", VERDICT_NOT_READY },
	{ "gigabyte-f2a78m_ivrs-no-ioapic", VERDICT_NOT_READY },
	{ "dell-t3500_no-interrupt-remapping", VERDICT_NOT_READY },
	{ "lenovo-e15-gen2_drhd-base0", VERDICT_NOT_READY },
	{ "pciutils/cap-rebar", VERDICT_UNKNOWN },
	{ "pciutils/tree-asus-p6t6", VERDICT_UNKNOWN },
	{ "pciutils/cap-ea-1", VERDICT_UNKNOWN },
	{ "pciutils/broken-ecaps", VERDICT_UNKNOWN },
};

static struct record *open_machine(struct arena *arena, const char *name)
{
	struct record *record;
	struct err err = { 0 };

	if (source_open(arena_printf(arena, "tests/machines/%s", name), arena, &record,
		    &err) < 0)
		fail_msg("%s: %s", name, err.text);
	return record;
}

static void test_findings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
		const struct expectation *e = &expectations[i];
		ARENA_AUTO arena = arena_new();
		struct finding finding = pc_finding(
			arena, open_machine(arena, e->machine), e->check);

		if (finding.status != e->status)
			fail_msg("%s: %s is %s: %s", e->machine, e->check,
				finding_status_word(finding.status), finding.evidence);
		if (e->answer)
			assert_string_equal(finding.answer, e->answer);
	}
}

static void test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		ARENA_AUTO arena = arena_new();
		struct judgement judgement = pc_judge(
			arena, open_machine(arena, verdicts[i].machine), NULL);

		if (judgement.verdict != verdicts[i].verdict)
			fail_msg("%s is %s", verdicts[i].machine,
				verdict_word(judgement.verdict));
	}
}

/* What a capture doesn't cover is unknown, never a pass or a fail. */
static void test_uncovered_is_unknown(void **state)
{
	static const char *const uncovered[] = { "cpu-virt", "iommu-active", "uefi-boot",
		"above-4g", "gpu-present", "gpu-bars", "gpu-isolated", "gpu-link",
		"memory", "cpu-topology", "nics", "usb-controllers", "hugepage-1g",
		"secure-boot" };
	ARENA_AUTO arena = arena_new();
	struct judgement judgement = pc_judge(
		arena, open_machine(arena, "asus-maximus-z690-hero_dmar"), NULL);

	(void)state;
	for (size_t i = 0; i < judgement.n_findings; i++)
		for (size_t j = 0; j < sizeof(uncovered) / sizeof(uncovered[0]); j++)
			if (strcmp(judgement.findings[i].check->id, uncovered[j]) == 0)
				assert_int_equal(
					judgement.findings[i].status, FINDING_UNKNOWN);
}

static void test_menus_of_real_boards(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct finding finding;

	(void)state;
	finding = pc_finding(arena,
		open_machine(arena, "asrock-b650-pg-lightning_no-ivrs"),
		"iommu-firmware");
	assert_non_null(finding.menu);
	assert_string_equal(finding.menu->option, "IOMMU");
	assert_string_equal(finding.menu->value, "Enabled");
	finding = pc_finding(arena,
		open_machine(arena, "gigabyte-z790-aorus-pro-x_no-dmar"),
		"iommu-firmware");
	assert_non_null(finding.menu);
	assert_string_equal(finding.menu->option, "VT-d");
}

/* An AMD Fiji, judged only when named: BAR0 has 256 MiB of 4 GiB. */
static void test_rebar_off(void **state)
{
	struct judge_options options = { .gpu = "09:00.0" };
	ARENA_AUTO arena = arena_new();
	struct judgement judgement = pc_judge(
		arena, open_machine(arena, "pciutils/cap-rebar"), &options);
	bool seen = false;

	(void)state;
	assert_int_equal(judgement.n_gpus, 1);
	for (size_t i = 0; i < judgement.n_findings; i++)
		if (strcmp(judgement.findings[i].check->id, "rebar") == 0) {
			assert_string_equal(
				judgement.findings[i].subject, "0000:09:00.0");
			assert_int_equal(judgement.findings[i].status, FINDING_FAIL);
			assert_string_equal(judgement.findings[i].answer, "off");
			assert_non_null(
				strstr(judgement.findings[i].evidence, "256 MiB"));
			assert_non_null(strstr(judgement.findings[i].evidence, "4 GiB"));
			seen = true;
		}
	assert_true(seen);
	judgement = pc_judge(arena, open_machine(arena, "pciutils/cap-rebar"), NULL);
	assert_int_equal(judgement.n_gpus, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_uncovered_is_unknown),
		cmocka_unit_test(test_menus_of_real_boards),
		cmocka_unit_test(test_rebar_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
