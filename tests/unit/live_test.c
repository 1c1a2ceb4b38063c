/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The booted image: which partition gets the report, what may grow, what the screen
 * shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake.h"
#include "gpuhost/check.h"
#include "gpuhost/live.h"
#include "gpuhost/report.h"
#include "pc.h"

enum {
	MIB = 2048, /* sectors */
};

/* A stick as the image makes it, written to one of 1 GiB. */
#define OWN_ISO                                                                          \
	{                                                                                \
		.name = "sdb1", .disk = "sdb", .type = "iso9660",                        \
		.label = "GPUHOST_ISO", .number = 1, .start = 64, .sectors = 32 * MIB,   \
		.disk_sectors = 1024 * MIB, .read_only = TRI_NO, .own_id = true          \
	}
#define OWN_STICK                                                                        \
	{                                                                                \
		.name = "sdb3", .disk = "sdb", .type = "vfat", .label = "GPUHOST",       \
		.number = 3, .start = 40 * MIB, .sectors = 16 * MIB,                     \
		.disk_sectors = 1024 * MIB, .read_only = TRI_NO                          \
	}
#define OTHER_STICK                                                                      \
	{                                                                                \
		.name = "sda1", .disk = "sda", .type = "vfat", .label = "GPUHOST",       \
		.number = 1, .start = MIB, .sectors = 100 * MIB,                         \
		.disk_sectors = 200 * MIB, .read_only = TRI_NO                           \
	}
#define WINDOWS                                                                          \
	{                                                                                \
		.name = "nvme0n1p1", .disk = "nvme0n1", .type = "vfat",                  \
		.label = "SYSTEM", .number = 1, .start = MIB, .sectors = 100 * MIB,      \
		.disk_sectors = 200 * MIB, .read_only = TRI_NO                           \
	}

#define CHOOSE(index, ...)                                                               \
	choose((struct volume[]){ __VA_ARGS__ },                                         \
		sizeof((struct volume[]){ __VA_ARGS__ }) / sizeof(struct volume), index)

static enum stick_answer choose(struct volume *list, size_t n, size_t *ret)
{
	struct volumes volumes = { list, n };

	return stick_choose(&volumes, ret);
}

static void the_own_stick_wins_whatever_the_order(void **state)
{
	size_t index;

	(void)state;
	assert_int_equal(
		CHOOSE(&index, WINDOWS, OTHER_STICK, OWN_ISO, OWN_STICK), STICK_FOUND);
	assert_int_equal(index, 3);
	assert_int_equal(CHOOSE(&index, OWN_STICK, OTHER_STICK, OWN_ISO), STICK_FOUND);
	assert_int_equal(index, 0);
}

static void a_foreign_stick_serves_where_the_medium_is_none(void **state)
{
	struct volume cd = { .name = "sr0",
		.disk = "sr0",
		.type = "iso9660",
		.read_only = TRI_YES,
		.own_id = true };
	size_t index;

	(void)state;
	assert_int_equal(CHOOSE(&index, WINDOWS, OTHER_STICK, cd), STICK_FOUND);
	assert_int_equal(index, 1);
	assert_int_equal(CHOOSE(&index, WINDOWS, cd), STICK_NONE);
	assert_int_equal(choose(NULL, 0, &index), STICK_NONE);
}

static void of_two_foreign_sticks_none_is_touched(void **state)
{
	struct volume third = OTHER_STICK;
	size_t index;

	(void)state;
	third.name = "sdc1";
	third.disk = "sdc";
	assert_int_equal(CHOOSE(&index, OTHER_STICK, third), STICK_SEVERAL);
}

static void a_locked_stick_is_told_from_none(void **state)
{
	struct volume locked = OWN_STICK;
	size_t index;

	(void)state;
	locked.read_only = TRI_YES;
	assert_int_equal(CHOOSE(&index, OWN_ISO, locked), STICK_READ_ONLY);
	assert_int_equal(index, 1);
	assert_int_equal(CHOOSE(&index, OWN_ISO, locked, OTHER_STICK), STICK_FOUND);
	assert_int_equal(index, 2);
}

static void the_label_alone_is_not_enough(void **state)
{
	struct volume linux_one = OTHER_STICK, unread = OTHER_STICK;
	size_t index;

	(void)state;
	linux_one.type = "ext4";
	unread.type = NULL;
	unread.label = NULL;
	assert_int_equal(CHOOSE(&index, linux_one, unread), STICK_NONE);
}

