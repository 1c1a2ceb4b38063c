/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traps that lie in ACPI tables and in the host bridge: one change to a good machine
 * each. */
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

static struct finding without_dmar(struct arena *arena, const uint8_t *host_bridge)
{
	struct pc_edit edits[] = {
		pc_config_edit(arena, HOST_BRIDGE, host_bridge, 4096),
		{ .change = PC_ABSENT, .path = "sys/firmware/acpi/tables/DMAR" },
	};

	return pc_finding(arena, pc_build(arena, edits, 2), "iommu-firmware");
}

static void test_capid_tells_off_from_unsupported(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *config = pc_config(arena, HOST_BRIDGE);

	(void)state;
	pc_expect(without_dmar(arena, config), FINDING_FAIL, "off");
	pc_put32(config, 0xe4, 0x62006020 | 1u << 23);
	pc_expect(without_dmar(arena, config), FINDING_FAIL, "unsupported");
	config[0xe0] = 0x05; /* not the vendor capability: E4h means something else */
	pc_expect(without_dmar(arena, config), FINDING_FAIL, "off-or-unsupported");
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
	pc_expect(finding, FINDING_FAIL, "off");
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
	pc_expect(pc_finding(arena, pc_build(arena, &edit, 1), "interrupt-remapping"),
		FINDING_FAIL, "not-offered");
	pc_expect(pc_finding(arena, pc_build(arena, &edit, 1), "x2apic-optout"),
		FINDING_FAIL, "opted-out");
	edit.bytes = pc_dmar(arena, DMAR_INTR_REMAP, at_zero, sizeof(at_zero));
	pc_expect(pc_finding(arena, pc_build(arena, &edit, 1), "iommu-sane"),
		FINDING_FAIL, "firmware-bug");
	edit.bytes = pc_dmar(arena, DMAR_INTR_REMAP, drhd, sizeof(drhd));
	edit.bytes.length -= 4; /* cut off */
	pc_expect(pc_finding(arena, pc_build(arena, &edit, 1), "iommu-sane"),
		FINDING_FAIL, "firmware-bug");
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

		pc_expect(pc_finding(arena, pc_build(arena, edits, 2), "rmrr-free"),
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
	pc_expect(pc_finding(arena, pc_build_amd(arena, &edit, 1), "interrupt-remapping"),
		FINDING_PASS, "on");
	ivrs[48] = 0x33; /* the MADT's 21h is not named any more */
	edit.bytes = pc_table(arena, "IVRS", ivrs, sizeof(ivrs));
	pc_expect(pc_finding(arena, pc_build_amd(arena, &edit, 1), "interrupt-remapping"),
		FINDING_FAIL, "not-offered");
	ivrs[48] = 0x21;
	ivrs[51] = ivrs[43] = 2; /* HPETs now */
	edit.bytes = pc_table(arena, "IVRS", ivrs, sizeof(ivrs));
	pc_expect(pc_finding(arena, pc_build_amd(arena, &edit, 1), "interrupt-remapping"),
		FINDING_FAIL, "not-offered");
}

/* Linux goes by one type of IVHD alone: names in the others don't count. */
static void test_ivrs_of_two_types(void **state)
{
	uint8_t ivrs[12 + 40 + 40] = { 0x41, 0x30, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
		0xb0, 40, 0, 2, 0, 0x40, 0, 0, 0, 0x90, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0x48, 0, 0, 0, 0x20, 0xa0, 0x00, 1, 0x48, 0, 0, 0, 0x21, 0x01,
		0x00, 1,
		/* 11h, for the same device, without entries */ 0x11, 0xb0, 40, 0, 2, 0 };
	ARENA_AUTO arena = arena_new();
	struct pc_edit edit = {
		.change = PC_SET,
		.path = "sys/firmware/acpi/tables/IVRS",
		.bytes = pc_table(arena, "IVRS", ivrs, sizeof(ivrs)),
	};

	(void)state;
	pc_expect(pc_finding(arena, pc_build_amd(arena, &edit, 1), "interrupt-remapping"),
		FINDING_FAIL, "not-offered");
}

/* A table without any unit leaves Linux without an IOMMU. */
static void test_a_table_without_units(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct pc_edit edit = {
		.change = PC_SET,
		.path = "sys/firmware/acpi/tables/DMAR",
		.bytes = pc_dmar(arena, DMAR_INTR_REMAP, "", 0),
	};

	(void)state;
	pc_expect(pc_finding(arena, pc_build(arena, &edit, 1), "iommu-sane"),
		FINDING_FAIL, "firmware-bug");
}

/* With two tables of one name the kernel numbers both, and goes by the first. */
static void test_two_tables_of_one_name(void **state)
{
	static const uint8_t drhd[] = { 0, 0, 16, 0, 1, 0, 0, 0, 0, 0x10, 0xd9, 0xfe, 0,
		0, 0, 0 };
	ARENA_AUTO arena = arena_new();
	struct pc_edit edits[] = {
		{ .change = PC_ABSENT, .path = "sys/firmware/acpi/tables/DMAR" },
		{ .change = PC_SET,
			.path = "sys/firmware/acpi/tables/DMAR1",
			.bytes = pc_dmar(arena, DMAR_INTR_REMAP, drhd, sizeof(drhd)) },
		{ .change = PC_SET,
			.path = "sys/firmware/acpi/tables/DMAR2",
			.bytes = pc_dmar(arena, 0, "", 0) },
	};

	(void)state;
	pc_expect(pc_finding(arena, pc_build(arena, edits, 3), "interrupt-remapping"),
		FINDING_PASS, "on");
	pc_expect(pc_finding(arena, pc_build(arena, edits, 3), "iommu-sane"),
		FINDING_PASS, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capid_tells_off_from_unsupported),
		cmocka_unit_test(test_xeon_shows_its_unit),
		cmocka_unit_test(test_dmar_flags),
		cmocka_unit_test(test_two_tables_of_one_name),
		cmocka_unit_test(test_rmrr_paths),
		cmocka_unit_test(test_ivrs_ioapics),
		cmocka_unit_test(test_ivrs_of_two_types),
		cmocka_unit_test(test_a_table_without_units),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
