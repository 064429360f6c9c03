/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_read.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_limits.h"
#include "dialect/aws_permission.h"
#include "dialect/aws_stage.h"

enum { ASSUMPTIONS_MAX = 12, STAGES_MAX = 3, EPHEMERAL = 1024 };

void aws_going_release(struct aws_going *g)
{
	mem_free(g->rule);
	mem_free(g->bound);
	doubts_release(&g->doubts);
}

/* ---- rules for people ---- */

static const char *keep_file(struct aws_going *g, const char *file)
{
	if (file && file == g->file)
		return g->file_kept;
	g->file = file;
	g->file_kept = file ? arena_strdup(g->out->arena, file) : NULL;
	return g->file_kept;
}

/* What strangers wrote, in one line and without control characters. */
static const char *keep_text(struct aws_going *g, const char *text)
{
	return arena_strdup(g->out->arena, show(str_of(text)).text);
}

int aws_tell(struct aws_going *g, struct place at, const char *text, const char *where,
	     uint32_t *ret)
{
	struct config_rule rule = { .at = { .file = keep_file(g, at.file), .line = at.line },
				    .text = keep_text(g, text),
				    .where = keep_text(g, where) };
	int r = mem_grow(&g->rule, &g->rule_cap, g->rules + 1, sizeof(rule));

	if (r < 0 || !rule.text || !rule.where || (at.file && !rule.at.file))
		return -ENOMEM;
	g->rule[g->rules++] = rule;
	*ret = (uint32_t)g->rules;
	return 0;
}

int aws_set_apart(struct aws_going *g, uint32_t leaf, const struct flow_match *match, bool sure)
{
	struct bounds *b;
	flow_ref set = FLOW_NONE;
	int r;

	if (leaf > g->apart)
		return 0;
	r = mem_grow(&g->bound, &g->bound_cap, leaf, sizeof(*g->bound));
	while (r == 0 && g->bounds < leaf)
		g->bound[g->bounds++] = BOUNDS_NONE;
	if (r == 0)
		r = flow_of_match(g->m, match, 1, &set);
	if (r < 0)
		return r;
	b = &g->bound[leaf - 1];
	r = flow_override(g->m, b->hi, set, &b->hi);
	return r < 0 || !sure ? r : flow_override(g->m, b->lo, set, &b->lo);
}

int aws_check_rules(struct aws_going *g, struct place at)
{
	if (g->rules < AWS_RULES_MAX)
		return 0;
	diag_error(g->d, at, "more than %d rules on this path", AWS_RULES_MAX);
	diag_hint(g->d, "name fewer groups with --at");
	return E_LIMIT;
}

static int conclude_apart(struct aws_going *g)
{
	struct bounds *all;
	int r = reading_apart(g->out, 0, &all);

	for (size_t i = 0; r == 0 && i < g->bounds && i < g->out->rules; i++)
		all[i] = g->bound[i];
	return r;
}

static int conclude_rules(struct aws_going *g)
{
	struct reading *out = g->out;

	out->rule = arena_array(out->arena, g->rules, sizeof(*out->rule));
	if (!out->rule)
		return -ENOMEM;
	if (g->rules)
		memcpy(out->rule, g->rule, g->rules * sizeof(*out->rule));
	out->rules = g->rules;
	return g->apart ? conclude_apart(g) : 0;
}

/* ---- stages ---- */

/* Where no group says who passes, --at may: the others do not pass here. */
static int stage_members(struct aws_going *g, struct aws_outcome *ret)
{
	const struct flow_match match = aws_members_match(&g->path.members, g->path.way);
	const struct place at = { .file = g->config->file };
	struct aws_outcome o = { .may = { [AWS_END_FORWARD] = FLOW_NONE } };
	uint32_t leaf = 0;
	int r = flow_of_match(g->m, &match, 1, &o.may[AWS_END_ACCEPT]);

	if (r == 0)
		r = flow_not(g->m, o.may[AWS_END_ACCEPT], &o.may[AWS_END_DROP]);
	if (r == 0)
		r = aws_tell(g, at, "(no member's address)", "members", &leaf);
	if (r == 0)
		r = flow_restrict(g->m, FLOW_LEAF(leaf), o.may[AWS_END_DROP], &o.decide);
	g->members_said = true;
	if (r == 0)
		*ret = o;
	return r;
}

struct path_outcome {
	flow_ref accept, drop, decide;
	bool begun;
};

