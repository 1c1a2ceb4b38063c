/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a card is: its PCI functions, read from a file below tests/rig/gpus. */
#ifndef RIG_CARD_H
#define RIG_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gpuhost/bytes.h"

struct arena;
struct err;

enum {
	CARD_FUNCTIONS = 8,
	CARD_BARS = 6,
	CARD_REGISTERS = 16,
};

enum bar_type {
	BAR_ABSENT = 0,
	BAR_MEMORY32,
	BAR_MEMORY64, /* takes the next register as well */
	BAR_IO,
};

struct bar {
	enum bar_type type;
	bool prefetchable;
	uint64_t size; /* a power of two */
};

/* 32 bits of BAR memory that don't read as zero. */
struct bar_register {
	unsigned bar;
	uint64_t offset;
	uint32_t value;
};

struct card_function {
	uint16_t vendor, device;
	uint16_t subsystem_vendor, subsystem;
	uint32_t class_code; /* 24 bits */
	uint8_t revision;
	struct bar bar[CARD_BARS];
	struct bar_register registers[CARD_REGISTERS];
	size_t n_registers;
	bool flr;
	uint8_t link_speed; /* 1: 2.5 GT/s, 2: 5, 3: 8, 4: 16, 5: 32 */
	uint8_t link_width;
	bool has_rebar;
	unsigned rebar_bar;
	uint32_t rebar_sizes; /* bit n: 2^n MiB */
	struct bytes rom; /* empty: none; else its length is a power of two */
};

struct card {
	const char *name;
	struct card_function functions[CARD_FUNCTIONS];
	size_t n_functions;
};

/* A card's file. `name` stands in errors; the card lives as long as `arena`. */
int card_parse(struct bytes text, const char *name, struct arena *arena,
	struct card *ret_card, struct err *err);

/* Which images an option ROM has. */
struct rom_images {
	bool x86, efi;
};

/* An expansion ROM of `size` bytes (at least 8 KiB, a power of two) with correct headers
 * and checksums, and code that only returns. */
struct bytes option_rom_make(struct arena *arena, const struct card_function *function,
	struct rom_images images, size_t size);

#endif
