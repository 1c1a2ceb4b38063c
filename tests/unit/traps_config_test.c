/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traps that lie in config space: one change to a good machine each, and cards that
 * aren't there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "pc.h"

#define ROOT_PORT "0000:00:01.0"

/* An SR-IOV function of the card is no card of its own. */
static void test_virtual_functions_are_no_gpus(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct pc_edit edits[] = {
		pc_config_edit(arena, "0000:01:00.4", pc_config(arena, PC_GPU), 4096),
		{ .change = PC_LINK,
			.path = "sys/bus/pci/devices/0000:01:00.4/physfn",
			.text = "../0000:01:00.0" },
		pc_config_edit(arena, "0000:01:01.0", pc_config(arena, PC_GPU), 4096),
		{ .change = PC_LINK,
			.path = "sys/bus/pci/devices/0000:01:01.0/physfn",
			.text = "../0000:01:00.0" },
	};
	struct judgement judgement = pc_judge(arena, pc_build(arena, edits, 4), NULL);

	(void)state;
	assert_int_equal(judgement.n_gpus, 1);
	assert_int_equal(judgement.gpus[0].n_functions, 2);
}

/* Of two like cards not the one that the host shows its screen on. */
static void test_the_boot_display_is_not_chosen(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *config = pc_config(arena, PC_GPU);
	struct pc_edit edits[] = {
		{ .change = PC_SET, .path = PC_GPU_PATH "boot_vga", .text = "1\n" },
		pc_config_edit(arena, "0000:04:00.0", config, 4096),
		{ .change = PC_SET,
			.path = "sys/bus/pci/devices/0000:04:00.0/vendor",
			.text = "0x10de\n" },
		{ .change = PC_SET,
			.path = "sys/bus/pci/devices/0000:04:00.0/device",
			.text = "0x2704\n" },
		{ .change = PC_SET,
			.path = "sys/bus/pci/devices/0000:04:00.0/class",
			.text = "0x030000\n" },
		{ .change = PC_SET,
			.path = "sys/bus/pci/devices/0000:04:00.0/boot_vga",
			.text = "0\n" },
		{ .change = PC_SET,
			.path = "sys/bus/pci/devices/0000:04:00.0/reset_method",
			.text = "flr\n" },
		{ .change = PC_SET,
			.path = "sys/bus/pci/devices/0000:04:00.0/resource",
			.text = "0x0000000086000000 0x0000000086ffffff 0x0000000000040200\n"
				"0x0000006600000000 0x00000069ffffffff 0x000000000014220c\n"
				"0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
				"0x0000006a00000000 0x0000006a01ffffff 0x000000000014220c\n"
				"0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
				"0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
				"0x0000000000000000 0x0000000000000000 0x0000000000000000\n" },
	};
	uint8_t *port = pc_config(arena, "0000:00:1c.4");
	struct pc_edit all[9];
	struct judgement judgement;

	(void)state;
	pc_put32(port, 0x6c, 4u | 16u << 4);
	memcpy(all, edits, sizeof(edits));
	all[8] = pc_config_edit(arena, "0000:00:1c.4", port, 4096);
	judgement = pc_judge(arena, pc_build(arena, all, 9), NULL);
	assert_int_equal(judgement.n_gpus, 2);
	assert_string_equal(judgement.chosen->display->slot, "0000:04:00.0");
}

static void test_rebar_has_three_answers(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *config = pc_config(arena, PC_GPU);

	(void)state;
	pc_expect(
		pc_with_config(arena, PC_GPU, config, 4096, "rebar"), FINDING_PASS, "on");
	pc_put32(config, 0xbc0, 1u | 8u << 8); /* now 256 MiB */
	pc_expect(pc_with_config(arena, PC_GPU, config, 4096, "rebar"), FINDING_FAIL,
		"off");
	pc_put32(config, 0xbc0, 1u | 13u << 8); /* 8 GiB: on, but not all */
	pc_expect(pc_with_config(arena, PC_GPU, config, 4096, "rebar"), FINDING_FAIL,
		"partial");
	pc_put32(config, 0xbc0, 1u | 8u << 8);
	pc_put32(config, 0xbbc, 0x7u << (6 + 4)); /* 64 to 256 MiB: Turing */
	pc_expect(pc_with_config(arena, PC_GPU, config, 4096, "rebar"), FINDING_NA,
		"not-offered");
	pc_put32(config, 0xbb8, 0); /* an entry count of 0: a bogus capability */
	pc_expect(pc_with_config(arena, PC_GPU, config, 4096, "rebar"), FINDING_NA,
		"not-offered");
	pc_expect(pc_with_config(arena, PC_GPU, pc_config(arena, PC_GPU), 256, "rebar"),
		FINDING_UNKNOWN, NULL);
	pc_expect(pc_with_config(arena, PC_GPU, pc_config(arena, PC_GPU), 64, "rebar"),
		FINDING_UNKNOWN, NULL);
}

static void test_a_card_that_does_not_answer(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *config = arena_alloc(arena, 4096);

	(void)state;
	memset(config, 0xff, 4096);
	pc_expect(pc_with_config(arena, PC_GPU, config, 4096, "gpu-bars"),
		FINDING_UNKNOWN, "no-answer");
}