/* A packet must pass each stage; the first that stops it is named, else the first that let it. */
static int add_stage(struct aws_going *g, struct path_outcome *p, const struct aws_outcome *o)
{
	flow_ref stopped;
	int r;

	if (!p->begun) {
		*p = (struct path_outcome){ o->may[AWS_END_ACCEPT], o->may[AWS_END_DROP], o->decide,
					    true };
		return 0;
	}
	r = flow_minus(g->m, o->decide, o->may[AWS_END_ACCEPT], &stopped);
	if (r == 0) /* where an earlier stage stops it, that one is named */
		r = flow_restrict(g->m, stopped, p->accept, &stopped);
	if (r == 0)
		r = flow_override(g->m, stopped, p->decide, &p->decide);
	if (r == 0)
		r = flow_restrict(g->m, p->accept, o->may[AWS_END_ACCEPT], &p->accept);
	return r < 0 ? r : flow_override(g->m, p->drop, o->may[AWS_END_DROP], &p->drop);
}

/* ---- answers ---- */

/* Clients have ports from 1024 on: what comes to lower ones is no answer, and not asked for. */
static int low_ports(struct aws_going *g, flow_ref *ret)
{
	static const struct flow_span ported[] = { { 6, 6 }, { 17, 17 } };
	struct flow_match match = FLOW_MATCH_ANY;
	int r = match_one(&match, FLOW_DPORT, 0, EPHEMERAL - 1, g->arena);

	match.dim[FLOW_PROTO] = (struct flow_spans){ ported, ARRAY_LEN(ported) };
	return r < 0 ? r : flow_of_match(g->m, &match, 1, ret);
}

static int add_answers(struct aws_going *g, flow_ref may, flow_ref drop)
{
	struct reading *out = g->out;
	flow_ref must;
	int r = flow_not(g->m, drop, &must);

	if (!out->stateless) {
		out->stateless = true;
		out->answers_may = out->answers_must = FLOW_ALL;
	}
	if (r == 0)
		r = flow_restrict(g->m, out->answers_may, may, &out->answers_may);
	return r < 0 ? r : flow_restrict(g->m, out->answers_must, must, &out->answers_must);
}

/* Answers to what the stateless engine forwarded go the same way; to what it passed, perhaps. */
static int firewall_answers(struct aws_going *g, const struct aws_outcome *first)
{
	flow_ref may, drop = first->may[AWS_END_DROP];
	int r = flow_override(g->m, first->may[AWS_END_ACCEPT], first->may[AWS_END_FORWARD], &may);

	if (r == 0 && !flow_empty(first->may[AWS_END_ACCEPT]))
		r = flow_override(g->m, drop, first->may[AWS_END_FORWARD], &drop);
	return r < 0 ? r : add_answers(g, may, drop);
}

static int acl_answers(struct aws_going *g)
{
	enum aws_way back = g->path.way == AWS_OUT ? AWS_IN : AWS_OUT;
	size_t rules = g->rules;
	struct aws_outcome o;
	int r = aws_stage_acl(g, back, &o);

	g->rules = rules; /* they decide nothing that is asked */
	return r < 0 ? r : add_answers(g, o.may[AWS_END_ACCEPT], o.may[AWS_END_DROP]);
}

static int exempt_low_ports(struct aws_going *g)
{
	struct reading *out = g->out;
	flow_ref low = FLOW_NONE;
	int r = out->stateless ? low_ports(g, &low) : 0;

	if (r == 0 && out->stateless)
		r = flow_override(g->m, out->answers_may, low, &out->answers_may);
	if (r == 0 && out->stateless)
		r = flow_override(g->m, out->answers_must, low, &out->answers_must);
	return r;
}

/* ---- the reading ---- */

/* Of what constructs could make uncertain, what is; the others are not told. */
static int tell_unknowns(struct aws_going *g, const struct path_outcome *p, size_t of_answers)
{
	struct reading *out = g->out;
	struct doubts *all = &g->doubts;
	flow_ref open, open_answers = FLOW_NONE;
	size_t n = 0;
	int r = flow_restrict(g->m, p->accept, p->drop, &open);

	if (r == 0 && out->stateless)
		r = flow_minus(g->m, out->answers_may, out->answers_must, &open_answers);
	if (r == 0)
		r = doubts_seal(all, g->m);
	for (size_t i = 0; r == 0 && i < all->n; i++) {
		struct doubt one = all->doubt[i];

		r = flow_restrict(g->m, one.set, i < of_answers ? open : open_answers, &one.set);
		if (r == 0 && !flow_empty(one.set))
			all->doubt[n++] = one;
	}
	if (r < 0)
		return r;
	all->n = n;
	return doubts_tell(all, NULL, out);
}

