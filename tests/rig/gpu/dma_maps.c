/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sorted array: clients map few ranges, or one after the other. */
#include "dma_maps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The first range that doesn't start before `start`. */
static size_t find(const struct dma_maps *maps, uint64_t start)
{
	size_t low = 0, high = maps->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (maps->list[middle].start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int make_room(struct dma_maps *maps)
{
	size_t room = maps->room ? 2 * maps->room : 64;
	struct dma_range *list;

	if (maps->n < maps->room)
		return 0;
	list = realloc(maps->list, room * sizeof(*list));
	if (!list)
		return -ENOMEM;
	maps->list = list;
	maps->room = room;
	return 0;
}

int dma_maps_add(struct dma_maps *maps, uint64_t start, uint64_t size)
{
	size_t at = find(maps, start);
	int result;

	if (at < maps->n && maps->list[at].start - start < size)
		return -EEXIST;
	if (at > 0 && start - maps->list[at - 1].start < maps->list[at - 1].size)
		return -EEXIST;
	if (maps->n == DMA_MAPS_MAX)
		return -ENOSPC;
	result = make_room(maps);
	if (result < 0)
		return result;
	memmove(maps->list + at + 1, maps->list + at,
		(maps->n - at) * sizeof(*maps->list));
	maps->list[at] = (struct dma_range){ start, size };
	maps->n++;
	return 0;
}

int dma_maps_remove(struct dma_maps *maps, uint64_t start, uint64_t size)
{
	size_t at = find(maps, start);

	if (at == maps->n || maps->list[at].start != start || maps->list[at].size != size)
		return -ENOENT;
	maps->n--;
	memmove(maps->list + at, maps->list + at + 1,
		(maps->n - at) * sizeof(*maps->list));
	return 0;
}

void dma_maps_clear(struct dma_maps *maps)
{
	free(maps->list);
	*maps = (struct dma_maps){ 0 };
}
