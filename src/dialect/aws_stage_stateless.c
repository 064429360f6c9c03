/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stateless engine of Network Firewall: groups by priority, their rules by priority, the first
 * that holds decides; then the policy's default action. Ports are looked at in TCP and UDP alone,
 * flags in TCP. Of later fragments only those of UDP are dealt with, the others are dropped; they
 * have no ports.
 */
#include <errno.h>

#include "dialect/aws_stage.h"
#include "dialect/spans.h"
#include "net/proto.h"

enum { ANY_END = AWS_MAY(AWS_END_DROP) | AWS_MAY(AWS_END_ACCEPT) | AWS_MAY(AWS_END_FORWARD) };

struct stateless {
	struct aws_going *g;
	struct aws_walk walk;
	const struct aws_rule *rule; /* in hand */
	const char *where;
	uint32_t leaf;
};

static enum aws_end end_of(enum aws_action action)
{
	static const enum aws_end end[] = { [AWS_PASS] = AWS_END_ACCEPT,
					    [AWS_DROP] = AWS_END_DROP,
					    [AWS_FORWARD] = AWS_END_FORWARD };

	return end[action];
}

static int walk_product(struct stateless *s, const struct flow_match *match, bool sure)
{
	enum aws_end end = end_of(s->rule->action);
	int r = end == AWS_END_FORWARD
			? 0
			: aws_set_apart(s->g, s->leaf, match, sure && !s->rule->unknown);

	if (r < 0)
		return r;
	if (s->rule->unknown)
		return aws_walk_loose(&s->walk, match, 1, AWS_MAY(end), s->rule->unknown,
				      s->rule->at);
	return sure ? aws_walk_exact(&s->walk, match, end, s->leaf)
		    : aws_walk_loose(&s->walk, match, 1, AWS_MAY(end), NULL, NOWHERE);
}

/* The states of which it is not known whether a rule's TCP flags are theirs. */
static int walk_vague_states(struct stateless *s, const struct flow_match *tcp)
{
	struct flow_match match = *tcp;
	struct spanlist states = SPANLIST_INIT(s->g->arena);
	int r = spanlist_add(&states, STATE_RELATED, STATE_COUNT - 1);

	if (r == 0 && s->rule->flags_unsure)
		r = spanlist_add(&states, STATE_ESTABLISHED, STATE_ESTABLISHED);
	match.dim[FLOW_STATE] = spanlist_seal(&states);
	s->g->flags = true;
	return r < 0 ? r : walk_product(s, &match, false);
}

/* TCP or UDP, if the rule speaks of it: with its ports, and for later fragments perhaps. */
static int walk_transport(struct stateless *s, const struct flow_match *base, unsigned proto)
{
	bool flags = proto == PROTO_TCP && s->rule->flags;
	struct flow_match match = *base, later = *base;
	int r = 0;

	if (!spans_have(s->rule->proto, proto))
		return 0;
	r = match_one(&match, FLOW_PROTO, proto, proto, s->g->arena);
	later.dim[FLOW_PROTO] = match.dim[FLOW_PROTO];
	if (r == 0)
		r = match_one(&match, FLOW_FRAG, 0, 0, s->g->arena);
	if (r == 0)
		r = match_one(&later, FLOW_FRAG, 1, 1, s->g->arena);
	match.dim[FLOW_SPORT] = s->rule->sport;
	match.dim[FLOW_DPORT] = s->rule->dport;
	if (r == 0)
		r = walk_product(s, &later, false);
	s->g->fragments = true;
	if (r == 0 && flags)
		r = walk_vague_states(s, &match);
	if (flags)
		match.dim[FLOW_STATE] = s->rule->state;
	return r < 0 ? r : walk_product(s, &match, true);
}

