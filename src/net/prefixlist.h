/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of addresses of both families, kept as sorted, disjoint, non-adjacent ranges.
 *
 * Built by adding in any order and then prefixlist_seal(), which sorts and merges once
 * (n log n; 1M prefixes are routine). All questions and operations want sealed lists.
 * prefixlist_prefixes() gives the unique minimal list of prefixes that denotes the same set.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "net/addr.h"
#include "net/prefix.h"

struct prefixlist {
	struct addr_range *range; /* sealed: by family (v4 first), then lo */
	size_t n, cap;
	size_t n4; /* how many of them are IPv4; sealed: they come first */
	bool open; /* something was added since the last seal */
};

#define PREFIXLIST_INIT ((struct prefixlist){ 0 })

void prefixlist_release(struct prefixlist *l);

EG_CHECK int prefixlist_add(struct prefixlist *l, struct prefix p);
EG_CHECK int prefixlist_add_range(struct prefixlist *l, struct addr_range r);
void prefixlist_seal(struct prefixlist *l); /* sorts in place; never fails */

bool prefixlist_has(const struct prefixlist *l, struct addr a);
bool prefixlist_covers(const struct prefixlist *outer, const struct prefixlist *inner);
bool prefixlist_equal(const struct prefixlist *a, const struct prefixlist *b);

/* New sealed lists into *ret, which must own nothing before. */
EG_CHECK int prefixlist_union(const struct prefixlist *a, const struct prefixlist *b,
			      struct prefixlist *ret);
EG_CHECK int prefixlist_minus(const struct prefixlist *a, const struct prefixlist *b,
			      struct prefixlist *ret);
EG_CHECK int prefixlist_intersect(const struct prefixlist *a, const struct prefixlist *b,
				  struct prefixlist *ret);

/* How many addresses of one family; saturates at U128_MAX for all of IPv6. */
u128 prefixlist_count(const struct prefixlist *l, enum family family);

/* The minimal prefixes, in order, into a new array of *ret_n; free with mem_free(). */
EG_CHECK int prefixlist_prefixes(const struct prefixlist *l, struct prefix **ret, size_t *ret_n);

/* Is the range one prefix? `ret` is untouched when it is not. */
bool range_prefix(struct addr_range r, struct prefix *ret);

/* The minimal prefixes of one range, appended through `add`; stops at the first error of `add`. */
EG_CHECK int range_prefixes(struct addr_range r, int (*add)(void *data, struct prefix p),
			    void *data);
