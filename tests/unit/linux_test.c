/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the running Linux shows: IOMMU units and groups, disks, interfaces, options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake.h"
#include "gpuhost/machine.h"

#define GROUPS "sys/kernel/iommu_groups"

/* Two functions, as the PCI reader would hand them on. */
static struct pci_function functions[] = {
	{ .slot = "0000:00:01.0", .device = 1 },
	{ .slot = "0000:01:00.0", .bus = 1 },
};

static struct pci pci_of(enum tri known)
{
	return (struct pci){ .known = known,
		.functions = functions,
		.n_functions = sizeof(functions) / sizeof(functions[0]) };
}

static struct iommu iommu_of(struct record *record, const struct pci *pci)
{
	struct iommu iommu;

	record_seal(record);
	iommu_read(record, pci, record->arena, &iommu);
	return iommu;
}

static void units_are_read_in_hexadecimal(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct pci pci = { 0 };
	struct iommu iommu;

	(void)state;
	record_cover(record, "sys/class/iommu");
	fake_file(record, "sys/class/iommu/dmar0/intel-iommu/cap", "d2008c40660462\n");
	fake_file(record, "sys/class/iommu/dmar0/intel-iommu/ecap", "f050da\n");
	fake_file(record, "sys/class/iommu/dmar1/intel-iommu/cap", "junk\n");
	iommu = iommu_of(record, &pci);
	assert_int_equal(iommu.units_known, TRI_YES);
	assert_int_equal(iommu.n_units, 2);
	assert_string_equal(iommu.units[0].name, "dmar0");
	assert_int_equal(iommu.units[0].cap.value, 0xd2008c40660462);
	assert_int_equal(iommu.units[0].ecap.value, 0xf050da);
	assert_false(iommu.units[1].cap.known);
	assert_false(iommu.units[1].ecap.known);
}

static struct num features(const char *text, const char *release)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct pci pci = { 0 };

	fake_file(record, "sys/class/iommu/ivhd0/amd-iommu/cap", "190b640f\n");
	fake_file(record, "sys/class/iommu/ivhd0/amd-iommu/features", text);
	if (release)
		fake_fact(record, "uname.release", release);
	return iommu_of(record, &pci).units[0].ecap;
}

/* The kernel turned the order of the two registers round. */
static void amd_features_may_be_a_pair(void **state)
{
	(void)state;
	assert_int_equal(features("246577efa2254afa\n", NULL).value, 0x246577efa2254afa);
	assert_int_equal(features("24afa:10\n", "6.12.9-1-pve").value, 0x24afa);
	assert_int_equal(features("10:24afa\n", "6.1.0-28-amd64").value, 0x24afa);
	assert_false(features("10:24afa\n", NULL).known);
	assert_false(features("10:24afa\n", "six").known);
}

static void groups_with_members_and_regions(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct pci pci = pci_of(TRI_YES);
	struct iommu iommu;

	(void)state;
	record_cover(record, GROUPS);
	fake_file(record, GROUPS "/10/type", "DMA-FQ\n");
	fake_link(record, GROUPS "/10/devices/0000:01:00.0", "../../x");
	fake_file(record, GROUPS "/10/reserved_regions",
		"0x000000008d4e1000 0x000000008d500fff direct-relaxable\n"
		"0x00000000fee00000 0x00000000feefffff msi\n");
	fake_link(record, GROUPS "/2/devices/0000:00:01.0", "../../x");
	fake_link(record, GROUPS "/2/devices/10000:e0:1d.0", "../../x");
	fake_link(record, GROUPS "/2/devices/MSFT0101:00", "../../x");
	fake_file(record, GROUPS "/2/reserved_regions", "0x1 direct\n");
	iommu = iommu_of(record, &pci);
	assert_int_equal(iommu.groups_known, TRI_YES);
	assert_int_equal(iommu.n_groups, 2);
	assert_int_equal(iommu.groups[0].id, 2); /* by number, not by text */
	assert_int_equal(iommu.groups[0].n_members, 1);
	assert_int_equal(iommu.groups[0].regions_known, TRI_UNKNOWN);
	assert_int_equal(iommu.groups[1].regions_known, TRI_YES);
	assert_int_equal(iommu.groups[1].n_regions, 2);
	assert_int_equal(iommu.groups[1].regions[0].end, 0x8d500fff);
	assert_string_equal(iommu.groups[1].regions[0].type, "direct-relaxable");
	assert_string_equal(iommu.groups[1].type, "DMA-FQ");
	assert_ptr_equal(iommu_group_of(&iommu, &functions[1]), &iommu.groups[1]);
}

