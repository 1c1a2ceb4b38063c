/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The made-up PC as a record. */
#include "pc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/knowledge.h"
#include "gpuhost/machine.h"
#include "pc_config.h"

#define EFI_GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"

struct builder {
	struct record *record;
	struct arena *arena;
	const struct pc_edit *edits;
	size_t n_edits;
};

static bool touches(const struct pc_edit *edit, const char *path)
{
	size_t length = strlen(edit->path);

	return edit->change != PC_FACT && strncmp(path, edit->path, length) == 0 &&
		(path[length] == '\0' || path[length] == '/');
}

/* An edit that names the member, or removes a folder above it, wins over the member. */
static void add(
	struct builder *b, const char *path, enum member_kind kind, struct bytes data)
{
	for (size_t i = 0; i < b->n_edits; i++)
		if (touches(&b->edits[i], path))
			return;
	record_add(b->record, path, kind, data);
}

static void add_text(struct builder *b, const char *path, const char *text)
{
	add(b, path, MEMBER_FILE,
		(struct bytes){
			(const uint8_t *)arena_strdup(b->arena, text), strlen(text) });
}

static void add_link(struct builder *b, const char *path, const char *target)
{
	add(b, path, MEMBER_LINK,
		(struct bytes){ (const uint8_t *)arena_strdup(b->arena, target),
			strlen(target) });
}

static void add_fact(struct builder *b, const char *key, const char *value)
{
	for (size_t i = 0; i < b->n_edits; i++)
		if (b->edits[i].change == PC_FACT && strcmp(b->edits[i].path, key) == 0)
			return;
	record_add_fact(b->record, key, value);
}

static void add_resources(
	struct builder *b, const struct pc_function *function, const char *path)
{
	char *text = arena_strdup(b->arena, "");

	for (size_t i = 0; i < 7; i++) {
		uint64_t start = i < 6 ? function->bar[i].start : 0;
		uint64_t size = i < 6 ? function->bar[i].size : 0;
		uint32_t low = i < 6 ? function->bar[i].flags : 0;
		uint64_t flags = low & 1
			? 0x40101
			: 0x40200 | (low & 8 ? 0x2000 : 0) | (low & 4 ? 0x100000 : 0);

		text = arena_printf(b->arena, "%s0x%016llx 0x%016llx 0x%016llx\n", text,
			(unsigned long long)start,
			(unsigned long long)(size ? start + size - 1 : 0),
			(unsigned long long)(size ? flags : 0));
	}
	add_text(b, arena_printf(b->arena, "%s/resource", path), text);
}

static void add_function(struct builder *b, const struct pc_function *f)
{
	struct arena *arena = b->arena;
	const char *path = arena_printf(arena, "sys/bus/pci/devices/%s", f->slot);

	add(b, arena_printf(arena, "%s/config", path), MEMBER_FILE,
		(struct bytes){ pc_config(arena, f->slot), 4096 });
	add_resources(b, f, path);
	add_text(b, arena_printf(arena, "%s/vendor", path),
		arena_printf(arena, "0x%04x\n", f->vendor));
	add_text(b, arena_printf(arena, "%s/device", path),
		arena_printf(arena, "0x%04x\n", f->device));
	add_text(b, arena_printf(arena, "%s/class", path),
		arena_printf(arena, "0x%06x\n", f->class_code));
	add_text(b, arena_printf(arena, "%s/irq", path), "0\n");
	if (f->class_code >> 8 == 0x0300)
		add_text(b, arena_printf(arena, "%s/boot_vga", path),
			f->vendor == 0x8086 ? "1\n" : "0\n");
	if (f->vendor == 0x10de)
		add_text(b, arena_printf(arena, "%s/reset_method", path), "flr bus\n");
	if (f->driver)
		add_link(b, arena_printf(arena, "%s/driver", path),
			arena_printf(arena, "../../../bus/pci/drivers/%s", f->driver));
	add_link(b, arena_printf(arena, "%s/iommu_group", path),
		arena_printf(arena, "../../../kernel/iommu_groups/%u", f->group));
	add_link(b,
		arena_printf(arena, "sys/kernel/iommu_groups/%u/devices/%s", f->group,
			f->slot),
		arena_printf(arena, "../../../../devices/pci0000:00/%s", f->slot));
	add_text(b, arena_printf(arena, "sys/kernel/iommu_groups/%u/type", f->group),
		"DMA-FQ\n");
	add_text(b,
		arena_printf(
			arena, "sys/kernel/iommu_groups/%u/reserved_regions", f->group),
		"0x00000000fee00000 0x00000000feefffff msi\n");
}

