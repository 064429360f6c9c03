/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of a firewall: stateful rules in front of all others. Rules on names decide behind all
 * rules on addresses, wherever they stand.
 */
#include <errno.h>

#include "base/err.h"
#include "dialect/aws_changing.h"
#include "dialect/aws_limits.h"
#include "dialect/aws_named.h"
#include "dialect/say.h"
#include "dialect/spans.h"
#include "net/proto.h"

enum {
	SID_FIRST = 1000 * 1000, /* local rules have numbers from here on */
	LINES_MAX = 10 * 1000	 /* of one change; each has numbers of its own */
};

static const char by_stateless[] = "the stateless rules of the firewall stop some of it";
static const char before_names[] =
	"a firewall that stops packets by address does so before it sees the names that may pass";
static const char before_stopped[] =
	"a firewall lets packets pass by address before it sees the names that may not";
static const char behind_lost[] = "some of it must pass by a rule that could not be said";
static const char stops_first[] = "the firewall stops some of it by address, before it sees a name";
static const char passes_first[] =
	"the firewall lets some of it pass by address, before it sees a name";
static const char action_order[] = "in action order, rules that drop come behind all that pass";

struct firing {
	struct aws_changing *g;
	struct bounds packets; /* of the stateful engine, before it sees a name */
	flow_ref explicit;     /* what a rule lets pass, not a default */
	flow_ref stopped;      /* by the stateless engine, perhaps */
	/* What rules so far let through or stop by name, whatever its name. */
	flow_ref named, stopped_by_name;
	flow_ref unwanted; /* what any rule stops */
	flow_ref lost;	   /* what must pass, and was not said */
	struct buf lines;  /* for a text of JSON */
	size_t first, sids;
};

/* ---- rules ---- */

static bool has_messages(const struct flow_match *match)
{
	return match->dim[FLOW_DPORT].span && (spans_have(match->dim[FLOW_PROTO], PROTO_ICMP) ||
					       spans_have(match->dim[FLOW_PROTO], PROTO_ICMPV6));
}

static const char *why_not(const struct rule *rule)
{
	struct rule as_pass = *rule;

	as_pass.verdict = VERDICT_ACCEPT; /* what stops one name, is said the same way */
	if (rule->match.name || rule->match.excepts)
		return aws_named_why(&as_pass);
	if (rule->match.dim[FLOW_SPORT].span)
		return "egret writes no source ports into a firewall's rules";
	if (aws_named_strange(&rule->match))
		return "a firewall's rule has no word for these protocols";
	return has_messages(&rule->match) ? "egret writes no types of ICMP into a firewall's rules"
					  : NULL;
}

static int add_lines(struct firing *f, const struct rule *rule, const char *verb,
		     const char **ret_why)
{
	struct flow_match match = aws_first_packets(&rule->match);
	size_t n = f->lines.n, sids = f->sids;
	int r = rule->match.name
			? aws_print_suricata(rule, verb, f->g->arena, &f->lines, &f->sids)
			: aws_print_packets(&match, verb, f->g->arena, &f->lines, &f->sids);

	if (r < 0 || (f->sids - f->first <= LINES_MAX && f->lines.n <= AWS_RULES_TEXT_MAX))
		return r;
	f->lines.n = n;
	f->sids = sids;
	*ret_why = "more rules than a rule group may have";
	return 0;
}

/* Is some of it not in there? */
static int is_beyond(struct flow_mgr *m, flow_ref set, flow_ref there, bool *ret)
{
	flow_ref beyond = FLOW_NONE;
	int r = flow_minus(m, set, there, &beyond);

	*ret = !flow_empty(beyond);
	return r;
}

/* Needed, too, is what passes already, if a rule behind it would stop it here. */
static int is_needed(struct firing *f, size_t i, bool *ret)
{
	struct flow_mgr *m = f->g->m;
	flow_ref missing = FLOW_NONE, kept = FLOW_NONE;
	int r = flow_minus(m, f->g->own[i], f->g->firewall_passes.lo, &missing);

	if (r == 0)
		r = flow_restrict(m, f->g->own[i], f->unwanted, &kept);
	*ret = !flow_empty(missing) || !flow_empty(kept);
	return r;
}

static int add_missing(struct firing *f, size_t i, const struct rule *rule, const char **ret_why)
{
	struct flow_mgr *m = f->g->m;
	struct flow_match match = aws_first_packets(&rule->match);
	flow_ref met = FLOW_NONE;
	bool needed = false, behind = false, stopped = false;
	int r = is_needed(f, i, &needed);

	if (r < 0 || !needed)
		return r;
	r = flow_restrict(m, f->g->own[i], f->stopped, &met);
	if (r == 0 && !match.name)
		r = say_meets(m, &match, f->stopped_by_name, &behind);
	if (r == 0 && match.name)
		r = is_beyond(m, f->g->own[i], f->packets.lo, &stopped);
	*ret_why = why_not(rule);
	if (!flow_empty(met))
		*ret_why = by_stateless;
	else if (behind)
		*ret_why = before_stopped;
	else if (stopped)
		*ret_why = stops_first;
	if (r == 0 && !*ret_why)
		r = add_lines(f, rule, "pass", ret_why);
	if (r == 0 && *ret_why)
		r = say_stop(m, &match, &f->lost);
	return r < 0 || !match.name ? r : say_stop(m, &match, &f->named);
}

