/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which display functions are judged. */
#ifndef GPUHOST_CHECK_GPUS_H
#define GPUHOST_CHECK_GPUS_H

#include <stddef.h>

struct arena;
struct err;
struct gpu;
struct knowledge;
struct machine;

/* `query` as --gpu gives it, or NULL. Errors as judge() has them. */
int gpus_collect(const struct machine *machine, const struct knowledge *knowledge,
	const char *query, struct arena *arena, struct gpu **ret_gpus, size_t *ret_count,
	struct err *err);

#endif
