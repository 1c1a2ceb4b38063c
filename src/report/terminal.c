/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines on a terminal or in a text file: wrapped, indented, coloured where allowed. */
#include "terminal.h"

#include <string.h>

enum {
	WIDTH_DEFAULT = 80,
	WIDTH_LEAST = 40,
	PARAGRAPH_LEAST = 16, /* columns, whatever the indent */
};

void terminal_init(struct terminal *terminal, const struct report_options *options,
	struct arena *arena, FILE *stream)
{
	size_t width = options && options->width ? options->width : WIDTH_DEFAULT;

	*terminal = (struct terminal){ .stream = stream,
		.width = width < WIDTH_LEAST ? WIDTH_LEAST : width,
		.colour = options && options->colour,
		.arena = arena };
}

void terminal_ink(const struct terminal *terminal, enum ink ink, const char *text)
{
	static const char *const codes[] = {
		[INK_BOLD] = "1",
		[INK_RED] = "1;31",
		[INK_YELLOW] = "1;33",
		[INK_CYAN] = "1;36",
		[INK_GREEN] = "32",
		[INK_DIM] = "2",
	};

	if (terminal->colour && ink != INK_PLAIN)
		fprintf(terminal->stream, "\033[%sm%s\033[0m", codes[ink], text);
	else
		fputs(text, terminal->stream);
}

void terminal_spaces(const struct terminal *terminal, size_t n)
{
	while (n--)
		fputc(' ', terminal->stream);
}

void terminal_cell(
	const struct terminal *terminal, enum ink ink, const char *text, size_t columns)
{
	size_t used = text_columns(text);

	terminal_ink(terminal, ink, text);
	terminal_spaces(terminal, used < columns ? columns - used : 0);
}

void terminal_paragraph(
	const struct terminal *terminal, size_t indent, bool hanging, const char *text)
{
	size_t room = terminal->width > indent + PARAGRAPH_LEAST
		? terminal->width - indent
		: PARAGRAPH_LEAST;

	text = text_clean(terminal->arena, text);
	while (text) {
		size_t length;
		const char *next = text_wrap(text, room, &length);

		if (!hanging && length)
			terminal_spaces(terminal, indent);
		hanging = false;
		fwrite(text, 1, length, terminal->stream);
		fputc('\n', terminal->stream);
		text = next;
	}
}

void terminal_heading(const struct terminal *terminal, const char *text)
{
	fputc('\n', terminal->stream);
	terminal_ink(terminal, INK_BOLD, text);
	fputc('\n', terminal->stream);
}

enum ink ink_of_verdict(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_READY:
		return INK_GREEN;
	case VERDICT_LIMITED:
		return INK_YELLOW;
	case VERDICT_NOT_READY:
		return INK_RED;
	case VERDICT_UNKNOWN:
		break;
	}
	return INK_CYAN;
}

enum ink ink_of_finding(const struct finding *finding)
{
	switch (finding->status) {
	case FINDING_PASS:
		return INK_GREEN;
	case FINDING_FAIL:
		return finding->check->severity == SEVERITY_BLOCKER	? INK_RED
			: finding->check->severity == SEVERITY_DEGRADED ? INK_YELLOW
									: INK_PLAIN;
	case FINDING_NA:
	case FINDING_SKIP:
		return INK_DIM;
	case FINDING_UNKNOWN:
		break;
	}
	return INK_CYAN;
}
