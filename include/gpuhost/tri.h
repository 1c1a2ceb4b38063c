/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Three-valued answers. Unknown is a value: zeroed memory knows nothing. */
#ifndef GPUHOST_TRI_H
#define GPUHOST_TRI_H

#include <stdbool.h>
#include <stdint.h>

enum tri {
	TRI_UNKNOWN = 0,
	TRI_NO,
	TRI_YES,
};

static inline enum tri tri_of(bool value)
{
	return value ? TRI_YES : TRI_NO;
}

/* Kleene's logic: taking an answer away never turns the result from unknown to known. */
static inline enum tri tri_and(enum tri a, enum tri b)
{
	if (a == TRI_NO || b == TRI_NO)
		return TRI_NO;
	return a == TRI_YES && b == TRI_YES ? TRI_YES : TRI_UNKNOWN;
}

static inline enum tri tri_or(enum tri a, enum tri b)
{
	if (a == TRI_YES || b == TRI_YES)
		return TRI_YES;
	return a == TRI_NO && b == TRI_NO ? TRI_NO : TRI_UNKNOWN;
}

static inline enum tri tri_not(enum tri a)
{
	return a == TRI_UNKNOWN ? TRI_UNKNOWN : a == TRI_YES ? TRI_NO : TRI_YES;
}

/* A number that may be unknown. */
struct num {
	bool known;
	uint64_t value;
};

static inline struct num num_of(uint64_t value)
{
	return (struct num){ .known = true, .value = value };
}

#endif
