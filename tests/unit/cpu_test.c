/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor: what counts as proof, what stays unknown, and its topology. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake.h"
#include "gpuhost/cpu.h"

#define CPU "sys/devices/system/cpu/"

static struct cpu cpu_of(struct record *record)
{
	struct cpu cpu;

	record_seal(record);
	cpu_read(record, record->arena, &cpu);
	return cpu;
}

static void an_empty_record_knows_nothing(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct cpu cpu = cpu_of(record_new(arena));

	(void)state;
	assert_int_equal(cpu.vendor, CPU_VENDOR_UNKNOWN);
	assert_null(cpu.vendor_string);
	assert_null(cpu.brand);
	assert_int_equal(cpu.vmx, TRI_UNKNOWN);
	assert_int_equal(cpu.svm, TRI_UNKNOWN);
	assert_int_equal(cpu.hypervisor, TRI_UNKNOWN);
	assert_int_equal(cpu.gigabyte_pages, TRI_UNKNOWN);
	assert_int_equal(cpu.kvm_loaded, TRI_UNKNOWN);
	assert_int_equal(cpu.topology_known, TRI_UNKNOWN);
	assert_false(cpu.family.known);
	assert_false(cpu.feature_control.known);
	assert_false(cpu.nodes.known);
	assert_int_equal(cpu.n_threads, 0);
}

static void cpuid_facts_are_decoded(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct cpu cpu;

	(void)state;
	fake_fact(record, "cpuid.vendor", "GenuineIntel");
	fake_fact(record, "cpuid.brand", "13th Gen Intel(R) Core(TM) i9-13900K");
	fake_fact(record, "cpuid.0x0.0x0.eax", "0x20");
	fake_fact(record, "cpuid.0x1.0x0.eax", "0xb0671");
	fake_fact(record, "cpuid.0x1.0x0.ecx", "0x7ffafbbf");
	fake_fact(record, "cpuid.0x80000000.0x0.eax", "0x80000008");
	fake_fact(record, "cpuid.0x80000001.0x0.ecx", "0x121");
	fake_fact(record, "cpuid.0x80000001.0x0.edx", "0x2c100800");
	fake_fact(record, "cpuid.0x80000008.0x0.eax", "0x302e");
	fake_fact(record, "msr.0x3a", "0x5");
	record_refuse(record, "dev/cpu/0/msr", "EPERM");
	cpu = cpu_of(record);
	assert_int_equal(cpu.vendor, CPU_VENDOR_INTEL);
	assert_int_equal(cpu.family.value, 6);
	assert_int_equal(cpu.model.value, 0xb7);
	assert_int_equal(cpu.stepping.value, 1);
	assert_int_equal(cpu.vmx, TRI_YES);
	assert_int_equal(cpu.svm, TRI_NO);
	assert_int_equal(cpu.hypervisor, TRI_NO);
	assert_int_equal(cpu.gigabyte_pages, TRI_YES);
	assert_int_equal(cpu.physical_bits.value, 46);
	assert_int_equal(cpu.feature_control.value, 5);
	assert_false(cpu.vm_cr.known);
	assert_string_equal(cpu.msr_refused, "EPERM");
}

static void amd_families_add_up(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct cpu cpu;

	(void)state;
	fake_fact(record, "cpuid.vendor", "AuthenticAMD");
	fake_fact(record, "cpuid.0x1.0x0.eax", "0xa60f12"); /* Ryzen 7000 */
	cpu = cpu_of(record);
	assert_int_equal(cpu.vendor, CPU_VENDOR_AMD);
	assert_int_equal(cpu.family.value, 0x19);
	assert_int_equal(cpu.model.value, 0x61);
	assert_int_equal(cpu.stepping.value, 2);
}

static void leaves_above_the_highest_are_not_believed(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct cpu cpu;

	(void)state;
	fake_fact(record, "cpuid.0x80000000.0x0.eax", "0x80000004");
	fake_fact(record, "cpuid.0x80000008.0x0.eax", "0x3027");
	cpu = cpu_of(record);
	assert_false(cpu.physical_bits.known);
}

