/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/squid_walk.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"

struct walk {
	struct squid_world *w;
	struct flow_mgr *m;
	const struct squid_task *task;
	const struct squid_list *list; /* the task's */
	flow_ref live;
	struct union_of
		run; /* exact lines in a row: leaf diagrams, waiting to be decided at once */
	struct union_of may[SQUID_OUTCOMES], decide;
	size_t blaming; /* doubts told so far */
};

/* What a line holds for, and where it may end a request by asking for a password. */
struct line {
	struct bounds b;
	flow_ref asks;
};

/* ---- doubts ---- */

/* Each ACL of the line that is not certain gets its part of `unsure`. */
static int blame_line(struct walk *k, const struct squid_rule *rule, flow_ref unsure)
{
	int r = 0;

	for (size_t i = 0; i < rule->n; i++) {
		const struct squid_acl *acl = &k->w->config->acl[rule->term[i].acl];

		for (size_t d = 0; r == 0 && d < acl->doubts; d++) {
			flow_ref set;

			if (k->blaming++ >= SQUID_BLAMING_MAX)
				return doubts_add(k->task->doubts, k->m,
						  STR("this and more that is not certain"),
						  rule->at, unsure);
			r = flow_restrict(k->m, unsure, acl->doubt[d].set, &set);
			if (r == 0)
				r = doubts_add(k->task->doubts, k->m, str_of(acl->doubt[d].what),
					       acl->doubt[d].at, set);
		}
	}
	return r;
}

/* ---- runs of exact lines ---- */

/* The lines of the run that decide so, and then whether any does. */
static int run_part(struct walk *k, flow_ref diagram, uint32_t *leaf, bool allow)
{
	flow_ref part;
	int r;

	for (size_t i = 0; i < k->list->n; i++)
		leaf[k->task->first + i] = k->list->rule[i].allow == allow;
	r = flow_map(k->m, diagram, leaf, k->task->first + k->list->n, &part);
	if (r == 0)
		r = union_add(&k->may[allow ? VERDICT_ACCEPT : VERDICT_DROP], part);
	return r < 0 ? r : flow_minus(k->m, k->live, part, &k->live);
}

static int flush(struct walk *k)
{
	EG_AUTO(mem_freep) uint32_t *leaf = NULL;
	flow_ref diagram;
	int r;

	if (!k->run.n)
		return 0;
	leaf = mem_zero(k->task->first + k->list->n, sizeof(*leaf));
	r = leaf ? union_take(&k->run, k->m, &diagram) : -ENOMEM;
	if (r == 0)
		r = flow_restrict(k->m, diagram, k->live, &diagram);
	if (r == 0)
		r = run_part(k, diagram, leaf, true);
	if (r == 0)
		r = run_part(k, diagram, leaf, false);
	return r < 0 ? r : union_add(&k->decide, diagram);
}

/* ---- one line ---- */

static int read_line(struct walk *k, const struct squid_rule *rule, struct line *ret)
{
	struct line line = { BOUNDS_ALL, FLOW_NONE };
	int r = 0;

	for (size_t i = 0; r == 0 && i < rule->n; i++) {
		const struct squid_acl *acl;

		r = squid_acl_resolve(k->w, rule->term[i].acl, &acl);
		if (r == 0 && acl->asks)
			r = flow_override(k->m, line.asks, line.b.hi, &line.asks);
		if (r == 0)
			r = squid_term_and(k->w, line.b, acl, rule->term[i].not, &line.b);
	}
	if (r == 0)
		*ret = line;
	return r;
}

