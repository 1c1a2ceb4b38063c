/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Little-endian writes; the reads are in gpuhost/bytes.h. */
#ifndef RIG_PUT_H
#define RIG_PUT_H

#include <stddef.h>
#include <stdint.h>

static inline void put_le(uint8_t *at, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++, value >>= 8)
		at[i] = (uint8_t)value;
}

static inline void put_u16(uint8_t *at, uint16_t value)
{
	put_le(at, value, 2);
}

static inline void put_u32(uint8_t *at, uint32_t value)
{
	put_le(at, value, 4);
}

static inline void put_u64(uint8_t *at, uint64_t value)
{
	put_le(at, value, 8);
}

#endif
