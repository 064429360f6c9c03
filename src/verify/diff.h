/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flow diff of two things that denote flow sets, each known between bounds (must <= may):
 * certainly added and removed, and what is uncertain on either side. Exact sets have must == may.
 */
#pragma once

#include "base/attr.h"
#include "flow/flowset.h"

struct bounds {
	flow_ref must, may;
};

struct flow_diff {
	flow_ref added;	  /* in b, not in a: must(b) \ may(a) */
	flow_ref removed; /* in a, not in b: must(a) \ may(b) */
	flow_ref unsure;  /* could differ: the rest of (may(a) | may(b)) where a bound is open */
};

EG_CHECK int flow_diff(struct flow_mgr *m, struct bounds a, struct bounds b, struct flow_diff *ret);
