/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel log, from records of /dev/kmsg or from dmesg's text. It explains what other
 * sources found, and decides little by itself. */
#include <ctype.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/machine.h"
#include "gpuhost/record.h"
#include "gpuhost/text.h"

#define KMSG "dev/kmsg"

enum {
	MAX_LINES = 1 << 17
};

/* Is the log whole? A recorder says so by covering it (only if the first record has the
 * sequence number 0). */
static bool is_covered(const struct record *record, const char *path)
{
	for (size_t i = 0; i < record->n_covers; i++) {
		size_t n = strlen(record->covers[i]);

		if (strncmp(path, record->covers[i], n) == 0 &&
			(path[n] == '\0' || path[n] == '/'))
			return true;
	}
	return false;
}

/* "6,123,456,-;text" or "6,123,456,-,caller=T1;text"
 * (Documentation/ABI/testing/dev-kmsg): the length up to the text, or 0. */
static size_t kmsg_prefix(struct bytes line)
{
	const uint8_t *semicolon = memchr(line.data, ';', line.length);
	size_t n = semicolon ? (size_t)(semicolon - line.data) : 0, commas = 0;

	for (size_t i = 0; i < n; i++) {
		if (line.data[i] == ',')
			commas++;
		else if (commas < 3 && !isdigit(line.data[i]))
			return 0;
	}
	return commas >= 3 ? n + 1 : 0;
}

/* The end of "[...]" at `at` whose inside is made of `set`, or `at` if none is there. */
static size_t skip_brackets(const char *line, size_t at, const char *set)
{
	size_t inside;

	if (line[at] != '[')
		return at;
	inside = strspn(line + at + 1, set);
	return inside && line[at + 1 + inside] == ']' ? at + inside + 2 : at;
}

/* "<6>[    0.000000][    T0] text": the text. */
static const char *without_dmesg_prefix(const char *line)
{
	size_t at = 0, time;

	if (line[0] == '<') {
		size_t digits = strspn(line + 1, "0123456789");

		if (digits && line[1 + digits] == '>')
			at = digits + 2;
	}
	time = skip_brackets(line, at, " .0123456789");
	if (time == at)
		return line + at;
	at = skip_brackets(line, time, " TC0123456789"); /* the thread or CPU */
	return line + at + strspn(line + at, " ");
}

static void add_line(struct kernel_log *log, struct bytes line, struct arena *arena)
{
	size_t prefix = kmsg_prefix(line);
	const char *text;

	/* "Key=value" properties of the record before, in /dev/kmsg's form */
	if (!prefix && line.length && line.data[0] == ' ')
		return;
	if (prefix >= line.length)
		return;
	text = text_trim(arena, bytes_from(line, prefix));
	if (!prefix)
		text = without_dmesg_prefix(text);
	if (!*text)
		return;
	log->lines = arena_grow(arena, log->lines, log->n_lines, sizeof(*log->lines));
	log->lines[log->n_lines++] = text;
}

void kernel_log_read(
	const struct record *record, struct arena *arena, struct kernel_log *ret)
{
	const uint8_t *newline;
	struct bytes text, line;

	*ret = (struct kernel_log){ 0 };
	if (record_file(record, KMSG, &text) != PRESENCE_PRESENT)
		return;
	if (is_covered(record, KMSG))
		ret->known = TRI_YES;
	for (size_t n = 0; text.length; n++) {
		if (n == MAX_LINES) {
			ret->known = TRI_UNKNOWN; /* more than any kernel keeps */
			return;
		}
		newline = memchr(text.data, '\n', text.length);
		line = bytes_first(
			text, newline ? (size_t)(newline - text.data) : text.length);
		add_line(ret, line, arena);
		text = bytes_from(text, line.length + 1);
	}
}

const char *kernel_log_find(const struct kernel_log *log, const char *text)
{
	for (size_t i = 0; i < log->n_lines; i++)
		if (strstr(log->lines[i], text))
			return log->lines[i];
	return NULL;
}
