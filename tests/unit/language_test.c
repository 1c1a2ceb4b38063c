/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which language people get, from --lang or the environment. The catalogue is made here,
 * so that these tests don't wait for a translation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gpuhost/file.h"
#include "gpuhost/language.h"

#define C_LOCALE "/usr/lib/locale/C.utf8/LC_MESSAGES/SYS_LC_MESSAGES"

static char folder[200];

/* A .mo file with one message, "on" (little endian, no hash table), and its charset. */
static const char catalogue[] = "\xde\x12\x04\x95\0\0\0\0\2\0\0\0\x1c\0\0\0\x2c\0\0\0"
				"\0\0\0\0\x3c\0\0\0"
				"\0\0\0\0\x3c\0\0\0\2\0\0\0\x3d\0\0\0"
				"\x28\0\0\0\x40\0\0\0\3\0\0\0\x69\0\0\0"
				"\0on\0"
				"Content-Type: text/plain; charset=UTF-8\n\0"
				"\xe5\xbc\x80";

static void clear_environment(void)
{
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	unsetenv("LANG");
	unsetenv("LANGUAGE");
}

static int copy(const char *from, const char *to)
{
	char bytes[4096];
	FILE *in = fopen(from, "rb");
	size_t length = in ? fread(bytes, 1, sizeof(bytes), in) : 0;

	if (in)
		fclose(in);
	return length ? file_write(to, bytes, length, NULL) : -1;
}

static int set_up(void **state)
{
	char path[300];
	int descriptor = tempdir_create(folder, sizeof(folder));

	(void)state;
	if (descriptor < 0)
		return -1;
	close(descriptor);
	snprintf(path, sizeof(path), "%s/zh_CN", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/zh_CN/LC_MESSAGES", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/zh_CN/LC_MESSAGES/gpuhost.mo", folder);
	if (file_write(path, catalogue, sizeof(catalogue), NULL) != 0)
		return -1;
	snprintf(path, sizeof(path), "%s/zh_CN/LC_MESSAGES/SYS_LC_MESSAGES", folder);
	return copy(C_LOCALE, path);
}

static int tear_down(void **state)
{
	(void)state;
	tempdir_remove(folder);
	return 0;
}

static int fresh(void **state)
{
	(void)state;
	clear_environment();
	return 0;
}

static void chinese_needs_no_locale_of_the_system(void **state)
{
	(void)state;
	setenv("LC_ALL", "C", 1);
	assert_int_equal(language_set("zh_CN", folder), 0);
	assert_string_equal(language_name(), "zh_CN");
	assert_string_equal(gettext("on"), "\xe5\xbc\x80");
}

static void english_wins_over_a_chinese_environment(void **state)
{
	(void)state;
	setenv("LC_ALL", "zh_CN.UTF-8", 1);
	setenv("LANGUAGE", "zh_CN", 1);
	assert_int_equal(language_set("en", folder), 0);
	assert_string_equal(language_name(), "en");
	assert_string_equal(gettext("on"), "on");
}

static void the_environment_decides_where_nobody_asks(void **state)
{
	static const struct {
		const char *all, *messages, *lang, *list, *expected;
	} cases[] = {
		{ NULL, NULL, NULL, NULL, "en" },
		{ NULL, NULL, "zh_CN.UTF-8", NULL, "zh_CN" },
		{ NULL, NULL, "zh_TW.UTF-8", NULL, "zh_CN" },
		{ NULL, NULL, "zh", NULL, "zh_CN" },
		{ NULL, "en_GB.UTF-8", "zh_CN.UTF-8", NULL, "en" },
		{ "zh_CN", "en_GB.UTF-8", "de_DE.UTF-8", NULL, "zh_CN" },
		{ "C", NULL, "zh_CN.UTF-8", "zh_CN", "en" },
		{ NULL, NULL, "de_DE.UTF-8", "fr:zh_CN:en", "zh_CN" },
		{ NULL, NULL, "zh_CN.UTF-8", "en", "en" },
		{ NULL, NULL, "de_DE.UTF-8", NULL, "en" },
		{ "", NULL, "zh_CN.UTF-8", "", "zh_CN" },
		{ NULL, NULL, "zhuang", NULL, "en" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		clear_environment();
		if (cases[i].all)
			setenv("LC_ALL", cases[i].all, 1);
		if (cases[i].messages)
			setenv("LC_MESSAGES", cases[i].messages, 1);
		if (cases[i].lang)
			setenv("LANG", cases[i].lang, 1);
		if (cases[i].list)
			setenv("LANGUAGE", cases[i].list, 1);
		assert_int_equal(language_set(NULL, folder), 0);
		assert_string_equal(language_name(), cases[i].expected);
	}
}

static void a_language_without_catalogue_is_refused(void **state)
{
	(void)state;
	assert_int_equal(language_set("fr", folder), -1);
	assert_string_equal(language_name(), "en");
	assert_int_equal(language_set("zh_CN", "/nonexistent"), -1);
	setenv("LANG", "zh_CN.UTF-8", 1);
	assert_int_equal(language_set(NULL, "/nonexistent"), 0);
	assert_string_equal(language_name(), "en");
}

static void children_see_the_environment_as_it_was(void **state)
{
	(void)state;
	unsetenv("LOCPATH");
	assert_int_equal(language_set("zh_CN", folder), 0);
	assert_null(getenv("LOCPATH"));
	setenv("LOCPATH", "/somewhere", 1);
	assert_int_equal(language_set("zh_CN", folder), 0);
	assert_string_equal(getenv("LOCPATH"), "/somewhere");
	unsetenv("LOCPATH");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(chinese_needs_no_locale_of_the_system, fresh),
		cmocka_unit_test_setup(english_wins_over_a_chinese_environment, fresh),
		cmocka_unit_test_setup(the_environment_decides_where_nobody_asks, fresh),
		cmocka_unit_test_setup(a_language_without_catalogue_is_refused, fresh),
		cmocka_unit_test_setup(children_see_the_environment_as_it_was, fresh),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
