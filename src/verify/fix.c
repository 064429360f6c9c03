/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/fix.h"

#include <errno.h>

#include "base/err.h"

static const struct origin excess_origin = { .vendor = "egret",
					     .service = "prove",
					     .requirement = "excess",
					     .title = "let through, and not in the policy" };

static int add_boxes(flow_ref set, enum verdict verdict, const struct plan *plan,
		     struct flow_mgr *m, struct rulelist *ret)
{
	struct flow_boxes boxes = { 0 };
	int r = flow_boxes(m, set, FIX_RULES_MAX, ret->arena, &boxes);

	if (r == 0 && !boxes.all)
		r = E_LIMIT;
	for (size_t i = 0; r == 0 && i < boxes.n; i++) {
		struct rule rule = { .verdict = verdict, .match = boxes.box[i].match };

		rule.match.dim[FLOW_FRAG] = (struct flow_spans){ 0 };
		rule.origin = plan ? plan->rules.rule[boxes.box[i].leaf - 1].origin : excess_origin;
		r = rulelist_add(ret, &rule);
	}
	return r;
}

/* Adds the part of `missing` that this rule asks for and none before it did. */
static int asked_by_rule(const struct plan *plan, size_t i, const struct reading *config,
			 flow_ref missing, flow_ref *all)
{
	struct flow_mgr *m = config->m;
	flow_ref one = FLOW_NONE;
	int r = flow_of_match(m, &plan->rules.rule[i].match, 1, &one);

	if (r == 0)
		r = prove_place(config, &one);
	if (r == 0)
		r = flow_restrict(m, missing, one, &one);
	if (r == 0)
		r = flow_restrict(m, FLOW_LEAF(i + 1), one, &one);
	return r < 0 ? r : flow_override(m, *all, one, all);
}

/*
 * What is missing, each flow with the policy's rule that asks for it. Rules on addresses come
 * first: where they ask for a flow, its name does not matter.
 */
static int asked_by(const struct plan *plan, const struct reading *config, flow_ref missing,
		    flow_ref *ret)
{
	flow_ref all = FLOW_NONE;

	for (unsigned names = 0; names < 2; names++) {
		for (size_t i = 0; i < plan->rules.n; i++) {
			const struct rule *rule = &plan->rules.rule[i];
			int r;

			if (rule->verdict != VERDICT_ACCEPT || (rule->match.name != NULL) != names)
				continue;
			r = asked_by_rule(plan, i, config, missing, &all);
			if (r < 0)
				return r;
		}
	}
	*ret = all;
	return 0;
}

static int add_answers(const struct reading *config, flow_ref set, struct rulelist *ret)
{
	static const struct origin origin = { .vendor = "egret",
					      .service = "prove",
					      .requirement = "answers",
					      .title = "answers to what the policy allows" };
	int r = add_boxes(set, VERDICT_ACCEPT, NULL, config->m, ret);

	for (size_t i = 0; r == 0 && i < ret->n; i++)
		ret->rule[i].origin = origin;
	return r;
}

int fix_make(const struct plan *plan, const struct reading *config, const struct proof *p,
	     struct fix *ret)
{
	flow_ref missing = FLOW_NONE;
	int r = add_boxes(p->excess, VERDICT_DROP, NULL, config->m, &ret->rules);

	if (r == 0)
		r = asked_by(plan, config, p->missing, &missing);
	if (r == 0)
		r = add_boxes(missing, VERDICT_ACCEPT, plan, config->m, &ret->rules);
	return r < 0 ? r : add_answers(config, p->answers_missing, &ret->answers);
}

int fix_verify(const struct plan *plan, const struct reading *before, const struct reading *after,
	       const struct proof *p, struct arena *a, struct fix_check *ret)
{
	struct flow_mgr *m = before->m;
	struct fix_check c = { .opened = FLOW_NONE };
	flow_ref scope = FLOW_NONE, was = FLOW_NONE, is = FLOW_NONE;
	struct proof again;
	int r = prove(plan, after, a, &again);

	if (r == 0)
		r = prove_scope(m, a, &scope);
	if (r == 0)
		r = flow_restrict(m, before->may[VERDICT_ACCEPT], scope, &was);
	if (r == 0)
		r = flow_restrict(m, after->may[VERDICT_ACCEPT], scope, &is);
	if (r == 0)
		r = flow_minus(m, is, was, &c.opened);
	if (r == 0)
		r = flow_minus(m, c.opened, p->missing, &c.opened);
	if (r == 0)
		r = flow_restrict(m, before->must_accept, scope, &was);
	if (r == 0)
		r = flow_restrict(m, after->must_accept, scope, &is);
	if (r == 0)
		r = flow_minus(m, was, is, &c.closed);
	if (r == 0)
		r = flow_minus(m, c.closed, p->excess, &c.closed);
	if (r < 0)
		return r;
	c.missing = again.missing;
	c.excess = again.excess;
	c.answers_missing = again.answers_missing;
	*ret = c;
	return 0;
}

bool fix_is_clean(const struct fix_check *c)
{
	return flow_empty(c->opened) && flow_empty(c->closed) && flow_empty(c->missing) &&
	       flow_empty(c->excess) && flow_empty(c->answers_missing);
}
