/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Config spaces of the made-up PC's functions, laid out as the PCI specifications say. */
#include "pc_config.h"

#include <string.h>

enum {
	BAR_WIDE_PREFETCH = 0xc,
	BAR_WIDE = 0x4,
	BAR_IO = 0x1
};

const struct pc_function pc_functions[] = {
	{ "0000:00:00.0", 0x8086, 0xa700, 0x1043, 0x8882, 0x060000, NULL, 0, 0, 0xff, 0,
		{ { 0 } } },
	{ "0000:00:01.0", 0x8086, 0xa70d, 0x1043, 0x8882, 0x060400, "pcieport", 1, 1, 4,
		16, { { 0 } } },
	{ "0000:00:02.0", 0x8086, 0xa780, 0x1043, 0x8882, 0x030000, "i915", 2, 0, 9, 0,
		{ { 0x6204000000, 16 << 20, BAR_WIDE }, { 0 },
			{ 0x4000000000, 256 << 20, BAR_WIDE_PREFETCH } } },
	{ "0000:00:14.0", 0x8086, 0x7ae0, 0x1043, 0x8882, 0x0c0330, "xhci_hcd", 3, 0,
		0xff, 0, { { 0x6205100000, 64 << 10, BAR_WIDE } } },
	{ "0000:00:14.2", 0x8086, 0x7aa7, 0x1043, 0x8882, 0x050000, NULL, 3, 0, 0xff, 0,
		{ { 0x6205110000, 16 << 10, BAR_WIDE } } },
	{ "0000:00:1c.0", 0x8086, 0x7ab8, 0x1043, 0x8882, 0x060400, "pcieport", 4, 2, 4,
		1, { { 0 } } },
	{ "0000:00:1c.4", 0x8086, 0x7abc, 0x1043, 0x8882, 0x060400, "pcieport", 5, 4, 4,
		1, { { 0 } } },
	{ "0000:00:1d.0", 0x8086, 0x7ab0, 0x1043, 0x8882, 0x060400, "pcieport", 6, 3, 4,
		4, { { 0 } } },
	{ "0000:00:1f.0", 0x8086, 0x7a84, 0x1043, 0x8882, 0x060100, NULL, 7, 0, 0xff, 0,
		{ { 0 } } },
	{ "0000:01:00.0", 0x10de, 0x2704, 0x7377, 0x150a, 0x030000, "vfio-pci", 8, 0, 1,
		16,
		{ { 0x82000000, 16 << 20, 0 },
			{ 0x6000000000, 16ull << 30, BAR_WIDE_PREFETCH }, { 0 },
			{ 0x6400000000, 32 << 20, BAR_WIDE_PREFETCH }, { 0 },
			{ 0x5000, 128, BAR_IO } } },
	{ "0000:01:00.1", 0x10de, 0x22bb, 0x7377, 0x150a, 0x040300, "vfio-pci", 8, 0, 0,
		16, { { 0x83000000, 16 << 10, 0 } } },
	{ "0000:02:00.0", 0x8086, 0x125c, 0x1043, 0x87d2, 0x020000, "igc", 9, 0, 0, 1,
		{ { 0x84000000, 1 << 20, 0 } } },
	{ "0000:03:00.0", 0x144d, 0xa80c, 0x144d, 0xa801, 0x010802, "nvme", 10, 0, 0, 4,
		{ { 0x85000000, 16 << 10, BAR_WIDE } } },
	{ "0000:04:00.0", 0x1b21, 0x3241, 0x1b21, 0x2142, 0x0c0330, "xhci_hcd", 11, 0, 1,
		1, { { 0x86000000, 32 << 10, BAR_WIDE } } },
};

const size_t pc_n_functions = sizeof(pc_functions) / sizeof(pc_functions[0]);

static void put(uint8_t *config, size_t offset, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		config[offset + i] = (uint8_t)(value >> 8 * i);
}

static void put_bars(const struct pc_function *function, uint8_t *config)
{
	for (size_t i = 0; i < 6; i++)
		if (function->bar[i].size)
			put(config, 0x10 + 4 * i,
				function->bar[i].start | function->bar[i].flags,
				function->bar[i].flags & BAR_WIDE ? 8 : 4);
}

