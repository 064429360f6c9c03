/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A radix sort from the most significant byte, in place ("American flag sort": McIlroy, Bostic,
 * McIlroy: Engineering Radix Sort, 1993). One pass over a bucket finds whether it is in order
 * already, which ends the work, and the highest byte in which its members differ, which is the
 * one to distribute by: bytes that all members share cost nothing.
 */
#include "net/rangesort.h"

#include <stdbool.h>

enum { BYTE_VALUES = 256, SMALL = 24 /* below this, insertion beats distribution */ };

static void swap(struct addr_range *a, struct addr_range *b)
{
	struct addr_range t = *a;

	*a = *b;
	*b = t;
}

static void insertion_sort(struct addr_range *range, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct addr_range moving = range[i];
		size_t to = i;

		for (; to > 0 && range[to - 1].lo > moving.lo; to--)
			range[to] = range[to - 1];
		range[to] = moving;
	}
}

static unsigned byte_at(const struct addr_range *r, unsigned shift)
{
	return (unsigned)(r->lo >> shift) & (BYTE_VALUES - 1);
}

/* False when in order; else how far to shift right for the highest byte that differs. */
static bool must_sort(const struct addr_range *range, size_t n, unsigned *ret_shift)
{
	u128 differ = 0;
	bool ordered = true;
	unsigned shift = 0;

	for (size_t i = 1; i < n; i++) {
		differ |= range[i].lo ^ range[0].lo;
		ordered &= range[i - 1].lo <= range[i].lo;
	}
	if (ordered)
		return false;
	while (differ >> shift >= BYTE_VALUES)
		shift += 8;
	*ret_shift = shift;
	return true;
}

/* Brings the ranges into the order of one byte; end[b] becomes where the bucket of b ends. */
static void distribute(struct addr_range *range, size_t n, unsigned shift, size_t end[BYTE_VALUES])
{
	size_t next[BYTE_VALUES];
	size_t sum = 0;

	for (unsigned b = 0; b < BYTE_VALUES; b++)
		end[b] = 0;
	for (size_t i = 0; i < n; i++)
		end[byte_at(&range[i], shift)]++;
	for (unsigned b = 0; b < BYTE_VALUES; b++) {
		next[b] = sum;
		sum += end[b];
		end[b] = sum;
	}
	for (unsigned b = 0; b < BYTE_VALUES; b++)
		while (next[b] < end[b]) {
			unsigned home = byte_at(&range[next[b]], shift);

			if (home == b)
				next[b]++;
			else
				swap(&range[next[b]], &range[next[home]++]);
		}
}

/* Each call distributes by a lower byte than its caller, so the depth is at most 16. */
static void sort_family(struct addr_range *range, size_t n)
{
	size_t end[BYTE_VALUES];
	size_t start = 0;
	unsigned shift;

	if (n < SMALL) {
		insertion_sort(range, n);
		return;
	}
	if (!must_sort(range, n, &shift))
		return;
	distribute(range, n, shift, end);
	if (shift == 0)
		return;
	for (unsigned b = 0; b < BYTE_VALUES; b++) {
		if (end[b] - start > 1)
			sort_family(range + start, end[b] - start);
		start = end[b];
	}
}

static size_t split_families(struct addr_range *range, size_t n)
{
	size_t lo = 0;
	size_t hi = n;

	for (;;) {
		while (lo < hi && range[lo].family == FAMILY_V4)
			lo++;
		while (lo < hi && range[hi - 1].family != FAMILY_V4)
			hi--;
		if (lo == hi)
			return lo;
		swap(&range[lo++], &range[--hi]);
	}
}

size_t rangesort(struct addr_range *range, size_t n)
{
	if (n == 0)
		return 0; /* `range` may be NULL, which must not be added to */

	size_t n4 = split_families(range, n);

	sort_family(range, n4);
	sort_family(range + n4, n - n4);
	return n4;
}
