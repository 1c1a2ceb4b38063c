/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Config spaces and records built for the PCI tests. */
#ifndef GPUHOST_TEST_PCI_BUILD_H
#define GPUHOST_TEST_PCI_BUILD_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* after those it needs */
#include <cmocka.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/pci.h"
#include "gpuhost/record.h"
#include "gpuhost/source.h"

static inline void put(uint8_t *config, size_t at, size_t size, uint64_t value)
{
	for (size_t i = 0; i < size; i++)
		config[at + i] = (uint8_t)(value >> 8 * i);
}

/* One ReBAR entry: sizes is a bit mask of MiB exponents. */
static inline void put_rebar(
	uint8_t *config, size_t at, unsigned bar, uint32_t sizes, unsigned current)
{
	put(config, at, 4, (uint64_t)sizes << 4);
	put(config, at + 4, 4, bar | 3u << 5 | current << 8);
}

/* An RTX 4080 as its firmware leaves it: 16 MiB, 256 MiB of up to 16 GiB, 32 MiB. */
static inline void build_rtx4080(uint8_t config[4096])
{
	memset(config, 0, 4096);
	put(config, 0x00, 4, 0x270410de);
	put(config, 0x04, 4, 0x00100007);
	put(config, 0x08, 4, 0x030000a1);
	put(config, 0x0e, 1, 0x80);
	put(config, 0x10, 4, 0x82000000);
	put(config, 0x14, 4, 0x0000000c);
	put(config, 0x18, 4, 0x60);
	put(config, 0x1c, 4, 0x1000000c);
	put(config, 0x20, 4, 0x60);
	put(config, 0x24, 4, 0x4001);
	put(config, 0x2c, 4, 0x14017377);
	put(config, 0x34, 1, 0x60);
	put(config, 0x60, 4, 0x00037801); /* PM, next 78h */
	put(config, 0x64, 4, 0x8); /* NoSoftRst */
	put(config, 0x78, 4, 0x00120010); /* PCIe v2, legacy endpoint */
	put(config, 0x7c, 4, 1u << 28); /* FLR */
	put(config, 0x84, 4, 16u << 4 | 4);
	put(config, 0x8a, 2, 8u << 4 | 1);
	put(config, 0xa8, 2, 4);
	put(config, 0x100, 4, 0xbb010002); /* VC, next bb0h */
	put(config, 0xbb0, 4, 0x00010015); /* ReBAR */
	put_rebar(config, 0xbb4, 0, 1u << 4, 4);
	put_rebar(config, 0xbbc, 1, 0x7fc0, 8);
	put_rebar(config, 0xbc4, 3, 1u << 5, 5);
}

/* A host bridge without capabilities. */
static inline void build_host_bridge(uint8_t config[256])
{
	memset(config, 0, 256);
	put(config, 0x00, 4, 0xa7408086);
	put(config, 0x08, 4, 0x06000001);
}

static inline struct pci_function decode(const uint8_t *config, size_t length)
{
	struct pci_function f = { 0 };

	pci_decode(&f, (struct bytes){ config, length });
	return f;
}

static inline void add_bytes(
	struct record *record, const char *path, const void *data, size_t length)
{
	record_add(record, path, MEMBER_FILE,
		(struct bytes){ arena_memdup(record->arena, data, length), length });
}

static inline void add_attribute(
	struct record *record, const char *slot, const char *name, const char *value)
{
	add_bytes(record,
		arena_printf(record->arena, "sys/bus/pci/devices/%s/%s", slot, name),
		value, strlen(value));
}

static inline void add_link(
	struct record *record, const char *slot, const char *name, const char *target)
{
	record_add(record,
		arena_printf(record->arena, "sys/bus/pci/devices/%s/%s", slot, name),
		MEMBER_LINK, (struct bytes){ (const uint8_t *)target, strlen(target) });
}

static inline void add_config(
	struct record *record, const char *slot, const uint8_t *config, size_t length)
{
	add_bytes(record,
		arena_printf(record->arena, "sys/bus/pci/devices/%s/config", slot),
		config, length);
}

static inline struct bytes read_sample(struct arena *arena, const char *path)
{
	struct bytes text = { 0 };

	assert_int_equal(file_read(AT_FDCWD, path, 1 << 20, arena, &text), 0);
	return text;
}

/* An lspci dump, read whole. */
static inline struct pci read_dump(struct arena *arena, struct bytes text)
{
	struct record *record = NULL;
	struct err err = { 0 };
	struct pci pci;

	if (foreign_lspci_dump(text, arena, &record, &err) < 0)
		fail_msg("%s", err.text);
	pci_read(record, false, arena, &pci);
	return pci;
}

#endif
