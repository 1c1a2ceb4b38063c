/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bump allocator in blocks. */
#include "gpuhost/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_SIZE = 32 << 10,
	ALIGNMENT = 16
};

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(ALIGNMENT) unsigned char data[];
};

struct arena {
	struct block *blocks;
	size_t used;
};

static void *allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory) {
		fputs("gpuhost: out of memory\n", stderr);
		abort();
	}
	return memory;
}

struct arena *arena_new(void)
{
	return allocate(sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	for (struct block *block = arena->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
}

/* Large pieces get a block of their own behind the current one, which stays in use. */
static struct block *add_block(struct arena *arena, size_t size)
{
	size_t room = size > BLOCK_SIZE / 4 ? size : BLOCK_SIZE;
	struct block *block = allocate(sizeof(*block) + room);

	block->size = room;
	if (room == size && arena->blocks) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct block *block = arena->blocks;
	void *memory;

	if (size > SIZE_MAX / 2)
		abort();
	size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (!block || block->size - block->used < size)
		block = add_block(arena, size);
	memory = block->data + block->used;
	block->used += size;
	arena->used += size;
	return memory;
}

void *arena_memdup(struct arena *arena, const void *from, size_t size)
{
	void *copy = arena_alloc(arena, size);

	if (size)
		memcpy(copy, from, size);
	return copy;
}

char *arena_strndup(struct arena *arena, const char *from, size_t length)
{
	size_t n = strnlen(from, length);
	char *copy = arena_alloc(arena, n + 1);

	memcpy(copy, from, n);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *from)
{
	return arena_strndup(arena, from, strlen(from));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	va_list again;
	int length;
	char *text;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		return arena_strdup(arena, "");
	text = arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, args);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

void *arena_grow(struct arena *arena, void *array, size_t count, size_t element_size)
{
	void *larger;

	if (count && (count & (count - 1)))
		return array; /* room was made at the last power of two */
	if (element_size && count > SIZE_MAX / 4 / element_size)
		abort();
	larger = arena_alloc(arena, (count ? 2 * count : 1) * element_size);
	if (count)
		memcpy(larger, array, count * element_size);
	return larger;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}
