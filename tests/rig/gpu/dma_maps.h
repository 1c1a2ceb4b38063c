/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest memory that a client has mapped, as ranges that don't overlap. */
#ifndef RIG_DMA_MAPS_H
#define RIG_DMA_MAPS_H

#include <stddef.h>
#include <stdint.h>

enum {
	DMA_MAPS_MAX = 65535 /* what the protocol has where nothing else is agreed on */
};

struct dma_range {
	uint64_t start, size;
};

struct dma_maps {
	struct dma_range *list; /* sorted by start */
	size_t n, room;
};

/* 0, -EEXIST if it overlaps another, -ENOSPC, -ENOMEM. */
int dma_maps_add(struct dma_maps *maps, uint64_t start, uint64_t size);
/* 0, or -ENOENT if no range is exactly that. */
int dma_maps_remove(struct dma_maps *maps, uint64_t start, uint64_t size);
void dma_maps_clear(struct dma_maps *maps);

#endif
