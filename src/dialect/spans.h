/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of value spans, as struct flow_match has them: sorted, disjoint, inclusive; `span` NULL is
 * "any value". A spanlist gathers spans in any order and turns into such a list when sealed.
 *
 * Everything is in arena memory. Functions that build return -ENOMEM alone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "flow/match.h"

#define SPANS_ANY ((struct flow_spans){ 0 })

/* The list that holds nothing: n is 0, span is not NULL. */
struct flow_spans spans_none(void);

/* Is every value of 0..max in `s`? */
bool spans_all(struct flow_spans s, u128 max);
bool spans_have(struct flow_spans s, u128 value);
bool spans_equal(struct flow_spans a, struct flow_spans b);
static inline bool spans_empty(struct flow_spans s)
{
	return s.span && s.n == 0;
}

EG_CHECK int spans_one(u128 lo, u128 hi, struct arena *a, struct flow_spans *ret);
EG_CHECK int spans_and(struct flow_spans x, struct flow_spans y, struct arena *a,
		       struct flow_spans *ret);
/* What of 0..max is not in `s`. */
EG_CHECK int spans_not(struct flow_spans s, u128 max, struct arena *a, struct flow_spans *ret);

struct spanlist {
	struct arena *arena; /* borrowed */
	struct flow_span *span;
	size_t n, cap;
};

#define SPANLIST_INIT(a) ((struct spanlist){ .arena = (a) })

EG_CHECK int spanlist_add(struct spanlist *l, u128 lo, u128 hi);
/* Sorts and merges what overlaps or touches; an empty list gives spans_none(). */
struct flow_spans spanlist_seal(struct spanlist *l);