static void a_member_that_pci_does_not_show_makes_groups_unknown(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct pci pci = pci_of(TRI_YES);

	(void)state;
	record_cover(record, GROUPS);
	fake_link(record, GROUPS "/0/devices/0000:07:00.0", "../../x");
	assert_int_equal(iommu_of(record, &pci).groups_known, TRI_UNKNOWN);
}

static void no_groups_are_an_answer_only_where_covered(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct pci pci = pci_of(TRI_YES);
	struct iommu iommu = iommu_of(record, &pci);

	(void)state;
	assert_int_equal(iommu.groups_known, TRI_UNKNOWN);
	record_cover(record, GROUPS);
	iommu = iommu_of(record, &pci);
	assert_int_equal(iommu.groups_known, TRI_YES);
	assert_int_equal(iommu.n_groups, 0);
}

static void groups_follow_from_the_functions(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct pci_function own[] = {
		{ .slot = "0000:00:01.0", .group = num_of(7), .in_group = TRI_YES },
		{ .slot = "0000:00:02.0", .group = num_of(1), .in_group = TRI_YES },
		{ .slot = "0000:00:03.0", .group = num_of(7), .in_group = TRI_YES },
		{ .slot = "0000:00:04.0", .in_group = TRI_NO },
	};
	struct pci pci = { .known = TRI_YES, .functions = own, .n_functions = 4 };
	struct record *record = record_new(arena);
	struct iommu iommu = iommu_of(record, &pci);

	(void)state;
	assert_int_equal(iommu.groups_known, TRI_YES);
	assert_int_equal(iommu.n_groups, 2);
	assert_int_equal(iommu.groups[1].id, 7);
	assert_int_equal(iommu.groups[1].n_members, 2);
	assert_ptr_equal(iommu.groups[1].members[1], &own[2]);
	own[3].in_group = TRI_UNKNOWN;
	assert_int_equal(iommu_of(record, &pci).groups_known, TRI_UNKNOWN);
	own[3].in_group = TRI_NO;
	pci.known = TRI_UNKNOWN;
	assert_int_equal(iommu_of(record, &pci).groups_known, TRI_UNKNOWN);
}

static void disks_and_partitions(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct machine machine = { 0 };

	(void)state;
	record_cover(record, "sys/block");
	fake_file(record, "sys/block/loop0/size", "8\n");
	fake_file(record, "sys/block/nvme0n1/size", "1953525168\n");
	fake_file(record, "sys/block/nvme0n1/removable", "0\n");
	fake_file(record, "sys/block/nvme0n1/queue/rotational", "0\n");
	fake_file(record, "sys/block/nvme0n1/device/model", "WD_BLACK SN850X  \n");
	fake_file(record, "sys/block/nvme0n1/nvme0n1p1/partition", "1\n");
	fake_file(record, "sys/block/nvme0n1/nvme0n1p1/size", "2048\n");
	fake_file(record, "sys/block/sda/size", "99999999999999999999\n");
	fake_fact(record, "block.nvme0n1.path",
		"../devices/pci0000:00/0000:00:06.0/0000:02:00.0/nvme/nvme0/nvme0n1");
	fake_fact(record, "blkid.nvme0n1.pttype", "gpt");
	fake_fact(record, "blkid.nvme0n1p1.type", "vfat");
	record_seal(record);
	disks_read(record, arena, &machine);
	assert_int_equal(machine.disks_known, TRI_YES);
	assert_int_equal(machine.n_disks, 2);
	assert_string_equal(machine.disks[0].slot, "0000:02:00.0");
	assert_string_equal(machine.disks[0].model, "WD_BLACK SN850X");
	assert_string_equal(machine.disks[0].type, "gpt");
	assert_int_equal(machine.disks[0].size.value, 1953525168ull * 512);
	assert_int_equal(machine.disks[0].removable, TRI_NO);
	assert_int_equal(machine.disks[0].n_partitions, 1);
	assert_string_equal(machine.disks[0].partitions[0].type, "vfat");
	assert_false(machine.disks[1].size.known);
	assert_null(machine.disks[1].slot);
}

