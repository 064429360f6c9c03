/* SPDX-License-Identifier: Apache-2.0 */
/* The way of rangesort.c, which explains it, on numbers. */
#include "net/v4sort.h"

#include <stdbool.h>

enum { BYTE_VALUES = 256, SMALL = 32, LOW_END = 32 /* bits that are not sorted by */ };

uint64_t v4_pack(struct addr_range r)
{
	return (uint64_t)r.lo << LOW_END | (uint64_t)r.hi;
}

struct addr_range v4_unpack(uint64_t packed)
{
	return (struct addr_range){ .family = FAMILY_V4,
				    .lo = packed >> LOW_END,
				    .hi = (uint32_t)packed };
}

static void insertion_sort(uint64_t *packed, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t moving = packed[i];
		size_t to = i;

		for (; to > 0 && packed[to - 1] > moving; to--)
			packed[to] = packed[to - 1];
		packed[to] = moving;
	}
}

static unsigned byte_at(uint64_t packed, unsigned shift)
{
	return (unsigned)(packed >> shift) & (BYTE_VALUES - 1);
}

/* False when in order; else how far to shift right for the highest byte that differs. */
static bool must_sort(const uint64_t *packed, size_t n, unsigned *ret_shift)
{
	uint64_t differ = 0;
	bool ordered = true;
	unsigned shift = LOW_END;

	for (size_t i = 1; i < n; i++) {
		differ |= packed[i] ^ packed[0];
		ordered &= packed[i - 1] >> LOW_END <= packed[i] >> LOW_END;
	}
	if (ordered)
		return false;
	while (differ >> shift >= BYTE_VALUES)
		shift += 8;
	*ret_shift = shift;
	return true;
}

/* Brings the ranges into the order of one byte; end[b] becomes where the bucket of b ends. */
static void distribute(uint64_t *packed, size_t n, unsigned shift, size_t end[BYTE_VALUES])
{
	size_t next[BYTE_VALUES];
	size_t sum = 0;

	for (unsigned b = 0; b < BYTE_VALUES; b++)
		end[b] = 0;
	for (size_t i = 0; i < n; i++)
		end[byte_at(packed[i], shift)]++;
	for (unsigned b = 0; b < BYTE_VALUES; b++) {
		next[b] = sum;
		sum += end[b];
		end[b] = sum;
	}
	for (unsigned b = 0; b < BYTE_VALUES; b++)
		for (; next[b] < end[b]; next[b]++) {
			uint64_t moving = packed[next[b]];
			unsigned home;

			while ((home = byte_at(moving, shift)) != b) {
				uint64_t there = packed[next[home]];

				packed[next[home]++] = moving;
				moving = there;
			}
			packed[next[b]] = moving;
		}
}

/* Each call distributes by a lower byte than its caller, so the depth is at most 4. */
void v4_sort(uint64_t *packed, size_t n)
{
	size_t end[BYTE_VALUES];
	size_t start = 0;
	unsigned shift;

	if (n < SMALL) {
		insertion_sort(packed, n);
		return;
	}
	if (!must_sort(packed, n, &shift))
		return;
	distribute(packed, n, shift, end);
	for (unsigned b = 0; shift > LOW_END && b < BYTE_VALUES; b++) {
		v4_sort(packed + start, end[b] - start);
		start = end[b];
	}
}
