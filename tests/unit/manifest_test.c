/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every way a manifest can be wrong has its sentence; and captures that lie unpacked. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/file.h"
#include "gpuhost/record.h"
#include "gpuhost/source.h"

#define BYTES(text) ((struct bytes){ (const uint8_t *)(text), strlen(text) })
#define F "\"format\":\"gpuhost-capture/1\",\"covers\":"

static void wrong_manifests_are_explained(void **state)
{
	static const struct {
		const char *json, *part;
	} cases[] = {
		{ "", "JSON" },
		{ "{", "JSON" },
		{ "[]", "object" },
		{ "{}", "format" },
		{ "{\"format\":1,\"covers\":[]}", "format" },
		{ "{\"format\":\"gpuhost-capture/2\",\"covers\":[]}",
			"gpuhost-capture/2" },
		{ "{\"format\":\"tar\",\"covers\":[]}", "format" },
		{ "{\"format\":\"gpuhost-capture/1\"}", "covers" },
		{ "{" F "{}}", "covers" },
		{ "{" F "[1]}", "string" },
		{ "{" F "[\"/sys\"]}", "/sys" },
		{ "{" F "[\"sys/../etc\"]}", "sys/../etc" },
		{ "{" F "[\"\"]}", "no path" },
		{ "{" F "[\"sys//a\"]}", "sys//a" },
		{ "{" F "[\"sys/\"]}", "sys/" },
		{ "{" F "[\"a\\u0000b\"]}", "JSON" },
		{ "{" F "[],\"refused\":{}}", "refused" },
		{ "{" F "[],\"refused\":[\"x\"]}", "refused" },
		{ "{" F "[],\"refused\":[{\"path\":\"x\"}]}", "refused" },
		{ "{" F "[],\"refused\":[{\"path\":\"../x\",\"error\":\"E\"}]}", "../x" },
		{ "{" F "[],\"refused\":[{\"path\":\"x\",\"error\":5}]}", "error" },
		{ "{" F "[],\"facts\":[]}", "facts" },
		{ "{" F "[],\"facts\":{\"a\":1}}", "“a”" },
		{ "{" F "[],\"facts\":{\"a\":\"\\u001b[31m\"}}", "“a”" },
		{ "{" F "[],\"facts\":{\"a\":\"1\",\"a\":\"2\"}}", "JSON" },
		{ "{" F "[],\"made-by\":null}", "made-by" },
		{ "{" F "[],\"refusd\":[]}", "refusd" },
		{ "{" F "[]} x", "JSON" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ARENA_AUTO arena = arena_new();
		struct err err = { .status = STATUS_OK };

		if (manifest_read(BYTES(cases[i].json), record_new(arena), &err) == 0)
			fail_msg("taken: %s", cases[i].json);
		assert_int_equal(err.status, STATUS_BAD_INPUT);
		if (!strstr(err.text, cases[i].part))
			fail_msg("“%s” does not say “%s”", err.text, cases[i].part);
	}
}

static void large_and_deep_manifests_are_refused(void **state)
{
	ARENA_AUTO arena = arena_new();
	char *text = arena_alloc(arena, (1 << 20) + 2);
	struct err err;

	(void)state;
	memset(text, ' ', (1 << 20) + 1);
	assert_int_equal(manifest_read(BYTES(text), record_new(arena), &err), -1);
	assert_non_null(strstr(err.text, "1024 KiB"));
	memset(text, '[', 1 << 20);
	text[1 << 20] = '\0';
	assert_int_equal(manifest_read(BYTES(text), record_new(arena), &err), -1);
}

static void a_written_manifest_is_read_again(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record = record_new(arena), *back = record_new(arena);
	struct err err;

	(void)state;
	record_cover(record, "sys/class/dmi/id/board_name");
	record_refuse(record, "dev/sda", "EACCES");
	record_add_fact(record, "cpuid.brand", "Intel(R) \"Core\"");
	record_seal(record);
	assert_int_equal(manifest_read(manifest_write(record), back, &err), 0);
	record_seal(back);
	assert_string_equal(record_fact(back, "cpuid.brand"), "Intel(R) \"Core\"");
	assert_string_equal(record_refusal(back, "dev/sda"), "EACCES");
	assert_int_equal(back->n_covers, 1);
	assert_true(strncmp(back->made_by, "gpuhost ", 8) == 0);
	assert_int_equal(strlen(back->when), strlen("2026-11-22T14:00:00Z"));
}

static void the_real_machines_open(void **state)
{
	DIR *folder = opendir("tests/machines");
	struct dirent *entry;
	size_t opened = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		ARENA_AUTO arena = arena_new();
		const char *path = arena_printf(
			arena, "tests/machines/%s", entry->d_name);
		struct record *record;
		struct err err;

		if (!strchr(entry->d_name, '_'))
			continue;
		if (source_open(path, arena, &record, &err) < 0)
			fail_msg("%s", err.text);
		assert_true(record->n_members > 5);
		assert_int_equal(record_presence(record, "sys/firmware/acpi/tables/FACP"),
			PRESENCE_PRESENT);
		opened++;
	}
	closedir(folder);
	assert_true(opened >= 10);
}

static int write_text(int dirfd, const char *path, const char *text)
{
	int fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	ssize_t n = write(fd, text, strlen(text));

	close(fd);
	return n == (ssize_t)strlen(text) ? 0 : -1;
}

/* Links in an unpacked capture lead nowhere, whatever they point at. */
static void unpacked_captures_stay_inside(void **state)
{
	ARENA_AUTO arena = arena_new();
	struct record *record;
	struct bytes bytes;
	const char *target;
	char path[256];
	struct err err;
	int fd = tempdir_create(path, sizeof(path));

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(capture_read_folder(fd, arena, &record, &err), -1);
	assert_int_equal(err.status, STATUS_BAD_INPUT);
	assert_int_equal(write_text(fd, "MANIFEST.json", "{" F "[\"sys\"]}"), 0);
	assert_int_equal(mkdirat(fd, "sys", 0755), 0);
	assert_int_equal(symlinkat("/etc/passwd", fd, "sys/file"), 0);
	assert_int_equal(symlinkat("/", fd, "sys/folder"), 0);
	assert_int_equal(write_text(fd, "sys/secret", "x"), 0);
	assert_int_equal(capture_read_folder(fd, arena, &record, &err), 0);
	assert_int_equal(record->n_members, 3);
	assert_int_equal(record_file(record, "sys/file", &bytes), PRESENCE_UNKNOWN);
	assert_int_equal(record_link(record, "sys/folder", &target), PRESENCE_PRESENT);
	assert_string_equal(target, "/");
	assert_int_equal(mkfifoat(fd, "sys/fifo", 0644), 0);
	assert_int_equal(capture_read_folder(fd, arena, &record, &err), -1);
	assert_non_null(strstr(err.text, "sys/fifo"));
	unlinkat(fd, "sys/fifo", 0);
	unlinkat(fd, "MANIFEST.json", 0);
	assert_int_equal(symlinkat("/dev/zero", fd, "MANIFEST.json"), 0);
	assert_int_equal(capture_read_folder(fd, arena, &record, &err), -1);
	close(fd);
	tempdir_remove(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_manifests_are_explained),
		cmocka_unit_test(large_and_deep_manifests_are_refused),
		cmocka_unit_test(a_written_manifest_is_read_again),
		cmocka_unit_test(the_real_machines_open),
		cmocka_unit_test(unpacked_captures_stay_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
