/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How wide text is on a terminal, and where its lines may break, in any locale. */
#include <stdint.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/report.h"

#define REPLACEMENT 0xfffd

struct range {
	uint32_t first, last;
};

/* Unicode's East Asian Width W and F, in whole blocks where only gaps lie between. */
static const struct range wide[] = {
	{ 0x1100, 0x115f },
	{ 0x2e80, 0x303e },
	{ 0x3041, 0x33ff },
	{ 0x3400, 0x4dbf },
	{ 0x4e00, 0xa4cf },
	{ 0xa960, 0xa97f },
	{ 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },
	{ 0xfe30, 0xfe6f },
	{ 0xff01, 0xff60 },
	{ 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1f64f },
	{ 0x1f680, 0x1f6ff },
	{ 0x1f900, 0x1f9ff },
	{ 0x20000, 0x3fffd },
};

/* Marks that take no column of their own. */
static const struct range zero[] = {
	{ 0x0300, 0x036f },
	{ 0x0483, 0x0489 },
	{ 0x0591, 0x05bd },
	{ 0x064b, 0x065f },
	{ 0x0e31, 0x0e31 },
	{ 0x0e34, 0x0e3a },
	{ 0x1ab0, 0x1aff },
	{ 0x1dc0, 0x1dff },
	{ 0x200b, 0x200f },
	{ 0x2060, 0x2064 },
	{ 0x20d0, 0x20ff },
	{ 0x302a, 0x302d },
	{ 0x3099, 0x309a },
	{ 0xfe00, 0xfe0f },
	{ 0xfe20, 0xfe2f },
	{ 0xfeff, 0xfeff },
	{ 0xe0100, 0xe01ef },
};

/* Controls, line separators, and what turns the direction of writing. */
static const struct range unsafe[] = {
	{ 0x0001, 0x001f },
	{ 0x007f, 0x009f },
	{ 0x061c, 0x061c },
	{ 0x200e, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2066, 0x2069 },
};

/* No line starts with these, and none ends with those. */
static const char closing[] = "。，、；：？！）」』》〉】〕”’…‥％!),.:;?]}%›»";
static const char opening[] = "（「『《〈【〔“‘([{‹«";

#define IN(ranges, code) in_ranges(ranges, sizeof(ranges) / sizeof((ranges)[0]), code)

static bool in_ranges(const struct range *ranges, size_t n, uint32_t code)
{
	for (size_t i = 0; i < n; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

/* The character at `text` and its length in bytes. What is no UTF-8 counts as one
 * replacement character of one byte. */
static uint32_t decode(const char *text, size_t *ret_length)
{
	const uint8_t *s = (const uint8_t *)text;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80 ? 1
		: s[0] < 0xc2  ? 0
		: s[0] < 0xe0  ? 2
		: s[0] < 0xf0  ? 3
			       : 4;
	uint32_t code = s[0];

	*ret_length = 1;
	if (n == 1)
		return code;
	if (n == 0 || s[0] >= 0xf5)
		return REPLACEMENT;
	code &= 0xffu >> (n + 1);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80) /* a NUL ends here as well */
			return REPLACEMENT;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return REPLACEMENT;
	*ret_length = n;
	return code;
}

static size_t width_of(uint32_t code)
{
	if (code < 0x300)
		return 1;
	return IN(zero, code) ? 0 : IN(wide, code) ? 2 : 1;
}

size_t text_columns(const char *text)
{
	size_t columns = 0, length;

	for (; *text; text += length)
		columns += width_of(decode(text, &length));
	return columns;
}

static bool is_one_of(const char *set, uint32_t code)
{
	size_t length;

	for (; *set; set += length)
		if (decode(set, &length) == code)
			return true;
	return false;
}

/* May a line end between these two? */
static bool breaks_between(uint32_t before, uint32_t after)
{
	if (after == ' ' || width_of(after) == 0)
		return false; /* breaks after the space; marks stay with their letter */
	if (before == ' ')
		return true;
	if (width_of(before) < 2 && width_of(after) < 2)
		return false;
	return !is_one_of(closing, after) && !is_one_of(opening, before);
}

static const char *skip_spaces(const char *text)
{
	while (*text == ' ')
		text++;
	return text;
}

/* The end of the first line: the last place up to `columns` where it may break, else
 * behind a sign inside a long word, else where the room ends, but always beyond the first
 * character. */
static const char *line_end(const char *text, size_t columns)
{
	const char *at = text, *good = NULL, *fair = NULL;
	uint32_t before = 0, code;
	size_t used = 0, length;

	for (; *at && *at != '\n'; at += length, before = code) {
		code = decode(at, &length);
		if (before && breaks_between(before, code))
			good = at;
		else if (before && is_one_of("-/_.", before))
			fair = at;
		/* Spaces may stick out: they are cut off anyway. */
		used += code == ' ' && used >= columns ? 0 : width_of(code);
		if (used > columns && at > text)
			return good ? good : fair ? fair : at;
	}
	return at;
}

const char *text_wrap(const char *text, size_t columns, size_t *ret_length)
{
	const char *end = line_end(text, columns), *next = end;
	size_t length = (size_t)(end - text);

	while (length && text[length - 1] == ' ')
		length--;
	*ret_length = length;
	next = *next == '\n' ? next + 1 : skip_spaces(next);
	return *next ? next : NULL;
}

const char *text_shorten(struct arena *arena, const char *text, size_t columns)
{
	size_t used = 0, length;
	const char *at = text;

	if (text_columns(text) <= columns || columns == 0)
		return text;
	for (; *at; at += length) {
		used += width_of(decode(at, &length));
		if (used > columns - 1)
			break;
	}
	return arena_printf(arena, "%.*s…", (int)(at - text), text);
}

static const char *repair(struct arena *arena, const char *text, bool printable)
{
	/* One bad byte becomes three. */
	char *copy = arena_alloc(arena, strlen(text) * 3 + 1), *out = copy;
	size_t length;

	for (; *text; text += length) {
		uint32_t code = decode(text, &length);

		if (code == REPLACEMENT) {
			memcpy(out, "\xef\xbf\xbd", 3);
			out += 3;
		} else if (printable && IN(unsafe, code)) {
			*out++ = code == '\t' || code == '\n' ? ' ' : '?';
		} else {
			memcpy(out, text, length);
			out += length;
		}
	}
	return copy;
}

const char *text_clean(struct arena *arena, const char *text)
{
	return repair(arena, text ? text : "", true);
}

const char *text_valid(struct arena *arena, const char *text)
{
	return repair(arena, text, false);
}
