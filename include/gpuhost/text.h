/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small text helpers, and gettext's marks. */
#ifndef GPUHOST_TEXT_H
#define GPUHOST_TEXT_H

#include <libintl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct bytes;

#define _(text) gettext(text)
#define N_(text) text /* translated later, where it is shown */

/* The first line's worth of `bytes` without white space at either end, as sysfs
 * attributes need; control characters become '?', and so do bytes that are no UTF-8. */
const char *text_trim(struct arena *arena, struct bytes bytes);

/* A whole number in C notation (0x…, decimal) that fills the text up to trailing white
 * space. */
bool text_u64(const char *text, uint64_t *ret_value);
bool text_u64_base(const char *text, int base, uint64_t *ret_value);

bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

/* Walks lines: returns the next one (NUL-terminated, in `arena`, without the newline), or
 * NULL at the end; `*offset` starts at 0. */
const char *text_line(struct arena *arena, struct bytes bytes, size_t *offset);

/* Is `word` one of the white-space separated words of `text`? */
bool text_has_word(const char *text, const char *word);

/* A size as people write it: "16 GiB", "256 MiB", "512 KiB". */
const char *text_size(struct arena *arena, uint64_t bytes);

#endif
