/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines on a terminal or in a text file: wrapped, indented, coloured where allowed. */
#ifndef GPUHOST_REPORT_TERMINAL_H
#define GPUHOST_REPORT_TERMINAL_H

#include "gpuhost/report.h"

enum ink {
	INK_PLAIN,
	INK_BOLD,
	INK_RED,
	INK_YELLOW,
	INK_CYAN,
	INK_GREEN,
	INK_DIM,
};

struct terminal {
	FILE *stream;
	size_t width;
	bool colour;
	struct arena *arena; /* for what lives as long as the report */
};

void terminal_init(struct terminal *terminal, const struct report_options *options,
	struct arena *arena, FILE *stream);
/* Text as it is, in that colour. */
void terminal_ink(const struct terminal *terminal, enum ink ink, const char *text);
void terminal_spaces(const struct terminal *terminal, size_t n);
/* Text padded with spaces to `columns`. */
void terminal_cell(
	const struct terminal *terminal, enum ink ink, const char *text, size_t columns);
/* A wrapped paragraph whose lines start at column `indent`; the first one's indent is
 * already written if `hanging`. Cleans the text. */
void terminal_paragraph(
	const struct terminal *terminal, size_t indent, bool hanging, const char *text);
void terminal_heading(const struct terminal *terminal, const char *text);

enum ink ink_of_verdict(enum verdict verdict);
enum ink ink_of_finding(const struct finding *finding);

#endif
