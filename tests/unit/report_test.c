/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports: what they must say, in which order, and that no data can break their form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "report_fake.h"

static const struct report_options plain = { .width = 80, .language = "en" };

static int setup(void **state)
{
	*state = arena_new();
	return 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static void json_form(const struct judgement *judgement,
	const struct report_options *options, FILE *stream)
{
	(void)options;
	report_json(judgement, stream);
}

static struct fake *not_ready(struct arena *arena, bool second_card)
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

static size_t times(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text++)
		n++;
	return n;
}

/* No line is wider than that, ends in a space, or holds a control character. */
static void assert_lines(struct arena *arena, const char *text, size_t width)
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

static void columns_of_text(void **state)
{
	(void)state;
	assert_int_equal(text_columns(""), 0);
	assert_int_equal(text_columns("VT-d"), 4);
	assert_int_equal(text_columns("打开"), 4);
	assert_int_equal(text_columns("，"), 2);
	assert_int_equal(text_columns("›…é"), 3);
	assert_int_equal(text_columns("e\xcc\x81"), 1); /* a combining acute */
	assert_int_equal(text_columns("\xff\xe4\xb8"), 3); /* bytes that are no UTF-8 */
}

/* Wraps to lines joined by '|'. */
static const char *wrapped(struct arena *arena, const char *text, size_t columns)
{
	const char *all = "";
	size_t length;

	for (const char *next; text; text = next) {
		next = text_wrap(text, columns, &length);
		all = arena_printf(
			arena, "%s%.*s%s", all, (int)length, text, next ? "|" : "");
	}
	return all;
}

static void lines_break_where_they_may(void **state)
{
	struct arena *arena = *state;

	assert_string_equal(wrapped(arena, "", 10), "");
	assert_string_equal(wrapped(arena, "one two three", 7), "one two|three");
	assert_string_equal(wrapped(arena, "one  two", 3), "one|two");
	assert_string_equal(wrapped(arena, "abcdefgh", 3), "abc|def|gh");
	assert_string_equal(
		wrapped(arena, "/sys/kernel/iommu", 12), "/sys/kernel/|iommu");
	assert_string_equal(wrapped(arena, "固件没有打开", 5), "固件|没有|打开");
	/* Closing punctuation doesn't start a line, opening doesn't end one. */
	assert_string_equal(wrapped(arena, "固件没有。打开", 8), "固件没|有。打开");
	assert_string_equal(wrapped(arena, "选项（菜单）", 6), "选项|（菜|单）");
	assert_string_equal(wrapped(arena, "打开VT-d。请重启", 10), "打开VT-d。|请重启");
	assert_string_equal(wrapped(arena, "中", 1), "中"); /* no room: still goes on */
}

