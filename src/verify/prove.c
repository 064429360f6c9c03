/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/prove.h"

#include <errno.h>

#include "net/proto.h"
#include "rule/answer.h"

const char *answer_name(enum answer a)
{
	static const char *const name[] = { "met", "missing", "unknown", "not here" };

	return name[a];
}

int prove_scope(struct flow_mgr *m, struct arena *a, flow_ref *ret)
{
	struct flow_match first = FLOW_MATCH_ANY;
	int r = match_one(&first, FLOW_STATE, STATE_NEW, STATE_NEW, a);

	if (r == 0)
		r = match_one(&first, FLOW_FRAG, 0, 0, a);
	return r < 0 ? r : flow_of_match(m, &first, 1, ret);
}

int prove_link(struct flow_mgr *m, struct arena *a, flow_ref *ret)
{
	enum { FIRST = 133, LAST = 137, CODES = 256 };
	struct flow_match match = FLOW_MATCH_ANY;
	int r = match_one(&match, FLOW_PROTO, PROTO_ICMPV6, PROTO_ICMPV6, a);

	if (r == 0)
		r = match_one(&match, FLOW_FAMILY, 1, 1, a);
	if (r == 0)
		r = match_one(&match, FLOW_DPORT, FIRST * (u128)CODES,
			      LAST * (u128)CODES + CODES - 1, a);
	return r < 0 ? r : flow_of_match(m, &match, 1, ret);
}

/* What the rules accept, whichever of them decides, inside the scope. */
static int accepted(const struct plan *plan, struct flow_mgr *m, flow_ref scope, flow_ref *ret)
{
	flow_ref diagram = FLOW_NONE, set = FLOW_NONE;
	int r = rulelist_diagram(&plan->rules, m, &diagram);

	if (r == 0)
		r = rulelist_verdict(&plan->rules, m, diagram, VERDICT_ACCEPT, &set);
	return r < 0 ? r : flow_restrict(m, set, scope, ret);
}

/* The flows that a rule on addresses speaks of. */
static int addressed(const struct plan *plan, struct flow_mgr *m, flow_ref *ret)
{
	flow_ref all = FLOW_NONE;

	for (size_t i = 0; i < plan->rules.n; i++) {
		const struct rule *rule = &plan->rules.rule[i];
		flow_ref one = FLOW_NONE;
		int r = 0;

		if (rule->match.name || rule->verdict != VERDICT_ACCEPT)
			continue;
		r = flow_of_match(m, &rule->match, 1, &one);
		if (r == 0)
			r = flow_override(m, one, all, &all);
		if (r < 0)
			return r;
	}
	*ret = all;
	return 0;
}

int prove_required(const struct plan *plan, struct flow_mgr *m, flow_ref scope,
		   flow_ref *ret_addresses, flow_ref *ret_names)
{
	flow_ref all = FLOW_NONE, addresses = FLOW_NONE, names = FLOW_NONE;
	int r = accepted(plan, m, scope, &all);

	if (r == 0)
		r = addressed(plan, m, &addresses);
	if (r == 0)
		r = flow_restrict(m, all, addresses, &addresses);
	if (r == 0)
		r = flow_minus(m, all, addresses, &names);
	if (r < 0)
		return r;
	*ret_addresses = addresses;
	*ret_names = names;
	return 0;
}

int prove_place(const struct reading *config, flow_ref *set)
{
	int r = config->one_place ? flow_forget(config->m, *set, FLOW_IIF, set) : 0;

	return r == 0 && (config->one_place || config->any_exit)
		       ? flow_forget(config->m, *set, FLOW_OIF, set)
		       : r;
}

/* What the outcome's own rules ask for, whether or not an earlier rule asks for it too. */
static int asked_by(const struct plan *plan, const struct outcome *o, struct flow_mgr *m,
		    flow_ref scope, flow_ref *ret)
{
	flow_ref all = FLOW_NONE;

	for (size_t i = o->first_rule; i < o->first_rule + o->rules; i++) {
		flow_ref one = FLOW_NONE;
		int r = flow_of_match(m, &plan->rules.rule[i].match, 1, &one);

		if (r == 0)
			r = flow_override(m, one, all, &all);
		if (r < 0)
			return r;
	}
	return flow_restrict(m, all, scope, ret);
}

