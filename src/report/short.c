/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A judgement on one screen: the machine, the verdict, and as much of what to do as fits.
 */
#include <stdlib.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/text.h"
#include "parts.h"
#include "terminal.h"

enum {
	INDENT = 2,
};

/* The screen: whole lines go to the stream as long as there is room for them. */
struct screen {
	const struct report_options *options;
	struct arena *arena;
	FILE *stream;
	size_t room; /* lines left */
};

/* A part of the screen is written to memory first, for how long it is shows then. */
struct part {
	struct terminal terminal;
	char *text;
	size_t length;
};

static bool part_open(struct part *part, const struct screen *screen)
{
	FILE *stream = open_memstream(&part->text, &part->length);

	if (!stream)
		return false;
	terminal_init(&part->terminal, screen->options, screen->arena, stream);
	return true;
}

static size_t lines_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* All of it, or nothing and false. */
static bool part_close(struct part *part, struct screen *screen, size_t keep)
{
	bool fits = false;

	if (fclose(part->terminal.stream) == 0) {
		size_t lines = lines_of(part->text);

		fits = lines + keep <= screen->room;
		if (fits) {
			fwrite(part->text, 1, part->length, screen->stream);
			screen->room -= lines;
		}
	}
	free(part->text);
	return fits;
}

static void put_line(struct screen *screen, const char *text)
{
	struct terminal t;

	if (screen->room == 0)
		return;
	terminal_init(&t, screen->options, screen->arena, screen->stream);
	fputs(text_shorten(screen->arena, text_clean(screen->arena, text), t.width),
		screen->stream);
	fputc('\n', screen->stream);
	screen->room--;
}

/* A sentence whose end matters: it takes as many lines as it needs. */
static void put_sentence(struct screen *screen, const char *text)
{
	struct part part;

	if (!part_open(&part, screen))
		return;
	terminal_paragraph(&part.terminal, 0, true, text);
	part_close(&part, screen, 0);
}

static void put_machine(struct screen *screen, const struct judgement *judgement)
{
	const struct machine *machine = judgement->machine;

	put_line(screen, machine_board(screen->arena, machine));
	if (judgement->chosen)
		put_line(screen, gpu_words(screen->arena, judgement->chosen));
	else
		put_line(screen, gpu_absent(machine));
}

static void put_verdict(struct screen *screen, const struct judgement *judgement)
{
	/* TRANSLATORS: "NOT READY:" before the sentence that says what it means */
	const char *head = arena_printf(
		screen->arena, _("%s:"), verdict_title(judgement->verdict));
	struct part part;

	if (!part_open(&part, screen))
		return;
	fputc('\n', part.terminal.stream);
	terminal_ink(&part.terminal, ink_of_verdict(judgement->verdict), head);
	fputc(' ', part.terminal.stream);
	terminal_paragraph(&part.terminal, text_columns(head) + 1, true,
		verdict_sentence(judgement));
	fputc('\n', part.terminal.stream);
	part_close(&part, screen, 0);
}

static bool put_fix(struct screen *screen, const struct fix *fix, size_t number, size_t n)
{
	const char *head = arena_printf(screen->arena, "%2zu. ", number);
	size_t indent = INDENT + strlen(head), keep = number < n ? 1 : 0;
	const char *place = fix_place(screen->arena, fix);
	struct part part;

	if (!part_open(&part, screen))
		return false;
	terminal_spaces(&part.terminal, INDENT);
	terminal_ink(&part.terminal, INK_BOLD, head);
	terminal_paragraph(&part.terminal, indent, true,
		arena_printf(screen->arena, "%s [%s]", fix_title(screen->arena, fix),
			fix_weight(fix)));
	if (place)
		terminal_paragraph(&part.terminal, indent, false, place);
	return part_close(&part, screen, keep);
}

/* A line is kept for saying that there is more. */
static void put_list(struct screen *screen, const char *heading, const char *setup,
	const struct fixes *fixes)
{
	size_t i = 0;

	if (fixes->n == 0)
		return;
	put_line(screen, heading);
	if (setup)
		put_sentence(screen, setup);
	while (i < fixes->n && put_fix(screen, &fixes->list[i], i + 1, fixes->n))
		i++;
	if (i < fixes->n)
		put_line(screen,
			arena_printf(screen->arena,
				ngettext("  … and %zu more: see the report",
					"  … and %zu more: see the report", fixes->n - i),
				fixes->n - i));
}

void report_short(const struct judgement *judgement, const struct report_options *options,
	size_t lines, FILE *stream)
{
	ARENA_AUTO arena = arena_new();
	struct screen screen = { options, arena, stream, lines };
	struct fixes fixes;

	put_machine(&screen, judgement);
	put_verdict(&screen, judgement);
	fixes_find(judgement, FINDING_FAIL, arena, &fixes);
	if (fixes.n)
		put_list(&screen, fixes_title(&fixes),
			fixes_setup(arena, judgement, &fixes), &fixes);
	fixes_find(judgement, FINDING_UNKNOWN, arena, &fixes);
	if (screen.room > 2)
		put_list(&screen, _("How to find out what is unknown"), NULL, &fixes);
}
