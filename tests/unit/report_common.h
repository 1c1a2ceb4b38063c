/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of reports share. */
#ifndef GPUHOST_TESTS_REPORT_COMMON_H
#define GPUHOST_TESTS_REPORT_COMMON_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "report_fake.h"

static const struct report_options plain = { .width = 80, .language = "en" };

__attribute__((unused)) static int setup(void **state)
{
	*state = arena_new();
	return 0;
}

__attribute__((unused)) static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

__attribute__((unused)) static void json_form(const struct judgement *judgement,
	const struct report_options *options, FILE *stream)
{
	(void)options;
	report_json(judgement, stream);
}

__attribute__((unused)) static struct fake *not_ready(
	struct arena *arena, bool second_card)
{
	struct fake *fake = fake_new(arena, second_card);

	fake_findings(fake);
	return fake;
}

static const char *after(const char *text, const char *part)
{
	const char *at = strstr(text, part);

	if (!at)
		print_error("missing or too early: %s (in %s)\n", part, text);
	assert_non_null(at);
	return at + strlen(part);
}

__attribute__((unused)) static size_t times(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}

/* No line is wider than that, ends in a space, or holds a control character. */
__attribute__((unused)) static void assert_lines(
	struct arena *arena, const char *text, size_t width)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		const char *line = arena_strndup(arena, text, length);

		if (text_columns(line) > width)
			print_error("too wide: %s\n", line);
		assert_true(text_columns(line) <= width);
		assert_true(length == 0 || line[length - 1] != ' ');
		assert_string_equal(line, text_clean(arena, line));
		text += length + (text[length] == '\n');
	}
}

#endif
