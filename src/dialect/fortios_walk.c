/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_walk.h"

#include <errno.h>

#include "base/alloc.h"

/* ---- doubts ---- */

static int blame(struct fos_walk *w, const struct fos_doubt *doubt, flow_ref set)
{
	return doubts_add(w->doubts, w->m, str_of(doubt->what), doubt->at, set);
}

static int blame_all(struct fos_walk *w, const struct fos_doubts *doubts, flow_ref set)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < doubts->n; i++)
		r = blame(w, &doubts->doubt[i], set);
	return r;
}

/* ---- runs ---- */

void fos_walk_init(struct fos_walk *w, struct flow_mgr *m, struct doubts *doubts)
{
	*w = (struct fos_walk){ .m = m, .doubts = doubts, .live = FLOW_ALL };
}

void fos_walk_release(struct fos_walk *w)
{
	for (size_t i = 0; i < FOS_OUTCOMES; i++)
		union_release(&w->may[i]);
	union_release(&w->decide);
	mem_free(w->run.match);
	mem_free(w->run.step);
	mem_free(w->run.either);
}

static int run_add(struct fos_walk *w, const struct flow_match *match, enum fos_outcome outcome,
		   uint32_t leaf)
{
	struct fos_run *run = &w->run;
	int r = mem_grow(&run->match, &run->cap, run->n + 1, sizeof(*run->match));

	if (r == 0)
		r = mem_grow(&run->step, &run->step_cap, run->n + 1, sizeof(*run->step));
	if (r < 0)
		return r;
	run->match[run->n] = *match;
	run->step[run->n++] = (struct fos_step){ leaf, outcome };
	return 0;
}

static int run_policy(struct fos_walk *w, const struct fos_policy *p, uint32_t leaf)
{
	struct fos_run *run = &w->run;
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->sure.n; i++)
		r = run_add(w, &p->sure.match[i], p->outcome, leaf);
	if (r < 0 || p->outcome != FOS_EITHER)
		return r;
	r = mem_grow(&run->either, &run->either_cap, run->eithers + 1, sizeof(*run->either));
	if (r == 0)
		run->either[run->eithers++] = *p;
	return r;
}

/* Where some of the run decides so. */
static int run_part(struct fos_walk *w, flow_ref diagram, uint32_t *leaf, enum fos_outcome outcome,
		    flow_ref *ret)
{
	int r;

	for (size_t i = 0; i < w->run.n; i++)
		leaf[i + 1] = w->run.step[i].outcome == outcome;
	r = flow_map(w->m, diagram, leaf, w->run.n + 1, ret);
	if (r == 0 && outcome != FOS_DENY)
		r = union_add(&w->may[VERDICT_ACCEPT], *ret);
	if (r == 0 && outcome != FOS_ACCEPT)
		r = union_add(&w->may[VERDICT_DROP], *ret);
	return r < 0 ? r : flow_minus(w->m, w->live, *ret, &w->live);
}

/* Each is blamed for what such policies decide where it holds. */
static int run_blames(struct fos_walk *w, flow_ref unsure)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->run.eithers; i++) {
		const struct fos_policy *p = &w->run.either[i];
		flow_ref set = FLOW_NONE;

		r = flow_of_matches(w->m, p->sure.match, p->sure.n, &set);
		if (r == 0)
			r = flow_restrict(w->m, set, unsure, &set);
		if (r == 0)
			r = blame_all(w, &p->doubts, set);
	}
	return r;
}

