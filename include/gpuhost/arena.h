/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that lives and dies together: one arena a machine, a judgement, a report. */
#ifndef GPUHOST_ARENA_H
#define GPUHOST_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* Never NULL: running out of memory ends the process (a verdict on half a machine would
 * be worse), here and in every function below. */
struct arena *arena_new(void);
void arena_free(struct arena *arena); /* accepts NULL */

/* Zeroed and aligned for any type; size 0 gives a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_memdup(struct arena *arena, const void *from, size_t size);
char *arena_strdup(struct arena *arena, const char *from);
/* At most `length` bytes of `from`, always terminated. */
char *arena_strndup(struct arena *arena, const char *from, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Room for element number `count` of an array that has `count` elements: returns `array`
 * or its moved copy. Grows by doubling, so calling it for each element is cheap. Start
 * with NULL and 0. */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t element_size);

/* Bytes handed out so far. */
size_t arena_used(const struct arena *arena);

static inline void arena_cleanup(struct arena **arena)
{
	arena_free(*arena);
}
#define ARENA_AUTO __attribute__((cleanup(arena_cleanup))) struct arena *

#endif
