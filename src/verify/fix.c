/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/fix.h"

#include <errno.h>

#include "base/err.h"

static const struct origin excess_origin = { .vendor = "egret",
					     .service = "prove",
					     .requirement = "excess",
					     .title = "let through, and not in the policy" };
static const struct origin answers_origin = { .vendor = "egret",
					      .service = "prove",
					      .requirement = "answers",
					      .title = "answers to what the policy allows" };
static const struct origin kept_origin = { .vendor = "egret",
					   .service = "prove",
					   .requirement = "kept",
					   .title = "in the policy, beside what is dropped" };

static int boxes_of(flow_ref set, struct flow_mgr *m, struct arena *a, struct flow_boxes *ret)
{
	int r = flow_boxes(m, set, FIX_RULES_MAX, a, ret);

	return r == 0 && !ret->all ? E_LIMIT : r;
}

static int add_rule(const struct flow_match *match, enum verdict verdict, struct origin origin,
		    struct rulelist *ret)
{
	struct rule rule = { .verdict = verdict, .match = *match, .origin = origin };

	rule.match.dim[FLOW_FRAG] = (struct flow_spans){ 0 };
	return ret->n == FIX_RULES_MAX ? E_LIMIT : rulelist_add(ret, &rule);
}

static int accept_all(flow_ref set, struct origin origin, struct flow_mgr *m, struct rulelist *ret)
{
	struct flow_boxes boxes = { 0 };
	int r = boxes_of(set, m, ret->arena, &boxes);

	for (size_t i = 0; r == 0 && i < boxes.n; i++)
		r = add_rule(&boxes.box[i].match, VERDICT_ACCEPT, origin, ret);
	return r;
}

/*
 * Names that a box leaves out are the policy's. Who sees names accepts them first, and drops the
 * rest; who does not must drop them too, for it cannot tell them apart.
 */
static int add_drop(const struct flow_match *box, flow_ref required, const struct reading *config,
		    struct rulelist *ret)
{
	struct flow_match wide = *box;
	flow_ref beside = FLOW_NONE;
	int r = 0;

	wide.except = NULL;
	wide.excepts = 0;
	if (box->excepts && config->names) {
		r = flow_of_match(config->m, &wide, 1, &beside);
		if (r == 0)
			r = flow_restrict(config->m, required, beside, &beside);
		if (r == 0)
			r = accept_all(beside, kept_origin, config->m, ret);
	}
	return r < 0 ? r : add_rule(&wide, VERDICT_DROP, excess_origin, ret);
}

static int add_drops(const struct plan *plan, const struct reading *config, flow_ref excess,
		     struct rulelist *ret)
{
	flow_ref scope = FLOW_NONE, required = FLOW_NONE, named = FLOW_NONE;
	struct flow_boxes boxes = { 0 };
	int r = boxes_of(excess, config->m, ret->arena, &boxes);

	if (r == 0)
		r = prove_scope(config->m, ret->arena, &scope);
	if (r == 0)
		r = prove_required(plan, config->m, scope, &required, &named);
	if (r == 0)
		r = flow_override(config->m, required, named, &required);
	if (r == 0)
		r = prove_place(config, &required);
	for (size_t i = 0; r == 0 && i < boxes.n; i++)
		r = add_drop(&boxes.box[i].match, required, config, ret);
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

/* Names that a box leaves out may be in it if they pass already, or will: it needs none then. */
static int forget_names(const struct reading *config, flow_ref missing, struct flow_match *match)
{
	struct flow_match wide = *match;
	flow_ref more = FLOW_NONE;
	int r;

	if (!match->excepts)
		return 0;
	wide.except = NULL;
	wide.excepts = 0;
	r = flow_of_match(config->m, &wide, 1, &more);
	if (r == 0)
		r = flow_minus(config->m, more, missing, &more);
	if (r == 0)
		r = flow_minus(config->m, more, config->must_accept, &more);
	if (r == 0 && flow_empty(more))
		*match = wide;
	return r;
}

/* What is missing, each box under the policy's rule that asks for it. */
static int add_accepts(const struct plan *plan, const struct reading *config, flow_ref missing,
		       struct rulelist *ret)
{
	struct flow_boxes boxes = { 0 };
	flow_ref asked = FLOW_NONE;
	int r = asked_by(plan, config, missing, &asked);

