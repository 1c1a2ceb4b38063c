/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines side by side, for a purchase decision. */
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/text.h"
#include "parts.h"
#include "terminal.h"

enum {
	MARK = 2, /* columns for the sign that a row differs */
	LABEL = 26,
	GAP = 2,
	CELL_LEAST = 15,
	CELL_MOST = 32,
};

struct table {
	struct terminal t;
	const struct judgement *const *judgements;
	const char *const *names; /* cleaned */
	size_t count;
	const struct check **checks; /* those of any machine, what blocks first */
	size_t n_checks;
	size_t first, last; /* machines of this block: [first, last) */
	size_t cell; /* columns of a machine */
};

struct cell {
	const char *text;
	enum ink ink;
};

/* The finding that counts, or NULL. */
static const struct finding *finding_of(
	const struct judgement *judgement, const struct check *check)
{
	for (size_t i = 0; i < judgement->n_findings; i++)
		if (strcmp(judgement->findings[i].check->id, check->id) == 0 &&
			finding_counts(judgement, &judgement->findings[i]))
			return &judgement->findings[i];
	return NULL;
}

static bool has_check(const struct table *table, const struct check *check)
{
	for (size_t i = 0; i < table->n_checks; i++)
		if (strcmp(table->checks[i]->id, check->id) == 0)
			return true;
	return false;
}

static void collect_checks(struct table *table, enum severity severity)
{
	for (size_t m = 0; m < table->count; m++) {
		const struct judgement *judgement = table->judgements[m];

		for (size_t i = 0; i < judgement->n_findings; i++) {
			const struct check *check = judgement->findings[i].check;

			if (check->severity != severity || has_check(table, check))
				continue;
			table->checks = arena_grow(table->t.arena, table->checks,
				table->n_checks, sizeof(*table->checks));
			table->checks[table->n_checks++] = check;
		}
	}
}

/* The next line's worth of *rest in its cell; *rest becomes what remains, or NULL. Pads
 * lazily: *owed columns are still to be written before the next text. */
static void put_cell(const struct table *table, enum ink ink, size_t columns,
	const char **rest, size_t *owed)
{
	const struct terminal *t = &table->t;
	size_t length = 0, used;
	const char *start = *rest, *text;

	*rest = start ? text_wrap(start, columns, &length) : NULL;
	text = length ? arena_strndup(t->arena, start, length) : "";
	used = text_columns(text);
	if (used) {
		terminal_spaces(t, *owed);
		terminal_ink(t, ink, text);
		*owed = 0;
	}
	*owed += used < columns ? columns - used : 0;
}

/* One row over all machines of the block, as many lines as its fullest cell needs. */
static void put_row(const struct table *table, const char *label, bool differs,
	const struct cell *cells)
{
	struct arena *arena = table->t.arena;
	size_t n = table->last - table->first;
	const char **rest = arena_alloc(arena, n * sizeof(*rest));
	const char *mark = differs ? "≠" : "";
	bool more = true;

	label = text_clean(arena, label);
	for (size_t i = 0; i < n; i++)
		rest[i] = text_clean(arena, cells[table->first + i].text);
	while (more) {
		size_t owed = 0;

		put_cell(table, INK_BOLD, MARK, &mark, &owed);
		put_cell(table, INK_PLAIN, LABEL, &label, &owed);
		more = label;
		for (size_t i = 0; i < n; i++) {
			owed += GAP;
			put_cell(table, cells[table->first + i].ink, table->cell,
				&rest[i], &owed);
			more |= rest[i] != NULL;
		}
		fputc('\n', table->t.stream);
	}
}

/* A difference counts between any two machines, in whatever block they stand. */
static bool cells_differ(const struct table *table, const struct cell *cells)
{
	for (size_t i = 1; i < table->count; i++)
		if (strcmp(cells[i].text, cells[0].text) != 0)
			return true;
	return false;
}

static void put_check(const struct table *table, const struct check *check)
{
	struct arena *arena = table->t.arena;
	struct cell *cells = arena_alloc(arena, table->count * sizeof(*cells));

	for (size_t i = 0; i < table->count; i++) {
		const struct finding *finding = finding_of(table->judgements[i], check);
		const char *answer = finding ? answer_words(finding) : NULL;

		cells[i] = (struct cell){ "–", INK_DIM };
		if (!finding)
			continue;
		cells[i].ink = ink_of_finding(finding);
		cells[i].text = finding_mark(finding);
		if (answer)
			cells[i].text = arena_printf(
				arena, "%s (%s)", cells[i].text, answer);
	}
	put_row(table, _(check->title), cells_differ(table, cells), cells);
}

enum subject {
	FACT_VERDICT,
	FACT_BOARD,
	FACT_BIOS,
	FACT_CPU,
	FACT_GPU,
	FACTS,
};

static const char *fact_text(
	struct arena *arena, const struct judgement *judgement, enum subject fact)
{
	switch (fact) {
	case FACT_VERDICT:
		return verdict_title(judgement->verdict);
	case FACT_BOARD:
		return machine_board(arena, judgement->machine);
	case FACT_BIOS:
		return machine_bios(arena, judgement->machine);
	case FACT_CPU:
		return machine_cpu(arena, judgement->machine);
	default:
		break;
	}
	if (judgement->with)
		return judgement->with->name;
	return judgement->chosen && judgement->chosen->name
		? judgement->chosen->name
		: gpu_absent(judgement->machine);
}

static void put_fact(const struct table *table, enum subject fact, const char *label)
{
	struct arena *arena = table->t.arena;
	struct cell *cells = arena_alloc(arena, table->count * sizeof(*cells));

	for (size_t i = 0; i < table->count; i++) {
		cells[i].text = fact_text(arena, table->judgements[i], fact);
		if (fact == FACT_VERDICT)
			cells[i].ink = ink_of_verdict(table->judgements[i]->verdict);
	}
	put_row(table, label, cells_differ(table, cells), cells);
}

