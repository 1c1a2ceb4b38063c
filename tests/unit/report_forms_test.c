/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports for programs and browsers, and machines side by side. */
#include "report_common.h"

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
