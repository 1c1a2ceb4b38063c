/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Option ROMs: what is in one, and that a broken one is not taken for a good one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/machine/option_rom.h"
#include "gpuhost/arena.h"
#include "pc.h"

enum {
	IMAGE = 1024
};

/* One image of 1 KiB at `rom`, with its PCI data structure at 40h. */
static void put_image(uint8_t *rom, uint8_t code_type, bool last, uint16_t machine)
{
	memset(rom, 0, IMAGE);
	memcpy(rom, "\x55\xaa", 2);
	rom[0x18] = 0x40;
	memcpy(rom + 0x40, "PCIR\xde\x10\x04\x27", 8);
	rom[0x50] = IMAGE / 512;
	rom[0x54] = code_type;
	rom[0x55] = last ? 0x80 : 0;
	if (code_type == 3) {
		memcpy(rom + 4, "\xf1\x0e", 2);
		rom[8] = 0x0b;
		rom[0xa] = (uint8_t)machine;
		rom[0xb] = (uint8_t)(machine >> 8);
	}
}

static void test_images(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t rom[2 * IMAGE];
	struct bytes all = { rom, sizeof(rom) };

	(void)state;
	put_image(rom, 0, false, 0);
	put_image(rom + IMAGE, 3, true, 0x8664);
	assert_string_equal(
		option_rom_describe(all, 0x10de, 0x2704, arena), "x86, efi-x64");
	put_image(rom + IMAGE, 3, true, 0xaa64); /* ARM */
	assert_string_equal(
		option_rom_describe(all, 0x10de, 0x2704, arena), "x86, efi-other");
	put_image(rom, 0, true, 0); /* the last one: what follows isn't part of it */
	assert_string_equal(option_rom_describe(all, 0x10de, 0x2704, arena), "x86");
	assert_null(option_rom_describe(all, 0x10de, 0x2684, arena)); /* another card's */
}

static void test_broken_roms(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t rom[2 * IMAGE];

	(void)state;
	memset(rom, 0xff, sizeof(rom)); /* asleep */
	assert_null(option_rom_describe(
		(struct bytes){ rom, sizeof(rom) }, 0x10de, 0x2704, arena));
	put_image(rom, 0, false, 0);
	put_image(rom + IMAGE, 3, true, 0x8664);
	for (size_t length = 0; length < sizeof(rom); length++) {
		const char *images = option_rom_describe(
			(struct bytes){ rom, length }, 0x10de, 0x2704, arena);

		if (length < 0x40 + 0x18)
			assert_null(images);
		else if (length < IMAGE + 0x40 + 0x18)
			assert_string_equal(images, "x86");
	}
	rom[0x50] = 0; /* no length: no endless loop */
	assert_string_equal(option_rom_describe((struct bytes){ rom, sizeof(rom) },
				    0x10de, 0x2704, arena),
		"x86");
	rom[0x18] = rom[0x19] = 0xff; /* the data structure lies outside */
	assert_null(option_rom_describe(
		(struct bytes){ rom, sizeof(rom) }, 0x10de, 0x2704, arena));
}

static void test_what_was_read_is_judged(void **state)
{
	struct pc_edit edit = { .change = PC_FACT, .path = "rom." PC_GPU };
	ARENA_AUTO arena = arena_new();

	(void)state;
	edit.text = "x86, efi-x64";
	assert_int_equal(pc_finding(arena, pc_build(arena, &edit, 1), "gpu-rom").status,
		FINDING_PASS);
	edit.text = "x86";
	assert_int_equal(pc_finding(arena, pc_build(arena, &edit, 1), "gpu-rom").status,
		FINDING_FAIL);
	assert_int_equal(pc_finding(arena, pc_build(arena, NULL, 0), "gpu-rom").status,
		FINDING_FAIL); /* rom size 0 in its resource file */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_images),
		cmocka_unit_test(test_broken_roms),
		cmocka_unit_test(test_what_was_read_is_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