static int may_grow(struct volume *list, size_t n, size_t index, uint64_t *ret)
{
	struct volumes volumes = { list, n };
	struct err err = { .text = "" };
	int result = stick_may_grow(&volumes, index, ret, &err);

	if (result < 0)
		assert_true(strstr(err.text, list[index].name));
	return result;
}

static void the_image_s_partition_grows_to_the_end(void **state)
{
	struct volume list[] = { OWN_ISO, OWN_STICK, WINDOWS };
	uint64_t size;

	(void)state;
	assert_int_equal(may_grow(list, 3, 1, &size), 0);
	assert_true(size > (uint64_t)983 << 20 && size <= (uint64_t)984 << 20);
}

static void nothing_grows_where_anything_is_unclear(void **state)
{
	const struct volume good[] = { OWN_ISO, OWN_STICK, OWN_ISO };
	struct volume list[3];
	uint64_t size;

	(void)state;
	memcpy(list, good, sizeof(list));
	list[0].own_id = list[2].own_id = false;
	assert_int_equal(may_grow(list, 3, 1, &size), -1);
	memcpy(list, good, sizeof(list));
	list[2].start = 60 * MIB; /* something lies behind */
	assert_int_equal(may_grow(list, 3, 1, &size), -1);
	memcpy(list, good, sizeof(list));
	list[1].sectors = 900 * MIB;
	assert_int_equal(may_grow(list, 3, 1, &size), -1);
	memcpy(list, good, sizeof(list));
	list[1].disk_sectors = 56 * MIB;
	assert_int_equal(may_grow(list, 3, 1, &size), -1);
	memcpy(list, good, sizeof(list));
	list[1].read_only = TRI_UNKNOWN;
	assert_int_equal(may_grow(list, 3, 1, &size), -1);
	memcpy(list, good, sizeof(list));
	list[1].number = 0;
	assert_int_equal(may_grow(list, 3, 1, &size), -1);
}

static void folders_are_named_by_board_and_time(void **state)
{
	const struct tm utc = {
		.tm_year = 126, .tm_mon = 10, .tm_mday = 22, .tm_hour = 14
	};
	ARENA_AUTO arena = arena_new();
	struct machine machine = { .live = true };

	(void)state;
	assert_string_equal(
		report_folder_name(arena, &machine, &utc), "machine-20261122-140000");
	machine.system.dmi.board_name = " PRIME Z790-P (D4)/../\x01\xe4 ";
	assert_string_equal(report_folder_name(arena, &machine, &utc),
		"prime-z790-p-d4-20261122-140000");
	machine.system.dmi.board_name = "主板";
	assert_string_equal(
		report_folder_name(arena, &machine, &utc), "machine-20261122-140000");
}

static void markers_have_no_spaces_in_values(void **state)
{
	ARENA_AUTO arena = arena_new();

	(void)state;
	assert_string_equal(
		marker_value(arena, "sdb3: no space\nleft"), "sdb3:_no_space_left");
}

/* The verdict and the first thing to do are always there, and never more lines than the
 * screen has. */
static void the_short_form_fits_the_screen(void **state)
{
	static const char *const captures[] = {
		"tests/machines/asus-maximus-z690-hero_dmar",
		"tests/machines/gigabyte-z790-aorus-pro-x_no-dmar",
		"tests/machines/lenovo-e15-gen2_drhd-base0",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(captures) / sizeof(*captures); i++)
		for (unsigned rows = 6; rows <= 40; rows++) {
			ARENA_AUTO arena = arena_new();
			struct judgement judgement = pc_judge(
				arena, fake_capture(arena, captures[i]), NULL);
			struct report_options options = { .width = 80 };
			char *text = NULL;
			size_t length, lines = 0;
			FILE *stream = open_memstream(&text, &length);

			report_short(&judgement, &options, rows, stream);
			fclose(stream);
			for (const char *c = text; *c; c++)
				lines += *c == '\n';
			assert_in_range(lines, 2, rows);
			assert_true(strstr(text, "NOT READY: ") ||
				strstr(text, "CAN'T TELL: "));
			free(text);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_own_stick_wins_whatever_the_order),
		cmocka_unit_test(a_foreign_stick_serves_where_the_medium_is_none),
		cmocka_unit_test(of_two_foreign_sticks_none_is_touched),
		cmocka_unit_test(a_locked_stick_is_told_from_none),
		cmocka_unit_test(the_label_alone_is_not_enough),
		cmocka_unit_test(the_image_s_partition_grows_to_the_end),
		cmocka_unit_test(nothing_grows_where_anything_is_unclear),
		cmocka_unit_test(folders_are_named_by_board_and_time),
		cmocka_unit_test(markers_have_no_spaces_in_values),
		cmocka_unit_test(the_short_form_fits_the_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
