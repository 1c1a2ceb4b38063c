/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Config space alone: what it tells, and that broken ones do no harm. */
#include "pci_build.h"

static const uint64_t MIB = 1 << 20;

static void test_rtx4080(void **state)
{
	uint8_t config[4096];
	struct pci_function f;

	(void)state;
	build_rtx4080(config);
	f = decode(config, sizeof(config));
	assert_int_equal(f.responds, TRI_YES);
	assert_int_equal(f.vendor_id, 0x10de);
	assert_int_equal(f.device_id, 0x2704);
	assert_int_equal(f.class_code, PCI_CLASS_VGA);
	assert_int_equal(f.subsystem_vendor.value, 0x7377);
	assert_int_equal(f.bar[0].start, 0x82000000);
	assert_false(f.bar[0].wide);
	assert_int_equal(f.bar[0].size.value, 16 * MIB);
	assert_int_equal(f.bar[1].start, 0x6000000000);
	assert_true(f.bar[1].wide && f.bar[1].prefetchable);
	assert_int_equal(f.bar[1].size.value, 256 * MIB);
	assert_int_equal(f.bar[2].present, TRI_NO);
	assert_int_equal(f.bar[3].start, 0x6010000000);
	assert_int_equal(f.bar[3].size.value, 32 * MIB);
	assert_true(f.bar[5].io);
	assert_int_equal(f.rebar_present, TRI_YES);
	assert_int_equal(f.n_rebars, 3);
	assert_int_equal(f.rebar[1].sizes, 0x7fc0);
	assert_int_equal(f.express.flr, TRI_YES);
	assert_int_equal(f.express.max_width.value, 16);
	assert_int_equal(f.express.width.value, 8);
	assert_int_equal(f.express.target_speed.value, 4);
	assert_int_equal(f.pm_reset, TRI_NO);
	assert_int_equal(f.acs.present, TRI_NO);
	assert_int_equal(f.sriov.present, TRI_NO);
}

static void test_unassigned_bar(void **state)
{
	uint8_t config[4096];
	struct pci_function f;

	(void)state;
	build_rtx4080(config);
	put(config, 0x10, 4, 0); /* a 32-bit one: only ReBAR says that it is there */
	put(config, 0x18, 4, 0); /* the upper half of BAR 1 */
	put(config, 0x24, 4, 0);
	f = decode(config, sizeof(config));
	assert_int_equal(f.bar[0].present, TRI_YES);
	assert_int_equal(f.bar[0].assigned, TRI_NO);
	assert_int_equal(f.bar[1].present, TRI_YES);
	assert_int_equal(f.bar[1].assigned, TRI_NO);
	assert_int_equal(f.bar[5].present, TRI_UNKNOWN);
	f = decode(config, 256);
	assert_int_equal(f.bar[0].present, TRI_UNKNOWN);
	assert_int_equal(f.bar[0].assigned, TRI_UNKNOWN);
}

/* Cut-off config space leaves capabilities unknown, never absent. */
static void test_short_config(void **state)
{
	uint8_t config[4096];
	struct pci_function f;

	(void)state;
	build_rtx4080(config);
	f = decode(config, 256);
	assert_int_equal(f.express.flr, TRI_YES);
	assert_int_equal(f.rebar_present, TRI_UNKNOWN);
	assert_int_equal(f.acs.present, TRI_UNKNOWN);
	f = decode(config, 64);
	assert_int_equal(f.device_id, 0x2704);
	assert_int_equal(f.bar[1].present, TRI_YES);
	assert_int_equal(f.express.present, TRI_UNKNOWN);
	assert_int_equal(f.pm_reset, TRI_UNKNOWN);
	assert_int_equal(f.sriov.present, TRI_UNKNOWN);
	f = decode(config, 0);
	assert_int_equal(f.responds, TRI_UNKNOWN);
	assert_int_equal(f.bar[0].present, TRI_UNKNOWN);
	for (size_t length = 0; length < sizeof(config); length += 13) {
		uint8_t *exact = test_malloc(length + 1);

		memcpy(exact, config, length);
		decode(exact, length);
		test_free(exact);
	}
}

static void test_conventional(void **state)
{
	uint8_t config[256];
	struct pci_function f;

	(void)state;
	build_host_bridge(config);
	f = decode(config, 256);
	assert_int_equal(f.express.present, TRI_NO);
	assert_int_equal(f.acs.present, TRI_NO); /* nothing beyond 256 bytes */
	assert_false(f.vendor_cap_e4.known);
	put(config, 0xe0, 4, 0x01140009);
	put(config, 0xe4, 4, 0x62006020);
	assert_int_equal(decode(config, 256).vendor_cap_e4.value, 0x62006020);
	assert_false(decode(config, 64).vendor_cap_e4.known);
}

static void test_dead(void **state)
{
	uint8_t config[4096];
	struct pci_function f;

	(void)state;
	memset(config, 0xff, sizeof(config));
	f = decode(config, sizeof(config));
	assert_int_equal(f.responds, TRI_NO);
	assert_int_equal(f.bar[0].present, TRI_UNKNOWN);
	assert_int_equal(f.express.present, TRI_UNKNOWN);
	build_rtx4080(config);
	config[0x0e] = 0x7f;
	f = decode(config, sizeof(config));
	assert_int_equal(f.responds, TRI_NO);
	assert_int_equal(f.rebar_present, TRI_UNKNOWN);
	/* A virtual function's identity reads all ones, but it is alive. */
	build_rtx4080(config);
	put(config, 0, 4, 0xffffffff);
	assert_int_equal(decode(config, sizeof(config)).responds, TRI_YES);
}

