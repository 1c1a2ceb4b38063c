/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A judgement as text for people: the verdict, what to do, then why, the worst first. */
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/text.h"
#include "parts.h"
#include "terminal.h"

enum {
	INDENT = 2,
	LABEL_GAP = 2,
};

struct labelled {
	const char *label, *text;
};

static void put_facts(const struct terminal *t, const struct labelled *facts, size_t n)
{
	size_t widest = 0;

	for (size_t i = 0; i < n; i++)
		if (text_columns(facts[i].label) > widest)
			widest = text_columns(facts[i].label);
	for (size_t i = 0; i < n; i++) {
		terminal_spaces(t, INDENT);
		terminal_cell(t, INK_DIM, facts[i].label, widest + LABEL_GAP);
		terminal_paragraph(t, INDENT + widest + LABEL_GAP, true, facts[i].text);
	}
}

static void put_machine(const struct terminal *t, const struct judgement *judgement)
{
	const struct machine *machine = judgement->machine;
	struct arena *arena = t->arena;
	struct labelled *facts = NULL;
	const struct labelled first[] = {
		{ _("Board"), machine_board(arena, machine) },
		{ _("BIOS"), machine_bios(arena, machine) },
		{ _("CPU"), machine_cpu(arena, machine) },
		{ _("Boot"), machine_boot(machine) },
	};
	size_t n = 0;

	facts = arena_alloc(arena, (4 + judgement->n_gpus + 2) * sizeof(*facts));
	memcpy(facts, first, sizeof(first));
	n = 4;
	for (size_t i = 0; i < judgement->n_gpus; i++)
		facts[n++] = (struct labelled){ _("GPU"),
			gpu_words_of(arena, judgement, i) };
	if (judgement->with)
		facts[n++] = (struct labelled){ _("Asked for"), judgement->with->name };
	else if (judgement->n_gpus == 0)
		facts[n++] = (struct labelled){ _("GPU"), gpu_absent(machine) };
	put_facts(t, facts, n);
}

static void put_verdict(const struct terminal *t, const struct judgement *judgement)
{
	const char *title = verdict_title(judgement->verdict);
	/* TRANSLATORS: "NOT READY:" before the sentence that says what it means */
	const char *head = arena_printf(t->arena, _("%s:"), title);

	fputc('\n', t->stream);
	terminal_ink(t, ink_of_verdict(judgement->verdict), head);
	fputc(' ', t->stream);
	terminal_paragraph(t, text_columns(head) + 1, true, verdict_sentence(judgement));
}

static void put_fix(const struct terminal *t, const struct fix *fix, size_t number)
{
	const char *head = arena_printf(t->arena, "%2zu. ", number);
	size_t indent = INDENT + strlen(head);
	const char *place = fix_place(t->arena, fix),
		   *present = fix_present(t->arena, fix);

	terminal_spaces(t, INDENT);
	terminal_ink(t, INK_BOLD, head);
	terminal_paragraph(t, indent, true, fix_title(t->arena, fix));
	if (place)
		terminal_paragraph(t, indent, false, place);
	if (present)
		terminal_paragraph(t, indent, false, present);
	for (size_t i = fix_more_from(fix); i < fix->n_advice; i++)
		terminal_paragraph(t, indent, false, fix->advice[i]);
	terminal_paragraph(t, indent, false,
		arena_printf(t->arena, "[%s: %s]", fix_weight(fix),
			fix_checks(t->arena, fix)));
}

static void put_fixes(const struct terminal *t, const struct judgement *judgement)
{
	struct fixes fixes;
	const char *setup;

	fixes_find(judgement, FINDING_FAIL, t->arena, &fixes);
	if (fixes.n == 0)
		return;
	terminal_heading(t, fixes_title(&fixes));
	setup = fixes_setup(t->arena, judgement, &fixes);
	if (setup)
		terminal_paragraph(t, INDENT, false, setup);
	for (size_t i = 0; i < fixes.n; i++) {
		if (setup || i)
			fputc('\n', t->stream);
		put_fix(t, &fixes.list[i], i + 1);
	}
}

static size_t mark_columns(void)
{
	const struct check decides = { .severity = SEVERITY_BLOCKER },
			   informs = { .severity = SEVERITY_INFO };
	size_t widest = 0;

	for (int status = FINDING_UNKNOWN; status <= FINDING_SKIP; status++) {
		struct finding finding = { .check = &decides, .status = status };
		size_t columns = text_columns(finding_mark(&finding));

		widest = columns > widest ? columns : widest;
		finding.check = &informs;
		columns = text_columns(finding_mark(&finding));
		widest = columns > widest ? columns : widest;
	}
	return widest;
}

