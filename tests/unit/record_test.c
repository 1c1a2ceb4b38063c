/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Present, absent, unknown: what a record says of a path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gpuhost/arena.h"
#include "gpuhost/record.h"

#define BYTES(text) ((struct bytes){ (const uint8_t *)(text), strlen(text) })

static struct record *sample(struct arena *arena)
{
	struct record *record = record_new(arena);

	record_add(record, "sys/pci/b/vendor", MEMBER_FILE, BYTES("0x10de\n"));
	record_add(record, "sys/pci/a/driver", MEMBER_LINK, BYTES("../../drivers/nvme"));
	record_add(record, "sys/pci/a-x", MEMBER_FILE, BYTES("between a and a/"));
	record_add(record, "sys/pci/a/vendor", MEMBER_FILE, BYTES("0x8086\n"));
	record_add(record, "sys/pci/a/vendor", MEMBER_FILE, BYTES("0xffff\n"));
	record_add(record, "sys/loose/file", MEMBER_FILE, BYTES("-1\n"));
	record_add(record, "sys/pci", MEMBER_DIR, BYTES(""));
	record_add(record, "sys/empty", MEMBER_DIR, BYTES(""));
	record_cover(record, "sys/pci");
	record_cover(record, "sys/empty");
	record_cover(record, "proc/cmdline");
	record_cover(record, "sys/tables");
	record_refuse(record, "sys/pci/c", "EACCES");
	record_refuse(record, "sys/tables/MSDM", "redacted");
	record_add_fact(record, "msr.0x3a", "0x5");
	record_add_fact(record, "cpuid.vendor", "GenuineIntel");
	record_seal(record);
	return record;
}

static void presence_follows_covers_and_refusals(void **state)
{
	static const struct {
		const char *path;
		enum presence presence;
	} cases[] = {
		{ "sys/pci/a/vendor", PRESENCE_PRESENT },
		{ "sys/pci/a", PRESENCE_PRESENT },
		{ "sys/pci", PRESENCE_PRESENT },
		{ "sys", PRESENCE_PRESENT },
		{ "sys/pci/a/numa_node", PRESENCE_ABSENT },
		{ "sys/pci/d", PRESENCE_ABSENT },
		{ "sys/pci/c", PRESENCE_UNKNOWN },
		{ "sys/pci/c/vendor", PRESENCE_UNKNOWN },
		{ "sys/pci/cc", PRESENCE_ABSENT },
		{ "sys/pcie", PRESENCE_UNKNOWN },
		{ "proc/cmdline", PRESENCE_ABSENT },
		{ "proc/cmdlines", PRESENCE_UNKNOWN },
		{ "proc", PRESENCE_UNKNOWN },
		{ "sys/tables/DMAR", PRESENCE_ABSENT },
		{ "sys/tables/MSDM", PRESENCE_UNKNOWN },
		{ "sys/tables", PRESENCE_UNKNOWN },
		{ "sys/loose/other", PRESENCE_UNKNOWN },
		{ "sys/empty", PRESENCE_PRESENT },
		{ "sys/empty/x", PRESENCE_ABSENT },
		{ "", PRESENCE_PRESENT },
	};
	ARENA_AUTO arena = arena_new();
	struct record *record = sample(arena);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (record_presence(record, cases[i].path) != cases[i].presence)
			fail_msg("%s: %d", cases[i].path,
				(int)record_presence(record, cases[i].path));
	assert_string_equal(record_refusal(record, "sys/pci/c/vendor"), "EACCES");
	assert_null(record_refusal(record, "sys/pci/a"));
}

static void values_are_read(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = sample(arena);
	const char *target;
	struct bytes bytes;
	uint64_t value;

	(void)state;
	assert_string_equal(record_text(record, "sys/pci/%s/vendor", "a"), "0x8086");
	assert_true(record_number(record, &value, "sys/pci/b/vendor"));
	assert_int_equal(value, 0x10de);
	assert_false(record_number(record, &value, "sys/loose/file"));
	assert_null(record_text(record, "sys/pci/a"));
	assert_int_equal(record_file(record, "sys/pci/a", &bytes), PRESENCE_UNKNOWN);
	assert_int_equal(
		record_file(record, "sys/pci/a/driver", &bytes), PRESENCE_UNKNOWN);
	assert_int_equal(
		record_link(record, "sys/pci/a/driver", &target), PRESENCE_PRESENT);
	assert_int_equal(
		record_link(record, "sys/pci/b/driver", &target), PRESENCE_ABSENT);
	assert_string_equal(record_link_name(record, "sys/pci/%s/driver", "a"), "nvme");
	assert_string_equal(record_fact(record, "cpuid.vendor"), "GenuineIntel");
	assert_null(record_fact(record, "cpuid"));
	assert_true(record_fact_number(record, "msr.0x3a", &value));
	assert_int_equal(value, 5);
}

static void lists_say_whether_they_are_whole(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = sample(arena);
	const char **names;
	size_t n;

	(void)state;
	/* "c" was refused: there may be more */
	assert_int_equal(record_list(record, "sys/pci", &names, &n), PRESENCE_UNKNOWN);
	assert_int_equal(n, 3);
	assert_string_equal(names[0], "a");
	assert_string_equal(names[1], "a-x");
	assert_string_equal(names[2], "b");
	assert_int_equal(record_list(record, "sys/pci/a", &names, &n), PRESENCE_PRESENT);
	assert_int_equal(n, 2);
	assert_int_equal(record_list(record, "sys/loose", &names, &n), PRESENCE_UNKNOWN);
	assert_int_equal(n, 1);
	assert_int_equal(record_list(record, "sys/pci/c", &names, &n), PRESENCE_UNKNOWN);
	assert_int_equal(record_list(record, "sys/pci/d", &names, &n), PRESENCE_ABSENT);
	assert_int_equal(record_list(record, "sys/empty", &names, &n), PRESENCE_PRESENT);
	assert_int_equal(n, 0);
}

static void an_empty_record_knows_nothing(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena);
	const char **names;
	size_t n;

	(void)state;
	record_seal(record);
	assert_int_equal(record_presence(record, "sys"), PRESENCE_UNKNOWN);
	assert_int_equal(record_list(record, "sys", &names, &n), PRESENCE_UNKNOWN);
	assert_null(record_fact(record, "euid"));
	assert_null(record_text(record, "x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(presence_follows_covers_and_refusals),
		cmocka_unit_test(values_are_read),
		cmocka_unit_test(lists_say_whether_they_are_whole),
		cmocka_unit_test(an_empty_record_knows_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
