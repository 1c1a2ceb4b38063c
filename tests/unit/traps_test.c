/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The traps of firmware and of tools that fell into them: one change to a good machine
 * each, and what must come of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gpuhost/arena.h"
#include "pc.h"

enum {
	MOST_EDITS = 6
};

struct trap {
	const char *what;
	bool amd;
	struct pc_edit edits[MOST_EDITS];
	const char *check;
	enum finding_status status;
	const char *answer; /* or NULL */
	const char *evidence; /* a part of it, or NULL */
};

#define TABLES "sys/firmware/acpi/tables/"
#define NO_GROUPS                                                                        \
	{                                                                                \
		PC_ABSENT, "sys/kernel/iommu_groups", NULL,                              \
		{                                                                        \
			0                                                                \
		}                                                                        \
	}

static const struct trap traps[] = {
	/* ---- virtualisation ---- */
	{ "/proc/cpuinfo hides vmx that firmware switched off", false,
		{ { PC_FACT, "msr.0x3a", "0x1", { 0 } },
			{ PC_SET, "proc/cpuinfo", "flags\t\t: fpu sse2\n", { 0 } } },
		"cpu-virt", FINDING_FAIL, "off", "MSR 3Ah = 0x1" },
	{ "an unlocked MSR is set by the kernel itself", false,
		{ { PC_FACT, "msr.0x3a", "0x0", { 0 } } }, "cpu-virt", FINDING_PASS, "on",
		NULL },
	{ "VMX inside SMX alone doesn't help", false,
		{ { PC_FACT, "msr.0x3a", "0x3", { 0 } } }, "cpu-virt", FINDING_FAIL,
		"off", NULL },
	{ "VT-x off leaves VT-d as it is", false,
		{ { PC_FACT, "msr.0x3a", "0x1", { 0 } } }, "iommu-firmware", FINDING_PASS,
		"on", NULL },
	{ "an MSR that wasn't read is not a pass", false,
		{ { PC_FACT, "msr.0x3a", NULL, { 0 } },
			{ PC_FORGET, "dev/cpu/0/msr", NULL, { 0 } } },
		"cpu-virt", FINDING_UNKNOWN, NULL, "EPERM" },
	{ "without the MSR, the kernel log tells", false,
		{ { PC_FACT, "msr.0x3a", NULL, { 0 } },
			{ PC_SET, "dev/kmsg",
				"6,0,0,-;x86/cpu: VMX (outside TXT) disabled by BIOS\n",
				{ 0 } } },
		"cpu-virt", FINDING_FAIL, "off", "kernel log" },
	{ "a CPU without VMX can't", false,
		{ { PC_FACT, "cpuid.0x1.0x0.ecx", "0x7ffafb9f", { 0 } } }, "cpu-virt",
		FINDING_FAIL, "unsupported", NULL },
	{ "SVM locked off by VM_CR", true,
		{ { PC_FACT, "msr.0xc0010114", "0x18", { 0 } } }, "cpu-virt",
		FINDING_FAIL, "off", "C0010114h" },
	{ "inside a VM it says so and judges on", false,
		{ { PC_FACT, "cpuid.0x1.0x0.ecx", "0xfffafb9f", { 0 } } }, "cpu-virt",
		FINDING_FAIL, "virtual-machine", NULL },

	/* ---- the IOMMU ---- */
	{ "no DMAR, and the host bridge says that the CPU has VT-d", false,
		{ { PC_ABSENT, TABLES "DMAR", NULL, { 0 } } }, "iommu-firmware",
		FINDING_FAIL, "off", "bit 23 is clear" },
	{ "no IVRS on a Zen CPU is off, never unsupported", true,
		{ { PC_ABSENT, TABLES "IVRS", NULL, { 0 } } }, "iommu-firmware",
		FINDING_FAIL, "off", NULL },
	{ "no table, no proof: both are possible", false,
		{ { PC_ABSENT, TABLES "DMAR", NULL, { 0 } },
			{ PC_ABSENT, "sys/bus/pci/devices/0000:00:00.0", NULL, { 0 } } },
		"iommu-firmware", FINDING_FAIL, "off-or-unsupported", NULL },
	{ "a virtual machine without an IOMMU", false,
		{ { PC_ABSENT, TABLES "DMAR", NULL, { 0 } },
			{ PC_FACT, "cpuid.0x1.0x0.ecx", "0xfffafbbf", { 0 } } },
		"iommu-firmware", FINDING_FAIL, "virtual-machine", NULL },
	{ "Xen hides the table", false,
		{ { PC_ABSENT, TABLES "DMAR", NULL, { 0 } },
			{ PC_SET, "dev/kmsg",
				"6,0,0,-;Booting paravirtualized kernel on Xen\n",
				{ 0 } } },
		"iommu-firmware", FINDING_UNKNOWN, "hidden", NULL },
	{ "an unreadable table is no missing table", false,
		{ { PC_FORGET, TABLES "DMAR", NULL, { 0 } },
			{ PC_ABSENT, "sys/class/iommu", NULL, { 0 } }, NO_GROUPS,
			{ PC_SET, "sys/bus/pci/devices/0000:00:00.0/iommu_group", "",
				{ 0 } } },
		"iommu-firmware", FINDING_UNKNOWN, NULL, NULL },
	{ "an unreadable table, but a running IOMMU", false,
		{ { PC_FORGET, TABLES "DMAR", NULL, { 0 } } }, "iommu-firmware",
		FINDING_PASS, "on", "dmar0" },
	{ "DMAR is there, the kernel just didn't use it", false, { NO_GROUPS },
		"iommu-firmware", FINDING_PASS, "on", NULL },
	{ "lines about DMAR in the log don't mean that it's in use", false,
		{ NO_GROUPS,
			{ PC_SET, "dev/kmsg",
				"6,0,0,-;DMAR: Host address width 46\n"
				"6,1,0,-;DMAR: DRHD base: 0x000000fed91000 flags: 0x1\n",
				{ 0 } } },
		"iommu-active", FINDING_FAIL, "off", NULL },
	{ "intel_iommu=off explains it", false,
		{ NO_GROUPS,
			{ PC_SET, "proc/cmdline", "quiet intel_iommu=off\n", { 0 } } },
		"iommu-active", FINDING_FAIL, "off", "intel_iommu=off" },
	{ "the IOMMU's width is its MGAW", false,
		{ { PC_ABSENT, "proc/none", NULL, { 0 } } }, "iommu-width", FINDING_FAIL,
		"narrower", "46 bits, the IOMMU 39" },

	{ "current kernels under Xen say it in other words", false,
		{ { PC_ABSENT, TABLES "DMAR", NULL, { 0 } },
			{ PC_SET, "dev/kmsg", "6,0,0,-;Booting kernel on Xen\n",
				{ 0 } } },
		"iommu-firmware", FINDING_UNKNOWN, "hidden", NULL },
	{ "the firmware's own switch is the best witness", false,
		{ { PC_ABSENT, TABLES "DMAR", NULL, { 0 } },
			{ PC_ABSENT, "sys/bus/pci/devices/0000:00:00.0", NULL, { 0 } },
			{ PC_SET, "sys/class/dmi/id/board_vendor", "Dell Inc.\n", { 0 } },
			{ PC_SET,
				"sys/class/firmware-attributes/dell-wmi-sysman/attributes/"
				"VtForDirectIo/current_value",
				"Disabled\n", { 0 } } },
		"iommu-firmware", FINDING_FAIL, "off", "VtForDirectIo = Disabled" },
	{ "a Core 2 host bridge keeps something else in that bit", false,
		{ { PC_ABSENT, TABLES "DMAR", NULL, { 0 } },
			{ PC_FACT, "cpuid.0x1.0x0.eax", "0x1067a", { 0 } } },
		"iommu-firmware", FINDING_FAIL, "off-or-unsupported", NULL },

	/* ---- interrupt remapping ---- */
	{ "a unit whose register was not read may deny it", false,
		{ { PC_FORGET, "sys/class/iommu/dmar0/intel-iommu/ecap", NULL, { 0 } } },
		"interrupt-remapping", FINDING_UNKNOWN, NULL, "dmar0" },
	{ "the unit itself denies it", false,
		{ { PC_SET, "sys/class/iommu/dmar0/intel-iommu/ecap", "f050d2\n",
			{ 0 } } },
		"interrupt-remapping", FINDING_FAIL, "denied", NULL },
	{ "xapic mode is interrupt remapping too", false,
		{ { PC_SET, "dev/kmsg",
			"6,0,0,-;DMAR-IR: Enabled IRQ remapping in xapic mode\n",
			{ 0 } } },
		"interrupt-remapping", FINDING_PASS, "on", "xapic" },
	{ "the log alone decides nothing", false,
		{ { PC_FORGET, TABLES "DMAR", NULL, { 0 } } }, "interrupt-remapping",
		FINDING_UNKNOWN, NULL, "DMAR-IR" },
	{ "an IVRS without a MADT can't be complete for sure", true,
		{ { PC_FORGET, TABLES "APIC", NULL, { 0 } } }, "interrupt-remapping",
		FINDING_UNKNOWN, NULL, NULL },

	/* ---- firmware ---- */
	{ "a shadowed video ROM in the log is no sign of CSM", false,
		{ { PC_ABSENT, "proc/none", NULL, { 0 } } }, "csm-off", FINDING_PASS,
		"no-sign", NULL },
	{ "a legacy video ROM is only a sign", false,
		{ { PC_SET, "proc/iomem",
			"000c0000-000cffff : Video ROM\n80400000-dfffffff : PCI Bus "
			"0000:00\n",
			{ 0 } } },
		"csm-off", FINDING_FAIL, "probably-on", NULL },
	{ "Secure Boot outweighs that sign", false,
		{ { PC_SET, "proc/iomem",
			  "000c0000-000cffff : Video ROM\n80400000-dfffffff : PCI Bus "
			  "0000:00\n",
			  { 0 } },
			{ PC_SET,
				"sys/firmware/efi/efivars/"
				"SecureBoot-8be4df61-93ca-11d2-aa0d-"
				"00e098032b8c",
				NULL, { (const uint8_t *)"\6\0\0\0\1", 5 } } },
		"csm-off", FINDING_PASS, "off", NULL },
	{ "a legacy start", false, { { PC_ABSENT, "sys/firmware/efi", NULL, { 0 } } },
		"uefi-boot", FINDING_FAIL, "bios", NULL },
	{ "a Bluetooth chip's secure boot is not the machine's", false,
		{ { PC_ABSENT, "proc/none", NULL, { 0 } } }, "secure-boot", FINDING_PASS,
		"off", NULL },
	{ "an EFI variable of a wrong length", false,
		{ { PC_SET,
			"sys/firmware/efi/efivars/"
			"SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
			"\6", { 0 } } },
		"secure-boot", FINDING_UNKNOWN, NULL, NULL },

	/* ---- address space ---- */
	{ "a normal user sees zeros in /proc/iomem; the bridges show it all the same",
		false,
		{ { PC_SET, "proc/iomem", "00000000-00000000 : PCI Bus 0000:00\n",
			{ 0 } } },
		"above-4g", FINDING_PASS, "on", "0000:00:0" },
	{ "pci=nocrs hides what firmware offers", false,
		{ { PC_SET, "proc/cmdline", "pci=nocrs\n", { 0 } } }, "above-4g",
		FINDING_UNKNOWN, NULL, "nocrs" },

	{ "pci=nocrs among other options", false,
		{ { PC_SET, "proc/cmdline", "quiet pci=noaer,nocrs\n", { 0 } } },
		"above-4g", FINDING_UNKNOWN, "hidden", NULL },

	/* ---- the card ---- */
	{ "registers alone may hold an address that Linux gave up", false,
		{ { PC_FORGET, PC_GPU_PATH "resource", NULL, { 0 } } }, "gpu-bars",
		FINDING_UNKNOWN, NULL, NULL },
	{ "a BAR that found no room", false,
		{ { PC_SET, PC_GPU_PATH "resource",
			  "0x0000000082000000 0x0000000082ffffff 0x0000000000040200\n"
			  "0x0000000000000000 0x00000003ffffffff 0x000000002014220c\n"
			  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
			  "0x0000006400000000 0x0000006401ffffff 0x000000000014220c\n"
			  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
			  "0x0000000000005000 0x000000000000507f 0x0000000000040101\n"
			  "0x0000000000000000 0x0000000000000000 0x0000000000000000\n",
			  { 0 } },
			{ PC_SET, "dev/kmsg",
				"6,0,0,-;pci 0000:01:00.0: BAR 1 [mem size 0x400000000 "
				"64bit "
				"pref]: can't assign; no space\n",
				{ 0 } } },
		"gpu-bars", FINDING_FAIL, "unassigned", "no space" },
	{ "no reset method", false,
		{ { PC_SET, PC_GPU_PATH "reset_method", "\n", { 0 } } }, "gpu-reset",
		FINDING_FAIL, "none", NULL },
	{ "a host driver on the card is nothing to worry about", false,
		{ { PC_LINK, PC_GPU_PATH "driver", "../../../bus/pci/drivers/nouveau",
			{ 0 } } },
		"gpu-driver", FINDING_FAIL, "held", "nouveau" },
	{ "the boot display with another one beside it", false,
		{ { PC_SET, PC_GPU_PATH "boot_vga", "1\n", { 0 } } }, "gpu-boot-display",
		FINDING_PASS, "first-of-several", NULL },
	{ "the only display", false,
		{ { PC_SET, PC_GPU_PATH "boot_vga", "1\n", { 0 } },
			{ PC_ABSENT, "sys/bus/pci/devices/0000:00:02.0", NULL, { 0 } } },
		"gpu-boot-display", FINDING_FAIL, "only-display", NULL },

	/* ---- isolation ---- */
	{ "another device in the group", false,
		{ { PC_LINK, "sys/bus/pci/devices/0000:03:00.0/iommu_group",
			  "../../../kernel/iommu_groups/8", { 0 } },
			{ PC_LINK, "sys/kernel/iommu_groups/8/devices/0000:03:00.0", "x",
				{ 0 } } },
		"gpu-isolated", FINDING_FAIL, "shared", "0000:03:00.0" },
	{ "the root port in the group is fine", false,
		{ { PC_LINK, "sys/bus/pci/devices/0000:00:01.0/iommu_group",
			  "../../../kernel/iommu_groups/8", { 0 } },
			{ PC_LINK, "sys/kernel/iommu_groups/8/devices/0000:00:01.0", "x",
				{ 0 } },
			{ PC_ABSENT, "sys/kernel/iommu_groups/1", NULL, { 0 } } },
		"gpu-isolated", FINDING_PASS, "isolated", NULL },
	{ "a driverless host bridge in the group is fine", false,
		{ { PC_LINK, "sys/bus/pci/devices/0000:00:00.0/iommu_group",
			  "../../../kernel/iommu_groups/8", { 0 } },
			{ PC_LINK, "sys/kernel/iommu_groups/8/devices/0000:00:00.0", "x",
				{ 0 } },
			{ PC_ABSENT, "sys/kernel/iommu_groups/0", NULL, { 0 } } },
		"gpu-isolated", FINDING_PASS, "isolated", NULL },
	{ "faked groups prove nothing", false,
		{ { PC_SET, "proc/cmdline", "pcie_acs_override=downstream\n", { 0 } } },
		"gpu-isolated", FINDING_UNKNOWN, "faked", NULL },
	{ "a direct region on the card's group", false,
		{ { PC_SET, "sys/kernel/iommu_groups/8/reserved_regions",
			"0x000000007c000000 0x000000007fffffff direct\n", { 0 } } },
		"rmrr-free", FINDING_FAIL, "bound", NULL },
	{ "a direct-relaxable one", false,
		{ { PC_SET, "sys/kernel/iommu_groups/8/reserved_regions",
			"0x000000007c000000 0x000000007fffffff direct-relaxable\n",
			{ 0 } } },
		"rmrr-free", FINDING_PASS, "free", NULL },
	{ "the iGPU's RMRR does not concern the card", false,
		{ { PC_FORGET, "sys/kernel/iommu_groups/8/reserved_regions", NULL,
			{ 0 } } },
		"rmrr-free", FINDING_PASS, "free", "DMAR" },

	{ "a group that was not read whole is no proof", false,
		{ { PC_FORGET, "sys/kernel/iommu_groups/8/devices/0000:03:00.0", NULL,
			{ 0 } } },
		"gpu-isolated", FINDING_UNKNOWN, "probably-isolated", NULL },
	{ "a link that contradicts the groups", false,
		{ { PC_LINK, "sys/bus/pci/devices/0000:03:00.0/iommu_group",
			"../../../kernel/iommu_groups/8", { 0 } } },
		"gpu-isolated", FINDING_UNKNOWN, "probably-isolated", NULL },
	{ "the GPU in no group though there are some", false,
		{ { PC_ABSENT, PC_GPU_PATH "iommu_group", NULL, { 0 } },
			{ PC_ABSENT, "sys/kernel/iommu_groups/8", NULL, { 0 } } },
		"gpu-isolated", FINDING_FAIL, "no-group", NULL },
	{ "vfio without an IOMMU makes groups that isolate nothing", false,
		{ { PC_ABSENT, "sys/class/iommu", NULL, { 0 } } }, "iommu-active",
		FINDING_FAIL, "off", NULL },
	{ "such a group by its name", false,
		{ { PC_SET, "sys/kernel/iommu_groups/8/name", "vfio-noiommu\n", { 0 } } },
		"gpu-isolated", FINDING_UNKNOWN, NULL, NULL },

	/* ---- others ---- */
	{ "old microcode on a Raptor Lake", false,
		{ { PC_SET, "sys/devices/system/cpu/cpu0/microcode/version", "0x11d\n",
			{ 0 } } },
		"microcode", FINDING_FAIL, "vmin", NULL },
	{ "a node number of -1 is no node", false,
		{ { PC_SET, PC_GPU_PATH "numa_node", "-1\n", { 0 } } }, "gpu-present",
		FINDING_PASS, NULL, NULL },
};

static void check_trap(const struct trap *trap)
{
	ARENA_AUTO arena = arena_new();
	struct finding finding;
	size_t n = 0;

	while (n < MOST_EDITS && trap->edits[n].path)
		n++;
	finding = pc_finding(arena,
		(trap->amd ? pc_build_amd : pc_build)(arena, trap->edits, n),
		trap->check);
	if (finding.status != trap->status)
		fail_msg("%s: %s is %s: %s", trap->what, trap->check,
			finding_status_word(finding.status), finding.evidence);
	if (trap->answer &&
		(!finding.answer || strcmp(finding.answer, trap->answer) != 0))
		fail_msg("%s: the answer is \"%s\"", trap->what,
			finding.answer ? finding.answer : "");
	if (trap->evidence && !strstr(finding.evidence, trap->evidence))
		fail_msg("%s: the evidence is \"%s\"", trap->what, finding.evidence);
}

static void test_traps(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(traps) / sizeof(traps[0]); i++)
		check_trap(&traps[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_traps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