/* DRHD with INCLUDE_PCI_ALL, and an RMRR for the iGPU, as most desktops have. */
static const uint8_t usual_structures[] = {
	0, 0, 16, 0, 1, 0, 0, 0, 0x00, 0x10, 0xd9, 0xfe, 0, 0, 0, 0, /* DRHD */
	1, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0x7c, 0, 0, 0, 0, 0xff, 0xff, 0x7f, 0x80, 0, 0,
	0, 0, 1, 8, 0, 0, 0, 0, 2, 0, /* RMRR */
};

struct bytes pc_table(
	struct arena *arena, const char *signature, const void *body, size_t length)
{
	uint8_t *table = arena_alloc(arena, 36 + length + 1);
	uint8_t sum = 0;

	memcpy(table, signature, 4);
	for (size_t i = 0; i < 4; i++)
		table[4 + i] = (uint8_t)((36 + length) >> 8 * i);
	table[8] = 1;
	memcpy(table + 10, "ALASKAA M I ", 12);
	memcpy(table + 36, body, length);
	for (size_t i = 0; i < 36 + length; i++)
		sum = (uint8_t)(sum + table[i]);
	table[9] = (uint8_t)-sum;
	return (struct bytes){ table, 36 + length };
}

struct bytes pc_dmar(
	struct arena *arena, uint8_t flags, const void *structures, size_t length)
{
	uint8_t *body = arena_alloc(arena, 12 + length);

	body[0] = 45; /* width - 1 */
	body[1] = flags;
	memcpy(body + 12, structures, length);
	return pc_table(arena, "DMAR", body, 12 + length);
}

static void add_table(struct builder *b, const char *name, struct bytes table)
{
	add(b, arena_printf(b->arena, "sys/firmware/acpi/tables/%s", name), MEMBER_FILE,
		table);
}

/* MADT with one CPU and the IOAPICs of these ids. */
static void add_madt(struct builder *b, const uint8_t *ids, size_t count)
{
	uint8_t body[8 + 8 + 12 * 4] = { 0, 0, 0xe0, 0xfe, 1, 0, 0, 0, 0, 8, 0, 0, 1, 0,
		0, 0 };

	for (size_t i = 0; i < count; i++) {
		body[16 + 12 * i] = 1;
		body[17 + 12 * i] = 12;
		body[18 + 12 * i] = ids[i];
	}
	add_table(b, "APIC", pc_table(b->arena, "APIC", body, 16 + 12 * count));
}

static void add_cpus(struct builder *b, unsigned p_cores, unsigned e_cores)
{
	struct arena *arena = b->arena;
	unsigned threads = 2 * p_cores + e_cores;
	const char *all = arena_printf(arena, "0-%u\n", threads - 1);

	add_text(b, "sys/devices/system/cpu/online", all);
	add_text(b, "sys/devices/system/cpu/present", all);
	add_text(b, "sys/devices/system/cpu/possible", all);
	for (unsigned i = 0; i < threads; i++) {
		const char *path = arena_printf(arena, "sys/devices/system/cpu/cpu%u", i);
		unsigned core = i < 2 * p_cores ? i / 2 : i - p_cores;

		add_text(b, arena_printf(arena, "%s/topology/core_id", path),
			arena_printf(arena, "%u\n", core));
		add_text(b, arena_printf(arena, "%s/topology/physical_package_id", path),
			"0\n");
		add_text(b, arena_printf(arena, "%s/topology/die_id", path), "0\n");
		add_text(b, arena_printf(arena, "%s/cache/index3/level", path), "3\n");
		add_text(b, arena_printf(arena, "%s/cache/index3/id", path), "0\n");
		add_text(
			b, arena_printf(arena, "%s/cache/index3/size", path), "36864K\n");
		add_text(b, arena_printf(arena, "%s/cache/index3/shared_cpu_list", path),
			all);
	}
	if (e_cores) {
		add_text(b, "sys/devices/cpu_core/cpus",
			arena_printf(arena, "0-%u\n", 2 * p_cores - 1));
		add_text(b, "sys/devices/cpu_atom/cpus",
			arena_printf(arena, "%u-%u\n", 2 * p_cores, threads - 1));
	}
	add_text(b, "sys/devices/system/node/online", "0\n");
	add_text(b, "sys/devices/system/node/node0/cpulist", all);
}

