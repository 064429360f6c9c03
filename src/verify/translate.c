/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/translate.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "verify/prove.h"

/* The certain first packets, each leading to the rule that decides it; behind the last: none. */
static int decided(const struct reading *config, struct arena *a, flow_ref *ret)
{
	struct flow_mgr *m = config->m;
	flow_ref scope = FLOW_NONE, set = FLOW_NONE, rest = FLOW_LEAF(config->rules + 1), by;
	int r = prove_scope(m, a, &scope);

	if (r == 0)
		r = flow_restrict(m, config->must_accept, scope, &set);
	if (r == 0)
		r = flow_restrict(m, config->deciding, set, &by);
	if (r == 0)
		r = flow_restrict(m, rest, set, &rest);
	return r < 0 ? r : flow_override(m, by, rest, ret);
}

static const char *file_of(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

static int origin_of(const struct config_rule *rule, const char *dialect, struct arena *a,
		     struct origin *ret)
{
	*ret = (struct origin){ .vendor = dialect, .service = "rest", .requirement = "default" };
	if (!rule)
		return 0;
	ret->title = rule->text;
	ret->service = file_of(rule->at.file);
	if (!ret->service || !*ret->service)
		ret->service = "text";
	ret->requirement = arena_printf(a, "%u", rule->at.line);
	return ret->requirement ? 0 : -ENOMEM;
}

struct adding {
	const struct reading *config;
	const char *dialect;
	struct rulelist *rules;
	uint32_t *leaf; /* room for flow_map() */
};

/* Is all of it let through for certain? Then it may stand for the part that it was made from. */
static int take_if_accepted(const struct adding *g, const struct flow_match *whole,
			    struct flow_match *match)
{
	flow_ref set = FLOW_NONE;
	int r = flow_of_match(g->config->m, whole, 1, &set);

	if (r == 0)
		r = flow_minus(g->config->m, set, g->config->must_accept, &set);
	if (r == 0 && flow_empty(set))
		*match = *whole;
	return r;
}

/*
 * What a box with names leaves out, names or addresses, belongs to rules before it, which may
 * accept it too: few languages can say such a box, most can say it whole.
 */
static int take_rest_in(const struct adding *g, struct flow_match *match)
{
	struct flow_match whole = *match;
	int r = 0;

	if (match->excepts) {
		whole.except = NULL;
		whole.excepts = 0;
		r = take_if_accepted(g, &whole, match);
	}
	if (r == 0 && match->name) {
		whole = *match;
		whole.dim[FLOW_DST4] = whole.dim[FLOW_DST6] = (struct flow_spans){ 0 };
		r = take_if_accepted(g, &whole, match);
	}
	return r;
}

/* Every box is a rule. */
static int add_boxes(struct adding *g, flow_ref diagram)
{
	struct flow_boxes boxes = { 0 };
	size_t most = TRANSLATE_RULES_MAX - g->rules->n;
	int r = flow_boxes(g->config->m, diagram, most, g->rules->arena, &boxes);

	if (r == 0 && !boxes.all)
		r = E_LIMIT;
	for (size_t i = 0; r == 0 && i < boxes.n; i++) {
		const struct flow_box *box = &boxes.box[i];
		bool by_rule = box->leaf <= g->config->rules;
		struct rule rule = { .verdict = VERDICT_ACCEPT, .match = box->match };

		r = take_rest_in(g, &rule.match);
		/* Reassembly and conversations are the enforcer's business, as in a policy. */
		rule.match.dim[FLOW_FRAG] = (struct flow_spans){ 0 };
		if (r == 0)
			r = origin_of(by_rule ? &g->config->rule[box->leaf - 1] : NULL, g->dialect,
				      g->rules->arena, &rule.origin);
		if (r == 0)
			r = rulelist_add(g->rules, &rule);
	}
	return r;
}

/*
 * The leaves from lo to hi. Taking a box off a diagram copies the nodes above it, and those of
 * 100k rules are wide: few rules at a time keep them narrow.
 */
static int add_leaves(struct adding *g, flow_ref diagram, uint32_t lo, uint32_t hi)
{
	enum { FEW = 512, PARTS = 16 };
	size_t n = hi - lo + 1;
	uint32_t step = (uint32_t)(n + PARTS - 1) / PARTS;
	int r = 0;

	if (n <= FEW)
		return add_boxes(g, diagram);
	for (uint32_t at = lo; r == 0 && at <= hi; at += step) {
		uint32_t end = hi - at < step ? hi : at + step - 1;
		flow_ref part = FLOW_NONE;

		for (uint32_t k = at; k <= end; k++)
			g->leaf[k] = k;
		r = flow_map(g->config->m, diagram, g->leaf, (size_t)hi + 1, &part);
		memset(g->leaf + at, 0, (end - at + 1) * sizeof(*g->leaf));
		if (r == 0)
			r = add_leaves(g, part, at, end);
	}
	return r;
}

int translate_rules(const struct reading *config, const char *dialect, struct rulelist *ret)
{
	struct adding g = { config, dialect, ret, NULL };
	uint32_t last = (uint32_t)config->rules + 1;
	flow_ref diagram = FLOW_NONE;
	int r = decided(config, ret->arena, &diagram);

	g.leaf = arena_array(ret->arena, (size_t)last + 1, sizeof(*g.leaf));
	if (!g.leaf)
		return -ENOMEM;
	return r < 0 ? r : add_leaves(&g, diagram, 1, last);
}

/* What both sides are compared on: first packets, whatever interfaces one of them does not tell. */
struct sight {
	flow_ref scope;
	bool any_entry, any_exit;
};

static int compared(struct flow_mgr *m, flow_ref set, const struct sight *s, flow_ref *ret)
{
	int r = flow_restrict(m, set, s->scope, &set);

	if (r == 0 && s->any_entry)
		r = flow_forget(m, set, FLOW_IIF, &set);
	if (r == 0 && s->any_exit)
		r = flow_forget(m, set, FLOW_OIF, &set);
	*ret = set;
	return r;
}

/* What one rule speaks of is not missing: not any of it, or not what `only` has. */
static int not_missing(const struct rule *rule, struct flow_mgr *m, const struct sight *s,
		       flow_ref only, flow_ref *missing)
{
	flow_ref one = FLOW_NONE;
	int r = flow_of_match(m, &rule->match, 1, &one);

	if (r == 0)
		r = flow_restrict(m, one, only, &one);
	if (r == 0)
		r = compared(m, one, s, &one);
	return r < 0 ? r : flow_minus(m, *missing, one, missing);
}

int translate_check(const struct reading *config, const struct reading *written,
		    const struct rulelist *rules, const struct losses *lost, struct arena *a,
		    struct translation *ret)
{
	struct flow_mgr *m = config->m;
	struct sight s = { .any_entry = config->one_place || written->one_place };
	struct translation t = { FLOW_NONE, FLOW_NONE };
	flow_ref before = FLOW_NONE, may = FLOW_NONE, must = FLOW_NONE;
	int r = prove_scope(m, a, &s.scope);

	s.any_exit = s.any_entry || config->any_exit || written->any_exit;
	if (r == 0)
		r = compared(m, config->must_accept, &s, &before);
	if (r == 0)
		r = compared(m, written->may[VERDICT_ACCEPT], &s, &may);
	if (r == 0)
		r = compared(m, written->must_accept, &s, &must);
	if (r == 0)
		r = flow_minus(m, may, before, &t.widened);
	if (r == 0)
		r = flow_minus(m, before, must, &t.missing);
	for (size_t i = 0; r == 0 && i < lost->n; i++)
		r = not_missing(lost->loss[i].rule, m, &s, FLOW_ALL, &t.missing);
	for (size_t i = 0; r == 0 && i < rules->n && !flow_empty(written->learnable); i++)
		if (rules->rule[i].match.name)
			r = not_missing(&rules->rule[i], m, &s, written->learnable, &t.missing);
	if (r == 0)
		*ret = t;
	return r;
}