static int decide_loosely(struct walk *k, const struct squid_rule *rule, uint32_t leaf,
			  const struct line *line)
{
	flow_ref lo = FLOW_NONE, hi = FLOW_NONE, asks = FLOW_NONE, unsure = FLOW_NONE;
	flow_ref decide = FLOW_NONE;
	int r = flush(k);

	if (r == 0)
		r = flow_restrict(k->m, line->b.lo, k->live, &lo);
	if (r == 0)
		r = flow_restrict(k->m, line->b.hi, k->live, &hi);
	if (r == 0)
		r = flow_restrict(k->m, line->asks, k->live, &asks);
	if (r == 0)
		r = union_add(&k->may[rule->allow ? VERDICT_ACCEPT : VERDICT_DROP], hi);
	if (r == 0)
		r = union_add(&k->may[VERDICT_DROP], asks);
	if (r == 0)
		r = flow_minus(k->m, hi, lo, &unsure);
	if (r == 0)
		r = flow_override(k->m, unsure, asks, &unsure);
	if (r == 0)
		r = blame_line(k, rule, unsure);
	if (r == 0)
		r = flow_minus(k->m, k->live, lo, &k->live);
	if (r == 0)
		r = flow_restrict(k->m, FLOW_LEAF(leaf), lo, &decide);
	return r < 0 ? r : union_add(&k->decide, decide);
}

/* What the line decides where nothing stands before it. */
static int set_apart(struct walk *k, size_t i, const struct line *line)
{
	struct bounds apart = line->b;
	int r = 0;

	if (i >= k->task->aparts)
		return 0;
	r = flow_override(k->m, apart.hi, line->asks, &apart.hi);
	return r < 0 ? r
		     : bounds_and(k->m, apart, (struct bounds){ k->task->scope, k->task->scope },
				  &k->task->apart[i]);
}

static int walk_line(struct walk *k, size_t i)
{
	const struct squid_rule *rule = &k->list->rule[i];
	uint32_t leaf = k->task->first + (uint32_t)i;
	struct line line = { BOUNDS_NONE, FLOW_NONE };
	flow_ref part;
	int r = read_line(k, rule, &line);

	if (r == 0)
		r = set_apart(k, i, &line);
	if (r < 0)
		return r;
	if (line.b.lo != line.b.hi || !flow_empty(line.asks))
		return decide_loosely(k, rule, leaf, &line);
	r = flow_restrict(k->m, FLOW_LEAF(leaf), line.b.lo, &part);
	return r < 0 ? r : union_add(&k->run, part);
}

/* ---- the list ---- */

static int walk_end(struct walk *k)
{
	size_t n = k->list->n;
	enum verdict end = !n				? k->task->empty
			   : k->list->rule[n - 1].allow ? VERDICT_DROP
							: VERDICT_ACCEPT;
	flow_ref decide = FLOW_NONE;
	int r = flush(k);

	if (r == 0)
		r = union_add(&k->may[end], k->live);
	if (r == 0)
		r = flow_restrict(k->m, FLOW_LEAF(k->task->first + n), k->live, &decide);
	return r < 0 ? r : union_add(&k->decide, decide);
}

static int walk_list(struct walk *k, struct squid_outcome *ret)
{
	struct squid_outcome o = { { 0 }, FLOW_NONE };
	int r = 0;

	for (size_t i = 0; r == 0 && i < k->list->n; i++)
		r = walk_line(k, i);
	if (r == 0)
		r = walk_end(k);
	for (size_t i = 0; r == 0 && i < SQUID_OUTCOMES; i++)
		r = union_take(&k->may[i], k->m, &o.may[i]);
	if (r == 0)
		r = union_take(&k->decide, k->m, &o.decide);
	if (r == 0)
		*ret = o;
	return r;
}

int squid_walk(struct squid_world *w, const struct squid_task *task, struct squid_outcome *ret)
{
	struct walk k = {
		.w = w, .m = w->m, .task = task, .list = task->list, .live = task->scope
	};
	int r = walk_list(&k, ret);

	for (size_t i = 0; i < SQUID_OUTCOMES; i++)
		union_release(&k.may[i]);
	union_release(&k.decide);
	union_release(&k.run);
	return r;
}