/* A window in front of everything a bus could hold: 0x82000000-0x86ffffff and,
 * prefetchable, 0x6000000000-0x6401ffffff. */
static void put_bridge(const struct pc_function *function, uint8_t *config)
{
	config[0x0e] = 1;
	config[0x19] = function->secondary;
	config[0x1a] = function->secondary;
	put(config, 0x20, 0x8600 | 0x86f0u << 16, 4);
	if (function->secondary == 1) {
		put(config, 0x20, 0x8200 | 0x83f0u << 16, 4);
		put(config, 0x24, 0x0001 | 0x01f1u << 16, 4);
		put(config, 0x28, 0x60, 4);
		put(config, 0x2c, 0x64, 4);
	}
}

/* Power management at 40h, PCI Express at 60h. */
static void put_capabilities(const struct pc_function *function, uint8_t *config)
{
	config[0x06] = 0x10;
	config[0x34] = 0x40;
	put(config, 0x40, 0x00036001, 4); /* PM, next 60h */
	put(config, 0x44, 0x0008, 4); /* NoSoftRst */
	put(config, 0x60, 0x00020010 | (uint32_t)function->port_type << 20, 4);
	if (function->port_type == 4)
		config[0x63] |= 1; /* slot implemented */
	put(config, 0x64, function->vendor == 0x10de ? 1u << 28 : 0, 4); /* FLR */
	put(config, 0x6c, 4u | (uint32_t)function->lanes << 4, 4);
	put(config, 0x72, 1u | (uint32_t)function->lanes << 4, 2); /* idle: 2.5 GT/s */
	put(config, 0x74, 1u << 19, 4); /* slot 1 */
	put(config, 0x84, 0, 4);
}

static void put_acs(uint8_t *config)
{
	put(config, 0x100, 0x0001000d, 4);
	put(config, 0x104, 0x001d005f, 4);
}

/* As NVIDIA lays it out: at BB0h, entries for BAR 0, 1 and 3. */
static void put_rebar(uint8_t *config)
{
	put(config, 0x100, 0xbb010000u | 0x000b, 4); /* a vendor capability first */
	put(config, 0xbb0, 0x00010015, 4);
	put(config, 0xbb4, 1u << (4 + 4), 4); /* BAR0: 16 MiB */
	put(config, 0xbb8, 0u | 3u << 5 | 4u << 8, 4);
	put(config, 0xbbc, 0x1ffu << (6 + 4), 4); /* BAR1: 64 MiB to 16 GiB */
	put(config, 0xbc0, 1u | 14u << 8, 4);
	put(config, 0xbc4, 1u << (5 + 4), 4); /* BAR3: 32 MiB */
	put(config, 0xbc8, 3u | 5u << 8, 4);
}

void pc_fill_config(const struct pc_function *function, uint8_t config[4096])
{
	memset(config, 0, 4096);
	put(config, 0x00, function->vendor | (uint32_t)function->device << 16, 4);
	put(config, 0x04, 0x0006, 2); /* memory decoding, bus master */
	put(config, 0x09, function->class_code, 3);
	if (function->secondary)
		put_bridge(function, config);
	else
		put(config, 0x2c,
			function->subsystem_vendor |
				(uint32_t)function->subsystem_device << 16,
			4);
	if (strcmp(function->slot + 7, "00.0") == 0 || function->group == 3)
		config[0x0e] |= 0x80;
	put_bars(function, config);
	if (function->port_type != 0xff)
		put_capabilities(function, config);
	if (function->port_type == 4)
		put_acs(config);
	if (function->vendor == 0x10de && function->class_code == 0x030000)
		put_rebar(config);
	if (function->class_code ==
		0x060000) { /* CAPID0_A of an i7-12700H: VT-d is there */
		config[0x06] = 0x10;
		config[0x34] = 0xe0;
		put(config, 0xe0, 0x01100009, 4);
		put(config, 0xe4, 0x62006020, 4);
	}
}

const struct pc_function *pc_find(const char *slot)
{
	for (size_t i = 0; i < pc_n_functions; i++)
		if (strcmp(pc_functions[i].slot, slot) == 0)
			return &pc_functions[i];
	return NULL;
}
