/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Captures come back as they were written, and hostile ones end with a sentence. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/record.h"
#include "gpuhost/source.h"
#include "pack.h"

#define BYTES(text) ((struct bytes){ (const uint8_t *)(text), strlen(text) })

static void assert_refused(struct bytes file, const char *part)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = NULL;
	struct err err = { .status = STATUS_OK };

	assert_int_equal(capture_read_archive(file, arena, &record, &err), -1);
	assert_int_equal(err.status, STATUS_BAD_INPUT);
	assert_null(record);
	if (!strstr(err.text, part))
		fail_msg("“%s” does not say “%s”", err.text, part);
	for (const char *s = err.text; *s; s++)
		assert_true((unsigned char)*s >= 0x20);
}

static void assert_same(const struct record *a, const struct record *b)
{
	assert_int_equal(a->n_members, b->n_members);
	for (size_t i = 0; i < a->n_members; i++) {
		const struct member *x = &a->members[i], *y = &b->members[i];

		assert_string_equal(x->path, y->path);
		assert_int_equal(x->kind, y->kind);
		assert_int_equal(x->data.length, y->data.length);
		if (x->data.length)
			assert_memory_equal(x->data.data, y->data.data, x->data.length);
	}
	assert_int_equal(a->n_covers, b->n_covers);
	for (size_t i = 0; i < a->n_covers; i++)
		assert_string_equal(a->covers[i], b->covers[i]);
	assert_int_equal(a->n_refused, b->n_refused);
	for (size_t i = 0; i < a->n_refused; i++) {
		assert_string_equal(a->refused[i].path, b->refused[i].path);
		assert_string_equal(a->refused[i].error, b->refused[i].error);
	}
	assert_int_equal(a->n_facts, b->n_facts);
	for (size_t i = 0; i < a->n_facts; i++) {
		assert_string_equal(a->facts[i].key, b->facts[i].key);
		assert_string_equal(a->facts[i].value, b->facts[i].value);
	}
}

static void a_capture_comes_back_as_written(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena), *back;
	char folder[256], *path;
	struct bytes first, second;
	struct err err;
	uint8_t all[700];
	int fd;

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	record_add(record, "sys/b", MEMBER_FILE, (struct bytes){ all, sizeof(all) });
	record_add(record, "sys/empty", MEMBER_FILE, BYTES(""));
	record_add(record, "sys/a/driver", MEMBER_LINK, BYTES("../../x"));
	record_add(record, "sys/firmware/efi", MEMBER_DIR, BYTES(""));
	record_cover(record, "sys/b");
	record_refuse(record, "dev/cpu/0/msr", "EPERM");
	record_add_fact(record, "euid", "0");
	record_seal(record);
	fd = tempdir_create(folder, sizeof(folder));
	assert_true(fd >= 0);
	path = arena_printf(arena, "%s/c.tar.zst", folder);
	record->when = "2026-11-22T14:00:00Z";
	assert_int_equal(capture_write_archive(record, path, &err), 0);
	assert_int_equal(capture_write_archive(record, path, &err), -1);
	assert_int_equal(err.status, STATUS_EXISTS);
	assert_int_equal(source_open(path, arena, &back, &err), 0);
	assert_same(record, back);
	assert_int_equal(file_read(AT_FDCWD, path, 1 << 20, arena, &first), 0);
	path = arena_printf(arena, "%s/d.tar.zst", folder);
	assert_int_equal(capture_write_archive(record, path, &err), 0);
	assert_int_equal(file_read(AT_FDCWD, path, 1 << 20, arena, &second), 0);
	assert_int_equal(first.length, second.length);
	assert_memory_equal(first.data, second.data, first.length);
	close(fd);
	tempdir_remove(folder);
}

static struct bytes simple(struct arena *arena, int filter)
{
	struct pack pack;

	pack_start(&pack, arena, filter);
	pack_text(&pack, "MANIFEST.json", PACK_MANIFEST);
	pack_text(&pack, "sys/a", "one\n");
	pack_text(&pack, "sys/c/d", "two\n");
	return pack_end(&pack);
}

