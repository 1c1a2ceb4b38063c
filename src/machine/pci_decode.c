/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Config space headers: identity, base addresses, bridge windows (PCI 3.0 chapter 6,
 * PCI-to-PCI Bridge 1.2 chapter 3). */
#include "pci_parts.h"

enum {
	HEADER_DEVICE = 0,
	HEADER_BRIDGE = 1,
	HEADER_CARDBUS = 2,
	HEADER_NONE = 0x7f,
	BAR_FIRST = 0x10,
};

static bool all_ones(struct bytes config)
{
	for (size_t i = 0; i < PCI_CONFIG_HEADER; i++)
		if (config.data[i] != 0xff)
			return false;
	return true;
}

static void decode_identity(struct pci_function *f, struct bytes config)
{
	f->vendor_id = bytes_u16(config, 0x00);
	f->device_id = bytes_u16(config, 0x02);
	f->revision = num_of(bytes_u8(config, 0x08));
	f->programming_interface = num_of(bytes_u8(config, 0x09));
	f->class_code = bytes_u16(config, 0x0a);
	f->header_type = num_of(bytes_u8(config, 0x0e) & 0x7f);
	if (f->header_type.value == HEADER_DEVICE) {
		f->subsystem_vendor = num_of(bytes_u16(config, 0x2c));
		f->subsystem_device = num_of(bytes_u16(config, 0x2e));
	}
}

static const struct pci_bar no_bar = { .present = TRI_NO, .assigned = TRI_NO };

/* Decodes BAR `i` of `count`; returns how many slots it takes. A register that reads 0
 * is an unimplemented BAR, or a 32-bit one without an address: config can't tell. */
static unsigned decode_bar(
	struct pci_function *f, struct bytes config, unsigned i, unsigned count)
{
	struct pci_bar *bar = &f->bar[i];
	uint32_t value = bytes_u32(config, BAR_FIRST + 4 * i);
	unsigned type = value >> 1 & 3;

	*bar = (struct pci_bar){ 0 };
	if (value == 0 || value == UINT32_MAX)
		return 1;
	if (value & 1) {
		bar->io = true;
		bar->start = value & ~UINT32_C(3);
	} else {
		if (type == 3 || (type == 2 && i + 1 >= count))
			return 1; /* reserved type, or no room for the upper half */
		bar->wide = type == 2;
		bar->prefetchable = value & 8;
		bar->start = value & ~UINT32_C(15);
		if (bar->wide)
			bar->start |= (uint64_t)bytes_u32(config, BAR_FIRST + 4 * (i + 1))
				<< 32;
	}
	bar->present = TRI_YES;
	bar->assigned = tri_of(bar->start != 0);
	if (!bar->wide)
		return 1;
	f->bar[i + 1] = no_bar;
	return 2;
}

static void decode_bars(struct pci_function *f, struct bytes config)
{
	static const uint8_t counts[] = {
		[HEADER_DEVICE] = 6, [HEADER_BRIDGE] = 2, [HEADER_CARDBUS] = 1
	};
	unsigned count, i = 0;

	if (f->header_type.value > HEADER_CARDBUS)
		return;
	count = counts[f->header_type.value];
	while (i < count)
		i += decode_bar(f, config, i, count);
	for (; i < PCI_BARS; i++)
		f->bar[i] = no_bar;
}

static struct pci_window window(uint64_t start, uint64_t end)
{
	struct pci_window w = { .open = TRI_NO };

	/* Base and limit 0 are the reset value: nobody has configured that bridge. */
	if (start == 0 || end < start)
		return w;
	return (struct pci_window){ .open = TRI_YES, .start = start, .end = end };
}

static struct pci_window memory_window(struct bytes config)
{
	return window((uint64_t)(bytes_u16(config, 0x20) & 0xfff0) << 16,
		(uint64_t)(bytes_u16(config, 0x22) & 0xfff0) << 16 | 0xfffff);
}

static struct pci_window prefetchable_window(struct bytes config)
{
	uint16_t base = bytes_u16(config, 0x24), limit = bytes_u16(config, 0x26);
	uint64_t start = (uint64_t)(base & 0xfff0) << 16;
	uint64_t end = (uint64_t)(limit & 0xfff0) << 16 | 0xfffff;

	if ((base & 0xf) == 1 && (limit & 0xf) == 1) { /* 64-bit addressing */
		start |= (uint64_t)bytes_u32(config, 0x28) << 32;
		end |= (uint64_t)bytes_u32(config, 0x2c) << 32;
	}
	return window(start, end);
}

static void decode_bridge(struct pci_function *f, struct bytes config)
{
	uint64_t type = f->header_type.value;

	if (type != HEADER_BRIDGE && type != HEADER_CARDBUS)
		return;
	f->secondary_bus = num_of(bytes_u8(config, 0x19));
	f->subordinate_bus = num_of(bytes_u8(config, 0x1a));
	f->vga_routed = tri_of(bytes_u16(config, 0x3e) & 1 << 3);
	if (type == HEADER_BRIDGE) {
		f->memory = memory_window(config);
		f->prefetchable = prefetchable_window(config);
	}
}

void pci_decode(struct pci_function *function, struct bytes config)
{
	if (config.length < PCI_CONFIG_HEADER)
		return;
	if (all_ones(config) || (bytes_u8(config, 0x0e) & 0x7f) == HEADER_NONE) {
		function->responds = TRI_NO;
		return;
	}
	function->responds = TRI_YES;
	decode_identity(function, config);
	decode_bars(function, config);
	decode_bridge(function, config);
	pci_decode_capabilities(function, config);
}
