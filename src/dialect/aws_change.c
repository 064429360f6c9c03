/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_change.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/aws_changing.h"
#include "dialect/aws_permission.h"
#include "dialect/say.h"
#include "dialect/spans.h"

/* The slice of first packets, as if it went through all states. */
static int slice(struct flow_mgr *m, flow_ref first, flow_ref *set)
{
	int r = flow_restrict(m, *set, first, set);

	if (r == 0)
		r = flow_forget(m, *set, FLOW_STATE, set);
	return r < 0 ? r : flow_forget(m, *set, FLOW_FRAG, set);
}

int aws_first_bounds(struct aws_changing *g, const struct aws_outcome *o, struct bounds *ret)
{
	struct flow_match match = FLOW_MATCH_ANY;
	flow_ref first = FLOW_NONE;
	int r = match_one(&match, FLOW_STATE, STATE_NEW, STATE_NEW, g->arena);

	if (r == 0)
		r = match_one(&match, FLOW_FRAG, 0, 0, g->arena);
	if (r == 0)
		r = flow_of_match(g->m, &match, 1, &first);
	if (r == 0)
		r = flow_not(g->m, o->may[AWS_END_DROP], &ret->lo);
	ret->hi = o->may[AWS_END_ACCEPT];
	if (r == 0)
		r = slice(g->m, first, &ret->lo);
	return r < 0 ? r : slice(g->m, first, &ret->hi);
}

/* ---- what stages do not see ---- */

int aws_forget_near(struct aws_changing *g, flow_ref set, flow_ref who, flow_ref *ret,
		    bool *ret_whole)
{
	bool out = g->path.way == AWS_OUT;
	flow_ref part = FLOW_NONE, again = FLOW_NONE;
	int r = flow_restrict(g->m, set, who, &part);

	*ret = part;
	if (r == 0)
		r = flow_forget(g->m, *ret, out ? FLOW_SRC4 : FLOW_DST4, ret);
	if (r == 0)
		r = flow_forget(g->m, *ret, out ? FLOW_SRC6 : FLOW_DST6, ret);
	if (r == 0)
		r = flow_restrict(g->m, *ret, who, &again);
	*ret_whole = again == part;
	return r;
}

int aws_is_nameless(struct aws_changing *g, flow_ref set, bool *ret)
{
	flow_ref wide = FLOW_NONE;
	int r = flow_forget(g->m, set, FLOW_NAME, &wide);

	*ret = wide == set;
	return r;
}

int aws_opens_more(struct aws_changing *g, enum aws_stage stage, size_t i, flow_ref set,
		   flow_ref lets, bool *ret)
{
	const flow_ref asked[] = { g->own[i], g->accepted, lets };
	int r = 0;

	for (size_t k = 0; r == 0 && k < ARRAY_LEN(asked); k++)
		r = flow_minus(g->m, set, asked[k], &set);
	if (r == 0)
		r = flow_restrict(g->m, set, g->firewall_may, &set);
	if (r == 0 && stage == AWS_ACL)
		r = flow_restrict(g->m, set, g->groups_may, &set);
	*ret = !flow_empty(set);
	return r;
}

/* ---- far ends ---- */

int aws_choose_far(const struct flow_match *match, enum aws_way way, struct arena *a,
		   struct aws_choice ret[2], const char **ret_why)
{
	struct flow_match far = *match;
	int r = 0;

	if (way == AWS_IN) { /* what comes in is told by its sources */
		far.dim[FLOW_DST4] = match->dim[FLOW_SRC4];
		far.dim[FLOW_DST6] = match->dim[FLOW_SRC6];
	}
	ret[0] = ret[1] = (struct aws_choice){ 0 };
	for (size_t v6 = 0; r == 0 && !*ret_why && v6 < 2; v6++) {
		enum family family = v6 ? FAMILY_V6 : FAMILY_V4;

		if (say_holds_family(match, family))
			r = aws_choose(&far, family, a, &ret[v6], ret_why);
	}
	return r;
}

bool aws_can_be_typed(const char *id)
{
	for (const char *c = id; *c; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
		      (*c >= '0' && *c <= '9') || *c == '-'))
			return false;
	return *id;
}

/* ---- the whole ---- */

static const char head[] =
	"#!/bin/sh\n"
	"# A change for AWS, written by egret: run it where the aws program has the account.\n"
	"# First what is missing is let through, then what is too much is stopped. Whoever has\n"
	"# these security groups, network ACLs and firewall policies gets it.\n"
	"set -eu\n";

static int refuse(struct aws_changing *g, const char *what, const char *hint)
{
	diag_error(g->d, (struct place){ .file = g->config->file }, "%s", what);
	diag_hint(g->d, "%s", hint);
	return E_UNSUPPORTED;
}