static void build_bridge(uint8_t config[256])
{
	memset(config, 0, 256);
	put(config, 0x00, 4, 0xa70d8086);
	put(config, 0x08, 4, 0x06040001);
	put(config, 0x0e, 1, 0x81);
	put(config, 0x18, 4, 0x00020100);
	put(config, 0x20, 4, 0x83008200);
	put(config, 0x24, 4, 0x01f10001);
	put(config, 0x28, 4, 0x60);
	put(config, 0x2c, 4, 0x64);
	put(config, 0x3e, 2, 0x8);
}

static void test_bridge(void **state)
{
	uint8_t config[256];
	struct pci_function f;

	(void)state;
	build_bridge(config);
	f = decode(config, sizeof(config));
	assert_int_equal(f.secondary_bus.value, 1);
	assert_int_equal(f.subordinate_bus.value, 2);
	assert_int_equal(f.memory.open, TRI_YES);
	assert_int_equal(f.memory.start, 0x82000000);
	assert_int_equal(f.memory.end, 0x830fffff);
	assert_int_equal(f.prefetchable.start, 0x6000000000);
	assert_int_equal(f.prefetchable.end, 0x6401ffffff);
	assert_int_equal(f.vga_routed, TRI_YES);
	assert_int_equal(f.bar[2].present, TRI_NO);
	put(config, 0x20, 4, 0x0000fff0);
	put(config, 0x24, 4, 0);
	f = decode(config, sizeof(config));
	assert_int_equal(f.memory.open, TRI_NO);
	assert_int_equal(f.prefetchable.open, TRI_NO);
}

static void test_loops(void **state)
{
	uint8_t config[4096];
	struct pci_function f;

	(void)state;
	build_rtx4080(config);
	put(config, 0x61, 1, 0x60); /* PM points at itself */
	put(config, 0x100, 4, 0x10010002); /* VC points at itself */
	f = decode(config, sizeof(config));
	assert_int_equal(f.express.present, TRI_UNKNOWN);
	assert_int_equal(f.rebar_present, TRI_UNKNOWN);
	put(config, 0x61, 1, 0x10); /* into the header */
	assert_int_equal(decode(config, sizeof(config)).express.present, TRI_UNKNOWN);
	put(config, 0x34, 1, 0xff);
	decode(config, sizeof(config));
	build_rtx4080(config);
	put(config, 0x100, 4, 0xffc10002); /* at the very end */
	put(config, 0xffc, 4, 0x00010015);
	f = decode(config, sizeof(config));
	assert_int_equal(f.rebar_present, TRI_NO);
	put(config, 0xffc, 4, 0x0001000d);
	assert_int_equal(decode(config, sizeof(config)).acs.present, TRI_UNKNOWN);
	put(config, 0x100, 4, 0x05010002); /* below 100h */
	assert_int_equal(decode(config, sizeof(config)).rebar_present, TRI_UNKNOWN);
}

/* Bogus Resizable BAR capabilities exist on real machines. */
static void test_bogus_rebar(void **state)
{
	uint8_t config[4096];

	(void)state;
	build_rtx4080(config);
	put(config, 0xbb8, 4, 0); /* no BARs */
	assert_int_equal(decode(config, sizeof(config)).rebar_present, TRI_NO);
	put(config, 0xbb8, 4, 7u << 5); /* seven */
	assert_int_equal(decode(config, sizeof(config)).rebar_present, TRI_NO);
	build_rtx4080(config);
	put(config, 0xbc0, 1, 7); /* BAR 7 */
	assert_int_equal(decode(config, sizeof(config)).n_rebars, 0);
	put(config, 0xbc0, 1, 2); /* the upper half of BAR 1 */
	assert_int_equal(decode(config, sizeof(config)).n_rebars, 0);
	build_rtx4080(config);
	put(config, 0x0b, 1, 0x06); /* no display */
	assert_int_equal(decode(config, sizeof(config)).rebar_present, TRI_NO);
}

static void test_amd_iommu(void **state)
{
	uint8_t config[256] = { 0 };

	(void)state;
	put(config, 0x00, 4, 0x14811022);
	put(config, 0x04, 4, 0x00100004);
	put(config, 0x08, 4, 0x08060000);
	put(config, 0x34, 1, 0x40);
	put(config, 0x40, 4, 0x190b000f);
	put(config, 0x44, 4, 0xfd200001);
	assert_int_equal(decode(config, 256).iommu_enabled, TRI_YES);
	put(config, 0x44, 4, 0xfd200000);
	assert_int_equal(decode(config, 256).iommu_enabled, TRI_NO);
	assert_int_equal(decode(config, 64).iommu_enabled, TRI_UNKNOWN);
}

/* Noise of every kind: what counts is that nothing is read outside (sanitizers). */
static void test_noise(void **state)
{
	uint8_t config[4096];
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		build_rtx4080(config);
		for (int i = 0; i < 40; i++) {
			static const size_t spans[] = { 64, 256, 4096 };

			seed = seed * 1664525 + 1013904223;
			config[(seed >> 8) % spans[seed % 3]] = (uint8_t)(seed >> 24);
		}
		decode(config, sizeof(config));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rtx4080),
		cmocka_unit_test(test_unassigned_bar),
		cmocka_unit_test(test_short_config),
		cmocka_unit_test(test_conventional),
		cmocka_unit_test(test_dead),
		cmocka_unit_test(test_bridge),
		cmocka_unit_test(test_loops),
		cmocka_unit_test(test_bogus_rebar),
		cmocka_unit_test(test_amd_iommu),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
