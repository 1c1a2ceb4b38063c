/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small text helpers. */
#include "gpuhost/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/bytes.h"

/* Length of the UTF-8 sequence at `s`, or 0 if it is none. */
static size_t utf8_sequence(const uint8_t *s, size_t room)
{
	size_t n = s[0] < 0x80		      ? 1
		: s[0] >= 0xc2 && s[0] < 0xe0 ? 2
		: s[0] >= 0xe0 && s[0] < 0xf0 ? 3
		: s[0] >= 0xf0 && s[0] < 0xf5 ? 4
					      : 0;

	if (n == 0 || n > room)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
		(s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0; /* overlong, surrogate, or beyond Unicode */
	return n;
}

static void make_printable(char *text)
{
	uint8_t *s = (uint8_t *)text;
	size_t left = strlen(text), n;

	for (; left; s += n, left -= n) {
		n = utf8_sequence(s, left);
		if (n == 0 || (n == 1 && (s[0] < 0x20 || s[0] == 0x7f)) ||
			(n == 2 && s[0] == 0xc2 && s[1] < 0xa0)) { /* C1 controls */
			n = n ? n : 1;
			memset(s, '?', n);
		}
	}
}

const char *text_trim(struct arena *arena, struct bytes bytes)
{
	size_t start = 0, end;
	char *text;

	while (start < bytes.length && isspace(bytes.data[start]))
		start++;
	for (end = start;
		end < bytes.length && bytes.data[end] && bytes.data[end] != '\n';)
		end++;
	while (end > start && isspace(bytes.data[end - 1]))
		end--;
	text = arena_strndup(
		arena, end > start ? (const char *)bytes.data + start : "", end - start);
	make_printable(text);
	return text;
}

bool text_u64_base(const char *text, int base, uint64_t *ret_value)
{
	char *end;
	uint64_t value;

	if (!text || !isxdigit((unsigned char)text[0]))
		return false; /* strtoull would take a sign or leading space */
	errno = 0;
	value = strtoull(text, &end, base);
	if (errno || end == text)
		return false;
	while (isspace((unsigned char)*end))
		end++;
	if (*end)
		return false;
	*ret_value = value;
	return true;
}

bool text_u64(const char *text, uint64_t *ret_value)
{
	bool hex = text && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');

	return text_u64_base(text, hex ? 16 : 10, ret_value);
}

bool text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
	size_t length = strlen(text), n = strlen(suffix);

	return length >= n && strcmp(text + length - n, suffix) == 0;
}

const char *text_line(struct arena *arena, struct bytes bytes, size_t *offset)
{
	const char *start, *newline;
	size_t length;

	if (*offset >= bytes.length)
		return NULL;
	start = (const char *)bytes.data + *offset;
	newline = memchr(start, '\n', bytes.length - *offset);
	length = newline ? (size_t)(newline - start) : bytes.length - *offset;
	*offset += length + 1;
	return arena_strndup(arena, start, length);
}

bool text_has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += n ? n : 1)
		if ((at == text || isspace((unsigned char)at[-1])) &&
			(!at[n] || isspace((unsigned char)at[n])))
			return true;
	return false;
}

const char *text_size(struct arena *arena, uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	size_t unit = 0;
	double value = (double)bytes;

	for (; value >= 1024 && unit < sizeof(units) / sizeof(units[0]) - 1; unit++)
		value /= 1024;
	if (value == (double)(uint64_t)value)
		return arena_printf(arena, "%.0f %s", value, units[unit]);
	return arena_printf(arena, "%.1f %s", value, units[unit]);
}
