/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts that only the processor itself tells: CPUID, and the two MSRs in which firmware
 * locks virtualisation off. Sources: Intel SDM 2A CPUID, 3C 23.7; AMD APM 2 15.30.1. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "gpuhost/arena.h"
#include "gpuhost/text.h"
#include "recorder.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>

enum {
	MSR_IA32_FEATURE_CONTROL = 0x3a,
};
#define MSR_VM_CR 0xc0010114u
#define MSR_DEVICE "dev/cpu/0/msr"

enum {
	CPUID_1_ECX_VMX = 1 << 5,
	CPUID_80000001_ECX_SVM = 1 << 2,
};

struct cpuid {
	unsigned eax, ebx, ecx, edx;
};

static void record_register(struct record *record, unsigned leaf, unsigned subleaf,
	const char *name, unsigned value)
{
	record_add_fact(record,
		arena_printf(record->arena, "cpuid.0x%x.0x%x.%s", leaf, subleaf, name),
		arena_printf(record->arena, "0x%x", value));
}

static void record_leaf(struct record *record, unsigned leaf, unsigned subleaf)
{
	struct cpuid id;

	if (!__get_cpuid_count(leaf, subleaf, &id.eax, &id.ebx, &id.ecx, &id.edx))
		return;
	if (leaf == 1)
		id.ebx &= 0x00ffffff; /* which CPU ran this: its initial APIC id */
	record_register(record, leaf, subleaf, "eax", id.eax);
	record_register(record, leaf, subleaf, "ebx", id.ebx);
	record_register(record, leaf, subleaf, "ecx", id.ecx);
	record_register(record, leaf, subleaf, "edx", id.edx);
}

static void record_vendor(struct record *record)
{
	struct cpuid id;
	char text[13] = "";

	if (!__get_cpuid(0, &id.eax, &id.ebx, &id.ecx, &id.edx))
		return;
	memcpy(text, &id.ebx, 4);
	memcpy(text + 4, &id.edx, 4);
	memcpy(text + 8, &id.ecx, 4);
	record_add_fact(record, "cpuid.vendor",
		text_trim(record->arena,
			(struct bytes){ (const uint8_t *)text, strlen(text) }));
}

static void record_brand(struct record *record)
{
	unsigned words[12];

	for (unsigned i = 0; i < 3; i++) {
		unsigned *w = words + 4 * i;

		if (!__get_cpuid(0x80000002 + i, &w[0], &w[1], &w[2], &w[3]))
			return;
	}
	record_add_fact(record, "cpuid.brand",
		text_trim(record->arena,
			(struct bytes){ (const uint8_t *)words, sizeof(words) }));
}

static void record_msr(struct record *record, unsigned msr)
{
	int fd = open("/" MSR_DEVICE, O_RDONLY | O_CLOEXEC);
	uint64_t value;

	if (fd < 0) {
		record_refuse(record, MSR_DEVICE, capture_errno_name(errno));
		return;
	}
	if (pread(fd, &value, sizeof(value), (off_t)msr) == sizeof(value))
		record_add_fact(record, arena_printf(record->arena, "msr.0x%x", msr),
			arena_printf(record->arena, "0x%llx", (unsigned long long)value));
	else
		record_refuse(record, MSR_DEVICE, capture_errno_name(errno));
	close(fd);
}

void processor_record(struct record *record)
{
	static const struct {
		unsigned leaf, subleaf;
	} leaves[] = { { 0, 0 }, { 1, 0 }, { 7, 0 }, { 7, 1 }, { 0x1a, 0 },
		{ 0x80000000, 0 }, { 0x80000001, 0 }, { 0x80000007, 0 },
		{ 0x80000008, 0 } };
	struct cpuid id;

	record_vendor(record);
	record_brand(record);
	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++)
		record_leaf(record, leaves[i].leaf, leaves[i].subleaf);
	/* Whose CPU it is doesn't matter: VIA's have VMX, and emulated ones mix. */
	if (__get_cpuid(1, &id.eax, &id.ebx, &id.ecx, &id.edx) &&
		id.ecx & CPUID_1_ECX_VMX)
		record_msr(record, MSR_IA32_FEATURE_CONTROL);
	if (__get_cpuid(0x80000001, &id.eax, &id.ebx, &id.ecx, &id.edx) &&
		id.ecx & CPUID_80000001_ECX_SVM)
		record_msr(record, MSR_VM_CR);
}

#else

void processor_record(struct record *record)
{
	(void)record; /* no CPUID: all of it stays unknown */
}

#endif