static void every_named_filter_is_read(void **state)
{
	static const int filters[] = { ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP,
		ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD };
	ARENA_AUTO arena = arena_new();
	struct record *record;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		struct bytes file = simple(arena, filters[i]);

		if (capture_read_archive(file, arena, &record, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_equal(record->n_members, 2);
		assert_string_equal(record_text(record, "sys/c/d"), "two");
		assert_int_equal(record_presence(record, "sys/x"), PRESENCE_ABSENT);
	}
}

static void repacked_captures_are_read(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record;
	struct pack pack;
	struct err err;

	(void)state;
	pack_start(&pack, arena, ARCHIVE_FILTER_GZIP);
	pack_member(&pack, "./", AE_IFDIR | 0755, NULL, 0);
	pack_text(&pack, "./MANIFEST.json", PACK_MANIFEST);
	pack_member(&pack, "./sys/", AE_IFDIR | 0755, NULL, 0);
	pack_text(&pack, "./sys/a", "1\n");
	if (capture_read_archive(pack_end(&pack), arena, &record, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(record->n_members, 1);
	assert_string_equal(record_text(record, "sys/a"), "1");
}

/* A cut capture must never pass for a smaller one: what is cut off would be "absent". */
static void a_cut_capture_is_refused(void **state)
{
	static const int filters[] = { ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_ZSTD,
		ARCHIVE_FILTER_GZIP };
	ARENA_AUTO arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		struct bytes file = simple(arena, filters[i]);
		/* the final zeros of a plain tar may be cut, as long as one block stays
		 */
		size_t end = i == 0 ? 6 * 512 : file.length;

		for (size_t n = 0; n < end; n += i == 0 ? 128 : 7)
			assert_refused(bytes_first(file, n), "");
	}
}

static struct bytes with_member(
	struct arena *arena, const char *path, mode_t mode, const char *data)
{
	struct pack pack;

	pack_start(&pack, arena, ARCHIVE_FILTER_NONE);
	pack_text(&pack, "MANIFEST.json", PACK_MANIFEST);
	pack_text(&pack, "sys/a", "one\n");
	pack_member(&pack, path, mode, data, strlen(data));
	return pack_end(&pack);
}

static void unsafe_members_are_refused(void **state)
{
	static const struct {
		const char *path;
		mode_t mode;
		const char *part;
	} cases[] = {
		{ "../escape", AE_IFREG | 0644, "../escape" },
		{ "sys/../../escape", AE_IFREG | 0644, "sys/../../escape" },
		{ "/etc/passwd", AE_IFREG | 0644, "/etc/passwd" },
		{ "sys//x", AE_IFREG | 0644, "sys//x" },
		{ "sys/./x", AE_IFREG | 0644, "sys/./x" },
		{ "sys/\033[31mred", AE_IFREG | 0644, "?[31mred" },
		{ "sys/a", AE_IFREG | 0644, "twice" },
		{ "sys/a/b", AE_IFREG | 0644, "twice" },
		{ "sys", AE_IFLNK | 0777, "twice" },
		{ "MANIFEST.json", AE_IFREG | 0644, "twice" },
		{ "dev/sda", AE_IFBLK | 0644, "neither" },
		{ "dev/null", AE_IFCHR | 0644, "neither" },
		{ "sys/fifo", AE_IFIFO | 0644, "neither" },
	};
	ARENA_AUTO arena = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(with_member(arena, cases[i].path, cases[i].mode, "x"),
			cases[i].part);
}

static void hard_links_are_refused(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct archive_entry *entry = archive_entry_new();
	struct pack pack;

	(void)state;
	pack_start(&pack, arena, ARCHIVE_FILTER_NONE);
	pack_text(&pack, "MANIFEST.json", PACK_MANIFEST);
	pack_text(&pack, "sys/a", "one\n");
	archive_entry_set_pathname(entry, "sys/b");
	archive_entry_set_mode(entry, AE_IFREG | 0644);
	archive_entry_set_hardlink(entry, "../../etc/passwd");
	archive_write_header(pack.archive, entry);
	archive_entry_free(entry);
	assert_refused(pack_end(&pack), "sys/b");
}

static void the_manifest_comes_first(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct pack pack;

	(void)state;
	pack_start(&pack, arena, ARCHIVE_FILTER_NONE);
	pack_text(&pack, "sys/a", "one\n");
	pack_text(&pack, "MANIFEST.json", PACK_MANIFEST);
	assert_refused(pack_end(&pack), "MANIFEST.json");
	pack_start(&pack, arena, ARCHIVE_FILTER_ZSTD);
	assert_refused(pack_end(&pack), "");
	pack_start(&pack, arena, ARCHIVE_FILTER_NONE);
	pack_member(&pack, "sys", AE_IFDIR | 0755, NULL, 0);
	assert_refused(pack_end(&pack), "MANIFEST.json");
}

/* A good capture, then this header, then `length` bytes of `fill`. */
static struct bytes with_raw(
	struct arena *arena, const char *size, char type, const char *body, size_t length)
{
	struct bytes file = simple(arena, ARCHIVE_FILTER_NONE);
	uint8_t *data = arena_alloc(arena, 6 * 512 + 512 + length + 1024);

	memcpy(data, file.data, 6 * 512);
	pack_raw_header(data + 6 * 512, "sys/big", size, type);
	for (size_t i = 0; i < length; i++)
		data[7 * 512 + i] = (uint8_t)body[i % strlen(body)];
	return (struct bytes){ data, 7 * 512 + length + 1024 };
}

static void headers_that_lie_end_quickly(void **state)
{
	ARENA_AUTO arena = arena_new();

	(void)state;
	assert_refused(
		with_raw(arena, "112402762000", '0', "x", 512), "larger"); /* 10 GB */
	assert_refused(with_raw(arena, "00100000001", '0', "x", 512), "larger");
	assert_refused(with_raw(arena, "00000010000", '0', "x", 512), "cut off");
	assert_refused(with_raw(arena, "00000001000", '1', "x", 512), "");
	assert_refused(with_raw(arena, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
			       '0', "x", 512),
		"");
	assert_refused(with_raw(arena, "77777777777", 'x', "9 path=", 4096), "");
}

/* A map of two million holes: libarchive would keep it all in memory. */
static void sparse_files_are_refused(void **state)
{
	static const char pax[] =
		"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"
		"25 GNU.sparse.name=sys/x\n29 GNU.sparse.realsize=99999\n";
	ARENA_AUTO arena = arena_new();
	struct bytes file = simple(arena, ARCHIVE_FILTER_NONE);
	size_t map = 8 << 20;
	uint8_t *data = arena_alloc(arena, 9 * 512 + map + 1024), *at = data + 6 * 512;

	(void)state;
	memcpy(data, file.data, 6 * 512);
	pack_raw_header(at, "x", "00000000142", 'x');
	assert_int_equal(strlen(pax), 0142);
	memcpy(at + 512, pax, strlen(pax));
	pack_raw_header(at + 1024, "sys/sparse", "00040000000", '0');
	memset(at + 1536, '\n', map);
	for (size_t i = 0; i < map; i += 2)
		at[1536 + i] = '1';
	assert_refused((struct bytes){ data, 9 * 512 + map + 1024 }, "sparse");
}

static void bombs_end_quickly(void **state)
{
	ARENA_AUTO arena = arena_new();
	uint8_t *zeros = arena_alloc(arena, 15 << 20);
	struct rusage before, after;
	struct pack pack;

	(void)state;
	getrusage(RUSAGE_SELF, &before);
	pack_start(&pack, arena, ARCHIVE_FILTER_ZSTD);
	pack_text(&pack, "MANIFEST.json", PACK_MANIFEST);
	for (int i = 0; i < 14; i++) {
		char path[32];

		snprintf(path, sizeof(path), "sys/%d", i);
		pack_member(&pack, path, AE_IFREG | 0644, zeros, 15 << 20);
	}
	assert_refused(pack_end(&pack), "64 MiB");
	pack_start(&pack, arena, ARCHIVE_FILTER_GZIP);
	pack_text(&pack, "MANIFEST.json", PACK_MANIFEST);
	for (int i = 0; i < 70000; i++) {
		char path[32];

		snprintf(path, sizeof(path), "sys/%d", i);
		pack_text(&pack, path, "");
	}
	assert_refused(pack_end(&pack), "65536");
	getrusage(RUSAGE_SELF, &after);
#ifndef __SANITIZE_ADDRESS__ /* which keeps freed memory for a while */
	assert_in_range(after.ru_maxrss, 0, 256 << 10);
#endif
	assert_in_range(after.ru_utime.tv_sec - before.ru_utime.tv_sec, 0, 20);
}

/* Filters in filters are not followed: one layer is taken off, and that is no tar. */
static void stacked_filters_are_refused(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct bytes inner = simple(arena, ARCHIVE_FILTER_GZIP);
	struct archive_entry *entry = archive_entry_new();
	struct pack pack = { .arena = arena, .archive = archive_write_new() };

	(void)state;
	archive_write_set_format_raw(pack.archive);
	archive_write_add_filter_gzip(pack.archive);
	archive_write_open(pack.archive, &pack, NULL, pack_write, NULL);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_write_header(pack.archive, entry);
	archive_write_data(pack.archive, inner.data, inner.length);
	archive_entry_free(entry);
	assert_refused(pack_end(&pack), "");
}

static void any_bytes_are_survived(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct bytes file = simple(arena, ARCHIVE_FILTER_NONE);
	uint32_t random = 1;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		ARENA_AUTO each = arena_new();
		uint8_t *copy = arena_memdup(each, file.data, file.length);
		struct record *record;
		struct err err;

		for (int k = 0; k < 1 + i % 4; k++) {
			random = random * 1664525 + 1013904223;
			copy[(random >> 8) % (6 * 512)] = (uint8_t)(random >> 24);
		}
		capture_read_archive(
			(struct bytes){ copy, file.length }, each, &record, &err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bombs_end_quickly),
		cmocka_unit_test(a_capture_comes_back_as_written),
		cmocka_unit_test(every_named_filter_is_read),
		cmocka_unit_test(repacked_captures_are_read),
		cmocka_unit_test(a_cut_capture_is_refused),
		cmocka_unit_test(unsafe_members_are_refused),
		cmocka_unit_test(hard_links_are_refused),
		cmocka_unit_test(the_manifest_comes_first),
		cmocka_unit_test(headers_that_lie_end_quickly),
		cmocka_unit_test(sparse_files_are_refused),
		cmocka_unit_test(stacked_filters_are_refused),
		cmocka_unit_test(any_bytes_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
