/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor, from CPUID and MSR facts. /proc/cpuinfo fills in names and numbers, but
 * no flag that it lacks counts as missing: the kernel hides what firmware switched off.
 */
#include "gpuhost/cpu.h"

#include <ctype.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"
#include "topology.h"

enum {
	MAX_MODULES = 4096
};

/* The value of `key` in the first processor's block of /proc/cpuinfo, or NULL. */
static const char *cpuinfo_get(
	const struct record *record, struct arena *arena, const char *key)
{
	size_t length = strlen(key);
	const uint8_t *at, *end, *newline, *colon;
	struct bytes text;

	if (record_file(record, "proc/cpuinfo", &text) != PRESENCE_PRESENT)
		return NULL;
	end = text.data + text.length;
	for (at = text.data; at < end; at = newline + 1) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (!newline)
			newline = end;
		if (newline == at)
			return NULL; /* an empty line ends the block */
		colon = memchr(at, ':', (size_t)(newline - at));
		if (!colon || (size_t)(colon - at) < length || memcmp(at, key, length) ||
			(colon != at + length && !isspace(at[length])))
			continue;
		/* "model" must not find "model name". */
		for (at += length; at < colon && isspace(*at);)
			at++;
		if (at == colon)
			return text_trim(arena,
				(struct bytes){
					colon + 1, (size_t)(newline - colon - 1) });
	}
	return NULL;
}

/* Leaves above the processor's highest one return what some other leaf holds (Intel SDM,
 * CPUID): such facts count as not recorded. */
static bool cpuid_get(const struct record *record, struct arena *arena, uint32_t leaf,
	const char *reg, uint64_t *ret_value)
{
	const char *highest_key = leaf & 0x80000000u ? "cpuid.0x80000000.0x0.eax"
						     : "cpuid.0x0.0x0.eax";
	const char *key = arena_printf(arena, "cpuid.0x%x.0x0.%s", (unsigned)leaf, reg);
	uint64_t highest;

	if (record_fact_number(record, highest_key, &highest) && highest < leaf)
		return false;
	return record_fact_number(record, key, ret_value);
}

static enum tri cpuid_bit(const struct record *record, struct arena *arena, uint32_t leaf,
	const char *reg, unsigned bit)
{
	uint64_t value;

	if (!cpuid_get(record, arena, leaf, reg, &value))
		return TRI_UNKNOWN;
	return tri_of(value >> bit & 1);
}

static void read_vendor(const struct record *record, struct arena *arena, struct cpu *ret)
{
	const char *vendor = record_fact(record, "cpuid.vendor");
	const char *brand = record_fact(record, "cpuid.brand");

	if (!vendor)
		vendor = cpuinfo_get(record, arena, "vendor_id");
	if (!brand)
		brand = cpuinfo_get(record, arena, "model name");
	if (vendor && *vendor)
		ret->vendor_string = vendor;
	if (brand && *brand)
		ret->brand = brand;
	if (ret->vendor_string)
		ret->vendor = strcmp(vendor, "GenuineIntel") == 0 ? CPU_VENDOR_INTEL
			: strcmp(vendor, "AuthenticAMD") == 0 ||
				strcmp(vendor, "HygonGenuine") == 0
			? CPU_VENDOR_AMD
			: CPU_VENDOR_OTHER;
	else if (ret->brand && (text_starts(brand, "AMD") || text_starts(brand, "Hygon")))
		ret->vendor = CPU_VENDOR_AMD;
	/* "13th Gen Intel(R) Core(TM) ..." */
	else if (ret->brand && strstr(brand, "Intel(R)"))
		ret->vendor = CPU_VENDOR_INTEL;
	else if (ret->brand && text_starts(brand, "Intel"))
		ret->vendor = CPU_VENDOR_INTEL;
}

/* CPUID.1:EAX; the extended fields count as the SDM says for family 6 and 0Fh. AMD has
 * the same rule for 0Fh, and no extended model below it. */
static void decode_signature(uint32_t eax, struct cpu *ret)
{
	unsigned family = eax >> 8 & 0xf, model = eax >> 4 & 0xf;

	if (family == 6 || family == 0xf)
		model += (eax >> 16 & 0xf) << 4;
	if (family == 0xf)
		family += eax >> 20 & 0xff;
	ret->family = num_of(family);
	ret->model = num_of(model);
	ret->stepping = num_of(eax & 0xf);
}

