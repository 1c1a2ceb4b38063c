/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor: what CPUID and MSRs say (never /proc/cpuinfo's flags, which hide what
 * firmware switched off), and its topology. */
#ifndef GPUHOST_CPU_H
#define GPUHOST_CPU_H

#include <stddef.h>
#include <stdint.h>

#include "gpuhost/tri.h"

struct arena;
struct record;

enum cpu_vendor {
	CPU_VENDOR_UNKNOWN = 0,
	CPU_VENDOR_INTEL,
	CPU_VENDOR_AMD, /* and Hygon, which is the same design */
	CPU_VENDOR_OTHER,
};

enum core_kind {
	CORE_UNKNOWN = 0,
	CORE_UNIFORM, /* the CPU has one kind only */
	CORE_PERFORMANCE,
	CORE_EFFICIENT,
};

struct cpu_thread {
	unsigned number; /* Linux's CPU number */
	enum tri online;
	struct num core, package, die, node;
	struct num l3; /* id of its L3 cache: one CCX on AMD */
	enum core_kind kind;
};

struct cpu_l3 {
	uint64_t id;
	uint64_t size; /* bytes; the larger one is the X3D die */
	unsigned threads;
};

struct cpu {
	enum cpu_vendor vendor;
	const char *vendor_string; /* "GenuineIntel", or NULL */
	const char *brand; /* "13th Gen Intel(R) Core(TM) i9-13900K", or NULL */
	struct num family, model, stepping; /* display values, CPUID.1:EAX decoded */
	enum tri vmx; /* CPUID.1:ECX[5] */
	enum tri svm; /* CPUID.80000001h:ECX[2] */
	enum tri hypervisor; /* CPUID.1:ECX[31]: we run inside a VM */
	struct num feature_control; /* MSR 3Ah: bit 0 locked, bit 2 VMX outside SMX */
	struct num vm_cr; /* MSR C0010114h: bit 4 SVMDIS, bit 3 LOCK */
	/* kvm_intel or kvm_amd is loaded, which refuses where firmware switched it off;
	 * absence says nothing (it may be built in, or not asked for), so never TRI_NO.
	 */
	enum tri kvm_loaded;
	const char *msr_refused; /* why the MSRs weren't read ("EPERM", ...), or NULL */
	struct num physical_bits; /* CPUID.80000008h:EAX[7:0] */
	enum tri gigabyte_pages; /* CPUID.80000001h:EDX[26] */
	struct num microcode;
	struct cpu_thread *threads;
	size_t n_threads;
	struct cpu_l3 *l3s;
	size_t n_l3s;
	enum tri topology_known;
	struct num nodes; /* NUMA nodes */
};

void cpu_read(const struct record *record, struct arena *arena, struct cpu *ret);

#endif
