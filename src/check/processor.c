/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor: virtualisation, microcode, large pages, memory, topology. */
#include "topics.h"

enum {
	FEATURE_CONTROL_LOCKED = 1 << 0,
	FEATURE_CONTROL_VMX = 1 << 2, /* outside SMX */
	VM_CR_SVMDIS = 1 << 4,
};

/* Intel SDM volume 3, 24.7: a locked IA32_FEATURE_CONTROL without bit 2 keeps VMX off. */
static enum tri vmx_locked_off(const struct machine *machine)
{
	const struct num msr = machine->cpu.feature_control;

	if (msr.known)
		return tri_of((msr.value & FEATURE_CONTROL_LOCKED) &&
			!(msr.value & FEATURE_CONTROL_VMX));
	if (machine->cpu.kvm_loaded == TRI_YES)
		return TRI_NO;
	return kernel_log_find(&machine->log, "VMX (outside TXT) disabled by BIOS")
		? TRI_YES
		: TRI_UNKNOWN;
}

/* AMD APM volume 2, 15.30.1. */
static enum tri svm_locked_off(const struct machine *machine)
{
	const struct num msr = machine->cpu.vm_cr;

	if (msr.known)
		return tri_of(msr.value & VM_CR_SVMDIS);
	if (machine->cpu.kvm_loaded == TRI_YES)
		return TRI_NO;
	return kernel_log_find(&machine->log, "SVM disabled (by BIOS) in MSR_VM_CR")
		? TRI_YES
		: TRI_UNKNOWN;
}

static const char *where_known(
	const struct check_input *input, const char *name, struct num msr)
{
	if (msr.known)
		return arena_printf(input->arena, "MSR %s = 0x%llx", name,
			(unsigned long long)msr.value);
	if (input->machine->cpu.kvm_loaded == TRI_YES)
		return _("its KVM module is loaded");
	return _("the kernel log");
}

static struct check_result judge_virt(const struct check_input *input,
	const char *feature, enum tri locked_off, const char *msr_name, struct num msr)
{
	const char *vm = input->machine->cpu.hypervisor == TRI_YES
		? _(" (seen from inside a virtual machine)")
		: "";

	if (locked_off == TRI_YES)
		return check_result(input, FINDING_FAIL, "off",
			_("CPUID offers %s, but firmware switched it off (%s)%s"),
			feature, where_known(input, msr_name, msr), vm);
	if (locked_off == TRI_NO)
		return check_result(input, FINDING_PASS, "on",
			_("CPUID offers %s, and it is not locked off (%s)%s"), feature,
			where_known(input, msr_name, msr), vm);
	return check_result(input, FINDING_UNKNOWN, NULL,
		_("CPUID offers %s; whether firmware locked it off stands in MSR %s, "
		  "which was not read (%s)%s"),
		feature, msr_name,
		input->machine->cpu.msr_refused ? input->machine->cpu.msr_refused
						: _("not recorded"),
		vm);
}

static struct check_result run_cpu_virt(const struct check_input *input)
{
	const struct cpu *cpu = &input->machine->cpu;

	if (cpu->vmx == TRI_YES)
		return judge_virt(input, "VMX", vmx_locked_off(input->machine), "3Ah",
			cpu->feature_control);
	if (cpu->svm == TRI_YES)
		return judge_virt(input, "SVM", svm_locked_off(input->machine),
			"C0010114h", cpu->vm_cr);
	if (cpu->vmx == TRI_NO && cpu->svm == TRI_NO)
		return check_result(input, FINDING_FAIL,
			cpu->hypervisor == TRI_YES ? "virtual-machine" : "unsupported",
			cpu->hypervisor == TRI_YES
				? _("this is a virtual machine, and its CPUID offers "
				    "neither VMX nor SVM")
				: _("CPUID offers neither VMX nor SVM"));
	return check_result(input, FINDING_UNKNOWN, NULL, _("CPUID was not recorded"));
}