static void add_system(struct builder *b)
{
	static const char efivar_off[] = "\6\0\0\0\0",
			  boot_ui[] = "\6\0\0\0\1\0\0\0\0\0\0\0";

	add_text(b, "proc/cmdline", "BOOT_IMAGE=/vmlinuz intel_iommu=on iommu=pt\n");
	add_text(b, "proc/meminfo", "MemTotal:       65669120 kB\nMemFree:  1000 kB\n");
	add_text(b, "proc/iomem",
		"00000000-00000fff : Reserved\n"
		"00100000-7bffffff : System RAM\n"
		"80400000-dfffffff : PCI Bus 0000:00\n"
		"  82000000-830fffff : PCI Bus 0000:01\n"
		"4000000000-7fffffffff : PCI Bus 0000:00\n"
		"  6000000000-6401ffffff : PCI Bus 0000:01\n");
	add_text(b, "dev/kmsg",
		"6,0,0,-;Linux version 6.12.0\n"
		"6,1,1,-;DMAR-IR: Enabled IRQ remapping in x2apic mode\n"
		"6,2,2,-;Bluetooth: hci0: Secure boot is enabled\n"
		"6,3,3,-;pci 0000:01:00.0: Video device with shadowed ROM at [mem "
		"0x000c0000]\n");
	add(b, "sys/firmware/efi", MEMBER_DIR, (struct bytes){ 0 });
	add_text(b, "sys/firmware/efi/fw_platform_size", "64\n");
	add(b, "sys/firmware/efi/efivars/SecureBoot" EFI_GLOBAL, MEMBER_FILE,
		(struct bytes){ (const uint8_t *)efivar_off, 5 });
	add(b, "sys/firmware/efi/efivars/SetupMode" EFI_GLOBAL, MEMBER_FILE,
		(struct bytes){ (const uint8_t *)efivar_off, 5 });
	add(b, "sys/firmware/efi/efivars/OsIndicationsSupported" EFI_GLOBAL, MEMBER_FILE,
		(struct bytes){ (const uint8_t *)boot_ui, 12 });
	add_text(b, "sys/class/tpm/tpm0/tpm_version_major", "2\n");
	add_text(b, "sys/class/net/enp2s0/type", "1\n");
	add_text(b, "sys/class/net/enp2s0/carrier", "1\n");
	add_link(b, "sys/class/net/enp2s0/device", "../../../0000:02:00.0");
	add_text(b, "sys/block/nvme0n1/size", "1953525168\n");
	add_text(b, "sys/block/nvme0n1/removable", "0\n");
	add_text(b, "sys/block/nvme0n1/device/model", "Samsung SSD 990 PRO 1TB\n");
	add_fact(b, "block.nvme0n1.path",
		"../devices/pci0000:00/0000:00:1d.0/0000:03:00.0/nvme/nvme0/nvme0n1");
	add_fact(b, "uname.release", "6.12.0");
	add_fact(b, "euid", "0");
}

static void add_dmi(
	struct builder *b, const char *vendor, const char *board, const char *version)
{
	add_text(b, "sys/class/dmi/id/board_vendor", vendor);
	add_text(b, "sys/class/dmi/id/board_name", board);
	add_text(b, "sys/class/dmi/id/sys_vendor", vendor);
	add_text(b, "sys/class/dmi/id/product_name", "System Product Name\n");
	add_text(b, "sys/class/dmi/id/bios_version", version);
	add_text(b, "sys/class/dmi/id/bios_date", "11/05/2024\n");
}

static void add_edits(struct builder *b)
{
	for (size_t i = 0; i < b->n_edits; i++) {
		const struct pc_edit *edit = &b->edits[i];
		struct bytes text = edit->bytes;

		if (edit->text)
			text = (struct bytes){ (const uint8_t *)edit->text,
				strlen(edit->text) };
		if (edit->change == PC_SET)
			record_add(b->record, edit->path, MEMBER_FILE, text);
		else if (edit->change == PC_LINK)
			record_add(b->record, edit->path, MEMBER_LINK, text);
		else if (edit->change == PC_FORGET)
			record_refuse(b->record, edit->path, "EPERM");
		else if (edit->change == PC_FACT && edit->text)
			record_add_fact(b->record, edit->path, edit->text);
	}
}

static struct record *finish(struct builder *b)
{
	static const char *const covers[] = { "proc", "dev/kmsg", "sys" };

	for (size_t i = 0; i < sizeof(covers) / sizeof(covers[0]); i++)
		record_cover(b->record, covers[i]);
	add_edits(b);
	record_seal(b->record);
	return b->record;
}

struct record *pc_build(struct arena *arena, const struct pc_edit *edits, size_t count)
{
	struct builder b = { record_new(arena), arena, edits, count };
	static const uint8_t ioapic = 2;

