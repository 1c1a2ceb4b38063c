/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports: what they must say, in which order, and that no data can break their form. */
#include "report_common.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
