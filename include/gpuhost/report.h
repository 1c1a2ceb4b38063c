/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A judgement as text for people, JSON for programs, or one HTML page. Pure: they write
 * to the stream they are given and look at nothing but the judgement. */
#ifndef GPUHOST_REPORT_H
#define GPUHOST_REPORT_H

#include <stdbool.h>
#include <stdio.h>

struct arena;
struct judgement;
struct machine;

struct report_options {
	bool colour; /* text: ANSI colours; never the only sign */
	unsigned width; /* text: columns, 80 where 0 */
	const char *language; /* "en" or "zh_CN" (HTML's lang attribute) */
};

void report_text(const struct judgement *judgement, const struct report_options *options,
	FILE *stream);
void report_json(const struct judgement *judgement, FILE *stream); /* gpuhost.report/1 */
void report_html(const struct judgement *judgement, const struct report_options *options,
	FILE *stream);
/* Machines side by side; names[i] labels judgements[i]. */
void report_compare(const struct judgement *const *judgements, const char *const *names,
	size_t count, const struct report_options *options, FILE *stream);

/* Columns a UTF-8 text takes on a terminal (2 for CJK). */
size_t text_columns(const char *text);

#endif