static int flush(struct fos_walk *w)
{
	EG_AUTO(mem_freep) uint32_t *leaf = NULL;
	flow_ref diagram = FLOW_NONE, part = FLOW_NONE;
	int r;

	if (!w->run.n)
		return 0;
	leaf = mem_zero(w->run.n + 1, sizeof(*leaf));
	r = leaf ? flow_first_match(w->m, w->run.match, w->run.n, &diagram) : -ENOMEM;
	if (r == 0)
		r = flow_restrict(w->m, diagram, w->live, &diagram);
	for (int o = FOS_DENY; r == 0 && o <= FOS_EITHER; o++)
		r = run_part(w, diagram, leaf, (enum fos_outcome)o, &part);
	if (r == 0)
		r = run_blames(w, part);
	if (r < 0)
		return r;
	for (size_t i = 0; i < w->run.n; i++)
		leaf[i + 1] = w->run.step[i].leaf;
	r = flow_map(w->m, diagram, leaf, w->run.n + 1, &part);
	w->run.n = w->run.eithers = 0;
	return r < 0 ? r : union_add(&w->decide, part);
}

/* ---- policies one by one ---- */

static int products_set(struct flow_mgr *m, const struct fos_products *p, flow_ref *ret)
{
	return flow_of_matches(m, p->match, p->n, ret);
}

int fos_policy_bounds(struct flow_mgr *m, const struct fos_policy *p, struct bounds *ret)
{
	struct bounds b = BOUNDS_NONE, services = BOUNDS_NONE;
	int r = products_set(m, &p->sure, &b.lo);

	b.hi = b.lo;
	if (r == 0 && !p->exact)
		r = products_set(m, &p->may, &b.hi);
	if (r == 0 && p->negate) {
		r = products_set(m, &p->service_sure, &services.lo);
		if (r == 0)
			r = products_set(m, &p->service_may, &services.hi);
		if (r == 0)
			r = bounds_minus(m, b, services, &b);
	}
	if (r == 0)
		*ret = b;
	return r;
}

/* What the policy may decide, in both outcomes if need be. */
static int may_decide(struct fos_walk *w, const struct fos_policy *p, flow_ref set)
{
	int r = 0;

	if (p->outcome != FOS_DENY)
		r = union_add(&w->may[VERDICT_ACCEPT], set);
	if (r == 0 && p->outcome != FOS_ACCEPT)
		r = union_add(&w->may[VERDICT_DROP], set);
	return r;
}

static int decide_alone(struct fos_walk *w, const struct fos_policy *p, uint32_t leaf)
{
	flow_ref decide = FLOW_NONE, unsure = FLOW_NONE;
	struct bounds b = BOUNDS_NONE;
	int r = flush(w);

	if (r == 0)
		r = fos_policy_bounds(w->m, p, &b);
	if (r == 0)
		r = bounds_and(w->m, b, (struct bounds){ w->live, w->live }, &b);
	if (r == 0)
		r = may_decide(w, p, b.hi);
	if (r == 0)
		r = flow_restrict(w->m, FLOW_LEAF(leaf), b.lo, &decide);
	if (r == 0)
		r = union_add(&w->decide, decide);
	if (r == 0)
		r = flow_minus(w->m, w->live, b.lo, &w->live);
	if (r == 0 && p->outcome != FOS_EITHER)
		r = flow_minus(w->m, b.hi, b.lo, &unsure);
	else
		unsure = b.hi;
	return r < 0 ? r : blame_all(w, &p->doubts, unsure);
}

int fos_walk_policy(struct fos_walk *w, const struct fos_policy *p, uint32_t leaf)
{
	return p->exact && !p->negate ? run_policy(w, p, leaf) : decide_alone(w, p, leaf);
}

int fos_walk_unknown(struct fos_walk *w, const struct fos_doubt *doubt, flow_ref set)
{
	int r = flush(w);

	if (r == 0)
		r = flow_restrict(w->m, set, w->live, &set);
	for (size_t i = 0; r == 0 && i < FOS_OUTCOMES; i++)
		r = union_add(&w->may[i], set);
	return r < 0 ? r : blame(w, doubt, set);
}

int fos_walk_end(struct fos_walk *w, uint32_t leaf)
{
	flow_ref decide = FLOW_NONE;
	int r = flush(w);

	if (r == 0)
		r = union_add(&w->may[VERDICT_DROP], w->live);
	if (r == 0)
		r = flow_restrict(w->m, FLOW_LEAF(leaf), w->live, &decide);
	return r < 0 ? r : union_add(&w->decide, decide);
}
