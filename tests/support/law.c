/* SPDX-License-Identifier: Apache-2.0 */
#include "support/law.h"

#include <assert.h>

static void must(int r)
{
	assert(r == 0);
	(void)r;
}

/* The set cut down to first packets, and perhaps to those that are whole. */
static flow_ref fresh(struct flow_mgr *m, flow_ref set, bool whole)
{
	static const struct flow_span new[] = { { STATE_NEW, STATE_NEW } };
	static const struct flow_span no[] = { { 0, 0 } };
	struct flow_match match = FLOW_MATCH_ANY;
	flow_ref first;

	match.dim[FLOW_STATE] = (struct flow_spans){ new, 1 };
	if (whole)
		match.dim[FLOW_FRAG] = (struct flow_spans){ no, 1 };
	must(flow_of_match(m, &match, 1, &first));
	must(flow_restrict(m, set, first, &first));
	return first;
}

static void tell(struct flow_mgr *m, const char *what, flow_ref set, flow_ref without,
		 struct buf *why)
{
	struct flow f;
	flow_ref diff;

	must(flow_minus(m, set, without, &diff));
	if (flow_witness(m, diff, &f) < 0)
		return;
	buf_adds(why, what);
	flow_print(&f, why);
}

static bool holds(const struct rulelist *rules, const struct reading *r, bool whole,
		  struct buf *why)
{
	flow_ref diagram, want, may, certain;

	must(rulelist_diagram(rules, r->m, &diagram));
	must(rulelist_verdict(rules, r->m, diagram, VERDICT_ACCEPT, &want));
	want = fresh(r->m, want, whole);
	may = fresh(r->m, r->may[VERDICT_ACCEPT], whole);
	certain = fresh(r->m, r->must_accept, whole);
	tell(r->m, " missing: ", want, certain, why);
	tell(r->m, " extra: ", may, want, why);
	return may == want && certain == want;
}

bool law_holds(const struct rulelist *rules, const struct reading *r, struct buf *why)
{
	return holds(rules, r, false, why);
}

bool law_holds_whole(const struct rulelist *rules, const struct reading *r, struct buf *why)
{
	return holds(rules, r, true, why);
}
