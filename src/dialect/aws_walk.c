/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_walk.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "dialect/aws_limits.h"

void aws_walk_release(struct aws_walk *w)
{
	for (size_t i = 0; i < AWS_ENDS; i++)
		union_release(&w->may[i]);
	union_release(&w->decide);
	mem_free(w->run.match);
	mem_free(w->run.leaf);
	mem_free(w->run.end);
	w->run = (struct aws_run){ 0 };
}

int aws_set_of(struct flow_mgr *m, enum flow_dim dim, u128 value, flow_ref *ret)
{
	const struct flow_span span = { value, value };
	struct flow_match match = FLOW_MATCH_ANY;

	match.dim[dim] = (struct flow_spans){ &span, 1 };
	return flow_of_match(m, &match, 1, ret);
}

/* ---- runs ---- */

int aws_walk_exact(struct aws_walk *w, const struct flow_match *match, enum aws_end end,
		   uint32_t leaf)
{
	struct aws_run *run = &w->run;
	int r = mem_grow(&run->match, &run->cap, run->n + 1, sizeof(*run->match));

	if (r == 0)
		r = mem_grow(&run->leaf, &run->leaf_cap, run->n + 1, sizeof(*run->leaf));
	if (r == 0)
		r = mem_grow(&run->end, &run->end_cap, run->n + 1, sizeof(*run->end));
	if (r < 0)
		return r;
	run->match[run->n] = *match;
	run->leaf[run->n] = leaf;
	run->end[run->n] = (unsigned char)end;
	run->n++;
	return 0;
}

/* Where the run ends so: that may end so, and is not live any more. */
static int run_part(struct aws_walk *w, flow_ref diagram, uint32_t *leaf, enum aws_end end)
{
	bool any = false;
	flow_ref part;
	int r;

	for (size_t i = 0; i < w->run.n; i++) {
		leaf[i + 1] = w->run.end[i] == end;
		any = any || leaf[i + 1];
	}
	if (!any)
		return 0;
	r = flow_map(w->m, diagram, leaf, w->run.n + 1, &part);
	if (r == 0)
		r = union_add(&w->may[end], part);
	return r < 0 ? r : flow_minus(w->m, w->live, part, &w->live);
}

static int flush(struct aws_walk *w)
{
	EG_AUTO(mem_freep) uint32_t *leaf = NULL;
	flow_ref diagram = FLOW_NONE, decide;
	int r;

	if (!w->run.n)
		return 0;
	leaf = mem_zero(w->run.n + 1, sizeof(*leaf));
	r = leaf ? flow_first_match(w->m, w->run.match, w->run.n, &diagram) : -ENOMEM;
	if (r == 0)
		r = flow_restrict(w->m, diagram, w->live, &diagram);
	for (size_t end = 0; r == 0 && end < AWS_ENDS; end++)
		r = run_part(w, diagram, leaf, (enum aws_end)end);
	if (r < 0)
		return r;
	memcpy(leaf + 1, w->run.leaf, w->run.n * sizeof(*leaf));
	r = flow_map(w->m, diagram, leaf, w->run.n + 1, &decide);
	w->run.n = 0;
	return r < 0 ? r : union_add(&w->decide, decide);
}

/* ---- rules that are not exact, and the rest ---- */

int aws_walk_loose_set(struct aws_walk *w, flow_ref set, unsigned ends, const char *what,
		       struct place at)
{
	int r = flush(w);

	if (r == 0)
		r = flow_restrict(w->m, set, w->live, &set);
	for (size_t end = 0; r == 0 && end < AWS_ENDS; end++)
		if (ends & AWS_MAY(end))
			r = union_add(&w->may[end], set);
	return r < 0 || !what ? r : doubts_add(w->doubts, w->m, str_of(what), at, set);
}

int aws_walk_loose(struct aws_walk *w, const struct flow_match *match, size_t n, unsigned ends,
		   const char *what, struct place at)
{
	flow_ref set = FLOW_NONE;
	int r = flow_of_matches(w->m, match, n, &set);

	return r < 0 ? r : aws_walk_loose_set(w, set, ends, what, at);
}

int aws_walk_rest(struct aws_walk *w, flow_ref set, enum aws_end end, uint32_t leaf)
{
	flow_ref decide = FLOW_NONE;
	int r = flush(w);

	if (r == 0)
		r = flow_restrict(w->m, set, w->live, &set);
	if (r == 0)
		r = union_add(&w->may[end], set);
	if (r == 0)
		r = flow_restrict(w->m, FLOW_LEAF(leaf), set, &decide);
	if (r == 0)
		r = union_add(&w->decide, decide);
	return r < 0 ? r : flow_minus(w->m, w->live, set, &w->live);
}

int aws_walk_end(struct aws_walk *w, struct aws_outcome *ret)
{
	struct aws_outcome o = { 0 };
	int r = flush(w);

	for (size_t end = 0; r == 0 && end < AWS_ENDS; end++)
		r = union_take(&w->may[end], w->m, &o.may[end]);
	if (r == 0)
		r = union_take(&w->decide, w->m, &o.decide);
	if (r == 0)
		*ret = o;
	return r;
}
