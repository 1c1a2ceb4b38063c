/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TOML: values and their places, errors that point at the fault, hostile text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpuhost/err.h"
#include "gpuhost/toml.h"

static struct toml_document *parse(const char *text)
{
	struct toml_document *document = NULL;
	struct err err = { 0 };

	if (toml_parse(text, strlen(text), "t.toml", &document, &err) < 0)
		fail_msg("%s", err.text);
	return document;
}

/* The fault in `text` is told as "t.toml:PLACE: ...", with the line alone where versions
 * of toml++ differ in the column. */
static void assert_fault(const char *text, size_t length, const char *place)
{
	struct toml_document *document = NULL;
	struct err err = { 0 };
	char start[64];

	assert_int_equal(toml_parse(text, length, "t.toml", &document, &err), -1);
	assert_null(document);
	assert_int_equal(err.status, STATUS_BAD_INPUT);
	snprintf(start, sizeof(start), "t.toml:%s:", place);
	if (strncmp(err.text, start, strlen(start)) != 0)
		fail_msg("expected %s, got %s", start, err.text);
	assert_true(strlen(err.text) > strlen(start) + 5);
}

static void values_keep_kind_order_and_place(void **state)
{
	struct toml_document *document = parse("zeta = \"a\\u00e4\"\n"
					       "alpha = [1, -2]\n"
					       "\n"
					       "[table]\n"
					       "  flag = true\n"
					       "  when = 2026-11-22\n");
	const struct toml_node *root = toml_root(document);
	const struct toml_node *list = toml_get(root, "alpha");
	const struct toml_node *table = toml_get(root, "table");
	unsigned line, column;
	int64_t number;
	bool flag = false;

	(void)state;
	assert_int_equal(toml_count(root), 3);
	assert_string_equal(toml_key(root, 0), "zeta");
	assert_string_equal(toml_key(root, 1), "alpha");
	assert_string_equal(toml_key(root, 2), "table");
	assert_string_equal(toml_string(toml_get(root, "zeta")), "a\xc3\xa4");
	assert_true(toml_is_array(list) && !toml_is_table(list));
	assert_true(toml_integer(toml_at(list, 1), &number));
	assert_int_equal(number, -2);
	assert_null(toml_at(list, 2));
	assert_true(toml_is_table(table));
	assert_true(toml_boolean(toml_get(table, "flag"), &flag) && flag);
	assert_null(toml_string(toml_get(table, "when")));
	toml_position(toml_get(table, "flag"), &line, &column);
	assert_int_equal(line, 5);
	assert_int_equal(column, 10);
	toml_key_position(table, 0, &line, &column);
	assert_int_equal(line, 5);
	assert_int_equal(column, 3);
	toml_free(document);
}

static void absent_and_mistyped_answer_nothing(void **state)
{
	struct toml_document *document = parse("text = \"1\"\n");
	const struct toml_node *text = toml_get(toml_root(document), "text");
	int64_t number = 7;
	bool flag = true;

	(void)state;
	assert_null(toml_get(NULL, "text"));
	assert_null(toml_get(text, "text"));
	assert_null(toml_get(toml_root(document), "none"));
	assert_false(toml_integer(text, &number));
	assert_false(toml_boolean(text, &flag));
	assert_int_equal(number, 7);
	assert_int_equal(toml_count(text), 0);
	assert_int_equal(toml_count(NULL), 0);
	assert_null(toml_key(toml_root(document), 1));
	toml_free(document);
	toml_free(NULL);
}

