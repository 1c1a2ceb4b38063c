/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Linux and the firmware say of a machine as a whole: switches, windows, disks, log.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake.h"
#include "gpuhost/machine.h"

#define EFIVARS "sys/firmware/efi/efivars/"
#define EFI_GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define SECURE_BOOT EFIVARS "SecureBoot" EFI_GLOBAL
#define INDICATIONS EFIVARS "OsIndicationsSupported" EFI_GLOBAL

static struct system system_of(struct record *record)
{
	struct system system;

	record_seal(record);
	system_read(record, record->arena, &system);
	return system;
}

static const struct machine *machine_of(struct record *record)
{
	static const struct machine_options options = { .names = false };

	record_seal(record);
	return machine_read(record, &options, record->arena);
}

static void an_empty_machine_knows_nothing(void **state)
{
	ARENA_AUTO arena = arena_new();
	const struct machine *machine = machine_of(record_new(arena));

	(void)state;
	assert_int_equal(machine->system.uefi, TRI_UNKNOWN);
	assert_int_equal(machine->system.secure_boot, TRI_UNKNOWN);
	assert_int_equal(machine->system.setup_mode, TRI_UNKNOWN);
	assert_int_equal(machine->system.tpm, TRI_UNKNOWN);
	assert_null(machine->system.dmi.board_name);
	assert_null(machine->system.kernel);
	assert_null(machine->system.command_line);
	assert_false(machine->system.memory.known);
	assert_int_equal(machine->iommu.units_known, TRI_UNKNOWN);
	assert_int_equal(machine->iommu.groups_known, TRI_UNKNOWN);
	assert_int_equal(machine->windows.known, TRI_UNKNOWN);
	assert_int_equal(machine->windows.video_rom, TRI_UNKNOWN);
	assert_int_equal(machine->disks_known, TRI_UNKNOWN);
	assert_int_equal(machine->nics_known, TRI_UNKNOWN);
	assert_int_equal(machine->attributes_known, TRI_UNKNOWN);
	assert_int_equal(machine->log.known, TRI_UNKNOWN);
	assert_false(machine->live);
}

static void uefi_and_its_variables(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct system system;

	(void)state;
	fake_dir(record, "sys/firmware/efi");
	fake_bytes(record, SECURE_BOOT, "\6\0\0\0\1", 5);
	fake_bytes(record, INDICATIONS, "\6\0\0\0\5\0\0\0\0\0\0\0", 12);
	record_cover(record, EFIVARS "SetupMode" EFI_GLOBAL);
	system = system_of(record);
	assert_int_equal(system.uefi, TRI_YES);
	assert_int_equal(system.secure_boot, TRI_YES);
	assert_int_equal(system.setup_mode, TRI_NO);
	assert_int_equal(system.os_indications.value, 5);
}

static void a_machine_without_uefi_has_no_secure_boot(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct system system;

	(void)state;
	record_cover(record, "sys/firmware/efi");
	system = system_of(record);
	assert_int_equal(system.uefi, TRI_NO);
	assert_int_equal(system.secure_boot, TRI_NO);
}

static void efi_variables_of_wrong_length_say_nothing(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
	} cases[] = { { "", 0 }, { "\1", 1 }, { "\6\0\0\0", 4 }, { "\6\0\0\0\1\0", 6 },
		{ "\6\0\0\0\2", 5 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ARENA_AUTO arena = arena_new();
		struct record *record = record_new(arena);
		struct system system;

		fake_dir(record, "sys/firmware/efi");
		fake_bytes(record, SECURE_BOOT, cases[i].bytes, cases[i].length);
		fake_bytes(record, INDICATIONS, cases[i].bytes, cases[i].length);
		record_cover(record, SECURE_BOOT);
		system = system_of(record);
		assert_int_equal(system.secure_boot, TRI_UNKNOWN);
		assert_false(system.os_indications.known);
	}
}

/* The Bluetooth controller talks of its own firmware. */
static void the_log_does_not_turn_secure_boot_on(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	const struct machine *machine;

	(void)state;
	fake_whole(
		record, "dev/kmsg", "6,0,0,-;Bluetooth: hci0: Secure boot is enabled\n");
	machine = machine_of(record);
	assert_int_equal(machine->system.secure_boot, TRI_UNKNOWN);
	assert_int_equal(machine->system.uefi, TRI_UNKNOWN);
	assert_non_null(kernel_log_find(&machine->log, "Secure boot"));
}

static void the_tpm_is_a_device_or_a_table(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *device = record_new(arena), *table = record_new(arena);
	struct record *none = record_new(arena);

	(void)state;
	fake_file(device, "sys/class/tpm/tpm0/tpm_version_major", "1\n");
	assert_int_equal(system_of(device).tpm_version.value, 1);
	assert_int_equal(system_of(device).tpm, TRI_YES);
	fake_file(table, "sys/firmware/acpi/tables/TPM2", "TPM2");
	assert_int_equal(system_of(table).tpm_version.value, 2);
	record_cover(none, "sys/class/tpm");
	assert_int_equal(system_of(none).tpm, TRI_UNKNOWN);
	record_cover(none, "sys/firmware/acpi/tables/TPM2");
	assert_int_equal(system_of(none).tpm, TRI_NO);
}

