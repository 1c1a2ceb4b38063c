/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Linux says of a PCI function: its attributes in /sys/bus/pci/devices, from the
 * record (Documentation/ABI/testing/sysfs-bus-pci). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"
#include "pci_parts.h"

#define ATTRIBUTE "sys/bus/pci/devices/%s/%s"

enum {
	RESOURCE_IO = 0x100, /* include/linux/ioport.h */
	RESOURCE_MEMORY = 0x200,
	RESOURCE_PREFETCH = 0x2000,
	RESOURCE_MEMORY_64 = 0x100000,
	RESOURCE_UNSET = 0x20000000,
	LINE_ROM = 6,
};

static bool number(const struct pci_sysfs *sysfs, const char *slot, const char *name,
	uint64_t limit, uint64_t *ret_value)
{
	uint64_t value;

	if (!record_number(sysfs->record, &value, ATTRIBUTE, slot, name) || value > limit)
		return false;
	*ret_value = value;
	return true;
}

static struct num attribute(
	const struct pci_sysfs *sysfs, const char *slot, const char *name, uint64_t limit)
{
	struct num n = { 0 };

	n.known = number(sysfs, slot, name, limit, &n.value);
	return n;
}

bool pci_sysfs_identity(const struct pci_sysfs *sysfs, const char *slot)
{
	uint64_t value;

	return number(sysfs, slot, "vendor", 0xfffe, &value) &&
		number(sysfs, slot, "device", 0xffff, &value);
}

static void prefer(struct num *to, struct num from)
{
	if (from.known)
		*to = from;
}

/* The kernel corrects identities and classes of broken functions, and a virtual function
 * has no identity of its own in config space. */
static void apply_identity(const struct pci_sysfs *sysfs, struct pci_function *f)
{
	uint64_t value;

	if (number(sysfs, f->slot, "vendor", 0xfffe, &value))
		f->vendor_id = (uint16_t)value;
	if (number(sysfs, f->slot, "device", 0xffff, &value))
		f->device_id = (uint16_t)value;
	if (number(sysfs, f->slot, "class", 0xffffff, &value)) {
		f->class_code = (uint16_t)(value >> 8);
		f->programming_interface = num_of(value & 0xff);
	}
	prefer(&f->revision, attribute(sysfs, f->slot, "revision", 0xff));
	prefer(&f->subsystem_vendor,
		attribute(sysfs, f->slot, "subsystem_vendor", 0xffff));
	prefer(&f->subsystem_device,
		attribute(sysfs, f->slot, "subsystem_device", 0xffff));
}

struct resource {
	uint64_t start, end, flags;
};

static void apply_bar(struct pci_bar *bar, const struct resource *r)
{
	if (r->flags == 0 && r->start == 0) {
		/* Not implemented; or the kernel has given up on it and forgot its
		 * flags, which shows where the register itself is a BAR. */
		bar->present = bar->present == TRI_YES ? TRI_YES : TRI_NO;
		bar->assigned = TRI_NO;
		return;
	}
	bar->present = TRI_YES;
	bar->io = r->flags & RESOURCE_IO;
	bar->wide = r->flags & RESOURCE_MEMORY_64;
	bar->prefetchable = r->flags & RESOURCE_PREFETCH;
	bar->assigned = tri_of(r->start != 0 && !(r->flags & RESOURCE_UNSET));
	bar->start = bar->assigned == TRI_YES ? r->start : 0;
	if (r->end >= r->start && r->end - r->start != UINT64_MAX)
		bar->size = num_of(r->end - r->start + 1);
}

/* False if not all lines were there. */
static bool read_resources(const struct pci_sysfs *sysfs, struct pci_function *f)
{
	const char *path = arena_printf(sysfs->arena, ATTRIBUTE, f->slot, "resource");
	struct bytes text;
	size_t offset = 0;

	if (record_file(sysfs->record, path, &text) != PRESENCE_PRESENT)
		return false;
	for (unsigned i = 0; i <= LINE_ROM; i++) {
		const char *line = text_line(sysfs->arena, text, &offset);
		struct resource r;

		if (!line ||
			sscanf(line, "%18" SCNx64 " %18" SCNx64 " %18" SCNx64, &r.start,
				&r.end, &r.flags) != 3)
			return false;
		if (i < PCI_BARS)
			apply_bar(&f->bar[i], &r);
		else
			f->rom_size = num_of(r.end > r.start ? r.end - r.start + 1 : 0);
	}
	return true;
}

/* The registers alone may hold an address that the kernel has given up. */
static void apply_resources(const struct pci_sysfs *sysfs, struct pci_function *f)
{
	if (read_resources(sysfs, f))
		return;
	for (size_t i = 0; i < PCI_BARS; i++)
		if (f->bar[i].present == TRI_YES)
			f->bar[i].assigned = TRI_UNKNOWN;
}