static void the_vendor_follows_from_the_brand(void **state)
{
	static const struct {
		const char *vendor, *brand;
		enum cpu_vendor expected;
	} cases[] = {
		{ NULL, "Intel(R) Xeon(R) CPU L5630 @ 2.13GHz", CPU_VENDOR_INTEL },
		{ NULL, "12th Gen Intel(R) Core(TM) i9-12900KS", CPU_VENDOR_INTEL },
		{ NULL, "AMD A10-6800K APU with Radeon(tm) HD Graphics", CPU_VENDOR_AMD },
		{ "HygonGenuine", NULL, CPU_VENDOR_AMD },
		{ "CentaurHauls", "Intel(R) not at all", CPU_VENDOR_OTHER },
		{ NULL, "Fantasy CPU", CPU_VENDOR_UNKNOWN },
		{ "", "", CPU_VENDOR_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ARENA_AUTO arena = arena_new();
		struct record *record = record_new(arena);

		if (cases[i].vendor)
			fake_fact(record, "cpuid.vendor", cases[i].vendor);
		if (cases[i].brand)
			fake_fact(record, "cpuid.brand", cases[i].brand);
		assert_int_equal(cpu_of(record).vendor, cases[i].expected);
	}
}

static const char cpuinfo[] = "processor\t: 0\n"
			      "vendor_id\t: GenuineIntel\n"
			      "cpu family\t: 6\n"
			      "model\t\t: 94\n"
			      "model name\t: Intel(R) Core(TM) i7-6700K CPU @ 4.00GHz\n"
			      "stepping\t: 3\n"
			      "microcode\t: 0xf0\n"
			      "flags\t\t: fpu pdpe1gb nosvm novmx\n"
			      "vmx flags\t: vnmi\n"
			      "address sizes\t: 39 bits physical, 48 bits virtual\n"
			      "\n"
			      "processor\t: 1\n"
			      "flags\t\t: fpu vmx svm hypervisor\n";

static void cpuinfo_names_but_its_missing_flags_prove_nothing(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct cpu cpu;

	(void)state;
	fake_whole(record, "proc/cpuinfo", cpuinfo);
	cpu = cpu_of(record);
	assert_int_equal(cpu.vendor, CPU_VENDOR_INTEL);
	assert_string_equal(cpu.brand, "Intel(R) Core(TM) i7-6700K CPU @ 4.00GHz");
	assert_int_equal(cpu.family.value, 6);
	assert_int_equal(cpu.model.value, 94);
	assert_int_equal(cpu.stepping.value, 3);
	assert_int_equal(cpu.microcode.value, 0xf0);
	assert_int_equal(cpu.physical_bits.value, 39);
	assert_int_equal(cpu.gigabyte_pages, TRI_YES);
	assert_int_equal(cpu.vmx, TRI_UNKNOWN); /* the kernel may have hidden it */
	assert_int_equal(cpu.svm, TRI_UNKNOWN);
	assert_int_equal(cpu.hypervisor, TRI_NO);
}

static void cpuinfo_flags_that_are_there_are_proof(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	struct cpu cpu;

	(void)state;
	fake_whole(record, "proc/cpuinfo", "flags\t\t: fpu vmx hypervisor");
	fake_whole(record, "proc/modules", "x 1 0 - Live 0\nkvm_intel 1 0 - Live 0x0\n");
	fake_fact(record, "cpuid.0x80000001.0x0.ecx", "0x4");
	cpu = cpu_of(record);
	assert_int_equal(cpu.vmx, TRI_YES);
	assert_int_equal(cpu.svm, TRI_YES);
	assert_int_equal(cpu.hypervisor, TRI_YES);
	assert_int_equal(cpu.kvm_loaded, TRI_YES);
}

/* Two P threads of one core, one E core, one CPU offline. */
static struct record *hybrid(struct arena *arena)
{
	static const char *const core[] = { "0", "0", "8" };
	struct record *record = record_new(arena);

	record_cover(record, "sys/devices");
	fake_file(record, CPU "present", "0-3\n");
	fake_file(record, CPU "online", "0-2\n");
	for (int i = 0; i < 3; i++) {
		const char *folder = arena_printf(arena, CPU "cpu%d", i);
		const char *index = arena_printf(arena, "%s/cache/index", folder);

		fake_file(record, arena_printf(arena, "%s/topology/core_id", folder),
			core[i]);
		fake_file(record,
			arena_printf(arena, "%s/topology/physical_package_id", folder),
			"0\n");
		fake_file(record, arena_printf(arena, "%s0/level", index), "1\n");
		fake_file(record, arena_printf(arena, "%s1/level", index), "3\n");
		fake_file(record, arena_printf(arena, "%s1/size", index), "32768K\n");
		fake_file(record, arena_printf(arena, "%s1/shared_cpu_list", index),
			i < 2 ? "0-1\n" : "2\n");
	}
	fake_file(record, "sys/devices/cpu_core/cpus", "0-1\n");
	fake_file(record, "sys/devices/cpu_atom/cpus", "2-3\n");
	fake_file(record, "sys/devices/system/node/online", "0-1\n");
	fake_file(record, "sys/devices/system/node/node0/cpulist", "0,1\n");
	fake_file(record, "sys/devices/system/node/node1/cpulist", "2-3\n");
	return record;
}

static void topology_is_read(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct cpu cpu = cpu_of(hybrid(arena));

	(void)state;
	assert_int_equal(cpu.topology_known, TRI_YES);
	assert_int_equal(cpu.n_threads, 4);
	assert_int_equal(cpu.threads[1].core.value, 0);
	assert_int_equal(cpu.threads[2].core.value, 8);
	assert_int_equal(cpu.threads[2].online, TRI_YES);
	assert_int_equal(cpu.threads[3].online, TRI_NO);
	assert_false(cpu.threads[3].core.known);
	assert_int_equal(cpu.threads[0].kind, CORE_PERFORMANCE);
	assert_int_equal(cpu.threads[3].kind, CORE_EFFICIENT);
	assert_int_equal(cpu.n_l3s, 2);
	assert_int_equal(cpu.l3s[0].threads, 2);
	assert_int_equal(cpu.l3s[0].size, 32 << 20);
	assert_int_equal(cpu.threads[2].l3.value, 2);
	assert_int_equal(cpu.nodes.value, 2);
	assert_int_equal(cpu.threads[3].node.value, 1);
}

static void kinds_need_an_answer_from_the_kernel(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);

	(void)state;
	fake_file(record, CPU "present", "0");
	assert_int_equal(cpu_of(record).threads[0].kind, CORE_UNKNOWN);
	record_cover(record, "sys/devices");
	assert_int_equal(cpu_of(record).threads[0].kind, CORE_UNIFORM);
	fake_fact(record, "cpuid.0x7.0x0.edx", "0x8000"); /* hybrid, says the CPU */
	assert_int_equal(cpu_of(record).threads[0].kind, CORE_UNKNOWN);
}