	if (r == 0)
		r = boxes_of(asked, config->m, ret->arena, &boxes);
	for (size_t i = 0; r == 0 && i < boxes.n; i++) {
		struct flow_match *match = &boxes.box[i].match;

		r = forget_names(config, missing, match);
		if (r == 0)
			r = add_rule(match, VERDICT_ACCEPT,
				     plan->rules.rule[boxes.box[i].leaf - 1].origin, ret);
	}
	return r;
}

int fix_make(const struct plan *plan, const struct reading *config, const struct proof *p,
	     struct fix *ret)
{
	int r = add_accepts(plan, config, p->missing, &ret->rules);

	if (r == 0)
		r = add_drops(plan, config, p->excess, &ret->rules);
	return r < 0 ? r : accept_all(p->answers_missing, answers_origin, config->m, &ret->answers);
}

/* ---- what it did ---- */

/* What is more in `b` than in `a`, of first packets, and not in `meant`. */
static int more(struct flow_mgr *m, flow_ref a, flow_ref b, flow_ref scope, flow_ref meant,
		flow_ref *ret)
{
	flow_ref set = FLOW_NONE;
	int r = flow_restrict(m, b, scope, &set);

	if (r == 0)
		r = flow_minus(m, set, a, &set);
	return r < 0 ? r : flow_minus(m, set, meant, ret);
}

/* Takes what lost rules speak of off what is still wrong: that was told. */
static int forgive(const struct reading *config, const struct losses *lost, struct fix_check *c)
{
	flow_ref *const part[] = { &c->missing, &c->excess, &c->answers_missing };

	for (size_t i = 0; i < lost->n; i++) {
		struct flow_match match = lost->loss[i].rule->match;
		flow_ref one = FLOW_NONE;
		int r = flow_of_match(config->m, &match, 1, &one);

		for (size_t k = 0; r == 0 && k < ARRAY_LEN(part); k++)
			r = flow_minus(config->m, *part[k], one, part[k]);
		if (r < 0)
			return r;
	}
	return 0;
}

/* What a device that sees no names may close: it is in excess, and so are names it cannot tell. */
static int may_close(const struct plan *plan, const struct reading *before, const struct proof *p,
		     flow_ref scope, flow_ref *ret)
{
	flow_ref required = FLOW_NONE, named = FLOW_NONE;
	int r;

	*ret = p->excess;
	if (before->names)
		return 0;
	r = prove_required(plan, before->m, scope, &required, &named);
	if (r == 0)
		r = prove_place(before, &named);
	return r < 0 ? r : flow_override(before->m, p->excess, named, ret);
}

int fix_verify(const struct plan *plan, const struct reading *before, const struct reading *after,
	       const struct proof *p, const struct losses *lost, struct arena *a,
	       struct fix_check *ret)
{
	struct fix_check c = { .opened = FLOW_NONE };
	flow_ref scope = FLOW_NONE, close = FLOW_NONE;
	struct proof again;
	int r = prove(plan, after, a, &again);

	if (r == 0)
		r = prove_scope(before->m, a, &scope);
	if (r == 0)
		r = may_close(plan, before, p, scope, &close);
	if (r == 0)
		r = more(before->m, before->may[VERDICT_ACCEPT], after->may[VERDICT_ACCEPT], scope,
			 p->missing, &c.opened);
	if (r == 0)
		r = more(before->m, after->must_accept, before->must_accept, scope, close,
			 &c.closed);
	if (r < 0)
		return r;
	c.missing = again.missing;
	c.excess = again.excess;
	c.answers_missing = again.answers_missing;
	c.whole = flow_empty(c.missing) && flow_empty(c.excess) && flow_empty(c.answers_missing);
	r = forgive(after, lost, &c);
	if (r == 0)
		*ret = c;
	return r;
}

bool fix_is_clean(const struct fix_check *c)
{
	return flow_empty(c->opened) && flow_empty(c->closed) && flow_empty(c->missing) &&
	       flow_empty(c->excess) && flow_empty(c->answers_missing);
}
