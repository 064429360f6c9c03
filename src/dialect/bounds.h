/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a match is known to be: lo <= true match <= hi. An exact match has lo = hi; one that is not
 * modelled has lo empty. Negation swaps the bounds: that is the whole point of having two.
 */
#pragma once

#include "base/attr.h"
#include "flow/flowset.h"

struct bounds {
	flow_ref lo, hi;
};

#define BOUNDS_ALL ((struct bounds){ FLOW_ALL, FLOW_ALL })
#define BOUNDS_NONE ((struct bounds){ FLOW_NONE, FLOW_NONE })
#define BOUNDS_UNKNOWN ((struct bounds){ FLOW_NONE, FLOW_ALL })

EG_CHECK int bounds_and(struct flow_mgr *m, struct bounds a, struct bounds b, struct bounds *ret);
EG_CHECK int bounds_or(struct flow_mgr *m, struct bounds a, struct bounds b, struct bounds *ret);
/* a and not b */
EG_CHECK int bounds_minus(struct flow_mgr *m, struct bounds a, struct bounds b, struct bounds *ret);

/* Seen twice, from several sides: certain is what is so from each. An empty `seen` is new. */
EG_CHECK int bounds_also(struct flow_mgr *m, struct bounds one, struct bounds *seen);

/* Flow sets to be united later, all at once and as a balanced tree. */
struct union_of {
	flow_ref *set;
	size_t n, cap;
};

void union_release(struct union_of *u);
EG_CHECK int union_add(struct union_of *u, flow_ref set);
/* Earlier ones win where leaves differ (OVERRIDE in order); on sets, their union. Empties `u`. */
EG_CHECK int union_take(struct union_of *u, struct flow_mgr *m, flow_ref *ret);

/* The union of products. */
EG_CHECK int flow_of_matches(struct flow_mgr *m, const struct flow_match *match, size_t n,
			     flow_ref *ret);
