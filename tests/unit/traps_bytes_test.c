/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traps that lie in bytes: config space and ACPI tables of a good machine, changed in one
 * place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "pc.h"

#define HOST_BRIDGE "0000:00:00.0"
#define ROOT_PORT "0000:00:01.0"

static void put32(uint8_t *config, size_t offset, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		config[offset + i] = (uint8_t)(value >> 8 * i);
}

static struct pc_edit config_edit(
	struct arena *arena, const char *slot, const uint8_t *config, size_t length)
{
	return (struct pc_edit){ .change = PC_SET,
		.path = arena_printf(arena, "sys/bus/pci/devices/%s/config", slot),
		.bytes = { config, length } };
}

static void expect(struct finding finding, enum finding_status status, const char *answer)
{
	if (finding.status != status ||
		(answer && (!finding.answer || strcmp(answer, finding.answer) != 0)))
		fail_msg("%s is %s, \"%s\": %s", finding.check->id,
			finding_status_word(finding.status),
			finding.answer ? finding.answer : "", finding.evidence);
}

/* Judges the good machine with one config space changed. */
static struct finding with_config(struct arena *arena, const char *slot,
	const uint8_t *config, size_t length, const char *check)
{
	struct pc_edit edit = config_edit(arena, slot, config, length);

	return pc_finding(arena, pc_build(arena, &edit, 1), check);
}

static struct finding without_dmar(struct arena *arena, const uint8_t *host_bridge)
{
	struct pc_edit edits[] = {
		config_edit(arena, HOST_BRIDGE, host_bridge, 4096),
		{ .change = PC_ABSENT, .path = "sys/firmware/acpi/tables/DMAR" },
	};

	return pc_finding(arena, pc_build(arena, edits, 2), "iommu-firmware");
}

static void test_capid_tells_off_from_unsupported(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *config = pc_config(arena, HOST_BRIDGE);

	(void)state;
	expect(without_dmar(arena, config), FINDING_FAIL, "off");
	put32(config, 0xe4, 0x62006020 | 1u << 23);
	expect(without_dmar(arena, config), FINDING_FAIL, "unsupported");
	config[0xe0] = 0x05; /* not the vendor capability: E4h means something else */
	expect(without_dmar(arena, config), FINDING_FAIL, "off-or-unsupported");
}

static void test_xeon_shows_its_unit(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct pc_edit edits[] = {
		{ .change = PC_ABSENT, .path = "sys/firmware/acpi/tables/DMAR" },
		{ .change = PC_ABSENT, .path = "sys/bus/pci/devices/" HOST_BRIDGE },
		{ .change = PC_SET,
			.path = "sys/bus/pci/devices/0000:00:05.0/vendor",
			.text = "0x8086\n" },
		{ .change = PC_SET,
			.path = "sys/bus/pci/devices/0000:00:05.0/device",
			.text = "0x2f28\n" },
		{ .change = PC_SET,
			.path = "sys/bus/pci/devices/0000:00:05.0/class",
			.text = "0x088000\n" },
	};
	struct finding finding = pc_finding(arena,
		pc_build(arena, edits, sizeof(edits) / sizeof(edits[0])),
		"iommu-firmware");

	(void)state;
	expect(finding, FINDING_FAIL, "off");
	assert_non_null(strstr(finding.evidence, "8086:2f28"));
}

static void test_dmar_flags(void **state)
{
	static const uint8_t drhd[] = { 0, 0, 16, 0, 1, 0, 0, 0, 0, 0x10, 0xd9, 0xfe, 0,
		0, 0, 0 };
	static const uint8_t at_zero[] = { 0, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0 };
	ARENA_AUTO arena = arena_new();
	struct pc_edit edit = { .change = PC_SET,
		.path = "sys/firmware/acpi/tables/DMAR" };

	(void)state;
	edit.bytes = pc_dmar(arena, DMAR_X2APIC_OPT_OUT, drhd, sizeof(drhd));
	expect(pc_finding(arena, pc_build(arena, &edit, 1), "interrupt-remapping"),
		FINDING_FAIL, "not-offered");
	expect(pc_finding(arena, pc_build(arena, &edit, 1), "x2apic-optout"),
		FINDING_FAIL, "opted-out");
	edit.bytes = pc_dmar(arena, DMAR_INTR_REMAP, at_zero, sizeof(at_zero));
	expect(pc_finding(arena, pc_build(arena, &edit, 1), "iommu-sane"), FINDING_FAIL,
		"firmware-bug");
	edit.bytes = pc_dmar(arena, DMAR_INTR_REMAP, drhd, sizeof(drhd));
	edit.bytes.length -= 4; /* cut off */
	expect(pc_finding(arena, pc_build(arena, &edit, 1), "iommu-sane"), FINDING_FAIL,
		"firmware-bug");
}

