/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_change.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/aws_changing.h"
#include "dialect/aws_permission.h"
#include "dialect/say.h"

static const char head[] =
	"#!/bin/sh\n"
	"# A change for AWS, written by egret: run it where the aws program has the account.\n"
	"# First what is missing is let through, then what is too much is stopped. Whoever has\n"
	"# these security groups, network ACLs and firewall policies gets it.\n"
	"set -eu\n"
	"export AWS_PAGER=\n";

static const char others_do_not_pass[] =
	"--at says that others than its members do not pass here, and some of it is for others";

enum { ARGUMENT_MAX = 128 * 1024 - 1 }; /* of a command on Linux (MAX_ARG_STRLEN) */

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
	struct aws_outcome o;
	const struct flow_match members = aws_members_match(&g->path.members, g->path.way);
	struct bounds bounds;
	flow_ref nameless = FLOW_NONE;
	int r = 0;

	g->firewall_passes = BOUNDS_ALL;
	if (g->path.policy) {
		r = aws_stage_firewall(&g->going, &g->firewall, &g->stateless);
		if (r == 0)
			r = aws_first_bounds(g, &g->firewall, &g->firewall_passes);
	}
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

/* Where no group says who passes, --at does: that others do not pass here, no stage changes. */
static int check_members(struct aws_changing *g)
{
	const struct rulelist *rules = g->change->rules;
	int r = 0;

	for (size_t i = 0; r == 0 && !g->path.groups && i < rules->n; i++) {
		flow_ref others = FLOW_NONE;

		if (rules->rule[i].verdict == VERDICT_ACCEPT)
			r = flow_minus(g->m, g->own[i], g->groups_may, &others);
		if (!flow_empty(others))
			g->why[i] = others_do_not_pass;
	}
	return r;
}

static int change_path(struct aws_changing *g)
{
	int r = 0;

	if (g->config->templates)
		return refuse(g, "of a template no change is written",
			      "write it anew with egret build --to aws, and deploy it again");
	g->stops = who_stops(&g->path);
	r = find_stages(g);
	if (r == 0)
		r = check_members(g);
	if (r == 0 && g->path.policy)
		r = aws_change_firewall(g);
	if (r == 0 && g->path.groups)
		r = aws_change_groups(g);
	return r < 0 || !g->path.acl ? r : aws_change_acl(g);
}

/* What a shell would not run, is not written. */
static int check_arguments(const struct aws_changing *g, const struct buf *commands)
{
	struct str rest = buf_str(commands);

	while (rest.n) {
		struct str argument;

		(void)str_cut(&rest, '\'');
		argument = str_cut(&rest, '\'');
		if (argument.n <= ARGUMENT_MAX)
			continue;
		diag_error(g->d, (struct place){ .file = g->config->file },
			   "a command of the change would be longer than %d bytes", ARGUMENT_MAX);
		diag_hint(g->d, "no shell takes it: write it anew with egret build --to aws");
		return E_UNSUPPORTED;
	}
	return 0;
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
	if (r == 0)
		r = check_arguments(&g, &g.add);
	if (r == 0)
		r = check_arguments(&g, &g.take);
	buf_release(&g.add);
	buf_release(&g.take);
	return r;
}