static void kernel_memory_and_empty_dmi_strings(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct system system;

	(void)state;
	fake_file(
		record, "proc/version", "Linux version 6.12.9-1-pve (build@x) #1 SMP\n");
	fake_file(record, "proc/meminfo", "MemTotal:       65536000 kB\nMemFree: 1 kB\n");
	fake_file(record, "sys/class/dmi/id/board_name", "  \n");
	fake_file(record, "sys/class/dmi/id/board_vendor", "ASRock\n");
	fake_fact(record, "euid", "1000");
	system = system_of(record);
	assert_string_equal(system.kernel, "6.12.9-1-pve");
	assert_int_equal(system.memory.value, 65536000ull * 1024);
	assert_null(system.dmi.board_name);
	assert_string_equal(system.dmi.board_vendor, "ASRock");
	assert_int_equal(system.euid.value, 1000);
}

static const char *word(struct arena *arena, const char *line, const char *name)
{
	struct system system = { .command_line = line };
	const char *value = command_line_get(&system, name, arena);

	return value ? value : "(none)";
}

static void the_command_line_is_read_as_the_kernel_does(void **state)
{
	ARENA_AUTO arena = arena_new();
	const char *line = "BOOT_IMAGE=/vmlinuz quiet intel_iommu=off x.a-b=\"1 2\" "
			   "\"y=3 4\" intel_iommu=on -- iommu=pt";

	(void)state;
	assert_string_equal(word(arena, line, "intel_iommu"), "on");
	assert_string_equal(word(arena, line, "quiet"), "");
	assert_string_equal(word(arena, line, "x.a_b"), "1 2");
	assert_string_equal(word(arena, line, "y"), "3 4");
	assert_string_equal(word(arena, line, "iommu"), "(none)");
	assert_string_equal(word(arena, line, "intel"), "(none)");
	assert_string_equal(word(arena, "a=\"open", "a"), "open");
	assert_string_equal(word(arena, NULL, "a"), "(none)");
	assert_string_equal(word(arena, "  ", ""), "(none)");
}

static const char *const members[] = { "proc/cpuinfo", "proc/iomem", "proc/meminfo",
	"proc/modules", "proc/version", "proc/cmdline", "dev/kmsg", SECURE_BOOT,
	INDICATIONS, "sys/class/dmi/id/board_name",
	"sys/class/tpm/tpm0/tpm_version_major", "sys/class/iommu/dmar0/intel-iommu/cap",
	"sys/class/iommu/ivhd0/amd-iommu/features",
	"sys/kernel/iommu_groups/0/reserved_regions", "sys/kernel/iommu_groups/0/type",
	"sys/kernel/iommu_groups/x/type", "sys/devices/system/cpu/present",
	"sys/devices/system/cpu/online", "sys/devices/system/cpu/cpu0/cache/index0/level",
	"sys/devices/system/cpu/cpu0/cache/index0/size", "sys/devices/cpu_core/cpus",
	"sys/devices/system/node/online", "sys/block/sda/size",
	"sys/block/sda/sda1/partition", "sys/class/net/eth0/speed",
	"sys/class/net/eth0/device", "sys/class/firmware-attributes/x/attributes/y/type",
	"sys/firmware/acpi/tables/DMAR", "sys/firmware/acpi/tables/SRAT" };

/* The same bytes in every member: whatever they are, a machine comes out. */
static void garbage_in_every_member_is_survived(void **state)
{
	static const char *const patterns[] = { "", "\n", "-", "0",
		"999999999999999999999", ": : :", "0-", "[", "<6>[", "6,1,1,-;", "\"",
		"= = =", " : ", "\xff\xfe\x80", "\1\2\3",
		"00000000-ffffffffffffffff : PCI Bus 0000:00\n",
		"MemTotal:", "flags\t:", "0x", "K", ",,,", "0-4095\n" };

	(void)state;
	for (size_t p = 0; p < sizeof(patterns) / sizeof(patterns[0]); p++) {
		for (size_t times = 1; times <= 300; times += 299) {
			ARENA_AUTO arena = arena_new();
			struct record *record = record_new(arena);
			size_t n = strlen(patterns[p]), length = n * times;
			char *data = arena_alloc(arena, length + 1);

			for (size_t i = 0; i < times; i++)
				memcpy(data + i * n, patterns[p], n);
			for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
				fake_bytes(record, members[i], data, length);
			record_cover(record, "sys");
			record_cover(record, "proc");
			assert_non_null(machine_of(record));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_machine_knows_nothing),
		cmocka_unit_test(uefi_and_its_variables),
		cmocka_unit_test(a_machine_without_uefi_has_no_secure_boot),
		cmocka_unit_test(efi_variables_of_wrong_length_say_nothing),
		cmocka_unit_test(the_log_does_not_turn_secure_boot_on),
		cmocka_unit_test(the_tpm_is_a_device_or_a_table),
		cmocka_unit_test(kernel_memory_and_empty_dmi_strings),
		cmocka_unit_test(the_command_line_is_read_as_the_kernel_does),
		cmocka_unit_test(garbage_in_every_member_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