/* Paths may start on the bus itself (ASUS, MSI, Huanan do so) or go through the bridge.
 */
static void test_rmrr_paths(void **state)
{
	static const uint8_t absolute[] = { 1, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0x7c, 0, 0,
		0, 0, 0xff, 0xff, 0x7f, 0x7c, 0, 0, 0, 0, 1, 8, 0, 0, 0, /* bus 1 */ 1, 0,
		/* .1 */ 1 };
	static const uint8_t stepwise[] = { 1, 0, 34, 0, 0, 0, 0, 0, 0, 0, 0, 0x7c, 0, 0,
		0, 0, 0xff, 0xff, 0x7f, 0x7c, 0, 0, 0, 0, 1, 10, 0, 0, 0, 0, 1, 0, 0, 1 };
	static const uint8_t port[] = { 1, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0x7c, 0, 0, 0,
		0, 0xff, 0xff, 0x7f, 0x7c, 0, 0, 0, 0, 2, 8, 0, 0, 0, 0, 1, 0 };
	static const uint8_t display[] = { 1, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0x7c, 0, 0,
		0, 0, 0xff, 0xff, 0x7f, 0x7c, 0, 0, 0, 0, 1, 8, 0, 0, 0, 1, 0, 0 };
	static const struct {
		const uint8_t *structures;
		size_t length;
		enum finding_status status;
	} cases[] = {
		{ absolute, sizeof(absolute), FINDING_FAIL },
		{ stepwise, sizeof(stepwise), FINDING_FAIL },
		{ port, sizeof(port), FINDING_FAIL },
		{ display, sizeof(display), FINDING_PASS }, /* Linux lets a display go */
	};
	ARENA_AUTO arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pc_edit edits[] = {
			{ .change = PC_SET,
				.path = "sys/firmware/acpi/tables/DMAR",
				.bytes = pc_dmar(arena, DMAR_INTR_REMAP,
					cases[i].structures, cases[i].length) },
			{ .change = PC_FORGET,
				.path = "sys/kernel/iommu_groups/8/reserved_regions" },
		};

		expect(pc_finding(arena, pc_build(arena, edits, 2), "rmrr-free"),
			cases[i].status, NULL);
	}
}

/* An IVRS that names only the southbridge's IOAPIC, none, or one the MADT doesn't have.
 */
static void test_ivrs_ioapics(void **state)
{
	uint8_t ivrs[] = { 0x41, 0x30, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0xb0, 40, 0,
		2, 0, 0x40, 0, 0, 0, 0x90, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x48,
		0, 0, 0, 0x20, 0xa0, 0x00, 1, 0x48, 0, 0, 0, 0x21, 0x01, 0x00, 1 };
	ARENA_AUTO arena = arena_new();
	struct pc_edit edit = { .change = PC_SET,
		.path = "sys/firmware/acpi/tables/IVRS" };

	(void)state;
	edit.bytes = pc_table(arena, "IVRS", ivrs, sizeof(ivrs));
	expect(pc_finding(arena, pc_build_amd(arena, &edit, 1), "interrupt-remapping"),
		FINDING_PASS, "on");
	ivrs[48] = 0x33; /* the MADT's 21h is not named any more */
	edit.bytes = pc_table(arena, "IVRS", ivrs, sizeof(ivrs));
	expect(pc_finding(arena, pc_build_amd(arena, &edit, 1), "interrupt-remapping"),
		FINDING_FAIL, "not-offered");
	ivrs[48] = 0x21;
	ivrs[51] = ivrs[43] = 2; /* HPETs now */
	edit.bytes = pc_table(arena, "IVRS", ivrs, sizeof(ivrs));
	expect(pc_finding(arena, pc_build_amd(arena, &edit, 1), "interrupt-remapping"),
		FINDING_FAIL, "not-offered");
}

