/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of a firewall policy: a stateful rule group more, in front of all others. Rules on names
 * decide behind all rules on addresses, wherever they stand.
 */
#include <errno.h>

#include "base/err.h"
#include "base/hash.h"
#include "dialect/aws_changing.h"
#include "dialect/aws_limits.h"
#include "dialect/aws_named.h"
#include "dialect/say.h"
#include "dialect/spans.h"
#include "net/proto.h"

enum {
	SID_FIRST = 1000 * 1000, /* local rules have numbers from here on */
	LINES_MAX = 10 * 1000,	 /* of one change; each has numbers of its own */
	PRIORITY_MAX = 65535
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
	struct bounds passes;
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
	int r = flow_minus(m, f->g->own[i], f->passes.lo, &missing);

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

/* ---- the commands ---- */

static int refuse(const struct aws_changing *g, const char *what)
{
	diag_error(g->d, g->path.policy->at, "%s", what);
	diag_hint(g->d, "give all that aws network-firewall describe-firewall-policy prints");
	return E_UNSUPPORTED;
}

/* A number, or a text of one. */
static json_int_t priority_of(const json_t *reference)
{
	const json_t *value = json_object_get(reference, "Priority");

	return json_is_string(value) ? strtoll(json_string_value(value), NULL, 10)
				     : json_integer_value(value);
}

/* Makes room for priority 1, if there is none. */
static int make_room(const struct aws_changing *g, json_t *all)
{
	json_int_t least = PRIORITY_MAX, most = 0, more;
	json_t *one;
	size_t i;

	json_array_foreach(all, i, one)
	{
		json_int_t priority = priority_of(one);

		least = priority < least ? priority : least;
		most = priority > most ? priority : most;
	}
	more = least > 1 ? 0 : 2 - least;
	if (most + more > PRIORITY_MAX)
		return refuse(g, "the policy has no room in front of its rule groups");
	json_array_foreach(all, i, one)
	{
		if (json_object_set_new(one, "Priority", json_integer(priority_of(one) + more)) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int add_reference(const struct aws_changing *g, json_t *policy, const char *arn)
{
	json_t *all = json_object_get(policy, "StatefulRuleGroupReferences"), *one;
	bool strict = g->path.policy->strict;
	int r = 0;

	if (!json_is_array(all)) {
		all = json_array();
		if (json_object_set_new(policy, "StatefulRuleGroupReferences", all) < 0)
			return -ENOMEM;
	}
	if (json_array_size(all) >= AWS_POLICY_GROUPS_MAX)
		return refuse(g, "the policy has no room for another stateful rule group");
	if (strict)
		r = make_room(g, all);
	if (r < 0)
		return r;
	one = strict ? json_pack("{s:s,s:i}", "ResourceArn", arn, "Priority", 1)
		     : json_pack("{s:s}", "ResourceArn", arn);
	return json_array_insert_new(all, 0, one) < 0 ? -ENOMEM : 0;
}

/* Between single quotes of a shell there is none. */
static void add_quoted(struct str json, struct buf *out)
{
	for (size_t i = 0; i < json.n; i++) {
		if (json.p[i] == '\'')
			buf_adds(out, "\\u0027");
		else
			buf_addc(out, json.p[i]);
	}
}

static int print_update(struct aws_changing *g, const char *arn)
{
	const struct aws_policy *policy = g->path.policy;
	json_t *copy = json_deep_copy(policy->json), *root;
	int r = copy ? add_reference(g, copy, arn) : -ENOMEM;
	char *text;

	root = json_pack("{s:s,s:s,s:o}", "FirewallPolicyArn", policy->arn, "UpdateToken",
			 policy->token, "FirewallPolicy", copy);
	text = r == 0 && root ? json_dumps(root, JSON_INDENT(2)) : NULL;
	if (r == 0 && !text)
		r = -ENOMEM;
	if (r == 0) {
		buf_adds(&g->add, "aws network-firewall update-firewall-policy --cli-input-json '");
		add_quoted(str_of(text), &g->add);
		buf_adds(&g->add, "'\n");
	}
	free(text);
	json_decref(root);
	return r;
}

static int print_group(struct firing *f)
{
	static const char policies[] = "firewall-policy/";
	struct aws_changing *g = f->g;
	const struct aws_policy *policy = g->path.policy;
	const char *at = strstr(policy->arn, policies), *name, *arn;

	if (!at || !policy->token)
		return refuse(g, "the policy's ARN or UpdateToken is not here");
	name = arena_printf(g->arena, "egret-change-%08llx",
			    (unsigned long long)hash_bytes(f->lines.data, f->lines.n, 0) &
				    0xffffffff);
	arn = name ? arena_printf(g->arena, "%.*sstateful-rulegroup/%s", (int)(at - policy->arn),
				  policy->arn, name)
		   : NULL;
	if (!arn)
		return -ENOMEM;
	buf_printf(&g->add,
		   "aws network-firewall create-rule-group --cli-input-json '{\"RuleGroupName\": "
		   "\"%s\", \"Type\": \"STATEFUL\", \"Capacity\": %zu,\n  \"RuleGroup\": "
		   "{\"StatefulRuleOptions\": {\"RuleOrder\": \"%s\"},\n  \"RulesSource\": "
		   "{\"RulesString\": \"",
		   name, f->sids - f->first,
		   policy->strict ? "STRICT_ORDER" : "DEFAULT_ACTION_ORDER");
	add_quoted(buf_str(&f->lines), &g->add);
	buf_adds(&g->add, "\"}}}'\n");
	return print_update(g, arn);
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
	return r < 0 ? r : flow_restrict(f->g->m, f->explicit, f->passes.lo, &f->explicit);
}

static int look(struct firing *f)
{
	struct flow_mgr *m = f->g->m;
	struct aws_outcome o, first, packets;
	struct bounds stateless = BOUNDS_NONE;
	int r = aws_stage_firewall(&f->g->going, &o, &first);

	if (r == 0)
		r = aws_first_bounds(f->g, &o, &f->passes);
	if (r == 0)
		r = find_explicit(f, o.decide);
	if (r == 0)
		r = aws_stage_packets(&f->g->going, first.may[AWS_END_FORWARD], &packets);
	if (r == 0)
		r = aws_first_bounds(f->g, &packets, &f->packets);
	if (r == 0)
		r = aws_first_bounds(f->g, &first, &stateless);
	return r < 0 ? r : flow_not(m, stateless.lo, &f->stopped);
}

static int change_all(struct firing *f)
{
	int r = look(f);

	f->first = f->sids = SID_FIRST + f->g->path.policy->stateful.n * LINES_MAX;
	if (r == 0)
		r = add_rules(f);
	if (r == 0)
		r = check_answers(f);
	return r < 0 || !f->lines.n ? r : print_group(f);
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
