/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes with their length, and little-endian reads that can't leave them. */
#ifndef GPUHOST_BYTES_H
#define GPUHOST_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
	const uint8_t *data;
	size_t length;
};

static inline bool bytes_has(struct bytes b, size_t offset, size_t size)
{
	return offset <= b.length && size <= b.length - offset;
}

/* `size` bytes (at most 8) at `offset` as a little-endian number; 0 where they aren't all
 * there, so ask bytes_has() first where 0 would be taken for an answer. */
static inline uint64_t bytes_le(struct bytes b, size_t offset, size_t size)
{
	uint64_t value = 0;

	if (!bytes_has(b, offset, size))
		return 0;
	for (size_t i = size; i-- > 0;)
		value = value << 8 | b.data[offset + i];
	return value;
}

static inline uint8_t bytes_u8(struct bytes b, size_t offset)
{
	return (uint8_t)bytes_le(b, offset, 1);
}

static inline uint16_t bytes_u16(struct bytes b, size_t offset)
{
	return (uint16_t)bytes_le(b, offset, 2);
}

static inline uint32_t bytes_u32(struct bytes b, size_t offset)
{
	return (uint32_t)bytes_le(b, offset, 4);
}

static inline uint64_t bytes_u64(struct bytes b, size_t offset)
{
	return bytes_le(b, offset, 8);
}

/* The part from `offset` on, cut to what is there. */
static inline struct bytes bytes_from(struct bytes b, size_t offset)
{
	if (offset > b.length)
		offset = b.length;
	return (struct bytes){ b.data + offset, b.length - offset };
}

static inline struct bytes bytes_first(struct bytes b, size_t length)
{
	if (length < b.length)
		b.length = length;
	return b;
}

#endif