static enum tri known(enum presence presence)
{
	return presence == PRESENCE_PRESENT   ? TRI_YES
		: presence == PRESENCE_ABSENT ? TRI_NO
					      : TRI_UNKNOWN;
}

static void apply_links(const struct pci_sysfs *sysfs, struct pci_function *f)
{
	const char *target, *name;
	uint64_t group;

	f->virtual_function = known(record_link(sysfs->record,
		arena_printf(sysfs->arena, ATTRIBUTE, f->slot, "physfn"), &target));
	f->driver_known = known(record_link(sysfs->record,
		arena_printf(sysfs->arena, ATTRIBUTE, f->slot, "driver"), &target));
	f->driver = record_link_name(sysfs->record, ATTRIBUTE, f->slot, "driver");
	if (f->driver_known == TRI_YES && (!f->driver || !*f->driver))
		f->driver_known = TRI_UNKNOWN;
	f->in_group = known(record_link(sysfs->record,
		arena_printf(sysfs->arena, ATTRIBUTE, f->slot, "iommu_group"), &target));
	if (f->in_group != TRI_YES)
		return;
	name = record_link_name(sysfs->record, ATTRIBUTE, f->slot, "iommu_group");
	if (text_u64_base(name, 10, &group) && group <= INT32_MAX)
		f->group = num_of(group);
	else
		f->in_group = TRI_UNKNOWN;
}

static void apply_reset(const struct pci_sysfs *sysfs, struct pci_function *f)
{
	const char *path = arena_printf(sysfs->arena, ATTRIBUTE, f->slot, "reset_method");
	const char *methods = record_text(sysfs->record, "%s", path);

	if (methods) {
		f->reset_known = tri_of(*methods);
		f->reset_methods = *methods ? methods : NULL;
	} else if (sysfs->tells_reset) {
		/* The kernel leaves the file out where it knows no method at all. */
		f->reset_known = record_presence(sysfs->record, path) == PRESENCE_ABSENT
			? TRI_NO
			: TRI_UNKNOWN;
	}
}

static void apply_boot_vga(const struct pci_sysfs *sysfs, struct pci_function *f)
{
	const char *path = arena_printf(sysfs->arena, ATTRIBUTE, f->slot, "boot_vga");
	struct num value = attribute(sysfs, f->slot, "boot_vga", 1);

	if (value.known)
		f->boot_vga = tri_of(value.value);
	else if (record_presence(sysfs->record, path) == PRESENCE_ABSENT)
		f->boot_vga = TRI_NO; /* VGA functions have the file */
}

/* 0, 255 and "Unknown" are what the kernel writes where there is no link. */
static struct num link_width(
	const struct pci_sysfs *sysfs, const char *slot, const char *name)
{
	struct num width = attribute(sysfs, slot, name, 32);

	if (width.value == 0)
		width.known = false;
	return width;
}

/* A normal user sees no SR-IOV capability, but may read the files made from it. */
static void apply_sriov(const struct pci_sysfs *sysfs, struct pci_function *f)
{
	struct num total = attribute(sysfs, f->slot, "sriov_totalvfs", 0xffff);
	struct num active = attribute(sysfs, f->slot, "sriov_numvfs", 0xffff);

	if (f->sriov.present != TRI_UNKNOWN || !total.known)
		return;
	f->sriov.present = TRI_YES;
	f->sriov.total_vfs = (uint16_t)total.value;
	if (active.known) {
		f->sriov.num_vfs = (uint16_t)active.value;
		f->sriov.enabled = tri_of(active.value != 0);
	}
}

/* What the recorder read of an option ROM is a fact: the ROM itself is never kept. */
static void apply_rom(const struct pci_sysfs *sysfs, struct pci_function *f)
{
	const char *images = record_fact(
		sysfs->record, arena_printf(sysfs->arena, "rom.%s", f->slot));

	if (!images)
		return;
	f->rom_known = TRI_YES;
	f->rom_images = images;
	f->rom_uefi = tri_of(strstr(images, "efi-x64") != NULL);
}

void pci_sysfs_apply(const struct pci_sysfs *sysfs, struct pci_function *function)
{
	const char *slot = function->slot, *state;

	apply_identity(sysfs, function);
	apply_resources(sysfs, function);
	apply_links(sysfs, function);
	apply_reset(sysfs, function);
	apply_boot_vga(sysfs, function);
	apply_sriov(sysfs, function);
	apply_rom(sysfs, function);
	function->numa_node = attribute(sysfs, slot, "numa_node", 4095);
	function->link_width_max = link_width(sysfs, slot, "max_link_width");
	function->link_width = link_width(sysfs, slot, "current_link_width");
	state = record_text(sysfs->record, ATTRIBUTE, slot, "power_state");
	if (state && *state && strcmp(state, "unknown") != 0)
		function->power_state = state;
}
