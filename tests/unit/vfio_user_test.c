/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The emulated GPU as QEMU, firmware and a guest see it. */
#include "vfio_user_talk.h"

#include <sys/resource.h>

static void test_greeting(void **state)
{
	struct talk *talk = *state;
	struct bytes reply;

	greet(talk);
	reply = bytes_from(talk->reply, HEADER_SIZE);
	assert_int_equal(bytes_u32(reply, 0), 0); /* 0.0, or QEMU turns away */
	assert_int_equal(reply.data[reply.length - 1], 0);
	assert_non_null(strstr((const char *)reply.data + 4, "max_data_xfer_size"));
	assert_false(has_said(talk, "violation"));
}

static void test_identity(void **state)
{
	struct talk *talk = *state;

	greet(talk);
	assert_int_equal(read_config(talk, 0), 0x270410de);
	assert_int_equal(read_config(talk, 8), 0x030000a1);
	assert_int_equal(read_config(talk, 0x2c) & 0xffff, 0x7377);
	assert_int_equal(read_config(talk, 0x0c), 0x00800000);
	assert_int_equal(talk->card.n_functions, 2);
	assert_int_equal(talk->card.functions[1].device, 0x22bb);
	/* NV_PMC_BOOT_0, read whole and its upper half. */
	assert_int_equal(read_region(talk, 0, 0, 4), 0);
	assert_int_equal(bytes_u32(talk->reply, 32), 0x193000a1);
	assert_int_equal(read_region(talk, 0, 2, 2), 0);
	assert_int_equal(bytes_u16(talk->reply, 32), 0x1930);
	assert_int_equal(read_config(talk, CONFIG_REBAR), 0x00010015);
	assert_int_equal(read_config(talk, CONFIG_REBAR + 8) >> 8 & 0x3f, 14);
}

/* What firmware does to find out how large a BAR is. */
static void test_bar_sizes(void **state)
{
	struct talk *talk = *state;

	greet(talk);
	for (uint32_t at = 0x10; at <= 0x24; at += 4)
		assert_int_equal(write_region(talk, REGION_CONFIG, at, ~0u, 4), 0);
	write_region(talk, REGION_CONFIG, 0x30, ~0u, 4);
	assert_int_equal(read_config(talk, 0x10), 0xff000000);
	assert_int_equal(read_config(talk, 0x14), 0x0000000c);
	assert_int_equal(read_config(talk, 0x18), 0xfffffffc);
	assert_int_equal(read_config(talk, 0x1c), 0xfe00000c);
	assert_int_equal(read_config(talk, 0x20), 0xffffffff);
	assert_int_equal(read_config(talk, 0x24), 0xffffff81);
	assert_int_equal(read_config(talk, 0x30), 0xfff80001);
	/* Ids don't move. */
	write_region(talk, REGION_CONFIG, 0, 0, 4);
	assert_int_equal(read_config(talk, 0), 0x270410de);
	assert_false(has_said(talk, "violation"));
}

static void test_no_rom(void **state)
{
	struct talk *talk = *state;

	device_init(&talk->device, &talk->card.functions[1], true);
	greet(talk);
	write_region(talk, REGION_CONFIG, 0x30, ~0u, 4);
	assert_int_equal(read_config(talk, 0x30), 0);
}

static void test_large_bar(void **state)
{
	struct talk *talk = *state;
	struct rusage before, after;

	greet(talk);
	getrusage(RUSAGE_SELF, &before);
	for (uint64_t at = 0; at < 16ull << 30; at += 1ull << 28) {
		assert_int_equal(write_region(talk, 1, at, ~0u, 4), 0);
		assert_int_equal(read_region(talk, 1, at, TRANSFER_MAX), 0);
		assert_int_equal(bytes_u32(talk->reply, 32), 0);
	}
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 8 << 10);
	assert_int_equal(read_region(talk, 1, (16ull << 30) - 4, 4), 0);
	assert_int_equal(read_region(talk, 1, (16ull << 30) - 4, 8), EINVAL);
	assert_true(has_said(talk, "violation"));
}

