/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flow diff of two things that denote flow sets, each known between bounds (lo <= hi):
 * certainly added and removed, and what is uncertain on either side. Exact sets have lo == hi.
 */
#pragma once

#include "base/attr.h"
#include "dialect/bounds.h"

struct flow_diff {
	flow_ref added;	  /* in b, not in a: b.lo \ a.hi */
	flow_ref removed; /* in a, not in b: a.lo \ b.hi */
	flow_ref unsure;  /* could differ: the rest of (a.hi | b.hi) where a bound is open */
};

EG_CHECK int flow_diff(struct flow_mgr *m, struct bounds a, struct bounds b, struct flow_diff *ret);