static void put_block(const struct table *table)
{
	const struct terminal *t = &table->t;
	struct cell *cells = arena_alloc(t->arena, table->count * sizeof(*cells));
	const char *headings[] = { _("Checks that block"), _("Checks that limit"),
		_("For information") };
	int severity = -1;

	for (size_t i = 0; i < table->count; i++)
		cells[i] = (struct cell){ table->names[i], INK_BOLD };
	put_row(table, "", false, cells);
	put_fact(table, FACT_VERDICT, _("Verdict"));
	put_fact(table, FACT_BOARD, _("Board"));
	put_fact(table, FACT_BIOS, _("BIOS"));
	put_fact(table, FACT_CPU, _("CPU"));
	put_fact(table, FACT_GPU, _("GPU"));
	for (size_t i = 0; i < table->n_checks; i++) {
		if ((int)table->checks[i]->severity != severity) {
			severity = table->checks[i]->severity;
			terminal_heading(t, headings[SEVERITY_BLOCKER - severity]);
		}
		put_check(table, table->checks[i]);
	}
	fputc('\n', t->stream);
}

/* As many machines side by side as fit, and more blocks below for the others. */
static void put_blocks(struct table *table)
{
	size_t room = table->t.width > MARK + LABEL ? table->t.width - MARK - LABEL : 0;
	size_t fit = room / (GAP + CELL_LEAST), blocks;

	if (fit == 0)
		fit = 1;
	/* Blocks of even size: two and two rather than three and one. */
	blocks = (table->count + fit - 1) / fit;
	fit = (table->count + blocks - 1) / blocks;
	table->cell = room / fit > GAP + CELL_LEAST ? room / fit - GAP : CELL_LEAST;
	if (table->cell > CELL_MOST)
		table->cell = CELL_MOST;
	for (table->first = 0; table->first < table->count; table->first = table->last) {
		table->last = table->first + fit;
		if (table->last > table->count)
			table->last = table->count;
		put_block(table);
	}
}

static size_t count_of(const struct table *table, enum verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < table->count; i++)
		n += table->judgements[i]->verdict == verdict;
	return n;
}

static const char *names_of(const struct table *table, enum verdict verdict)
{
	const char *names = NULL;

	for (size_t i = 0; i < table->count; i++) {
		if (table->judgements[i]->verdict != verdict)
			continue;
		names = names
			? arena_printf(table->t.arena, "%s, %s", names, table->names[i])
			: table->names[i];
	}
	return names ? names : "";
}

static const char *prefer_ready(const struct table *table, size_t ready)
{
	const char *names = names_of(table, VERDICT_READY);

	if (ready == table->count)
		return _("All of them are ready: the verdict does not tell them apart.");
	if (ready == 1)
		return arena_printf(table->t.arena,
			_("Prefer %s: it is the only one known to be ready."), names);
	return arena_printf(table->t.arena,
		_("Prefer one of these, the only ones known to be ready: %s."), names);
}

static const char *prefer_limited(
	const struct table *table, size_t limited, size_t unknown)
{
	const char *names = names_of(table, VERDICT_LIMITED);

	if (unknown)
		return arena_printf(table->t.arena,
			_("Which one is best can't be told. Known to work, within "
			  "limits: %s. Open, and may turn out better or worse: %s."),
			names, names_of(table, VERDICT_UNKNOWN));
	if (limited == table->count)
		return _("All of them work, within limits: the rows marked ≠ say how "
			 "they differ.");
	if (limited == 1)
		return arena_printf(table->t.arena,
			_("Prefer %s: it works, within limits, and as they are now the "
			  "others don't."),
			names);
	return arena_printf(table->t.arena,
		_("Prefer one of these, which work within limits, as the others now "
		  "don't: %s."),
		names);
}

/* Ready is better than limited, and limited than not ready; an unknown one is only ever
 * worse than a ready one. Nothing is called better on a guess. */
static const char *preference(const struct table *table)
{
	size_t ready = count_of(table, VERDICT_READY);
	size_t limited = count_of(table, VERDICT_LIMITED);
	size_t unknown = count_of(table, VERDICT_UNKNOWN);

	if (table->count < 2)
		return _("There is nothing to compare with.");
	if (ready)
		return prefer_ready(table, ready);
	if (limited)
		return prefer_limited(table, limited, unknown);
	if (unknown == 0)
		return _("None of them is ready as it is now: the rows marked ≠ say how "
			 "they differ.");
	if (unknown == table->count)
		return _("Which one is best can't be told: each has a check that "
			 "decides and has no answer yet.");
	return arena_printf(table->t.arena,
		_("Which one is best can't be told. Not ready as they are now: %s. "
		  "Open: %s."),
		names_of(table, VERDICT_NOT_READY), names_of(table, VERDICT_UNKNOWN));
}

void report_compare(const struct judgement *const *judgements, const char *const *names,
	size_t count, const struct report_options *options, FILE *stream)
{
	ARENA_AUTO arena = arena_new();
	const char **clean = arena_alloc(arena, count * sizeof(*clean));
	struct table table = { .judgements = judgements, .names = clean, .count = count };

	if (count == 0)
		return;
	terminal_init(&table.t, options, arena, stream);
	for (size_t i = 0; i < count; i++)
		clean[i] = text_clean(arena, names[i]);
	for (int severity = SEVERITY_BLOCKER; severity >= SEVERITY_INFO; severity--)
		collect_checks(&table, severity);
	put_blocks(&table);
	terminal_paragraph(&table.t, 0, false, preference(&table));
}