static int tell_assumptions(struct aws_going *g)
{
	struct reading *out = g->out;
	const char **text = arena_array(out->arena, ASSUMPTIONS_MAX, sizeof(*text));
	const char *path;
	size_t n = 0;
	int r = text ? aws_path_name(&g->path, out->arena, &path) : -ENOMEM;

	if (r < 0)
		return r;
	text[n] = arena_printf(
		out->arena, "packets pass %s; routes, and what else AWS filters, are not looked at",
		path);
	if (!text[n++])
		return -ENOMEM;
	if (g->members_said && !g->path.groups)
		text[n++] = "who passes here has the addresses that --at says";
	else if (g->members_said)
		text[n++] = "the interfaces with these groups have the addresses that --at or "
			    "their tags egret:members say: others do not pass here";
	else if (g->path.groups)
		text[n++] = "whatever addresses the interfaces with these groups have: what "
			    "members they are, --at 'ID members PREFIX' says";
	if (out->stateless)
		text[n++] = "clients use ports from 1024 on: that answers come to lower ones is "
			    "not asked for";
	if (g->path.policy)
		text[n++] = "packets go through the firewall in both directions";
	if (g->flags)
		text[n++] = "of a TCP conversation the first packet has SYN alone, the others ACK";
	if (g->handshake)
		text[n++] = "what a firewall stops once it has seen the name counts as stopped, "
			    "though the connection is made";
	if (g->some_home)
		text[n++] = "HOME_NET of the firewall holds the near ends (of what goes out, the "
			    "sources) and not the far ones: no variable says what it is";
	if (g->fragments)
		text[n++] = "later fragments, and of what remembers conversations their later "
			    "packets, may go either way";
	out->assumption = text;
	out->assumptions = n;
	return 0;
}

static int walk_path(struct aws_going *g, struct path_outcome *p, size_t *ret_of_answers)
{
	struct aws_outcome o, first = { 0 };
	int r = 0;

	if (g->path.groups) {
		r = aws_stage_groups(g, &o);
		if (r == 0)
			r = add_stage(g, p, &o);
	}
	if (r == 0 && g->path.acl) {
		r = aws_stage_acl(g, g->path.way, &o);
		if (r == 0)
			r = add_stage(g, p, &o);
	}
	if (r == 0 && g->path.policy) {
		r = aws_stage_firewall(g, &o, &first);
		if (r == 0)
			r = add_stage(g, p, &o);
	}
	if (r == 0 && g->path.members.said && !g->path.groups) {
		r = stage_members(g, &o);
		if (r == 0)
			r = add_stage(g, p, &o);
	}
	*ret_of_answers = g->doubts.n;
	if (r == 0 && g->path.policy)
		r = firewall_answers(g, &first);
	if (r == 0 && g->path.acl)
		r = acl_answers(g);
	return r < 0 ? r : exempt_low_ports(g);
}

static int go(struct aws_going *g, const struct assume *assume)
{
	struct path_outcome p = { .begun = false };
	size_t of_answers = 0;
	int r = aws_find_path(g->config, assume ? assume->hook : NULL, g->arena, g->d, &g->path);

	if (r == 0)
		r = walk_path(g, &p, &of_answers);
	if (r == 0)
		r = flow_not(g->m, p.drop, &g->out->must_accept);
	if (r == 0)
		r = tell_unknowns(g, &p, of_answers);
	if (r == 0)
		r = conclude_rules(g);
	if (r == 0)
		r = tell_assumptions(g);
	if (r == 0) {
		g->out->may[VERDICT_ACCEPT] = p.accept;
		g->out->may[VERDICT_DROP] = p.drop;
		g->out->deciding = p.decide;
		g->out->one_place = true;
		g->out->names = g->sees_names;
	}
	if (r == E_BUDGET) {
		diag_error(g->d, (struct place){ .file = g->config->file },
			   "the rules are too tangled to be worked out");
		diag_hint(g->d, "the budget of nodes is used up: name fewer groups with --at");
	}
	return r;
}

int aws_read(const struct aws_config *c, const struct assume *assume, struct flow_mgr *m,
	     struct diag *d, struct reading **ret)
{
	EG_AUTO(reading_freep) struct reading *out = reading_new(m);
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct aws_going g = { .config = c, .m = m, .d = d, .arena = a, .out = out };
	int r;

	g.apart = assume ? assume->apart : 0;
	r = out && a ? go(&g, assume) : -ENOMEM;
	aws_going_release(&g);
	if (r == 0)
		*ret = EG_TAKE(out);
	return r;
}