static void test_rebar_has_three_answers(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *config = pc_config(arena, PC_GPU);

	(void)state;
	expect(with_config(arena, PC_GPU, config, 4096, "rebar"), FINDING_PASS, "on");
	put32(config, 0xbc0, 1u | 8u << 8); /* now 256 MiB */
	expect(with_config(arena, PC_GPU, config, 4096, "rebar"), FINDING_FAIL, "off");
	put32(config, 0xbbc, 0x7u << (6 + 4)); /* 64 to 256 MiB: Turing */
	expect(with_config(arena, PC_GPU, config, 4096, "rebar"), FINDING_NA,
		"not-offered");
	put32(config, 0xbb8, 0); /* an entry count of 0: a bogus capability */
	expect(with_config(arena, PC_GPU, config, 4096, "rebar"), FINDING_NA,
		"not-offered");
	expect(with_config(arena, PC_GPU, pc_config(arena, PC_GPU), 256, "rebar"),
		FINDING_UNKNOWN, NULL);
	expect(with_config(arena, PC_GPU, pc_config(arena, PC_GPU), 64, "rebar"),
		FINDING_UNKNOWN, NULL);
}

static void test_a_card_that_does_not_answer(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *config = arena_alloc(arena, 4096);

	(void)state;
	memset(config, 0xff, 4096);
	expect(with_config(arena, PC_GPU, config, 4096, "gpu-bars"), FINDING_UNKNOWN,
		"no-answer");
}

static void test_link_width(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *card = pc_config(arena, PC_GPU), *port = pc_config(arena, ROOT_PORT);
	struct pc_edit edits[2];

	(void)state;
	expect(with_config(arena, PC_GPU, card, 4096, "gpu-link"), FINDING_PASS, "full");
	card[0x72] = 0x81; /* x8, at 2.5 GT/s as all idle cards */
	card[0x73] = 0;
	expect(with_config(arena, PC_GPU, card, 4096, "gpu-link"), FINDING_FAIL,
		"degraded");
	put32(port, 0x6c, 4u | 8u << 4); /* the slot gives no more */
	edits[0] = config_edit(arena, PC_GPU, card, 4096);
	edits[1] = config_edit(arena, ROOT_PORT, port, 4096);
	expect(pc_finding(arena, pc_build(arena, edits, 2), "gpu-link"), FINDING_PASS,
		"slot");
}

static void test_sriov_in_use(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *config = pc_config(arena, PC_GPU);

	(void)state;
	expect(with_config(arena, PC_GPU, config, 4096, "sriov"), FINDING_PASS, "absent");
	put32(config, 0xbb0, 0xc0010015); /* ReBAR, then SR-IOV at C00h */
	put32(config, 0xc00, 0x00010010);
	put32(config, 0xc0c, 0x00100010); /* 16 virtual functions */
	expect(with_config(arena, PC_GPU, config, 4096, "sriov"), FINDING_PASS,
		"present");
	put32(config, 0xc08, 0x9);
	put32(config, 0xc10, 4);
	expect(with_config(arena, PC_GPU, config, 4096, "sriov"), FINDING_FAIL,
		"enabled");
}

/* A machine whose every address lies below 4 GiB, with and without the windows known. */
static void test_above_4g(void **state)
{
	static const char *const wide[] = { "0000:00:02.0", "0000:00:14.0",
		"0000:00:14.2", "0000:01:00.0", "0000:01:00.1" };
	ARENA_AUTO arena = arena_new();
	struct pc_edit edits[12];
	size_t n = 0;
	uint8_t *port = pc_config(arena, ROOT_PORT);

	(void)state;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		edits[n++] = (struct pc_edit){ .change = PC_ABSENT,
			.path = arena_printf(arena, "sys/bus/pci/devices/%s", wide[i]) };
	memset(port + 0x24, 0, 12);
	port[0x24] = 0xf1, port[0x25] = 0xff; /* closed: base above limit */
	port[0x26] = 0x01;
	edits[n++] = config_edit(arena, ROOT_PORT, port, 4096);
	edits[n] = (struct pc_edit){ .change = PC_SET,
		.path = "proc/iomem",
		.text = "80400000-dfffffff : PCI Bus 0000:00\n" };
	expect(pc_finding(arena, pc_build(arena, edits, n + 1), "above-4g"), FINDING_FAIL,
		"off");
	edits[n].text = "00000000-00000000 : PCI Bus 0000:00\n"; /* a normal user */
	expect(pc_finding(arena, pc_build(arena, edits, n + 1), "above-4g"),
		FINDING_UNKNOWN, NULL);
	edits[n].text = "80400000-dfffffff : PCI Bus 0000:00\n"
			"4000000000-7fffffffff : PCI Bus 0000:00\n";
	expect(pc_finding(arena, pc_build(arena, edits, n + 1), "above-4g"), FINDING_PASS,
		"on");
	/* Without ACPI the kernel invents a root resource: no "window" in its line. */
	edits[n] = (struct pc_edit){ .change = PC_FORGET, .path = "proc/iomem" };
	edits[n + 1] = (struct pc_edit){ .change = PC_SET,
		.path = "dev/kmsg",
		.text = "6,0,0,-;pci_bus 0000:3f: root bus resource [mem "
			"0x00000000-0x3fffffffffff]\n" };
	expect(pc_finding(arena, pc_build(arena, edits, n + 2), "above-4g"),
		FINDING_UNKNOWN, NULL);
}

