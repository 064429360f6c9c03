/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cut points of dimensions that do not fit the 32 bits of an edge: IPv6 addresses and names.
 *
 * A cut is a byte string that ends an interval, itself excluded: 16 bytes in network order for an
 * address, a key of net/name.h (or the bytes just above one) for a name. Each is kept once, so two
 * cuts are equal when their numbers are, and edges compare as plain integers in the node table.
 * Their order is memcmp order, shorter first. CUT_TOP ends the last interval: nothing is above it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

enum { CUT_TOP = 0, CUTS_MAX = 100 * 1000 * 1000 };

struct cut {
	uint64_t head; /* the first eight bytes as a number: most comparisons end here */
	uint32_t at, n;
};

struct cuts {
	struct cut *cut; /* number i is cut[i - 1] */
	size_t n, cap;
	unsigned char *byte;
	size_t bytes, byte_cap;
	uint32_t *slot; /* open addressing over the numbers; 0 is free */
	size_t slots;
};

void cuts_release(struct cuts *c);

/* The number of a cut, made when new. -ENOMEM; E_BUDGET above CUTS_MAX. */
EG_CHECK int cut_number(struct cuts *c, const unsigned char *byte, size_t n, uint32_t *ret);

int cut_cmp(const struct cuts *c, uint32_t a, uint32_t b);

/* Is the value below the cut? */
bool cut_above(const struct cuts *c, uint32_t cut, const unsigned char *byte, size_t n);

/* The bytes of a cut other than CUT_TOP, borrowed until the next cut_number(). */
const unsigned char *cut_bytes(const struct cuts *c, uint32_t cut, size_t *ret_n);

/*
 * Collection, in this order and with nothing in between: begin, keep every cut in use, compact
 * (numbers change, their order stays), ask for the new numbers, end. Needs no memory.
 */
void cuts_collect_begin(struct cuts *c);
void cuts_keep(struct cuts *c, uint32_t cut);
void cuts_compact(struct cuts *c);
uint32_t cuts_moved(const struct cuts *c, uint32_t cut);
void cuts_collect_end(struct cuts *c);