static size_t threads_of(const char *list)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);

	fake_whole(record, CPU "present", list);
	return cpu_of(record).n_threads;
}

static void lists_of_cpus_are_parsed_and_bounded(void **state)
{
	(void)state;
	assert_int_equal(threads_of("0-15,17\n"), 17);
	assert_int_equal(threads_of("0"), 1);
	assert_int_equal(threads_of("3,3,2-3"), 2);
	assert_int_equal(threads_of("0-4294967295"), 4096);
	assert_int_equal(threads_of("0-99999999999999999999999"), 4096);
	assert_int_equal(threads_of("4096-5000"), 0);
	/* Not understood: unknown, not half an answer. */
	assert_int_equal(threads_of("0-3,x"), 0);
	assert_int_equal(threads_of("5-2"), 0);
	assert_int_equal(threads_of("-1"), 0);
	assert_int_equal(threads_of("1-"), 0);
	assert_int_equal(threads_of("0 1"), 0);
	assert_int_equal(threads_of(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_record_knows_nothing),
		cmocka_unit_test(cpuid_facts_are_decoded),
		cmocka_unit_test(amd_families_add_up),
		cmocka_unit_test(leaves_above_the_highest_are_not_believed),
		cmocka_unit_test(the_vendor_follows_from_the_brand),
		cmocka_unit_test(cpuinfo_names_but_its_missing_flags_prove_nothing),
		cmocka_unit_test(cpuinfo_flags_that_are_there_are_proof),
		cmocka_unit_test(topology_is_read),
		cmocka_unit_test(kinds_need_an_answer_from_the_kernel),
		cmocka_unit_test(lists_of_cpus_are_parsed_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
