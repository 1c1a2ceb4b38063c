/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules for every capture, however it is packed: names, bounds, error names. */
#include "capture.h"

#include <stdlib.h>
#include <string.h>

#include "gpuhost/arena.h"
#include "gpuhost/err.h"
#include "gpuhost/text.h"

bool capture_text_ok(const char *text)
{
	/* UTF-8 of C1 controls starts with C2; a terminal may obey those too. */
	for (const unsigned char *s = (const unsigned char *)text; *s; s++)
		if (*s < 0x20 || *s == 0x7f || (*s == 0xc2 && s[1] < 0xa0))
			return false;
	return true;
}

bool capture_path_ok(const char *path)
{
	size_t length = strlen(path);

	if (length == 0 || length > SOURCE_MAX_PATH || !capture_text_ok(path))
		return false;
	for (const char *at = path;; at++) {
		size_t n = strcspn(at, "/");

		if (n == 0 || (n == 1 && at[0] == '.') ||
			(n == 2 && at[0] == '.' && at[1] == '.'))
			return false;
		at += n;
		if (!*at)
			return true;
	}
}

const char *capture_printable(struct arena *arena, const char *name)
{
	size_t length = strnlen(name, 120);
	char *text = arena_strndup(arena, name, length);

	for (char *s = text; *s; s++)
		if (*s == '\n')
			*s = '?';
	return text_trim(arena, (struct bytes){ (const uint8_t *)text, length });
}

int capture_spend(
	struct capture_budget *budget, const char *name, int64_t size, struct err *err)
{
	if (++budget->members > SOURCE_MAX_MEMBERS)
		return err_set(err, STATUS_BAD_INPUT,
			_("a capture of more than %d members"), SOURCE_MAX_MEMBERS);
	if (size < 0 || size > SOURCE_MAX_MEMBER_SIZE)
		return err_set(err, STATUS_BAD_INPUT,
			_("“%s” in the capture is larger than %d MiB"), name,
			SOURCE_MAX_MEMBER_SIZE >> 20);
	budget->total += (size_t)size;
	if (budget->total > SOURCE_MAX_TOTAL)
		return err_set(err, STATUS_BAD_INPUT,
			_("the capture unpacks to more than %d MiB"),
			SOURCE_MAX_TOTAL >> 20);
	return 0;
}

const char *capture_errno_name(int errnum)
{
	const char *name = strerrorname_np(abs(errnum));

	return name ? name : "EIO";
}