static struct num cpuinfo_number(
	const struct record *record, struct arena *arena, const char *key)
{
	const char *text = cpuinfo_get(record, arena, key);
	uint64_t value;

	return text && text_u64(text, &value) ? num_of(value) : (struct num){ 0 };
}

static void read_identity(
	const struct record *record, struct arena *arena, struct cpu *ret)
{
	uint64_t value;

	if (cpuid_get(record, arena, 1, "eax", &value)) {
		decode_signature((uint32_t)value, ret);
	} else {
		ret->family = cpuinfo_number(record, arena, "cpu family");
		ret->model = cpuinfo_number(record, arena, "model");
		ret->stepping = cpuinfo_number(record, arena, "stepping");
	}
	if (record_number(
		    record, &value, "sys/devices/system/cpu/cpu0/microcode/version"))
		ret->microcode = num_of(value);
	else
		ret->microcode = cpuinfo_number(record, arena, "microcode");
}

/* "46 bits physical, 48 bits virtual" */
static struct num cpuinfo_physical_bits(const struct record *record, struct arena *arena)
{
	const char *text = cpuinfo_get(record, arena, "address sizes");
	const char *space = text ? strchr(text, ' ') : NULL;
	uint64_t value;

	if (!space || !text_starts(space, " bits physical") ||
		!text_u64(arena_strndup(arena, text, (size_t)(space - text)), &value))
		return (struct num){ 0 };
	return num_of(value);
}

static void read_abilities(
	const struct record *record, struct arena *arena, struct cpu *ret)
{
	uint64_t value;

	ret->vmx = cpuid_bit(record, arena, 1, "ecx", 5);
	ret->hypervisor = cpuid_bit(record, arena, 1, "ecx", 31);
	ret->svm = cpuid_bit(record, arena, 0x80000001u, "ecx", 2);
	ret->gigabyte_pages = cpuid_bit(record, arena, 0x80000001u, "edx", 26);
	if (cpuid_get(record, arena, 0x80000008u, "eax", &value))
		ret->physical_bits = num_of(value & 0xff);
	else
		ret->physical_bits = cpuinfo_physical_bits(record, arena);
}

/* A flag that is there is proof; one that is not proves nothing, but for "hypervisor",
 * which nothing but a hypervisor hides. */
static void read_flags(const struct record *record, struct arena *arena, struct cpu *ret)
{
	const char *flags = cpuinfo_get(record, arena, "flags");

	if (!flags || !*flags)
		return;
	if (ret->vmx == TRI_UNKNOWN && text_has_word(flags, "vmx"))
		ret->vmx = TRI_YES;
	if (ret->svm == TRI_UNKNOWN && text_has_word(flags, "svm"))
		ret->svm = TRI_YES;
	if (ret->gigabyte_pages == TRI_UNKNOWN && text_has_word(flags, "pdpe1gb"))
		ret->gigabyte_pages = TRI_YES;
	if (ret->hypervisor == TRI_UNKNOWN)
		ret->hypervisor = tri_of(text_has_word(flags, "hypervisor"));
}

/* "kvm_intel 466944 0 - Live 0x0000000000000000": loading it fails where the processor or
 * the firmware refuses. It may also be built in, so its absence says nothing. */
static enum tri kvm_loaded(const struct record *record, struct arena *arena)
{
	struct bytes text;
	const char *line;
	size_t offset = 0;

	if (record_file(record, "proc/modules", &text) != PRESENCE_PRESENT)
		return TRI_UNKNOWN;
	for (unsigned n = 0; n < MAX_MODULES; n++) {
		line = text_line(arena, text, &offset);
		if (!line)
			break;
		if ((text_starts(line, "kvm_intel ") || text_starts(line, "kvm_amd ")) &&
			text_has_word(line, "Live"))
			return TRI_YES;
	}
	return TRI_UNKNOWN;
}

static struct num fact_num(const struct record *record, const char *key)
{
	uint64_t value;

	return record_fact_number(record, key, &value) ? num_of(value)
						       : (struct num){ 0 };
}

void cpu_read(const struct record *record, struct arena *arena, struct cpu *ret)
{
	*ret = (struct cpu){ 0 };
	read_vendor(record, arena, ret);
	read_identity(record, arena, ret);
	read_abilities(record, arena, ret);
	read_flags(record, arena, ret);
	ret->feature_control = fact_num(record, "msr.0x3a");
	ret->vm_cr = fact_num(record, "msr.0xc0010114");
	ret->kvm_loaded = kvm_loaded(record, arena);
	ret->msr_refused = record_refusal(record, "dev/cpu/0/msr");
	topology_read(record, arena, ret);
}
