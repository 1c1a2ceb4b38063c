/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A judgement as text for people, JSON for programs, or one HTML page. Pure: they write
 * to the stream they are given and look at nothing but the judgement. */
#ifndef GPUHOST_REPORT_H
#define GPUHOST_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "gpuhost/check.h"

struct arena;

struct report_options {
	bool colour; /* text: ANSI colours; never the only sign */
	unsigned width; /* text: columns, 80 where 0 */
	const char *language; /* "en" or "zh_CN" (HTML's lang attribute) */
};

void report_text(const struct judgement *judgement, const struct report_options *options,
	FILE *stream);
/* At most `lines` lines: the machine, the verdict, and what to do as far as that fits. */
void report_short(const struct judgement *judgement, const struct report_options *options,
	size_t lines, FILE *stream);
void report_json(const struct judgement *judgement, FILE *stream); /* gpuhost.report/1 */
void report_html(const struct judgement *judgement, const struct report_options *options,
	FILE *stream);
/* Machines side by side; names[i] labels judgements[i]. */
void report_compare(const struct judgement *const *judgements, const char *const *names,
	size_t count, const struct report_options *options, FILE *stream);

/* One thing to do, and the findings it answers. Findings that name the same firmware
 * option, or give the same advice, share one. */
struct fix {
	const struct menu *menu; /* the firmware option, or NULL */
	const char *present; /* the option's present value, or NULL */
	enum severity severity; /* of the worst of its findings */
	const char **advice; /* sentences, each once */
	size_t n_advice;
	const struct finding **findings;
	size_t n_findings;
};

struct fixes {
	struct fix *list;
	size_t n;
};

/* What to do about the findings of that status which count for the verdict, in the order
 * to do it: what blocks, what limits, the rest. FINDING_FAIL: how to cure;
 * FINDING_UNKNOWN: how to find out (advice only). */
void fixes_find(const struct judgement *judgement, enum finding_status status,
	struct arena *arena, struct fixes *ret);

/* Columns a UTF-8 text takes on a terminal (2 for CJK), whatever the locale. */
size_t text_columns(const char *text);
/* The first line of `text`, at most `columns` wide: *ret_length bytes without the white
 * space at its end. Returns where the next line starts, or NULL after the last one.
 * Breaks at spaces and between CJK characters, never before closing or after opening
 * punctuation; a word that is too long is cut. */
const char *text_wrap(const char *text, size_t columns, size_t *ret_length);
/* At most `columns` wide, with "…" at the end if something had to go. */
const char *text_shorten(struct arena *arena, const char *text, size_t columns);
/* Valid UTF-8 without anything that moves a cursor or turns the direction of writing:
 * such characters become '?', invalid bytes U+FFFD. */
const char *text_clean(struct arena *arena, const char *text);
/* Valid UTF-8: invalid bytes become U+FFFD. */
const char *text_valid(struct arena *arena, const char *text);

#endif