static void text_is_shortened_and_cleaned(void **state)
{
	struct arena *arena = *state;

	assert_string_equal(text_shorten(arena, "short", 5), "short");
	assert_string_equal(text_shorten(arena, "longer", 5), "long…");
	assert_string_equal(text_shorten(arena, "中文字", 5), "中文…");
	assert_string_equal(text_clean(arena, "a\x1b[31mb\x7f\xc2\x9bz"), "a?[31mb??z");
	assert_string_equal(text_clean(arena, "x\xffy\xed\xa0\x80"),
		"x\xef\xbf\xbdy\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	/* Text that turns the direction of writing could show another name. */
	assert_string_equal(text_clean(arena,
				    "a\xe2\x80\xae"
				    "b"),
		"a?b");
	assert_string_equal(text_clean(arena, NULL), "");
}

static void fixes_come_once_and_in_order(void **state)
{
	struct arena *arena = *state;
	struct fake *fake = not_ready(arena, false);
	struct fixes fixes;

	fixes_find(&fake->judgement, FINDING_FAIL, arena, &fixes);
	assert_int_equal(fixes.n, 3);
	assert_ptr_equal(fixes.list[0].menu, &fake_vtd);
	assert_int_equal(fixes.list[0].severity, SEVERITY_BLOCKER);
	assert_int_equal(fixes.list[0].n_findings, 2);
	assert_int_equal(fixes.list[0].n_advice, 1); /* both give the same */
	assert_string_equal(fixes.list[0].present, "Disabled");
	assert_null(fixes.list[1].menu);
	assert_string_equal(fixes.list[1].findings[0]->check->id, "gpu-link");
	assert_int_equal(fixes.list[2].severity, SEVERITY_INFO);

	fixes_find(&fake->judgement, FINDING_UNKNOWN, arena, &fixes);
	assert_int_equal(fixes.n, 1);
	assert_int_equal(fixes.list[0].n_findings, 2);
}

static void another_gpu_needs_no_fix(void **state)
{
	struct arena *arena = *state;
	struct fake *fake = not_ready(arena, true);
	struct fixes fixes;

	fixes_find(&fake->judgement, FINDING_FAIL, arena, &fixes);
	for (size_t i = 0; i < fixes.n; i++)
		for (size_t f = 0; f < fixes.list[i].n_findings; f++)
			assert_string_not_equal(
				fixes.list[i].findings[f]->subject, "0000:04:00.0");
}

static void text_says_what_to_do_before_why(void **state)
{
	struct fake *fake = not_ready(*state, false);
	const char *text = fake_text(*state, &fake->judgement, &plain, report_text), *at;

	assert_lines(*state, text, 80);
	at = after(text, "ROG STRIX Z790-E GAMING WIFI");
	at = after(at, "0813 (2022-10-12)");
	at = after(at, "13th Gen Intel(R) Core(TM) i9-13900K");
	at = after(at, "0000:01:00.0 · NVIDIA GeForce RTX 4080");
	at = after(at, "NOT READY: ");
	at = after(at, "press Del or F2");
	at = after(at, "1. VT-d: set to Enabled\n");
	at = after(at, "under Advanced › System Agent (SA) Configuration\n");
	at = after(at, "present setting: Disabled");
	at = after(at, "iommu-firmware, iommu-active]");
	at = after(at, "2. Look whether");
	at = after(at, "3. Re-Size BAR Support: set to Enabled");
	at = after(at, "look under Advanced › PCI Subsystem Settings");
	at = after(at, "FAIL  The firmware offers an IOMMU ");
	at = after(at, "No DMAR among the ACPI tables");
	at = after(at, "FAIL  The running kernel uses the IOMMU ");
	at = after(at, "[cpu-virt]");
	at = after(at, "[above-4g]");
	at = after(at, "no    Resizable BAR is on ");
	at = after(at, "ok    A driver holds the GPU ");
	at = after(at, "sriov");
	at = after(at, "- Run gpuhost as root, after `modprobe msr`.\n");
	at = after(at, "[cpu-virt, above-4g]");
	after(at, "a capture (source: gpuhost 0.1.0)");
	assert_int_equal(times(text, "Switch VT-d on"), 1);
	assert_int_equal(times(text, "Run gpuhost as root"), 1);
}

static void text_fits_any_width(void **state)
{
	struct fake *fake = not_ready(*state, true);
	const unsigned widths[] = { 40, 60, 100, 200 };

	fake->judgement.findings[1].evidence =
		"固件的 ACPI 表里没有 DMAR；主桥（8086:a700）的 CAPID0_A 表明处理器支持 "
		"VT-d，所以它是在固件设置里被关闭的，请按下面的菜单打开。";
	for (size_t i = 0; i < 4; i++) {
		struct report_options options = { .width = widths[i] };

		assert_lines(*state,
			fake_text(*state, &fake->judgement, &options, report_text),
			widths[i]);
	}
}

static void colour_is_never_the_only_sign(void **state)
{
	struct fake *fake = not_ready(*state, false);
	struct report_options options = { .width = 80, .colour = true };
	char *bare = fake_text(*state, &fake->judgement, &plain, report_text);
	char *text = fake_text(*state, &fake->judgement, &options, report_text);
	char *out = text;

	assert_null(strchr(bare, '\033'));
	assert_non_null(strchr(text, '\033'));
	for (const char *at = text; *at; at++) {
		if (*at == '\033')
			at = strchr(at, 'm');
		else
			*out++ = *at;
	}
	*out = '\0';
	assert_string_equal(text, bare);
}

static void several_gpus_are_told_apart(void **state)
{
	struct fake *fake = not_ready(*state, true);
	const char *text = fake_text(*state, &fake->judgement, &plain, report_text);

	text = after(text, "0000:01:00.0 · NVIDIA GeForce RTX 4080");
	text = after(text, "the verdict is for this one");
	text = after(text, "0000:04:00.0");
	text = after(text, "does not count");
	text = after(text, "[gpu-link]");
	text = after(text, "Does not count: 0000:04:00.0");
	after(text, "[gpu-link]");
}

static void verdicts_have_words(void **state)
{
	static const char *const words[] = {
		"CAN'T TELL: Nothing found stands in the way", "READY: This machine can",
		"READY WITH LIMITS: ", "NOT READY: As it is"
	};
	struct fake *fake = fake_new(*state, false);

	for (int verdict = 0; verdict < 4; verdict++) {
		fake->judgement.verdict = (enum verdict)verdict;
		after(fake_text(*state, &fake->judgement, &plain, report_text),
			words[verdict]);
	}
	fake->judgement.chosen = NULL;
	fake->judgement.n_gpus = 0;
	fake->judgement.verdict = VERDICT_READY;
	after(fake_text(*state, &fake->judgement, &plain, report_text),
		"READY: This machine could give");
}

static json_t *parsed(struct arena *arena, const struct judgement *judgement)
{
	json_error_t error;
	json_t *json = json_loads(fake_text(arena, judgement, &plain, json_form),
		JSON_REJECT_DUPLICATES, &error);

	if (!json)
		print_error("%d: %s\n", error.line, error.text);
	assert_non_null(json);
	return json;
}

static void json_holds_the_judgement(void **state)
{
	struct fake *fake = not_ready(*state, false);
	json_t *json = parsed(*state, &fake->judgement), *finding;
	const char *verdict, *board, *date, *model, *firmware, *id, *subsystem, *audio;
	const char *status, *answer, *option, *step;
	int group;

	assert_int_equal(
		json_unpack(json, "{s:s, s:{s:{s:s}, s:{s:s}, s:{s:s}, s:s}}", "verdict",
			&verdict, "machine", "board", "name", &board, "bios", "date",
			&date, "cpu", "model", &model, "firmware", &firmware),
		0);
	assert_string_equal(verdict, "not-ready");
	assert_string_equal(board, "ROG STRIX Z790-E GAMING WIFI");
	assert_string_equal(date, "10/12/2022"); /* as DMI has it */
	assert_string_equal(model, "13th Gen Intel(R) Core(TM) i9-13900K");
	assert_string_equal(firmware, "uefi");
	assert_int_equal(json_unpack(json, "{s:[{s:s, s:s, s:[ss], s:i}]}", "gpus", "id",
				 &id, "subsystem", &subsystem, "functions", &audio,
				 &audio, "group", &group),
		0);
	assert_string_equal(id, "10de:2704");
	assert_string_equal(subsystem, "7377:150a");
	assert_string_equal(audio, "0000:01:00.1");
	assert_int_equal(group, 15);
	assert_int_equal(json_array_size(json_object_get(json, "findings")),
		fake->judgement.n_findings);
	finding = json_array_get(json_object_get(json, "findings"), 1);
	assert_int_equal(json_unpack(finding, "{s:s, s:s, s:s, s:{s:s, s:[ss]}}", "id",
				 &id, "status", &status, "answer", &answer, "menu",
				 "option", &option, "path", &step, &step),
		0);
	assert_string_equal(id, "iommu-firmware");
	assert_string_equal(status, "fail");
	assert_string_equal(answer, "off");
	assert_string_equal(option, "VT-d");
	assert_string_equal(step, "System Agent (SA) Configuration");
	json_decref(json);
}

static void json_keeps_what_is_unknown(void **state)
{
	struct fake *fake = arena_alloc(*state, sizeof(*fake));
	json_t *json, *machine;

	fake->arena = *state;
	fake->judgement.machine = &fake->machine;
	fake_finding(fake, "above-4g", "machine", FINDING_UNKNOWN);
	json = parsed(*state, &fake->judgement);
	machine = json_object_get(json, "machine");
	assert_true(json_is_null(json_object_get(machine, "firmware")));
	assert_true(json_is_null(
		json_object_get(json_object_get(machine, "board"), "vendor")));
	assert_true(json_is_null(json_object_get(
		json_array_get(json_object_get(json, "findings"), 0), "menu")));
	json_decref(json);
}

static void json_survives_broken_strings(void **state)
{
	struct fake *fake = not_ready(*state, false);
	const char *name;
	json_t *json;

	fake->machine.system.dmi.board_name = "Z790\xff\xc0 \"x\"\x01";
	json = parsed(*state, &fake->judgement);
	assert_int_equal(
		json_unpack(json, "{s:{s:{s:s}}}", "machine", "board", "name", &name), 0);
	assert_string_equal(name, "Z790\xef\xbf\xbd\xef\xbf\xbd \"x\"\x01");
	json_decref(json);
}

static void html_escapes_all_data(void **state)
{
	struct fake *fake = not_ready(*state, false);
	const char *html;

	fake->machine.system.dmi.board_name = "</title><script>alert('1')</script>\"&";
	fake->machine.made_by = "<img src=x>";
	fake->machine.pci.functions[2].name = "<b>iGPU</b>";
	fake->machine.pci.functions[2].driver = "<i>";
	fake->judgement.findings[0].evidence = "<u>evidence</u>";
	html = fake_text(*state, &fake->judgement, &plain, report_html);
	assert_null(strstr(html, "<script"));
	assert_null(strstr(html, "<img"));
	assert_null(strstr(html, "<b>"));
	assert_null(strstr(html, "<i>"));
	assert_null(strstr(html, "<u>"));
	assert_null(strstr(html, "http-equiv"));
	assert_non_null(strstr(html, "&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)"));
}

static void html_needs_nothing_else(void **state)
{
	struct fake *fake = not_ready(*state, false);
	const char *html = fake_text(*state, &fake->judgement, &plain, report_html);

	assert_null(strstr(html, "src="));
	assert_null(strstr(html, "href="));
	assert_null(strstr(html, "url("));
	assert_null(strstr(html, "@import"));
	assert_int_equal(times(html, "http"), 1); /* the SVG namespace */
}

static void html_draws_the_way_and_the_groups(void **state)
{
	struct fake *fake = not_ready(*state, false);
	const char *html = fake_text(*state, &fake->judgement, &plain, report_html), *at;

	assert_int_equal(times(html, "<text class=\"t m b\""), 2); /* port and GPU */
	assert_int_equal(times(html, "class=\"wire way\""), 2);
	assert_int_equal(times(html, ">group 15<"), 2);
	assert_int_equal(times(html, "badge way"), 2);
	assert_int_equal(times(html, ">group ?<"), 1);
	assert_int_equal(times(html, ">driver ?<"), 1);
	at = after(html, "<desc");
	at = after(at, "0000:00:01.0</text>");
	at = after(at, "x8/x16");
	at = after(at, "0000:01:00.0</text>");
	at = after(at, "0000:01:00.1</text>"); /* right below its bridge */
	after(at, "0000:00:02.0</text>");
}

static void html_says_where_there_is_no_pci(void **state)
{
	struct fake *fake = fake_new(*state, false);
	const char *html;

	fake->machine.pci = (struct pci){ 0 };
	fake->judgement.chosen = NULL;
	fake->judgement.n_gpus = 0;
	html = fake_text(*state, &fake->judgement, &plain, report_html);
	assert_null(strstr(html, "tree-title"));
	after(html, "nothing to draw");
}

static void html_names_its_language(void **state)
{
	struct fake *fake = fake_new(*state, false);
	struct report_options options = { .language = "zh_CN" };

	after(fake_text(*state, &fake->judgement, &options, report_html),
		"<html lang=\"zh-CN\">");
	after(fake_text(*state, &fake->judgement, NULL, report_html),
		"<html lang=\"en\">");
}

/* Bridges that lead in circles, to themselves, or to the same bus: each function is drawn
 * once, and it ends. */
static void loops_of_bridges_end(void **state)
{
	struct fake *fake = arena_alloc(*state, sizeof(*fake));
	const char *html;

	fake->arena = *state;
	fake->judgement.machine = &fake->machine;
	fake->machine.pci.known = TRI_YES;
	fake_bridge(fake_function(fake, 1, 0, 0, PCI_CLASS_PCI_BRIDGE, NULL), 2);
	fake_bridge(fake_function(fake, 1, 1, 0, PCI_CLASS_PCI_BRIDGE, NULL), 1);
	fake_bridge(fake_function(fake, 2, 0, 0, PCI_CLASS_PCI_BRIDGE, NULL), 1);
	fake_bridge(fake_function(fake, 2, 1, 0, PCI_CLASS_PCI_BRIDGE, NULL), 3);
	fake_bridge(fake_function(fake, 2, 2, 0, PCI_CLASS_PCI_BRIDGE, NULL), 3);
	fake_function(fake, 3, 0, 0, PCI_CLASS_USB, NULL);
	fake_function(fake, 9, 0, 0, PCI_CLASS_USB, NULL);
	html = fake_text(*state, &fake->judgement, &plain, report_html);
	for (size_t i = 0; i < fake->machine.pci.n_functions; i++)
		assert_int_equal(times(html,
					 arena_printf(*state, "\">%s</text>",
						 fake->machine.pci.functions[i].slot)),
			1);
}

static const char *compared(struct arena *arena, const enum verdict *verdicts, size_t n)
{
	static const char *const names[] = { "A", "B", "C", "D", "E" };
	const struct judgement *judgements[5];
	char *buffer = NULL, *copy;
	size_t size = 0;
	FILE *stream = open_memstream(&buffer, &size);

	for (size_t i = 0; i < n; i++) {
		struct fake *fake = not_ready(arena, false);

		fake->judgement.verdict = verdicts[i];
		if (i == 1)
			fake->judgement.findings[1].status = FINDING_PASS;
		judgements[i] = &fake->judgement;
	}
	report_compare(judgements, names, n, &plain, stream);
	fclose(stream);
	copy = arena_strndup(arena, buffer, size);
	free(buffer);
	assert_lines(arena, copy, 80);
	return copy;
}

static void compare_marks_differences(void **state)
{
	const enum verdict verdicts[] = { VERDICT_NOT_READY, VERDICT_READY };
	const char *text = compared(*state, verdicts, 2), *at;

	at = after(text, "≠ Verdict");
	at = after(at, "NOT READY");
	at = after(at, "READY\n");
	at = after(at, "  Board  ");
	at = after(at, "\n≠ The firmware offers an");
	at = after(at, "FAIL (off)");
	at = after(at, "ok (off)");
	at = after(at, "\n  The running kernel uses");
	after(at, "Prefer B: it is the only one known to be ready.\n");
}

static void compare_never_guesses(void **state)
{
	const enum verdict U = VERDICT_UNKNOWN, R = VERDICT_READY, L = VERDICT_LIMITED,
			   N = VERDICT_NOT_READY;
	const struct {
		enum verdict verdicts[3];
		const char *says;
	} cases[] = {
		{ { N, R, U }, "Prefer B: it is the only one" },
		{ { R, R, L },
			"Prefer one of these, the only ones known to be ready: A, B." },
		{ { R, R, R }, "All of them are ready" },
		{ { N, L, N }, "Prefer B: it works, within limits" },
		{ { L, L, N }, "Prefer one of these, which work within limits" },
		{ { L, L, L }, "All of them work, within limits" },
		{ { L, U, N }, "Which one is best can't be told." },
		{ { N, U, N }, "Which one is best can't be told." },
		{ { U, U, U }, "Which one is best can't be told" },
		{ { N, N, N }, "None of them is ready as it is now" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = compared(*state, cases[i].verdicts, 3);

		after(text, cases[i].says);
		assert_int_equal(strstr(cases[i].says, "Prefer") != NULL,
			strstr(text, "Prefer") != NULL);
	}
}

static void compare_wraps_into_blocks(void **state)
{
	const enum verdict verdicts[5] = { VERDICT_READY };
	const char *text = compared(*state, verdicts, 5);

	assert_int_equal(times(text, "Verdict "), 2);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(columns_of_text),
		TEST(lines_break_where_they_may),
		TEST(text_is_shortened_and_cleaned),
		TEST(fixes_come_once_and_in_order),
		TEST(another_gpu_needs_no_fix),
		TEST(text_says_what_to_do_before_why),
		TEST(text_fits_any_width),
		TEST(colour_is_never_the_only_sign),
		TEST(several_gpus_are_told_apart),
		TEST(verdicts_have_words),
		TEST(json_holds_the_judgement),
		TEST(json_keeps_what_is_unknown),
		TEST(json_survives_broken_strings),
		TEST(html_escapes_all_data),
		TEST(html_needs_nothing_else),
		TEST(html_draws_the_way_and_the_groups),
		TEST(html_says_where_there_is_no_pci),
		TEST(html_names_its_language),
		TEST(loops_of_bridges_end),
		TEST(compare_marks_differences),
		TEST(compare_never_guesses),
		TEST(compare_wraps_into_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