static void faults_are_placed(void **state)
{
	static const struct {
		const char *text, *place;
	} cases[] = {
		{ "a = 1\nb = ?\n", "2:5" },
		{ "a = 1\na = 2\n", "2" },
		{ "a = \"open\n", "1:10" },
		{ "ok = 1\nlist = [1, 2\nc = 3\n", "3:1" },
		{ "ok = 1\n[table\n", "2:7" },
		{ "a = 1 b = 2\n", "1:7" },
		{ "ok = 1\nt = { x = 1,\n y = 2 }\n", "2:13" },
		{ "ok = 1\nt = { x = 1, [ }\n", "2:14" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_fault(cases[i].text, strlen(cases[i].text), cases[i].place);
}

static void nul_and_bad_utf8_are_faults(void **state)
{
	(void)state;
	assert_fault("a = 1\nb = \"\0\"\n", 14, "2");
	assert_fault("a = 1\nb = \"x\\u0000y\"\n", 21, "2:5");
	assert_fault("a = 1\nb = \"\xff\"\n", 14, "2:5");
	assert_fault("a = 1\nb = \"\xed\xa0\x80\"\n", 16, "2");
}

/* toml++ 3.4.0 and before have undefined behaviour on these. */
static void letters_of_other_scripts_are_no_white_space(void **state)
{
	struct toml_document *document = parse(
		"# \u00c0 \xc3\x80 \xd0\x96\na = \"\"\"x \\\n \xc3\x80y\"\"\"\n"
		"b = \"\xe4\xb8\xad\xe6\x96\x87\" # \xe4\xb8\xad\n");

	(void)state;
	assert_string_equal(
		toml_string(toml_get(toml_root(document), "a")), "x \xc3\x80y");
	toml_free(document);
	assert_fault("a = 1\na \xc3\x80 = 2\n", 15, "2");
	assert_fault("a = 1\n\xd0\x96 = 2\n", 13, "2");
}

static char *repeated(const char *piece, size_t times, const char *end)
{
	size_t length = strlen(piece);
	char *text = malloc(length * times + strlen(end) + 1);

	assert_non_null(text);
	for (size_t i = 0; i < times; i++)
		memcpy(text + i * length, piece, length);
	memcpy(text + times * length, end, strlen(end) + 1);
	return text;
}

static void deep_nesting_is_a_fault(void **state)
{
	static const char *const pieces[] = { "a.", "[", "{a=", "{a.a.a=", "a .\t",
		"'a'.", "\"\\\"\".", "[a." };

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		char *text = repeated(pieces[i], 100000, "a = 1\n");
		struct toml_document *document = NULL;
		struct err err = { 0 };

		assert_int_equal(
			toml_parse(text, strlen(text), "t", &document, &err), -1);
		assert_int_equal(err.status, STATUS_BAD_INPUT);
		free(text);
	}
}

static void text_in_strings_does_not_count_as_depth(void **state)
{
	char *dots = repeated("a.[{", 500, "");
	char *text;

	(void)state;
	assert_true(asprintf(&text, "# %s\na = \"%s\"\nb = '''\n%s'''\n", dots, dots,
			    dots) > 0);
	toml_free(parse(text));
	free(text);
	free(dots);
	toml_free(parse("list = [1.5, 2.5, 3.5,\n4.5]\n[[a.b]]\nc.d = 1\n"));
}

static void oversize_is_a_fault(void **state)
{
	char *text = repeated("# a comment line\n", 100000, "");

	(void)state;
	assert_fault(text, strlen(text), "1:1");
	free(text);
}

/* Every cut, and every byte replaced, of a document with all there is. */
static void damaged_documents_never_crash(void **state)
{
	static const char whole[] = "title = \"q\\\"\\u00e4\" # c\nn = 0x1F\nf = 1e3\nd "
				    "= 1979-05-27T07:32:00Z\n"
				    "m = \"\"\"a\nb\"\"\"\nl = '''x'''\n[a.\"b.c\"]\nx = "
				    "[1, {y = 2, z.w = []}]\n"
				    "[[t]]\nk = true\n[[t]]\nk = false\n";
	static const char bytes[] = { 0, '\n', '"', '\'', '[', ']', '{', '}', '.', '=',
		'\\', '#', ',', (char)0x80, (char)0xff };
	struct toml_document *document;
	char text[sizeof(whole)];

	(void)state;
	toml_free(parse(whole));
	for (size_t i = 0; i < sizeof(whole) - 1; i++) {
		document = NULL;
		toml_parse(whole, i, "cut", &document, NULL);
		toml_free(document);
		for (size_t k = 0; k < sizeof(bytes); k++) {
			memcpy(text, whole, sizeof(whole));
			text[i] = bytes[k];
			document = NULL;
			toml_parse(text, sizeof(whole) - 1, "hit", &document, NULL);
			toml_free(document);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_keep_kind_order_and_place),
		cmocka_unit_test(absent_and_mistyped_answer_nothing),
		cmocka_unit_test(faults_are_placed),
		cmocka_unit_test(nul_and_bad_utf8_are_faults),
		cmocka_unit_test(letters_of_other_scripts_are_no_white_space),
		cmocka_unit_test(deep_nesting_is_a_fault),
		cmocka_unit_test(text_in_strings_does_not_count_as_depth),
		cmocka_unit_test(oversize_is_a_fault),
		cmocka_unit_test(damaged_documents_never_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