/* The title with the tag behind it, the tag at the right margin where it fits. */
static void put_title(
	const struct terminal *t, size_t indent, const char *title, const char *tag)
{
	size_t used = indent + text_columns(title), tag_columns = text_columns(tag);

	if (used + 1 + tag_columns > t->width) {
		terminal_paragraph(t, indent, true, title);
		used = 0;
	} else {
		fputs(title, t->stream);
	}
	terminal_spaces(
		t, t->width > used + tag_columns ? t->width - used - tag_columns : 0);
	terminal_ink(t, INK_DIM, tag);
	fputc('\n', t->stream);
}

static void put_finding(
	const struct terminal *t, const struct finding *finding, bool with_evidence)
{
	size_t columns = mark_columns() + LABEL_GAP, indent = INDENT + columns;
	const char *title = text_clean(t->arena, _(finding->check->title));

	terminal_spaces(t, INDENT);
	terminal_cell(t, ink_of_finding(finding), finding_mark(finding), columns);
	put_title(t, indent, title, arena_printf(t->arena, "[%s]", finding->check->id));
	if (finding->evidence && with_evidence)
		terminal_paragraph(t, indent, false, finding->evidence);
}

static const struct finding *next_of_group(const struct judgement *judgement,
	const struct gpu *other, enum group group, size_t *at)
{
	while (*at < judgement->n_findings) {
		const struct finding *finding = &judgement->findings[(*at)++];

		if (finding_in_group(judgement, finding, other, group))
			return finding;
	}
	return NULL;
}

/* Neighbours that rest on the same evidence share its line, under the last of them. */
static void put_group(const struct terminal *t, const struct judgement *judgement,
	const struct gpu *other, enum group group)
{
	size_t at = 0;
	const struct finding *finding = next_of_group(judgement, other, group, &at),
			     *next;

	for (; finding; finding = next) {
		next = next_of_group(judgement, other, group, &at);
		put_finding(t, finding,
			!next || !next->evidence || !finding->evidence ||
				strcmp(next->evidence, finding->evidence) != 0);
	}
}

static bool has_group(
	const struct judgement *judgement, const struct gpu *other, enum group group)
{
	for (size_t i = 0; i < judgement->n_findings; i++)
		if (finding_in_group(judgement, &judgement->findings[i], other, group))
			return true;
	return false;
}

/* What does not apply or was skipped: names alone. */
static void put_names(const struct terminal *t, const struct judgement *judgement,
	const struct gpu *other, enum group group)
{
	const char *names = NULL;

	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct finding *finding = &judgement->findings[i];

		if (!finding_in_group(judgement, finding, other, group))
			continue;
		names = names
			? arena_printf(t->arena, "%s, %s", names, finding->check->id)
			: finding->check->id;
	}
	terminal_paragraph(t, INDENT, false, names);
}

/* The findings that count, or those of another GPU. */
static void put_findings(const struct terminal *t, const struct judgement *judgement,
	const struct gpu *other)
{
	for (enum group group = 0; group < GROUPS; group++) {
		if (!has_group(judgement, other, group))
			continue;
		if (!other)
			terminal_heading(t, group_title(group));
		if (group >= GROUP_NA) {
			if (!other)
				put_names(t, judgement, other, group);
			continue;
		}
		put_group(t, judgement, other, group);
	}
}

static void put_other_gpus(const struct terminal *t, const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->n_gpus; i++) {
		const struct gpu *gpu = &judgement->gpus[i];

		if (gpu == judgement->chosen)
			continue;
		fputc('\n', t->stream);
		terminal_paragraph(t, 0, false,
			arena_printf(t->arena, _("Does not count: %s"),
				gpu_words(t->arena, gpu)));
		put_findings(t, judgement, gpu);
	}
}

static void put_unknown(const struct terminal *t, const struct judgement *judgement)
{
	struct fixes ways;

	fixes_find(judgement, FINDING_UNKNOWN, t->arena, &ways);
	if (ways.n == 0)
		return;
	terminal_heading(t, _("How to find out what is unknown"));
	for (size_t i = 0; i < ways.n; i++) {
		terminal_spaces(t, INDENT);
		fputs("- ", t->stream);
		terminal_paragraph(
			t, INDENT + 2, true, fix_title(t->arena, &ways.list[i]));
		terminal_paragraph(t, INDENT + 2, false,
			arena_printf(
				t->arena, "[%s]", fix_checks(t->arena, &ways.list[i])));
	}
}

void report_text(const struct judgement *judgement, const struct report_options *options,
	FILE *stream)
{
	ARENA_AUTO arena = arena_new();
	struct terminal t;

	terminal_init(&t, options, arena, stream);
	put_machine(&t, judgement);
	put_verdict(&t, judgement);
	put_fixes(&t, judgement);
	put_findings(&t, judgement, NULL);
	put_other_gpus(&t, judgement);
	put_unknown(&t, judgement);
	fputc('\n', stream);
	terminal_paragraph(&t, 0, false, machine_origin(arena, judgement->machine));
}
