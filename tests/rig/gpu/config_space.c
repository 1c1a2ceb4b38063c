/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Config space as PCI Express Base Specification 5.0, chapter 7, has it. */
#include "config_space.h"

#include "put.h"

enum {
	MULTIFUNCTION = 0x80,
	STATUS_CAPABILITIES = 0x10,
	LEGACY_ENDPOINT = 1,
	MAX_PAYLOAD_256 = 1,
	EXTENDED_TAGS = 1 << 5,
	ROLE_BASED_ERRORS = 1 << 15,
	FLR = 1 << 28,
};

static void make_header(struct device *device, bool multifunction)
{
	const struct card_function *function = device->function;
	uint8_t *config = device->initial, *writable = device->writable;

	put_u16(config + 0x00, function->vendor);
	put_u16(config + 0x02, function->device);
	put_u16(writable + 0x04, 0x0547); /* I/O, memory, master, parity, SERR, INTx */
	put_u16(config + 0x06, STATUS_CAPABILITIES);
	config[0x08] = function->revision;
	put_le(config + 0x09, function->class_code, 3);
	writable[0x0c] = 0xff; /* cache line size */
	config[0x0e] = multifunction ? MULTIFUNCTION : 0;
	put_u16(config + 0x2c, function->subsystem_vendor);
	put_u16(config + 0x2e, function->subsystem);
	config[0x34] = CONFIG_PM;
	writable[0x3c] = 0xff; /* interrupt line */
	config[0x3d] = 1; /* INTA */
}

/* The bits above a BAR's size stick: that is how its size is found out. */
static void make_bars(struct device *device)
{
	static const uint8_t low[] = { 0, 0x0, 0x4, 0x1 };

	for (size_t i = 0; i < CARD_BARS; i++) {
		const struct bar *bar = &device->function->bar[i];
		size_t at = 0x10 + 4 * i;

		if (bar->type == BAR_ABSENT)
			continue;
		put_u32(device->initial + at,
			low[bar->type] | (bar->prefetchable ? 8u : 0));
		put_le(device->writable + at, ~(bar->size - 1) & ~(uint64_t)0xf,
			bar->type == BAR_MEMORY64 ? 8 : 4);
		if (bar->type == BAR_IO)
			put_u32(device->writable + at, (uint32_t) ~(bar->size - 1) & ~3u);
	}
	if (device->function->rom.length)
		put_u32(device->writable + 0x30,
			(uint32_t) ~(device->function->rom.length - 1) | 1);
}

static void make_power_and_msi(struct device *device)
{
	uint8_t *config = device->initial, *writable = device->writable;

	put_u16(config + CONFIG_PM, 0x01 | CONFIG_MSI << 8);
	put_u16(config + CONFIG_PM + 2, 3); /* version */
	put_u16(config + CONFIG_PM + 4, 1 << 3); /* D3hot to D0 keeps the state */
	writable[CONFIG_PM + 4] = 3; /* power state */
	put_u16(config + CONFIG_MSI, 0x05 | CONFIG_EXPRESS << 8);
	put_u16(config + CONFIG_MSI + 2, 1 << 7); /* 64-bit, one vector */
	put_u16(writable + CONFIG_MSI + 2, 0x71);
	put_u64(writable + CONFIG_MSI + 4, ~(uint64_t)3);
	put_u16(writable + CONFIG_MSI + 12, 0xffff);
}

static void make_express(struct device *device)
{
	const struct card_function *function = device->function;
	uint32_t link = function->link_speed | (uint32_t)function->link_width << 4;
	uint8_t *express = device->initial + CONFIG_EXPRESS;
	uint8_t *writable = device->writable + CONFIG_EXPRESS;

	put_u16(express, 0x10);
	put_u16(express + 2, 2 | LEGACY_ENDPOINT << 4);
	put_u32(express + 4,
		MAX_PAYLOAD_256 | EXTENDED_TAGS | ROLE_BASED_ERRORS |
			(function->flr ? FLR : 0));
	put_u16(express + 8, 0x2810); /* reads of 512 bytes, no snoop, relaxed order */
	put_u16(writable + 8, 0x7fff);
	put_u32(express + 12, link);
	put_u16(writable + 16, 0x01cb); /* link control */
	put_u16(express + 18, (uint16_t)link);
	put_u32(express + 0x2c, (1u << (function->link_speed + 1)) - 2); /* speeds */
	put_u16(express + 0x30, function->link_speed); /* target */
}

/* A capability that the client must show at 0x100, then Resizable BAR (7.8.6). */
static void make_extended(struct device *device)
{
	const struct card_function *function = device->function;
	uint8_t *rebar = device->initial + CONFIG_REBAR;
	unsigned exponent = 0;

	put_u32(device->initial + CONFIG_AER,
		0x00020001 | (function->has_rebar ? (uint32_t)CONFIG_REBAR << 20 : 0));
	if (!function->has_rebar)
		return;
	while (function->bar[function->rebar_bar].size >> 21 >> exponent)
		exponent++;
	put_u32(rebar, 0x00010015);
	put_u32(rebar + 4, function->rebar_sizes << 4);
	put_u32(rebar + 8, function->rebar_bar | 1u << 5 | exponent << 8);
}

void config_space_make(struct device *device, bool multifunction)
{
	make_header(device, multifunction);
	make_bars(device);
	make_power_and_msi(device);
	make_express(device);
	make_extended(device);
}