/* Why a rule that drops would not stop all of it; NULL through `ret_why`: it does. */
static int why_not_stopped(struct firing *f, size_t i, const struct flow_match *match,
			   const char **ret_why)
{
	struct flow_mgr *m = f->g->m;
	flow_ref passed = match->name ? f->packets.hi : FLOW_NONE;
	bool spared = false, lost = false;
	int r = match->name ? 0 : say_meets(m, match, f->named, &spared);

	if (r == 0)
		r = say_meets(m, match, f->lost, &lost);
	if (r == 0)
		r = flow_restrict(m, f->g->own[i], passed, &passed);
	if (!flow_empty(passed))
		*ret_why = passes_first;
	if (r == 0 && !f->g->path.policy->strict) {
		r = flow_restrict(m, f->g->own[i], f->explicit, &passed);
		if (!flow_empty(passed))
			*ret_why = action_order;
	}
	if (lost)
		*ret_why = behind_lost;
	else if (spared)
		*ret_why = before_names;
	return r;
}

static int add_unwanted(struct firing *f, size_t i, const struct rule *rule, const char **ret_why)
{
	struct flow_match match = aws_first_packets(&rule->match);
	int r = why_not_stopped(f, i, &match, ret_why);

	if (!*ret_why)
		*ret_why = why_not(rule);
	if (r == 0 && !*ret_why)
		r = add_lines(f, rule, "drop", ret_why);
	return r < 0 || !match.name ? r : say_stop(f->g->m, &match, &f->stopped_by_name);
}

static int find_unwanted(struct firing *f)
{
	const struct rulelist *rules = f->g->change->rules;
	int r = 0;

	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		const struct flow_match match = aws_first_packets(&rules->rule[i].match);
		flow_ref one = FLOW_NONE;

		if (rules->rule[i].verdict == VERDICT_ACCEPT)
			continue;
		r = flow_of_match(f->g->m, &match, 1, &one);
		if (r == 0)
			r = flow_override(f->g->m, one, f->unwanted, &f->unwanted);
	}
	return r;
}

static int add_rules(struct firing *f)
{
	const struct rulelist *rules = f->g->change->rules;
	bool stops = f->g->stops == AWS_FIREWALL;
	int r = stops ? find_unwanted(f) : 0;

	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		const struct rule *rule = &rules->rule[i];

		if (f->g->why[i])
			continue;
		if (rule->verdict == VERDICT_ACCEPT)
			r = add_missing(f, i, rule, &f->g->why[i]);
		else if (stops)
			r = add_unwanted(f, i, rule, &f->g->why[i]);
	}
	return r;
}

/* What the stateless engine does to answers, no stateful rule changes. */
static int check_answers(struct firing *f)
{
	const struct rulelist *answers = f->g->change->answers;
	int r = 0;

	for (size_t i = 0; r == 0 && i < answers->n; i++) {
		struct flow_match match = aws_first_packets(&answers->rule[i].match);
		bool met = false;

		r = say_meets(f->g->m, &match, f->stopped, &met);
		if (met)
			f->g->why_answer[i] = by_stateless;
	}
	return r;
}

/* ---- what the firewall does ---- */

/* What is let through by a rule of a rule group, not by the policy itself. */
static int find_explicit(struct firing *f, flow_ref decide)
{
	static const char policy[] = "firewall policy ";
	const struct aws_going *g = &f->g->going;
	uint32_t *leaf = arena_array(f->g->arena, g->rules + 1, sizeof(*leaf));
	int r;

	if (!leaf)
		return -ENOMEM;
	for (size_t i = 0; i < g->rules; i++)
		leaf[i + 1] = !str_starts(str_of(g->rule[i].where), policy);
	r = flow_map(f->g->m, decide, leaf, g->rules + 1, &f->explicit);
	return r < 0 ? r
		     : flow_restrict(f->g->m, f->explicit, f->g->firewall_passes.lo, &f->explicit);
}

static int look(struct firing *f)
{
	struct aws_changing *g = f->g;
	struct aws_outcome packets;
	struct bounds stateless = BOUNDS_NONE;
	int r = find_explicit(f, g->firewall.decide);

	if (r == 0)
		r = aws_stage_packets(&g->going, g->stateless.may[AWS_END_FORWARD], &packets);
	if (r == 0)
		r = aws_first_bounds(g, &packets, &f->packets);
	if (r == 0)
		r = aws_first_bounds(g, &g->stateless, &stateless);
	return r < 0 ? r : flow_not(g->m, stateless.lo, &f->stopped);
}

static int change_all(struct firing *f)
{
	int r = look(f);

	f->first = f->sids = SID_FIRST + f->g->path.policy->stateful.n * LINES_MAX;
	if (r == 0)
		r = add_rules(f);
	if (r == 0)
		r = check_answers(f);
	return r < 0 || !f->lines.n ? r : aws_update_policy(f->g, buf_str(&f->lines));
}

int aws_change_firewall(struct aws_changing *g)
{
	struct firing f = { .g = g,
			    .named = FLOW_NONE,
			    .stopped_by_name = FLOW_NONE,
			    .unwanted = FLOW_NONE,
			    .lost = FLOW_NONE,
			    .lines = BUF_INIT };
	int r = change_all(&f);

	if (r == 0)
		r = f.lines.r;
	buf_release(&f.lines);
	return r;
}