static void interfaces_with_hardware_behind_them(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct machine machine = { 0 };

	(void)state;
	record_cover(record, "sys/class/net");
	fake_file(record, "sys/class/net/lo/type", "772\n");
	fake_file(record, "sys/class/net/vmbr0/type", "1\n");
	fake_file(record, "sys/class/net/enp4s0/type", "1\n");
	fake_file(record, "sys/class/net/enp4s0/carrier", "1\n");
	fake_file(record, "sys/class/net/enp4s0/speed", "2500\n");
	fake_link(record, "sys/class/net/enp4s0/device", "../../../0000:04:00.0");
	fake_link(record, "sys/bus/pci/devices/0000:04:00.0/driver", "../../drivers/igc");
	fake_file(record, "sys/class/net/wlan0/speed", "-1\n");
	fake_link(record, "sys/class/net/wlan0/device", "../../../1-2:1.0");
	fake_dir(record, "sys/class/net/wlan0/wireless");
	record_seal(record);
	nics_read(record, arena, &machine);
	assert_int_equal(machine.nics_known, TRI_YES);
	assert_int_equal(machine.n_nics, 2);
	assert_string_equal(machine.nics[0].slot, "0000:04:00.0");
	assert_string_equal(machine.nics[0].driver, "igc");
	assert_int_equal(machine.nics[0].wireless, TRI_NO);
	assert_int_equal(machine.nics[0].carrier, TRI_YES);
	assert_int_equal(machine.nics[0].speed.value, 2500);
	assert_int_equal(machine.nics[1].wireless, TRI_YES);
	assert_int_equal(machine.nics[1].carrier, TRI_UNKNOWN);
	assert_false(machine.nics[1].speed.known);
	assert_null(machine.nics[1].slot);
}

static enum tri attributes_known(struct record *record)
{
	struct machine machine = { 0 };

	record_seal(record);
	attributes_read(record, record->arena, &machine);
	return machine.attributes_known;
}

static void firmware_options_of_a_dell(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct machine machine = { 0 };
	const char *base = "sys/class/firmware-attributes/dell-wmi-sysman/attributes/";

	(void)state;
	fake_file(record, arena_printf(arena, "%spending_reboot", base), "0\n");
	fake_file(record, arena_printf(arena, "%sVtForDirectIo/current_value", base),
		"Disabled\n");
	fake_file(record, arena_printf(arena, "%sVtForDirectIo/possible_values", base),
		"Disabled;Enabled;\n");
	fake_file(record, arena_printf(arena, "%sVirtualization/type", base),
		"enumeration\n");
	record_seal(record);
	attributes_read(record, arena, &machine);
	assert_int_equal(machine.attributes_known, TRI_YES);
	assert_int_equal(machine.n_attributes, 2);
	assert_string_equal(machine.attributes[0].name, "Virtualization");
	assert_null(machine.attributes[0].value); /* only root may read it */
	assert_string_equal(machine.attributes[1].driver, "dell-wmi-sysman");
	assert_string_equal(machine.attributes[1].value, "Disabled");
}

static void missing_options_mean_something_only_where_a_driver_looked(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *dell = record_new(arena), *asus = record_new(arena);

	(void)state;
	fake_file(dell, "sys/class/dmi/id/sys_vendor", "Dell Inc.\n");
	record_cover(dell, "sys/class/firmware-attributes");
	assert_int_equal(attributes_known(dell), TRI_UNKNOWN);
	fake_dir(dell, "sys/module/dell_wmi_sysman");
	assert_int_equal(attributes_known(dell), TRI_YES);
	fake_file(asus, "sys/class/dmi/id/board_vendor", "ASUSTeK COMPUTER INC.\n");
	assert_int_equal(attributes_known(asus), TRI_YES);
	fake_file(asus, "sys/class/dmi/id/sys_vendor", "LENOVO\n");
	assert_int_equal(attributes_known(asus), TRI_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_are_read_in_hexadecimal),
		cmocka_unit_test(amd_features_may_be_a_pair),
		cmocka_unit_test(groups_with_members_and_regions),
		cmocka_unit_test(a_member_that_pci_does_not_show_makes_groups_unknown),
		cmocka_unit_test(no_groups_are_an_answer_only_where_covered),
		cmocka_unit_test(groups_follow_from_the_functions),
		cmocka_unit_test(disks_and_partitions),
		cmocka_unit_test(interfaces_with_hardware_behind_them),
		cmocka_unit_test(firmware_options_of_a_dell),
		cmocka_unit_test(
			missing_options_mean_something_only_where_a_driver_looked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