static int walk_others(struct stateless *s, const struct flow_match *base)
{
	struct flow_match match = *base;
	struct spanlist ported = SPANLIST_INIT(s->g->arena);
	struct flow_spans others;
	int r = spanlist_add(&ported, PROTO_TCP, PROTO_TCP);

	if (r == 0)
		r = spanlist_add(&ported, PROTO_UDP, PROTO_UDP);
	if (r == 0)
		r = spans_not(spanlist_seal(&ported), UINT8_MAX, s->g->arena, &others);
	if (r == 0)
		r = spans_and(s->rule->proto, others, s->g->arena, &match.dim[FLOW_PROTO]);
	return r < 0 ? r : walk_product(s, &match, true);
}

static int walk_rule(struct stateless *s)
{
	struct flow_match match = FLOW_MATCH_ANY;
	int r = aws_check_rules(s->g, s->rule->at);

	if (r == 0)
		r = aws_tell(s->g, s->rule->at, s->rule->text, s->where, &s->leaf);
	match.dim[FLOW_SRC4] = s->rule->src4;
	match.dim[FLOW_SRC6] = s->rule->src6;
	match.dim[FLOW_DST4] = s->rule->dst4;
	match.dim[FLOW_DST6] = s->rule->dst6;
	match.dim[FLOW_PROTO] = s->rule->proto;
	if (r < 0 || !s->rule->transport)
		return r < 0 ? r : walk_product(s, &match, true);
	r = walk_transport(s, &match, PROTO_TCP);
	if (r == 0)
		r = walk_transport(s, &match, PROTO_UDP);
	return r < 0 ? r : walk_others(s, &match);
}

static int walk_group(struct stateless *s, const struct aws_reference *ref)
{
	const struct aws_rulegroup *group = aws_rulegroup_find(s->g->config, ref->arn);
	const char *what;
	int r = 0;

	if (!group || group->kind != AWS_STATELESS) {
		what = arena_printf(s->g->arena, "stateless rule group %s, which is not here",
				    ref->arn);
		return what ? aws_walk_loose_set(&s->walk, FLOW_ALL, ANY_END, what, ref->at)
			    : -ENOMEM;
	}
	s->where = arena_printf(s->g->arena, "rule group %s", group->name);
	if (!s->where)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < group->n; i++) {
		s->rule = &group->rule[i];
		r = walk_rule(s);
	}
	return r;
}

/* A rule of the policy itself. */
static int walk_default(struct stateless *s, flow_ref set, enum aws_end end, const char *text)
{
	const struct aws_policy *policy = s->g->path.policy;
	const char *where = arena_printf(s->g->arena, "firewall policy %s", policy->name);
	uint32_t leaf = 0;
	int r = where ? aws_tell(s->g, policy->at, text, where, &leaf) : -ENOMEM;

	return r < 0 ? r : aws_walk_rest(&s->walk, set, end, leaf);
}

static int walk_all(struct stateless *s, struct aws_outcome *ret)
{
	const struct aws_policy *policy = s->g->path.policy;
	flow_ref udp, whole, others = FLOW_NONE;
	int r = aws_set_of(s->g->m, FLOW_PROTO, PROTO_UDP, &udp);

	if (r == 0)
		r = aws_set_of(s->g->m, FLOW_FRAG, 0, &whole);
	if (r == 0)
		r = flow_override(s->g->m, udp, whole, &others);
	if (r == 0)
		r = flow_not(s->g->m, others, &others);
	if (r == 0)
		r = walk_default(s, others, AWS_END_DROP,
				 "(fragments of other protocols than UDP)");
	for (size_t i = 0; r == 0 && i < policy->stateless.n; i++)
		r = walk_group(s, &policy->stateless.one[i]);
	if (r == 0)
		r = walk_default(s, whole, end_of(policy->whole), "StatelessDefaultActions");
	if (r == 0)
		r = walk_default(s, FLOW_ALL, end_of(policy->fragment),
				 "StatelessFragmentDefaultActions");
	return r < 0 ? r : aws_walk_end(&s->walk, ret);
}

int aws_stage_stateless(struct aws_going *g, struct aws_outcome *ret)
{
	struct stateless s = {
		.g = g,
		.walk = { .m = g->m, .arena = g->arena, .doubts = &g->doubts, .live = FLOW_ALL }
	};
	int r = walk_all(&s, ret);

	aws_walk_release(&s.walk);
	return r;
}
