/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_read.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/panos_schema.h"
#include "dialect/panos_tell.h"
#include "dialect/panos_walk.h"

struct going {
	const struct panos_tree *tree;
	struct diag *d;
	struct reading *out;
	struct panos_place place;
	struct panos_rules rules;
	struct panos_walk walk;
	size_t apart; /* so many rules are asked about by themselves */
};

static const struct panos_node *path(const struct panos_tree *t, const char *const *name)
{
	const struct panos_node *n = t->root;

	for (; n && *name; name++)
		n = panos_child(t, n, str_of(*name));
	return n;
}

/* ---- rules ---- */

static size_t count_rules(const struct panos_place *p)
{
	size_t n = PANOS_DEFAULTS;

	for (size_t i = 0; i < p->bases; i++)
		for (const struct panos_node *rule = p->base[i].rules->first; rule;
		     rule = rule->next)
			n++;
	return n;
}

/* What the rule does where nothing stands before it. */
static int go_apart(struct going *g, const struct panos_matching *match)
{
	struct bounds *b = &g->out->apart[g->out->rules];
	int r = flow_of_matches(g->out->m, match->sure, match->sures, &b->lo);

	return r < 0 ? r : flow_of_matches(g->out->m, match->may, match->mays, &b->hi);
}

static int go_rule(struct going *g, const struct panos_rulebase *base,
		   const struct panos_node *rule)
{
	struct reading *out = g->out;
	struct panos_matching match;
	int r = panos_rule_match(&g->rules, rule, base->scope, &match);

	if (r < 0 || match.disabled)
		return r;
	r = panos_tell_rule(g->tree, rule, base->where, out->arena, &out->rule[out->rules]);
	if (r == 0 && out->rules < g->apart)
		r = go_apart(g, &match);
	return r < 0 ? r : panos_walk_rule(&g->walk, &match, (uint32_t)++out->rules);
}

static int go_default(struct going *g, enum panos_default which)
{
	const struct panos_override *over = &g->place.override[which];
	struct reading *out = g->out;
	struct panos_matching match;
	int r = panos_default_match(&g->rules, which, over->rule, &match);

	if (r == 0)
		r = panos_tell_default(g->tree, which, over, out->arena, &out->rule[out->rules]);
	return r < 0 ? r : panos_walk_rule(&g->walk, &match, (uint32_t)++out->rules);
}

static int go_rules(struct going *g)
{
	size_t n = count_rules(&g->place);
	int r = panos_name_zones(&g->rules);

	if (r == 0 && n > PANOS_RULES_MAX) {
		diag_error(g->d, NOWHERE, "more than %d security rules", PANOS_RULES_MAX);
		return E_LIMIT;
	}
	g->out->rule = arena_array(g->out->arena, n, sizeof(*g->out->rule));
	g->out->apart = g->apart ? arena_array(g->out->arena, n, sizeof(*g->out->apart)) : NULL;
	if (!g->out->rule || (g->apart && !g->out->apart))
		return -ENOMEM;
	for (size_t i = 0; g->apart && i < n; i++)
		g->out->apart[i] = BOUNDS_NONE;
	for (size_t i = 0; r == 0 && i < g->place.bases; i++)
		for (const struct panos_node *rule = g->place.base[i].rules->first; r == 0 && rule;
		     rule = rule->next)
			r = go_rule(g, &g->place.base[i], rule);
	for (size_t i = 0; r == 0 && i < PANOS_DEFAULTS; i++)
		r = go_default(g, (enum panos_default)i);
	return r < 0 ? r : panos_walk_flush(&g->walk);
}

/* ---- what else may stop or change packets ---- */

static int blame_everywhere(struct going *g, const char *text, const struct panos_node *at,
			    flow_ref set)
{
	const struct panos_unknown what = { text, at->file, at->line };
	int r = text ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < PANOS_OUTCOMES; i++)
		r = union_add(&g->walk.may[i], set);
	return r < 0 ? r : panos_walk_blame(&g->walk, &what, set);
}

/* Sections that nobody knows, in the records around the rules. */
static int go_strange(struct going *g, const struct panos_node *record)
{
	int r = 0;

	for (const struct panos_node *n = record ? record->first : NULL; r == 0 && n; n = n->next)
		if (n->strange)
			r = blame_everywhere(g,
					     arena_printf(g->place.arena, "%.*s %.*s",
							  STR_FMT(record->name), STR_FMT(n->text)),
					     n, FLOW_ALL);
	return r;
}

/* Rules of DoS protection that deny, and of policy based forwarding that discard. */
static int go_drops(struct going *g, const struct panos_node *base, const char *kind)
{
	const struct panos_tree *t = g->tree;
	const struct panos_node *rules =
		panos_child(t, panos_child(t, base, str_of(kind)), STR("rules"));
	int r = 0;

	for (const struct panos_node *n = rules ? rules->first : NULL; r == 0 && n; n = n->next) {
		const struct panos_node *action = panos_child(t, n, STR("action"));

		if ((panos_child(t, action, STR("deny")) ||
		     panos_child(t, action, STR("discard"))) &&
		    !str_is(panos_text(t, n, "disabled"), "yes"))
			r = blame_everywhere(g,
					     arena_printf(g->place.arena, "%s rule %.*s", kind,
							  STR_FMT(n->name)),
					     n, FLOW_ALL);
	}
	return r;
}