static struct finding predicted(struct arena *arena, const struct record *record,
	const char *card, const char *check)
{
	struct judge_options options = { 0 };
	struct knowledge knowledge;
	const struct machine *machine = machine_read(
		record, &(struct machine_options){ 0 }, arena);
	struct judgement judgement;
	struct err err = { 0 };

	assert_int_equal(
		knowledge_read("profiles", machine, true, arena, &knowledge, &err), 0);
	options.with = card_find(&knowledge, card, &err);
	if (!options.with)
		fail_msg("%s", err.text);
	judgement = pc_judge(arena, record, &options);
	assert_int_not_equal(judgement.verdict, VERDICT_READY);
	for (size_t i = 0; i < judgement.n_findings; i++)
		if (strcmp(judgement.findings[i].check->id, check) == 0 &&
			strcmp(judgement.findings[i].subject, "with-gpu") == 0)
			return judgement.findings[i];
	fail_msg("no prediction of %s", check);
	return (struct finding){ 0 };
}

static void test_a_card_that_is_not_there(void **state)
{
	struct pc_edit low = { .change = PC_SET,
		.path = "proc/iomem",
		.text = "80400000-dfffffff : PCI Bus 0000:00\n" };
	struct pc_edit alone = { .change = PC_ABSENT,
		.path = "sys/bus/pci/devices/0000:00:02.0" };
	ARENA_AUTO arena = arena_new();
	struct record *good = pc_build(arena, NULL, 0);

	(void)state;
	expect(predicted(arena, good, "RTX 4090", "gpu-bars"), FINDING_PASS, "fits");
	expect(predicted(arena, good, "RTX 4090", "gpu-link"), FINDING_PASS, "full");
	/* Isolation is never more than an estimate. */
	expect(predicted(arena, good, "RTX 4090", "gpu-isolated"), FINDING_UNKNOWN,
		"probably-isolated");
	expect(predicted(arena, good, "RTX 2080", "rebar"), FINDING_NA, "not-offered");
	expect(predicted(arena, good, "RTX 4090", "gpu-boot-display"), FINDING_PASS,
		"other-display");
	expect(predicted(arena, pc_build(arena, &low, 1), "RTX 4090", "gpu-bars"),
		FINDING_UNKNOWN, "small");
	expect(predicted(arena, pc_build(arena, &low, 1), "10de:1db6", "gpu-bars"),
		FINDING_FAIL, "too-small"); /* Tesla V100 32GB: no 256 MiB start */
	expect(predicted(
		       arena, pc_build(arena, &alone, 1), "RTX 4090", "gpu-boot-display"),
		FINDING_PASS, "other-display"); /* the card that is there now */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capid_tells_off_from_unsupported),
		cmocka_unit_test(test_xeon_shows_its_unit),
		cmocka_unit_test(test_dmar_flags),
		cmocka_unit_test(test_rmrr_paths),
		cmocka_unit_test(test_ivrs_ioapics),
		cmocka_unit_test(test_rebar_has_three_answers),
		cmocka_unit_test(test_a_card_that_does_not_answer),
		cmocka_unit_test(test_link_width),
		cmocka_unit_test(test_sriov_in_use),
		cmocka_unit_test(test_above_4g),
		cmocka_unit_test(test_a_card_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