/* What rules on names let through in the eyes of a filter that has learned every address. */
static int any_name(const struct plan *plan, size_t first, size_t n, struct flow_mgr *m,
		    flow_ref scope, flow_ref *ret)
{
	flow_ref all = FLOW_NONE;

	for (size_t i = first; i < first + n; i++) {
		const struct rule *rule = &plan->rules.rule[i];
		struct flow_match wide = rule->match;
		flow_ref one = FLOW_NONE;
		int r;

		if (!wide.name || rule->verdict != VERDICT_ACCEPT)
			continue;
		wide.name = NULL;
		wide.names = 0;
		r = flow_of_match(m, &wide, 1, &one);
		if (r == 0)
			r = flow_override(m, one, all, &all);
		if (r < 0)
			return r;
	}
	return flow_restrict(m, all, scope, ret);
}

int prove_any_name(const struct plan *plan, struct flow_mgr *m, flow_ref scope, flow_ref *ret)
{
	return any_name(plan, 0, plan->rules.n, m, scope, ret);
}

int prove_could_pass(const struct reading *config, flow_ref *ret)
{
	return flow_override(config->m, config->learnable, config->must_accept, ret);
}

static int prove_by_name(const struct plan *plan, const struct outcome *o,
			 const struct reading *config, flow_ref scope, bool *ret)
{
	struct flow_mgr *m = config->m;
	flow_ref asked = FLOW_NONE, open = FLOW_NONE;
	int r;

	*ret = false;
	if (flow_empty(config->learnable))
		return 0;
	r = any_name(plan, o->first_rule, o->rules, m, scope, &asked);
	if (r == 0)
		r = prove_could_pass(config, &open);
	if (r < 0 || flow_empty(asked))
		return r;
	r = flow_minus(m, asked, open, &asked);
	if (r == 0)
		*ret = flow_empty(asked);
	return r;
}

static int prove_item(const struct plan *plan, const struct reading *config, flow_ref scope,
		      struct proof_item *item)
{
	struct flow_mgr *m = config->m;
	flow_ref asked = FLOW_NONE, gap = FLOW_NONE;
	int r;

	item->gap = FLOW_NONE;
	item->answer = ANSWER_NOT_HERE;
	r = prove_by_name(plan, item->outcome, config, scope, &item->by_name);
	if (r < 0 || (item->outcome->fate != FATE_RULES &&
		      !(config->names && item->outcome->fate == FATE_NAMES)))
		return r;
	r = asked_by(plan, item->outcome, m, scope, &asked);
	if (r == 0)
		r = prove_place(config, &asked);
	if (r == 0)
		r = flow_minus(m, asked, config->may[VERDICT_ACCEPT], &gap);
	if (r < 0)
		return r;
	item->answer = flow_empty(gap) ? ANSWER_MET : ANSWER_MISSING;
	if (flow_empty(gap)) {
		r = flow_minus(m, asked, config->must_accept, &gap);
		if (!flow_empty(gap))
			item->answer = ANSWER_UNKNOWN;
	}
	item->gap = gap;
	return r;
}

/* Splits what learned addresses let through off the excess, where rules on names ask for it. */
static int split_learned(const struct plan *plan, const struct reading *config, flow_ref scope,
			 struct proof *ret)
{
	struct flow_mgr *m = config->m;
	flow_ref named = FLOW_NONE;
	int r;

	if (flow_empty(config->learned))
		return 0;
	r = prove_any_name(plan, m, scope, &named);
	if (r == 0)
		r = flow_restrict(m, config->learned, named, &named);
	if (r == 0)
		r = flow_restrict(m, ret->excess, named, &ret->learned);
	return r < 0 ? r : flow_minus(m, ret->excess, named, &ret->excess);
}

static int split_link(struct flow_mgr *m, struct arena *a, struct proof *ret)
{
	flow_ref discovery = FLOW_NONE;
	int r = prove_link(m, a, &discovery);

	if (r == 0)
		r = flow_override(m, ret->excess, ret->perhaps_excess, &ret->link);
	if (r == 0)
		r = flow_restrict(m, ret->link, discovery, &ret->link);
	if (r == 0)
		r = flow_minus(m, ret->excess, discovery, &ret->excess);
	return r < 0 ? r : flow_minus(m, ret->perhaps_excess, discovery, &ret->perhaps_excess);
}

/* Fills the sets; `ret` has none of its items yet. */
static int compare(const struct plan *plan, const struct reading *config, flow_ref scope,
		   struct proof *ret)
{
	struct flow_mgr *m = config->m;
	flow_ref must = config->must_accept, may = config->may[VERDICT_ACCEPT];
	flow_ref required = FLOW_NONE, named = FLOW_NONE, either = FLOW_NONE, open = FLOW_NONE;
	int r = prove_required(plan, m, scope, &required, &named);