	for (size_t i = 0; i < pc_n_functions; i++)
		add_function(&b, &pc_functions[i]);
	add_table(&b, "DMAR",
		pc_dmar(arena, DMAR_INTR_REMAP | DMAR_PLATFORM_OPT_IN, usual_structures,
			sizeof(usual_structures)));
	add_madt(&b, &ioapic, 1);
	add_text(&b, "sys/class/iommu/dmar0/intel-iommu/cap", "d2008c40660462\n");
	add_text(&b, "sys/class/iommu/dmar0/intel-iommu/ecap", "f050da\n");
	add_dmi(&b, "ASUSTeK COMPUTER INC.\n", "PRIME Z790-P\n", "1801\n");
	add_system(&b);
	add_cpus(&b, 8, 16);
	add_text(&b, "sys/devices/system/cpu/cpu0/microcode/version", "0x12f\n");
	add_fact(&b, "cpuid.vendor", "GenuineIntel");
	add_fact(&b, "cpuid.brand", "13th Gen Intel(R) Core(TM) i9-13900K");
	add_fact(&b, "cpuid.0x1.0x0.eax", "0xb0671");
	add_fact(&b, "cpuid.0x1.0x0.ecx", "0x7ffafbbf");
	add_fact(&b, "cpuid.0x80000001.0x0.ecx", "0x121");
	add_fact(&b, "cpuid.0x80000001.0x0.edx", "0x2c100800");
	add_fact(&b, "cpuid.0x80000008.0x0.eax", "0x302e");
	add_fact(&b, "msr.0x3a", "0x5");
	return finish(&b);
}

struct record *pc_build_amd(
	struct arena *arena, const struct pc_edit *edits, size_t count)
{
	struct builder b = { record_new(arena), arena, edits, count };
	/* IVinfo (48 bits physical), reserved; an IVHD 10h with the IOAPICs 20h at
	 * 00:14.0 and 21h at 00:00.1. */
	static const uint8_t ivrs[] = { 0x41, 0x30, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
		0xb0, 40, 0, 2, 0, 0x40, 0, 0, 0, 0x90, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0x48, 0, 0, 0, 0x20, 0xa0, 0x00, 1, 0x48, 0, 0, 0, 0x21, 0x01,
		0x00, 1 };
	static const uint8_t ioapics[] = { 0x20, 0x21 };

	for (size_t i = 0; i < pc_n_functions; i++)
		if (pc_functions[i].class_code != 0x060000)
			add_function(&b, &pc_functions[i]);
	add_table(&b, "IVRS", pc_table(arena, "IVRS", ivrs, sizeof(ivrs)));
	add_madt(&b, ioapics, 2);
	add_text(&b, "sys/class/iommu/ivhd0/amd-iommu/cap", "1000b80f\n");
	add_text(&b, "sys/class/iommu/ivhd0/amd-iommu/features", "246577efa2054ada\n");
	add_dmi(&b, "ASRock\n", "B650E PG Riptide WiFi\n", "3.10\n");
	add_system(&b);
	add_cpus(&b, 8, 0);
	add_text(&b, "sys/devices/system/cpu/cpu0/microcode/version", "0xa601206\n");
	add_fact(&b, "cpuid.vendor", "AuthenticAMD");
	add_fact(&b, "cpuid.brand", "AMD Ryzen 7 7700 8-Core Processor");
	add_fact(&b, "cpuid.0x1.0x0.eax", "0xa60f12");
	add_fact(&b, "cpuid.0x1.0x0.ecx", "0x7ef8320b");
	add_fact(&b, "cpuid.0x80000001.0x0.ecx", "0x75c237ff");
	add_fact(&b, "cpuid.0x80000001.0x0.edx", "0x2fd3fbff");
	add_fact(&b, "cpuid.0x80000008.0x0.eax", "0x3030");
	add_fact(&b, "msr.0xc0010114", "0x8");
	return finish(&b);
}

uint8_t *pc_config(struct arena *arena, const char *slot)
{
	uint8_t *config = arena_alloc(arena, 4096 + 1);

	pc_fill_config(pc_find(slot), config);
	return config;
}

struct judgement pc_judge(struct arena *arena, const struct record *record,
	const struct judge_options *options)
{
	static const struct judge_options none;
	static const struct machine_options machine_options;
	struct knowledge *knowledge = arena_alloc(arena, sizeof(*knowledge));
	const struct machine *machine = machine_read(record, &machine_options, arena);
	struct judgement judgement;
	struct err err = { 0 };

	if (knowledge_read("profiles", machine, true, arena, knowledge, &err) < 0)
		fail_msg("%s", err.text);
	if (judge(machine, knowledge, options ? options : &none, arena, &judgement,
		    &err) < 0)
		fail_msg("%s", err.text);
	return judgement;
}

struct finding pc_finding(
	struct arena *arena, const struct record *record, const char *check)
{
	struct judgement judgement = pc_judge(arena, record, NULL);

	for (size_t i = 0; i < judgement.n_findings; i++)
		if (strcmp(judgement.findings[i].check->id, check) == 0 &&
			finding_counts(&judgement, &judgement.findings[i]))
			return judgement.findings[i];
	fail_msg("no finding of %s", check);
	return (struct finding){ 0 };
}
