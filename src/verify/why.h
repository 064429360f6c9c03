/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a flow passes or not: the rule of the policy that decides it, with the list line it comes
 * from; or, when no rule does, the nearest one and what about the flow it misses.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "policy/policy.h"

struct why {
	const struct rule *rule; /* decides the flow; NULL: the default does */
	const struct outcome *outcome;
	const struct origin_list *list; /* the list and line that hold the far address, or NULL */
	const struct origin_line *line;
	const struct rule
		*nearest; /* when rule is NULL: the rule that fails in fewest dimensions */
	const struct outcome *nearest_outcome;
	unsigned misses; /* bit set of (1 << enum flow_dim) where the nearest rule fails */
};

/* -ENOENT is not an error here: a refusal is an answer. Errors as in flow/flowset.h. */
EG_CHECK int why_flow(const struct plan *plan, struct flow_mgr *m, const struct flow *f,
		      struct why *ret);

/* "destination port 8811, input interface guest": what the nearest rule does not allow, in words.
 */
void why_print_misses(const struct why *w, const struct flow *f, const struct flow_mgr *m,
		      struct buf *out);
