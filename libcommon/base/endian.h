/* SPDX-License-Identifier: MIT */
/*
 * Loads and stores of unaligned integers. The byte order belongs to a section of a file and is
 * known at run time only, so each comes with a flag: big is true for big-endian data. Compilers
 * turn every one of these into a load and at most a byte swap.
 */
#ifndef BASE_ENDIAN_H
#define BASE_ENDIAN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define HOST_BIG true
#else
#define HOST_BIG false
#endif

static inline uint16_t load_u16(const uint8_t *p, bool big)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return big == HOST_BIG ? v : __builtin_bswap16(v);
}

static inline uint32_t load_u32(const uint8_t *p, bool big)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return big == HOST_BIG ? v : __builtin_bswap32(v);
}

static inline uint64_t load_u64(const uint8_t *p, bool big)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return big == HOST_BIG ? v : __builtin_bswap64(v);
}

static inline void store_u16(uint8_t *p, uint16_t v, bool big)
{
	v = big == HOST_BIG ? v : __builtin_bswap16(v);
	memcpy(p, &v, sizeof(v));
}

static inline void store_u32(uint8_t *p, uint32_t v, bool big)
{
	v = big == HOST_BIG ? v : __builtin_bswap32(v);
	memcpy(p, &v, sizeof(v));
}

static inline void store_u64(uint8_t *p, uint64_t v, bool big)
{
	v = big == HOST_BIG ? v : __builtin_bswap64(v);
	memcpy(p, &v, sizeof(v));
}

#endif