/*
 * What stages that see more than the ACL may let through at last. Groups open for all names what is
 * accepted by name.
 */
static int find_stages(struct aws_changing *g)
{
	struct aws_outcome o, first;
	const struct flow_match members = aws_members_match(&g->path.members, g->path.way);
	struct bounds bounds = BOUNDS_ALL;
	flow_ref nameless = FLOW_NONE;
	int r = 0;

	if (g->path.policy) {
		r = aws_stage_firewall(&g->going, &o, &first);
		if (r == 0)
			r = aws_first_bounds(g, &o, &bounds);
	}
	g->firewall_may = bounds.hi;
	if (r < 0 || !g->path.groups)
		return r < 0 ? r : flow_of_match(g->m, &members, 1, &g->groups_may);
	r = aws_stage_groups(&g->going, &o);
	if (r == 0)
		r = aws_first_bounds(g, &o, &bounds);
	if (r == 0)
		r = flow_forget(g->m, g->accepted, FLOW_NAME, &nameless);
	return r < 0 ? r : flow_override(g->m, bounds.hi, nameless, &g->groups_may);
}

static int find_own(struct aws_changing *g)
{
	const struct rulelist *rules = g->change->rules;
	flow_ref before = FLOW_NONE;
	int r = 0;

	g->accepted = FLOW_NONE;
	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		const struct flow_match match = aws_first_packets(&rules->rule[i].match);
		flow_ref set = FLOW_NONE;

		r = flow_of_match(g->m, &match, 1, &set);
		if (r == 0)
			r = flow_minus(g->m, set, before, &g->own[i]);
		if (r == 0 && rules->rule[i].verdict == VERDICT_ACCEPT)
			r = flow_override(g->m, g->own[i], g->accepted, &g->accepted);
		if (r == 0)
			r = flow_override(g->m, set, before, &before);
	}
	return r;
}

/* Who sees names, or the order of rules, stops what is too much. */
static enum aws_stage who_stops(const struct aws_path *path)
{
	if (path->policy && (path->policy->strict || (!path->groups && !path->acl)))
		return AWS_FIREWALL;
	return path->groups ? AWS_GROUPS : AWS_ACL;
}

static int change_path(struct aws_changing *g)
{
	int r = 0;

	if (g->config->templates)
		return refuse(g, "of a template no change is written",
			      "write it anew with egret build --to aws, and deploy it again");
	g->stops = who_stops(&g->path);
	r = find_stages(g);
	if (r == 0 && g->path.policy)
		r = aws_change_firewall(g);
	if (r == 0 && g->path.groups)
		r = aws_change_groups(g);
	return r < 0 || !g->path.acl ? r : aws_change_acl(g);
}

static int lose(const struct rulelist *rules, const char **why, struct losses *lost,
		struct arena *a)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < rules->n; i++)
		if (why[i])
			r = say_lose(lost, &rules->rule[i], why[i], a);
	return r;
}

static int change_all(struct aws_changing *g, struct losses *lost)
{
	const struct assume *assume = g->change->assume;
	int r = aws_find_path(g->config, assume ? assume->hook : NULL, g->arena, g->d, &g->path);

	g->why = arena_array(g->arena, g->change->rules->n, sizeof(*g->why));
	g->why_answer = arena_array(g->arena, g->change->answers->n, sizeof(*g->why_answer));
	g->own = arena_array(g->arena, g->change->rules->n, sizeof(*g->own));
	if (r == 0)
		r = g->why && g->why_answer && g->own ? find_own(g) : -ENOMEM;
	g->going = (struct aws_going){ .config = g->config,
				       .m = g->m,
				       .d = g->d,
				       .arena = g->arena,
				       .out = reading_new(g->m),
				       .path = g->path };
	if (r == 0 && !g->going.out)
		r = -ENOMEM;
	if (r == 0)
		r = change_path(g);
	if (r == 0)
		r = lose(g->change->rules, g->why, lost, g->arena);
	if (r == 0)
		r = lose(g->change->answers, g->why_answer, lost, g->arena);
	reading_free(g->going.out);
	aws_going_release(&g->going);
	return r;
}

int aws_change(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
	       struct buf *out, struct losses *lost)
{
	EG_AUTO(aws_config_freep) struct aws_config *config = NULL;
	struct aws_changing g = {
		.change = c, .m = m, .arena = a, .d = d, .add = BUF_INIT, .take = BUF_INIT
	};
	int r = aws_parse(c->source, c->files, d, &config);

	g.config = config;
	if (r == 0)
		r = change_all(&g, lost);
	buf_adds(out, head);
	buf_addstr(out, buf_str(&g.add));
	buf_addstr(out, buf_str(&g.take));
	if (r == 0)
		r = g.add.r < 0 ? g.add.r : g.take.r;
	buf_release(&g.add);
	buf_release(&g.take);
	return r;
}
