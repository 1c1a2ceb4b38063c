/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host-bridge windows from /proc/iomem and the kernel log, and the log itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake.h"
#include "gpuhost/machine.h"

static struct windows windows_of(struct record *record)
{
	struct windows windows;

	record_seal(record);
	windows_read(record, record->arena, &windows);
	return windows;
}

static const char iomem_root[] = "00001000-0009ffff : System RAM\n"
				 "000a0000-000fffff : Reserved\n"
				 "  000a0000-000bffff : PCI Bus 0000:00\n"
				 "  000c0000-000cffff : Video ROM\n"
				 "80000000-dfffffff : PCI Bus 0000:00\n"
				 "  80000000-8fffffff : PCI Bus 0000:01\n"
				 "    80000000-80ffffff : 0000:01:00.0\n"
				 "fed00000-fed003ff : HPET 0\n"
				 "4000000000-7fffffffff : PCI Bus 0000:00\n"
				 "  6000000000-6201ffffff : PCI Bus 0000:01\n";

static void host_windows_are_those_outside_other_buses(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct windows windows;

	(void)state;
	fake_whole(record, "proc/iomem", iomem_root);
	windows = windows_of(record);
	assert_int_equal(windows.known, TRI_YES);
	assert_int_equal(windows.n, 3);
	assert_int_equal(windows.list[0].start, 0xa0000); /* inside "Reserved" */
	assert_int_equal(windows.list[1].end, 0xdfffffff);
	assert_int_equal(windows.list[2].start, 0x4000000000);
	assert_string_equal(windows.list[2].bus, "0000:00");
	assert_int_equal(windows.video_rom, TRI_YES);
}

static void zeroed_iomem_of_a_normal_user_is_unknown(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct windows windows;

	(void)state;
	fake_whole(record, "proc/iomem",
		"00000000-00000000 : System RAM\n"
		"00000000-00000000 : PCI Bus 0000:00\n"
		"  00000000-00000000 : Video ROM\n");
	windows = windows_of(record);
	assert_int_equal(windows.known, TRI_UNKNOWN);
	assert_int_equal(windows.n, 0);
	assert_int_equal(windows.video_rom, TRI_UNKNOWN);
}

static void iomem_without_a_video_rom_says_so(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);

	(void)state;
	fake_whole(record, "proc/iomem", "00001000-0009ffff : System RAM\n");
	assert_int_equal(windows_of(record).video_rom, TRI_NO);
}

#define HOST_BRIDGE "6,300,1,-;PCI host bridge to bus 0000:00\n"
#define WINDOW                                                                           \
	"6,301,1,-;pci_bus 0000:00: root bus resource "                                  \
	"[mem 0x4000000000-0x7fffffffff window]\n"

static void the_log_stands_in_for_iomem(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *cut = record_new(arena), *whole = record_new(arena);
	struct windows windows;

	(void)state;
	fake_file(cut, "dev/kmsg", HOST_BRIDGE WINDOW);
	windows = windows_of(cut);
	assert_int_equal(windows.known, TRI_YES);
	assert_int_equal(windows.n, 1);
	assert_int_equal(windows.list[0].end, 0x7fffffffff);
	assert_string_equal(windows.list[0].bus, "0000:00");
	assert_int_equal(windows.video_rom, TRI_UNKNOWN);
	fake_whole(whole, "dev/kmsg",
		"[    0.4] pci_bus 0000:00: root bus resource "
		"[mem 0x80000000-0xdfffffff window]\n");
	assert_int_equal(windows_of(whole).known, TRI_YES);
}

static void what_the_log_does_not_prove_is_no_window(void **state)
{
	static const char *const logs[] = {
		/* the kernel's own invention for a bus without ACPI */
		"6,0,1,-;pci_bus 0000:1f: root bus resource [mem 0x0-0x3fffffffffff]\n",
		"6,0,1,-;pci_bus 0000:00: root bus resource [io 0x0-0xcf7 window]\n",
		"6,0,1,-;evil: pci_bus 0000:00: root bus resource [mem 0x1-0x2 window]\n",
		"6,0,1,-;pci_bus 0000:00: root bus resource [mem 0x2-0x1 window]\n",
		"6,0,1,-;pci_bus : root bus resource [mem 0x1-0x2 window]\n",
		"6,0,1,-;pci_bus 0000:00: root bus resource [mem 0x1\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		ARENA_AUTO arena = arena_new();
		struct record *record = record_new(arena);

		fake_whole(record, "dev/kmsg", logs[i]);
		assert_int_equal(windows_of(record).known, TRI_UNKNOWN);
		assert_int_equal(windows_of(record).n, 0);
	}
}

static void a_log_cut_before_the_windows_is_not_believed(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);

	(void)state;
	fake_file(record, "dev/kmsg", WINDOW);
	assert_int_equal(windows_of(record).known, TRI_UNKNOWN);
}

static void log_lines_lose_their_prefixes(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct kernel_log log;

	(void)state;
	fake_file(record, "dev/kmsg",
		"6,0,0,-;Linux version 6.12\n"
		" SUBSYSTEM=pci\n DEVICE=+pci:0000:00:00.0\n"
		"4,1,2,c,caller=T1;a; b\x1b[31m\n"
		"[    0.000000] DMAR: IOMMU enabled\n"
		"<6>[    1.5][    T0] x\n"
		"\n[drm] ready");
	record_seal(record);
	kernel_log_read(record, arena, &log);
	assert_int_equal(log.known, TRI_UNKNOWN);
	assert_int_equal(log.n_lines, 5);
	assert_string_equal(log.lines[0], "Linux version 6.12");
	assert_string_equal(log.lines[1], "a; b?[31m");
	assert_string_equal(log.lines[2], "DMAR: IOMMU enabled");
	assert_string_equal(log.lines[3], "x");
	assert_string_equal(log.lines[4], "[drm] ready");
	assert_null(kernel_log_find(&log, "AMD-Vi"));
	record_cover(record, "dev/kmsg");
	record_seal(record);
	kernel_log_read(record, arena, &log);
	assert_int_equal(log.known, TRI_YES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_windows_are_those_outside_other_buses),
		cmocka_unit_test(zeroed_iomem_of_a_normal_user_is_unknown),
		cmocka_unit_test(iomem_without_a_video_rom_says_so),
		cmocka_unit_test(the_log_stands_in_for_iomem),
		cmocka_unit_test(what_the_log_does_not_prove_is_no_window),
		cmocka_unit_test(a_log_cut_before_the_windows_is_not_believed),
		cmocka_unit_test(log_lines_lose_their_prefixes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
