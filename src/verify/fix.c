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

static const struct origin link_origin = { .vendor = "egret",
					   .service = "prove",
					   .requirement = "link",
					   .title = "neighbor discovery, as it passed before" };

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

static int make_narrow(const struct plan *plan, const struct reading *config, const struct proof *p,
		       struct fix *ret)
{
	flow_ref scope = FLOW_NONE, names = FLOW_NONE, stopped = FLOW_NONE, spared = FLOW_NONE;
	int r = add_accepts(plan, config, p->missing, &ret->rules);

	if (r == 0)
		r = prove_scope(config->m, ret->rules.arena, &scope);
	if (r == 0 && !flow_empty(config->learnable))
		r = prove_any_name(plan, config->m, scope, &names);
	if (r == 0)
		r = flow_minus(config->m, p->excess, names, &stopped);
	if (r == 0)
		r = flow_restrict(config->m, p->excess, names, &spared);
	if (r == 0)
		r = add_drops(plan, config, stopped, &ret->rules);
	return r < 0 ? r : add_drops(plan, config, spared, &ret->spared);
}

/* ---- the whole policy ---- */

/* Which flows the configuration decides for certain: what is not modelled stays as it is. */
static int find_certain(const struct reading *config, flow_ref *ret)
{
	flow_ref unsure = FLOW_NONE, scope = FLOW_NONE;
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	int r = a ? prove_scope(config->m, a, &scope) : -ENOMEM;

	if (r == 0)
		r = flow_minus(config->m, config->may[VERDICT_ACCEPT], config->must_accept,
			       &unsure);
	return r < 0 ? r : flow_minus(config->m, scope, unsure, ret);
}

static int add_policy(const struct plan *plan, const struct reading *config, flow_ref certain,
		      struct rulelist *ret)
{
	flow_ref required = FLOW_NONE, named = FLOW_NONE, asked = FLOW_NONE;
	struct flow_boxes boxes = { 0 };
	int r = prove_required(plan, config->m, certain, &required, &named);

	if (r == 0 && config->names)
		r = flow_override(config->m, required, named, &required);
	if (r == 0)
		r = prove_place(config, &required);
	if (r == 0)
		r = asked_by(plan, config, required, &asked);
	if (r == 0)
		r = boxes_of(asked, config->m, ret->arena, &boxes);
	for (size_t i = 0; r == 0 && i < boxes.n; i++)
		r = add_rule(&boxes.box[i].match, VERDICT_ACCEPT,
			     plan->rules.rule[boxes.box[i].leaf - 1].origin, ret);
	return r;
}

bool fix_sees_link(const struct reading *config)
{
	return config->one_place || config->any_exit;
}

/* A drop of all else would end the link. */
static int keep_link(const struct reading *config, flow_ref certain, struct rulelist *ret)
{
	flow_ref kept = FLOW_NONE;
	int r;

	if (!fix_sees_link(config))
		return 0;
	r = prove_link(config->m, ret->arena, &kept);

	if (r == 0)
		r = flow_restrict(config->m, kept, certain, &kept);
	if (r == 0)
		r = flow_restrict(config->m, kept, config->must_accept, &kept);
	return r < 0 ? r : accept_all(kept, link_origin, config->m, ret);
}

static int make_wide(const struct plan *plan, const struct reading *config, struct fix *ret)
{
	flow_ref certain = FLOW_NONE;
	struct flow_boxes boxes = { 0 };
	int r = find_certain(config, &certain);

	if (r == 0)
		r = add_policy(plan, config, certain, &ret->rules);
	if (r == 0)
		r = keep_link(config, certain, &ret->rules);
	if (r == 0)
		r = boxes_of(certain, config->m, ret->rules.arena, &boxes);
	for (size_t i = 0; r == 0 && i < boxes.n; i++)
		r = add_rule(&boxes.box[i].match, VERDICT_DROP, excess_origin, &ret->rules);
	return r;
}

void fix_init(struct fix *f, struct arena *a)
{
	rulelist_init(&f->rules, a);
	rulelist_init(&f->answers, a);
	rulelist_init(&f->spared, a);
}

void fix_release(struct fix *f)
{
	rulelist_release(&f->rules);
	rulelist_release(&f->answers);
	rulelist_release(&f->spared);
}

int fix_make(const struct plan *plan, const struct reading *config, const struct proof *p,
	     enum fix_kind kind, struct fix *ret)
{
	int r = kind == FIX_WIDE ? make_wide(plan, config, ret) : make_narrow(plan, config, p, ret);

	return r < 0 ? r : accept_all(p->answers_missing, answers_origin, config->m, &ret->answers);
}