static int go_scope(struct going *g, const struct panos_node *scope)
{
	static const char *const base[] = { "pre-rulebase", "rulebase", "post-rulebase" };
	const struct panos_tree *t = g->tree;
	int r = go_strange(g, scope);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(base); i++) {
		const struct panos_node *n = panos_child(t, scope, str_of(base[i]));

		r = go_strange(g, n);
		if (r == 0)
			r = go_strange(g, panos_child(t, n, STR("security")));
		if (r == 0)
			r = go_strange(g, panos_child(t, n, STR("default-security-rules")));
		if (r == 0)
			r = go_drops(g, n, "dos");
		if (r == 0)
			r = go_drops(g, n, "pbf");
	}
	return r;
}

/* With it switched off nobody checks IPv6 as the rules say. */
static int go_ipv6(struct going *g)
{
	static const char *const session_path[] = { "devices", PANOS_DEVICE, "deviceconfig",
						    "setting", "session",    NULL };
	static const struct flow_span one = { 1, 1 };
	const struct panos_node *n =
		panos_child(g->tree, path(g->tree, session_path), STR("ipv6-firewalling"));
	struct flow_match match = FLOW_MATCH_ANY;
	flow_ref set;
	int r;

	if (!n || str_is(n->text, "yes"))
		return 0;
	match.dim[FLOW_FAMILY] = (struct flow_spans){ &one, 1 };
	r = flow_of_match(g->out->m, &match, 1, &set);
	return r < 0 ? r : blame_everywhere(g, "ipv6-firewalling no", n, set);
}

static int go_around(struct going *g)
{
	static const char *const device_path[] = { "devices", PANOS_DEVICE, NULL };
	int r = go_strange(g, g->tree->root);

	if (r == 0)
		r = go_strange(g, path(g->tree, device_path));
	if (r == 0)
		r = go_strange(g, panos_child(g->tree, g->tree->root, STR("policy")));
	for (size_t i = 0; r == 0 && i < g->place.scopes; i++)
		r = go_scope(g, g->place.scope[i].node);
	return r < 0 ? r : go_ipv6(g);
}

/* ---- the reading ---- */

/* Rules are asked about the first packet of a session; what belongs to one passes. */
static int go_states(struct going *g)
{
	static const struct flow_span established = { STATE_ESTABLISHED, STATE_ESTABLISHED };
	static const struct flow_span others = { STATE_RELATED, STATE_COUNT - 1 };
	struct flow_match match = FLOW_MATCH_ANY;
	struct reading *out = g->out;
	flow_ref pass = FLOW_NONE, open = FLOW_NONE;
	int r;

	match.dim[FLOW_STATE] = (struct flow_spans){ &established, 1 };
	r = flow_of_match(out->m, &match, 1, &pass);
	match.dim[FLOW_STATE] = (struct flow_spans){ &others, 1 };
	if (r == 0)
		r = flow_of_match(out->m, &match, 1, &open);
	for (size_t i = 0; r == 0 && i < PANOS_OUTCOMES; i++) {
		if (i == VERDICT_ACCEPT)
			r = flow_override(out->m, out->may[i], pass, &out->may[i]);
		else
			r = flow_minus(out->m, out->may[i], pass, &out->may[i]);
		if (r == 0)
			r = flow_override(out->m, out->may[i], open, &out->may[i]);
	}
	if (r == 0)
		r = flow_minus(out->m, out->deciding, pass, &out->deciding);
	return r < 0 ? r : flow_minus(out->m, out->deciding, open, &out->deciding);
}

static int conclude(struct going *g)
{
	struct reading *out = g->out;
	flow_ref stop = FLOW_NONE;
	int r = 0;

	for (size_t i = 0; r == 0 && i < PANOS_OUTCOMES; i++)
		r = union_take(&g->walk.may[i], out->m, &out->may[i]);
	if (r == 0)
		r = union_take(&g->walk.decide, out->m, &out->deciding);
	if (r == 0)
		r = go_states(g);
	if (r == 0)
		r = flow_override(out->m, out->may[VERDICT_DROP], out->may[VERDICT_REJECT], &stop);
	return r < 0 ? r : flow_not(out->m, stop, &out->must_accept);
}

static int go(struct going *g)
{
	int r = go_rules(g);

	if (r == 0)
		r = go_around(g);
	if (r == 0)
		r = conclude(g);
	if (r == 0)
		r = panos_tell_unknowns(&g->walk, g->out);
	if (r == 0)
		r = panos_tell_assumptions(&g->place, &g->rules, g->out);
	if (r == E_BUDGET) {
		diag_error(g->d, NOWHERE, "the rules are too tangled to be worked out");
		diag_hint(g->d, "the budget of nodes is used up: name one place with --at");
	}
	return r;
}

int panos_read(struct panos_tree *t, const char *file, const struct assume *assume,
	       struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	EG_AUTO(reading_freep) struct reading *out = reading_new(m);
	struct going g = { .tree = t,
			   .d = d,
			   .out = out,
			   .walk = PANOS_WALK_INIT(m),
			   .apart = assume ? assume->apart : 0 };
	int r = out ? panos_find_place(t, assume ? assume->hook : NULL, file, t->arena, d, &g.place)
		    : -ENOMEM;

	if (r == 0) {
		g.rules = (struct panos_rules){
			.objects = { .place = &g.place, .arena = t->arena, .d = d },
			.m = m,
			.names = assume && assume->names
		};
		out->names = g.rules.names;
		r = go(&g);
	}
	panos_walk_release(&g.walk);
	if (r == 0)
		*ret = EG_TAKE(out);
	return r;
}