static void test_function_level_reset(void **state)
{
	struct talk *talk = *state;

	greet(talk);
	assert_true(read_config(talk, CONFIG_EXPRESS + 4) & 1u << 28);
	write_region(talk, REGION_CONFIG, 0x04, 7, 2);
	assert_int_equal(read_config(talk, 0x04) & 0xffff, 7);
	write_region(talk, REGION_CONFIG, CONFIG_DEVICE_CONTROL, 0xa810, 2);
	assert_true(has_said(talk, "reset 1 (FLR)"));
	assert_int_equal(read_config(talk, 0x04) & 0xffff, 0);
	assert_int_equal(ask(talk, VFIO_USER_DEVICE_RESET, NULL, 0), 0);
	assert_true(has_said(talk, "reset 2 (DEVICE_RESET)"));
	/* The audio function has none. */
	device_init(&talk->device, &talk->card.functions[1], true);
	write_region(talk, REGION_CONFIG, CONFIG_DEVICE_CONTROL, 0xa810, 2);
	assert_false(has_said(talk, "reset"));
}

/* Walks the images as firmware does. */
static void test_option_rom(void **state)
{
	struct talk *talk = *state;
	struct bytes rom, image, pcir;
	uint8_t sum = 0;

	greet(talk);
	assert_int_equal(read_region(talk, REGION_ROM, 0, 512 << 10), 0);
	rom = bytes_from(talk->reply, HEADER_SIZE + ACCESS_SIZE);
	pcir = bytes_from(rom, bytes_u16(rom, 0x18));
	assert_int_equal(bytes_u16(rom, 0), 0xaa55);
	assert_memory_equal(pcir.data, "PCIR", 4);
	assert_int_equal(bytes_u32(pcir, 4), 0x270410de);
	assert_int_equal(bytes_u8(pcir, 20), 0); /* x86 */
	assert_int_equal(bytes_u8(pcir, 21), 0); /* not the last */
	for (size_t i = 0; i < bytes_u8(rom, 2) * 512u; i++)
		sum = (uint8_t)(sum + rom.data[i]);
	assert_int_equal(sum, 0);
	image = bytes_from(rom, bytes_u16(pcir, 16) * 512u);
	pcir = bytes_from(image, bytes_u16(image, 0x18));
	assert_int_equal(bytes_u16(image, 0), 0xaa55);
	assert_int_equal(bytes_u32(image, 4), 0x0ef1);
	assert_int_equal(bytes_u16(image, 10), 0x8664);
	assert_memory_equal(pcir.data, "PCIR", 4);
	assert_int_equal(bytes_u8(pcir, 20), 3); /* EFI */
	assert_int_equal(bytes_u8(pcir, 21), 0x80); /* the last */
	assert_memory_equal(bytes_from(image, bytes_u16(image, 0x16)).data, "MZ", 2);
	assert_int_equal(write_region(talk, REGION_ROM, 0, 0, 4), EPERM);
}

static void test_all_cards(void **state)
{
	static const char *const paths[] = { GPUS "rtx4080-colorful.conf",
		GPUS "gtx1650-like.conf", GPUS "rtx2080.conf" };
	static const uint32_t classes[] = { 0x030000, 0x040300, 0x0c0330, 0x0c8000 };
	struct talk talk = { .arena = arena_new() };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		load(&talk, paths[i]);
		for (size_t j = 0; j < talk.card.n_functions; j++) {
			assert_int_equal(talk.card.functions[j].vendor, 0x10de);
			assert_int_equal(talk.card.functions[j].class_code, classes[j]);
		}
		if (i > 0)
			assert_int_equal(talk.card.functions[0].bar[1].size, 256 << 20);
	}
	assert_int_equal(talk.card.n_functions, 4);
	arena_free(talk.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		talk_test(test_greeting),
		talk_test(test_identity),
		talk_test(test_bar_sizes),
		talk_test(test_no_rom),
		talk_test(test_large_bar),
		talk_test(test_function_level_reset),
		talk_test(test_option_rom),
		cmocka_unit_test(test_all_cards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