	if (r == 0)
		r = prove_place(config, &required);
	if (r == 0)
		r = prove_place(config, &named);
	if (r == 0)
		r = flow_override(m, required, named, &either);
	if (config->names)
		required = either;
	if (r == 0)
		r = flow_minus(m, required, may, &ret->missing);
	if (r == 0)
		r = flow_minus(m, required, must, &open);
	if (r == 0)
		r = flow_minus(m, open, ret->missing, &ret->perhaps_missing);
	if (r == 0)
		r = flow_restrict(m, must, scope, &open);
	if (r == 0)
		r = flow_minus(m, open, either, &ret->excess);
	if (r == 0)
		r = flow_restrict(m, may, scope, &open);
	if (r == 0)
		r = flow_minus(m, open, must, &open);
	if (r == 0)
		r = flow_minus(m, open, either, &ret->perhaps_excess);
	return r;
}

/* The answers to what the plan asks for on addresses. */
static int answers_to(const struct plan *plan, struct flow_mgr *m, struct arena *a, flow_ref *ret)
{
	struct flow_match later = FLOW_MATCH_ANY;
	flow_ref scope = FLOW_NONE, diagram = FLOW_NONE, set = FLOW_NONE;
	struct rulelist answers;
	int r = 0;

	rulelist_init(&answers, a);
	for (size_t i = 0; r == 0 && i < plan->rules.n; i++)
		r = rule_answers(&plan->rules.rule[i], &answers);
	if (r == 0)
		r = rulelist_diagram(&answers, m, &diagram);
	if (r == 0)
		r = rulelist_verdict(&answers, m, diagram, VERDICT_ACCEPT, &set);
	rulelist_release(&answers);
	if (r == 0)
		r = match_one(&later, FLOW_FRAG, 0, 0, a);
	if (r == 0)
		r = flow_of_match(m, &later, 1, &scope);
	return r < 0 ? r : flow_restrict(m, set, scope, ret);
}

static int compare_answers(const struct plan *plan, const struct reading *config, struct arena *a,
			   struct proof *ret)
{
	struct flow_mgr *m = config->m;
	flow_ref asked = FLOW_NONE, open = FLOW_NONE;
	int r;

	if (!config->stateless)
		return 0;
	r = answers_to(plan, m, a, &asked);
	if (r == 0)
		r = prove_place(config, &asked);
	if (r == 0)
		r = flow_minus(m, asked, config->answers_may, &ret->answers_missing);
	if (r == 0)
		r = flow_minus(m, asked, config->answers_must, &open);
	return r < 0 ? r : flow_minus(m, open, ret->answers_missing, &ret->answers_perhaps_missing);
}

int prove(const struct plan *plan, const struct reading *config, struct arena *a, struct proof *ret)
{
	struct proof p = { .missing = FLOW_NONE,
			   .perhaps_missing = FLOW_NONE,
			   .excess = FLOW_NONE,
			   .perhaps_excess = FLOW_NONE,
			   .learned = FLOW_NONE,
			   .link = FLOW_NONE,
			   .answers_missing = FLOW_NONE,
			   .answers_perhaps_missing = FLOW_NONE,
			   .items = plan->outcomes };
	flow_ref scope = FLOW_NONE;
	int r = prove_scope(config->m, a, &scope);

	p.item = arena_array(a, plan->outcomes, sizeof(*p.item));
	if (!p.item)
		return -ENOMEM;
	if (r == 0)
		r = compare(plan, config, scope, &p);
	if (r == 0)
		r = split_learned(plan, config, scope, &p);
	if (r == 0)
		r = split_link(config->m, a, &p);
	if (r == 0)
		r = compare_answers(plan, config, a, &p);
	for (size_t i = 0; r == 0 && i < plan->outcomes; i++) {
		p.item[i].outcome = &plan->outcome[i];
		r = prove_item(plan, config, scope, &p.item[i]);
	}
	if (r < 0)
		return r;
	p.answer = ANSWER_MET;
	if (!flow_empty(p.perhaps_missing) || !flow_empty(p.perhaps_excess) ||
	    !flow_empty(p.answers_perhaps_missing))
		p.answer = ANSWER_UNKNOWN;
	if (!flow_empty(p.missing) || !flow_empty(p.excess) || !flow_empty(p.answers_missing))
		p.answer = ANSWER_MISSING;
	*ret = p;
	return 0;
}