static const char *advise_cpu_virt(
	const struct check_input *input, const struct check_result *result)
{
	if (result->status == FINDING_FAIL && result->answer[0] == 'o') /* "off" */
		return _("Switch the CPU's virtualisation on in the firmware setup.");
	if (result->status == FINDING_FAIL && input->machine->cpu.hypervisor == TRI_YES)
		return _("Judge the real machine: boot it from the stick, or run "
			 "gpuhost on its own system.");
	if (result->status == FINDING_FAIL)
		return _("This CPU can't run virtual machines. If its data sheet says "
			 "it can, update the firmware.");
	if (input->machine->cpu.msr_refused && input->machine->system.euid.known &&
		input->machine->system.euid.value == 0)
		return _("Load the msr module and run it again: modprobe msr");
	return advice_read_as_root(input);
}

const struct check check_cpu_virt = {
	.id = "cpu-virt",
	.title = N_("The CPU virtualises, and firmware lets it"),
	.severity = SEVERITY_BLOCKER,
	.each = EACH_MACHINE,
	.run = run_cpu_virt,
	.advice = advise_cpu_virt,
	.menu = "cpu-virt",
	.ref = "Intel SDM 3C 24.7; AMD APM 2 15.30.1",
};

/* Intel's fix for the Vmin shift instability of Raptor Lake (CPUID B0671h): microcode
 * 12Bh. */
enum {
	RAPTOR_LAKE_S = 183,
	VMIN_FIX = 0x12b
};

static struct check_result run_microcode(const struct check_input *input)
{
	const struct cpu *cpu = &input->machine->cpu;

	if (!cpu->microcode.known)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("the microcode revision was not recorded"));
	if (cpu->vendor == CPU_VENDOR_INTEL && cpu->family.known &&
		cpu->family.value == 6 && cpu->model.known &&
		cpu->model.value == RAPTOR_LAKE_S && cpu->microcode.value < VMIN_FIX)
		return check_result(input, FINDING_FAIL, "vmin",
			_("revision 0x%llx is older than 0x%x, Intel's fix for the "
			  "voltage fault of 13th and 14th generation CPUs"),
			(unsigned long long)cpu->microcode.value, VMIN_FIX);
	return check_result(input, FINDING_PASS, NULL, _("revision 0x%llx"),
		(unsigned long long)cpu->microcode.value);
}

static const char *advise_microcode(
	const struct check_input *input, const struct check_result *result)
{
	(void)input;
	if (result->status != FINDING_FAIL)
		return NULL;
	return _("Update the firmware: until then the CPU may wear out and crash.");
}

const struct check check_microcode = {
	.id = "microcode",
	.title = N_("The microcode has no known fault that matters here"),
	.severity = SEVERITY_INFO,
	.each = EACH_MACHINE,
	.run = run_microcode,
	.advice = advise_microcode,
	.ref = "Intel, 0x12B microcode update, September 2024",
};

static struct check_result run_hugepage_1g(const struct check_input *input)
{
	switch (input->machine->cpu.gigabyte_pages) {
	case TRI_YES:
		return check_result(
			input, FINDING_PASS, "on", _("CPUID.80000001h:EDX[26] is set"));
	case TRI_NO:
		return check_result(input, FINDING_FAIL, "unsupported",
			_("CPUID.80000001h:EDX[26] is clear"));
	default:
		return check_result(
			input, FINDING_UNKNOWN, NULL, _("CPUID was not recorded"));
	}
}

const struct check check_hugepage_1g = {
	.id = "hugepage-1g",
	.title = N_("The CPU maps pages of 1 GiB"),
	.severity = SEVERITY_INFO,
	.each = EACH_MACHINE,
	.run = run_hugepage_1g,
	.ref = "AMD APM 2 5.3; Intel SDM 3A 4.5",
};

static struct check_result run_memory(const struct check_input *input)
{
	const uint64_t least = 8ull << 30,
		       reserved = 1ull << 30; /* what firmware keeps */
	const struct num memory = input->machine->system.memory;

	if (!memory.known)
		return check_result(input, FINDING_UNKNOWN, NULL,
			_("/proc/meminfo was not recorded"));
	return check_result(input,
		memory.value + reserved >= least ? FINDING_PASS : FINDING_FAIL, NULL,
		"%s", text_size(input->arena, memory.value));
}

const struct check check_memory = {
	.id = "memory",
	.title = N_("There is memory for a host and a VM (8 GiB)"),
	.severity = SEVERITY_INFO,
	.each = EACH_MACHINE,
	.run = run_memory,
	.ref = "Proxmox VE system requirements",
};