static void test_link_width(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *card = pc_config(arena, PC_GPU), *port = pc_config(arena, ROOT_PORT);
	struct pc_edit edits[2];

	(void)state;
	pc_expect(pc_with_config(arena, PC_GPU, card, 4096, "gpu-link"), FINDING_PASS,
		"full");
	card[0x72] = 0x81; /* x8, at 2.5 GT/s as all idle cards */
	card[0x73] = 0;
	pc_expect(pc_with_config(arena, PC_GPU, card, 4096, "gpu-link"), FINDING_FAIL,
		"degraded");
	pc_put32(port, 0x6c, 4u | 8u << 4); /* the slot gives no more */
	edits[0] = pc_config_edit(arena, PC_GPU, card, 4096);
	edits[1] = pc_config_edit(arena, ROOT_PORT, port, 4096);
	pc_expect(pc_finding(arena, pc_build(arena, edits, 2), "gpu-link"), FINDING_PASS,
		"slot");
}

/* Two ports of one device, both in use: they share a slot's lanes. */
static void test_lanes_shared_with_a_disk(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *card = pc_config(arena, PC_GPU),
		*port = pc_config(arena, "0000:00:1d.0");
	struct pc_edit edits[] = {
		pc_config_edit(arena, PC_GPU, card, 4096),
		pc_config_edit(arena, "0000:00:01.1", port, 4096),
		{ .change = PC_SET,
			.path = "sys/bus/pci/devices/0000:00:01.1/class",
			.text = "0x060400\n" },
		{ .change = PC_ABSENT, .path = "sys/bus/pci/devices/0000:00:1d.0" },
	};
	struct finding finding;

	(void)state;
	card[0x72] = 0x81;
	card[0x73] = 0;
	finding = pc_finding(arena, pc_build(arena, edits, 4), "gpu-link");
	pc_expect(finding, FINDING_PASS, "shared");
	assert_non_null(strstr(finding.evidence, "0000:00:01.1"));
}

static void test_sriov_in_use(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *config = pc_config(arena, PC_GPU);

	(void)state;
	pc_expect(pc_with_config(arena, PC_GPU, config, 4096, "sriov"), FINDING_PASS,
		"absent");
	pc_put32(config, 0xbb0, 0xc0010015); /* ReBAR, then SR-IOV at C00h */
	pc_put32(config, 0xc00, 0x00010010);
	pc_put32(config, 0xc0c, 0x00100010); /* 16 virtual functions */
	pc_expect(pc_with_config(arena, PC_GPU, config, 4096, "sriov"), FINDING_PASS,
		"present");
	pc_put32(config, 0xc08, 0x9);
	pc_put32(config, 0xc10, 4);
	pc_expect(pc_with_config(arena, PC_GPU, config, 4096, "sriov"), FINDING_FAIL,
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
	edits[n++] = pc_config_edit(arena, ROOT_PORT, port, 4096);
	edits[n] = (struct pc_edit){ .change = PC_SET,
		.path = "proc/iomem",
		.text = "80400000-dfffffff : PCI Bus 0000:00\n" };
	pc_expect(pc_finding(arena, pc_build(arena, edits, n + 1), "above-4g"),
		FINDING_FAIL, "off");
	edits[n].text = "00000000-00000000 : PCI Bus 0000:00\n"; /* a normal user */
	pc_expect(pc_finding(arena, pc_build(arena, edits, n + 1), "above-4g"),
		FINDING_UNKNOWN, NULL);
	edits[n].text = "80400000-dfffffff : PCI Bus 0000:00\n"
			"4000000000-7fffffffff : PCI Bus 0000:00\n";
	pc_expect(pc_finding(arena, pc_build(arena, edits, n + 1), "above-4g"),
		FINDING_PASS, "on");
	/* Without ACPI the kernel invents a root resource: no "window" in its line. */
	edits[n] = (struct pc_edit){ .change = PC_FORGET, .path = "proc/iomem" };
	edits[n + 1] = (struct pc_edit){ .change = PC_SET,
		.path = "dev/kmsg",
		.text = "6,0,0,-;pci_bus 0000:3f: root bus resource [mem "
			"0x00000000-0x3fffffffffff]\n" };
	pc_expect(pc_finding(arena, pc_build(arena, edits, n + 2), "above-4g"),
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
	pc_expect(predicted(arena, good, "RTX 4090", "gpu-bars"), FINDING_PASS, "fits");
	pc_expect(predicted(arena, good, "RTX 4090", "gpu-link"), FINDING_PASS, "full");
	/* Isolation is never more than an estimate. */
	pc_expect(predicted(arena, good, "RTX 4090", "gpu-isolated"), FINDING_UNKNOWN,
		"probably-isolated");
	pc_expect(predicted(arena, good, "RTX 2080", "rebar"), FINDING_NA, "not-offered");
	pc_expect(predicted(arena, good, "RTX 4090", "gpu-boot-display"), FINDING_PASS,
		"other-display");
	pc_expect(predicted(arena, pc_build(arena, &low, 1), "RTX 4090", "gpu-bars"),
		FINDING_UNKNOWN, "small");
	pc_expect(predicted(arena, pc_build(arena, &low, 1), "10de:1db6", "gpu-bars"),
		FINDING_FAIL, "too-small"); /* Tesla V100 32GB: no 256 MiB start */
	pc_expect(predicted(arena, pc_build(arena, &alone, 1), "RTX 4090",
			  "gpu-boot-display"),
		FINDING_PASS, "other-display"); /* the card that is there now */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_virtual_functions_are_no_gpus),
		cmocka_unit_test(test_the_boot_display_is_not_chosen),
		cmocka_unit_test(test_rebar_has_three_answers),
		cmocka_unit_test(test_a_card_that_does_not_answer),
		cmocka_unit_test(test_link_width),
		cmocka_unit_test(test_lanes_shared_with_a_disk),
		cmocka_unit_test(test_sriov_in_use),
		cmocka_unit_test(test_above_4g),
		cmocka_unit_test(test_a_card_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
