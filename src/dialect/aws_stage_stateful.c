/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stateful engine of Network Firewall, as conversations fare in it.
 *
 * Rules on addresses and ports decide at the first packet. In action order all that pass come
 * before all that drop, whatever their group; in strict order groups have priorities. What none of
 * them decides is dropped at once by aws:drop_strict; else, of TCP, the connection is made, and
 * names decide when they are seen: the server name of TLS, the Host of HTTP. What is dropped then
 * counts as dropped.
 *
 * A domain list sees TCP from HOME_NET to elsewhere. Names that an ALLOWLIST lacks are dropped in
 * action order; in strict order it is not written down whether they are, unless the policy's
 * default drops them anyway.
 *
 * Whether a conversation says its name in TLS or in HTTP, nobody knows before: what holds for one
 * of them alone is worked out twice, and certain is what is so both times.
 */
#include <errno.h>

#include "dialect/aws_stage.h"
#include "dialect/spans.h"
#include "net/proto.h"

enum {
	BOTH = AWS_MAY(AWS_END_DROP) | AWS_MAY(AWS_END_ACCEPT),
	ACCEPT = AWS_MAY(AWS_END_ACCEPT),
	DROP = AWS_MAY(AWS_END_DROP)
};

struct stateful {
	struct aws_going *g;
	const struct aws_policy *policy;
	struct aws_walk walk;
	/* the group in hand */
	const struct aws_rulegroup *group;
	const struct aws_reference *ref;
	const char *where;
	bool last;		/* no group comes behind it */
	struct flow_match seen; /* by a domain list: TCP, from HOME_NET to elsewhere */
	bool sure;		/* nothing of the list is not modelled */
	enum aws_layer layer;	/* where names are said, for now */
};

/* What a phase does with the rules of a group. */
enum phase { PASSES = 1, DROPS = 2, ALL_ACTIONS = PASSES | DROPS };

static int use_group(struct stateful *s, size_t i)
{
	s->ref = &s->policy->stateful.one[i];
	s->group = aws_rulegroup_find(s->g->config, s->ref->arn);
	s->last = i + 1 == s->policy->stateful.n;
	s->where = s->group ? arena_printf(s->g->arena, "rule group %s", s->group->name) : "";
	return s->where ? 0 : -ENOMEM;
}

/* A group that nobody can read may do anything. */
static int walk_closed(struct stateful *s, enum phase phase)
{
	unsigned ends = (phase & PASSES ? ACCEPT : 0) | (phase & DROPS ? DROP : 0);
	const char *what =
		arena_printf(s->g->arena, "stateful rule group %s, which is not here", s->ref->arn);

	return what ? aws_walk_loose_set(&s->walk, FLOW_ALL, ends, what, s->ref->at) : -ENOMEM;
}

/* ---- rules on addresses and ports ---- */

static bool says(const struct aws_home *home)
{
	return home->said || home->far_said;
}

/* Do the group in hand and the policy both say what the variables are? */
static bool says_twice(const struct stateful *s)
{
	return says(&s->group->home) && says(&s->policy->home);
}

/*
 * What a variable stands for as source or destination. EXTERNAL_NET is all but HOME_NET unless
 * somebody says it. Where nobody says HOME_NET, it holds the near end: of what goes out, the
 * sources.
 */
static int net_spans(struct stateful *s, enum aws_net net, bool src, struct flow_spans *ret4,
		     struct flow_spans *ret6)
{
	const struct aws_home *home = says(&s->group->home) ? &s->group->home : &s->policy->home;
	bool near = src == (s->g->path.way == AWS_OUT);
	int r = 0;

	if (net == AWS_NET_HOME && home->said) {
		*ret4 = home->v4;
		*ret6 = home->v6;
	} else if (net == AWS_NET_EXTERNAL && home->far_said) {
		*ret4 = home->far4;
		*ret6 = home->far6;
	} else if (net == AWS_NET_EXTERNAL && home->said) {
		r = spans_not(home->v4, UINT32_MAX, s->g->arena, ret4);
		if (r == 0)
			r = spans_not(home->v6, family_max(FAMILY_V6), s->g->arena, ret6);
	} else {
		*ret4 = *ret6 = near == (net == AWS_NET_HOME) ? SPANS_ANY : spans_none();
		s->g->some_home = true;
	}
	return r;
}

static int match_of(struct stateful *s, const struct aws_rule *rule, bool turned,
		    struct flow_match *ret)
{
	enum aws_net src = turned ? rule->dst_net : rule->src_net;
	enum aws_net dst = turned ? rule->src_net : rule->dst_net;
	int r = 0;

	*ret = FLOW_MATCH_ANY;
	ret->dim[FLOW_PROTO] = rule->proto;
	ret->dim[FLOW_SRC4] = turned ? rule->dst4 : rule->src4;
	ret->dim[FLOW_SRC6] = turned ? rule->dst6 : rule->src6;
	ret->dim[FLOW_DST4] = turned ? rule->src4 : rule->dst4;
	ret->dim[FLOW_DST6] = turned ? rule->src6 : rule->dst6;
	ret->dim[FLOW_SPORT] = turned ? rule->dport : rule->sport;
	ret->dim[FLOW_DPORT] = turned ? rule->sport : rule->dport;
	ret->name = rule->name;
	ret->names = rule->names;
	if ((src || dst) && says_twice(s))
		return 0;
	if (src)
		r = net_spans(s, src, true, &ret->dim[FLOW_SRC4], &ret->dim[FLOW_SRC6]);
	if (r == 0 && dst)
		r = net_spans(s, dst, false, &ret->dim[FLOW_DST4], &ret->dim[FLOW_DST6]);
	return r;
}

static const char home_twice[] = "HOME_NET, which the group and the policy both say";

static int walk_rule(struct stateful *s, const struct aws_rule *rule)
{
	enum aws_end end = rule->action == AWS_PASS ? AWS_END_ACCEPT : AWS_END_DROP;
	const char *unknown = rule->unknown;
	uint32_t leaf = 0;
	int r = aws_check_rules(s->g, rule->at);

	if (!unknown && s->ref->override && end == AWS_END_DROP)
		unknown = "Override";
	if (!unknown && (rule->src_net || rule->dst_net) && says_twice(s))
		unknown = home_twice;
	/* ports of a protocol that need not have any */
	if (!unknown && rule->transport && spans_have(rule->proto, PROTO_ICMP))
		unknown = "ports of any protocol";
	s->g->sees_names = s->g->sees_names || rule->names;
	if (r == 0)
		r = aws_tell(s->g, rule->at, rule->text, s->where, &leaf);
	for (unsigned turned = 0; r == 0 && turned <= (rule->both_ways ? 1U : 0U); turned++) {
		struct flow_match match;

		r = match_of(s, rule, turned, &match);
		if (r == 0)
			r = aws_set_apart(s->g, leaf, &match, !unknown);
		if (r == 0)
			r = unknown ? aws_walk_loose(&s->walk, &match, 1, AWS_MAY(end), unknown,
						     rule->at)
				    : aws_walk_exact(&s->walk, &match, end, leaf);
	}
	return r;
}

/*
 * The rules of the group in hand that look at packets, or at names where those are said now. What
 * is not modelled of a rule on names may decide before a name is seen.
 */
static bool is_asked(const struct stateful *s, const struct aws_rule *rule, enum phase phase)
{
	if (s->layer == AWS_PACKETS ? rule->layer != AWS_PACKETS && !rule->unknown
				    : rule->layer != s->layer)
		return false;
	return rule->action == AWS_PASS ? phase & PASSES
					: rule->action == AWS_DROP && phase & DROPS;
}

static int walk_rules(struct stateful *s, enum phase phase)
{
	int r = 0;

	for (size_t k = 0; r == 0 && k < s->group->n; k++)
		if (is_asked(s, &s->group->rule[k], phase))
			r = walk_rule(s, &s->group->rule[k]);
	return r;
}

static int walk_packets(struct stateful *s, enum phase phase)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->policy->stateful.n; i++) {
		r = use_group(s, i);
		if (r == 0 && (!s->group || s->group->kind == AWS_STATELESS))
			r = walk_closed(s, phase);
		else if (r == 0 && s->group->kind == AWS_STATEFUL)
			r = walk_rules(s, phase);
	}
	return r;
}

/* ---- names ---- */

/* What the list in hand looks at, and how sure it is that it does. */
static int look(struct stateful *s)
{
	bool twice = says_twice(s);
	struct flow_match *m = &s->seen;
	int r;

	*m = FLOW_MATCH_ANY;
	s->g->sees_names = true;
	s->sure = !s->group->unknown && !s->ref->override && !twice;
	r = match_one(m, FLOW_PROTO, PROTO_TCP, PROTO_TCP, s->g->arena);
	if (r < 0 || twice)
		return r;
	r = net_spans(s, AWS_NET_HOME, true, &m->dim[FLOW_SRC4], &m->dim[FLOW_SRC6]);
	return r < 0 ? r
		     : net_spans(s, AWS_NET_EXTERNAL, false, &m->dim[FLOW_DST4],
				 &m->dim[FLOW_DST6]);
}

/* Why a list in hand is not sure. */
static const char *doubt(const struct stateful *s)
{
	if (s->group->unknown)
		return s->group->unknown;
	if (s->ref->override)
		return "Override";
	return home_twice;
}

static int walk_domain(struct stateful *s, const struct aws_domain *d, enum aws_end end)
{
	const char *text = arena_printf(s->g->arena, "%s %s",
					end == AWS_END_ACCEPT ? "allow" : "deny", d->text);
	struct flow_match match = s->seen;
	uint32_t leaf = 0;
	int r = text ? aws_check_rules(s->g, d->at) : -ENOMEM;

	if (!d->unknown) {
		match.name = d->pattern;
		match.names = d->patterns;
	}
	if (r == 0)
		r = aws_tell(s->g, d->at, text, s->where, &leaf);
	if (r < 0)
		return r;
	return s->sure && !d->unknown ? aws_walk_exact(&s->walk, &match, end, leaf)
				      : aws_walk_loose(&s->walk, &match, 1, AWS_MAY(end),
						       d->unknown ? d->unknown : doubt(s), d->at);
}

static int walk_domains(struct stateful *s, enum aws_end end)
{
	int r = look(s);

	for (size_t i = 0; r == 0 && i < s->group->domains; i++)
		r = walk_domain(s, &s->group->domain[i], end);
	return r;
}

/* What an ALLOWLIST does to what it does not list. */
static int walk_unlisted(struct stateful *s)
{
	static const struct pattern any = { .kind = PATTERN_ANY };
	struct flow_match named;
	uint32_t leaf = 0;
	int r = look(s);

	if (r == 0 && s->policy->strict)
		return s->last && s->policy->drop_established
			       ? 0
			       : aws_walk_loose(&s->walk, &s->seen, 1, DROP,
						"what an ALLOWLIST in strict order does to other "
						"names",
						s->group->at);
	named = s->seen;
	named.name = &any;
	named.names = 1;
	if (r == 0)
		r = aws_tell(s->g, s->group->at, "(names that are not on the list)", s->where,
			     &leaf);
	if (r == 0 && s->sure)
		r = aws_walk_exact(&s->walk, &named, AWS_END_DROP, leaf);
	return r < 0 ? r
		     : aws_walk_loose(&s->walk, &s->seen, 1, DROP,
				      s->sure ? "TLS and HTTP without a name" : doubt(s),
				      s->group->at);
}

static int walk_list(struct stateful *s, enum phase phase)
{
	int r = 0;

	if (s->layer == AWS_TLS ? !s->group->sni : !s->group->host)
		return 0;
	if (s->group->allow && phase & PASSES)
		r = walk_domains(s, AWS_END_ACCEPT);
	if (r == 0 && s->group->allow && phase & DROPS)
		r = walk_unlisted(s);
	if (r == 0 && s->group->deny && phase & DROPS)
		r = walk_domains(s, AWS_END_DROP);
	return r;
}

static int walk_names(struct stateful *s, enum phase phase)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->policy->stateful.n; i++) {
		r = use_group(s, i);
		if (r == 0 && s->group && s->group->kind == AWS_DOMAINS)
			r = walk_list(s, phase);
		else if (r == 0 && s->group && s->group->kind == AWS_STATEFUL)
			r = walk_rules(s, phase);
	}
	return r;
}

/* ---- the whole ---- */

static int in_order(struct stateful *s, int (*walk)(struct stateful *s, enum phase phase))
{
	int r;

	if (s->policy->strict)
		return walk(s, ALL_ACTIONS);
	r = walk(s, PASSES);
	return r < 0 ? r : walk(s, DROPS);
}

static int walk_default(struct stateful *s, enum aws_end end, const char *text)
{
	const char *where = arena_printf(s->g->arena, "firewall policy %s", s->policy->name);
	uint32_t leaf = 0;
	int r = where ? aws_tell(s->g, s->policy->at, text, where, &leaf) : -ENOMEM;

	return r < 0 ? r : aws_walk_rest(&s->walk, FLOW_ALL, end, leaf);
}

/* Of other protocols it is not written down which packets count as established. */
static int walk_untracked(struct stateful *s)
{
	flow_ref tcp, others;
	int r = aws_set_of(s->g->m, FLOW_PROTO, PROTO_TCP, &tcp);

	if (r == 0)
		r = flow_restrict(s->g->m, s->walk.live, tcp, &others);
	if (r == 0)
		r = flow_minus(s->g->m, s->walk.live, others, &others);
	if (r == 0)
		r = aws_walk_loose_set(&s->walk, others, BOTH,
				       "aws:drop_established of other protocols than TCP",
				       s->policy->at);
	return r;
}

/* What the first packets did not decide, when names are said in one layer. */
static int walk_layer(struct stateful *s, flow_ref live, enum aws_layer layer,
		      struct aws_outcome *ret)
{
	bool stops = s->policy->strict && s->policy->drop_established;
	int r;

	s->layer = layer;
	s->walk.live = live;
	r = in_order(s, walk_names);
	if (r == 0 && stops)
		r = walk_untracked(s);
	if (r == 0)
		r = stops ? walk_default(s, AWS_END_DROP, "aws:drop_established")
			  : walk_default(s, AWS_END_ACCEPT,
					 "(what no stateful rule stops, passes)");
	return r < 0 ? r : aws_walk_end(&s->walk, ret);
}

/* Where it matters whether a name is said in TLS or HTTP, nothing is certain. */
static int blame_layers(struct stateful *s, const struct aws_outcome *tls,
			const struct aws_outcome *http)
{
	flow_ref one = FLOW_NONE, other = FLOW_NONE;
	int r = flow_minus(s->g->m, tls->may[AWS_END_ACCEPT], http->may[AWS_END_ACCEPT], &one);

	if (r == 0)
		r = flow_minus(s->g->m, http->may[AWS_END_ACCEPT], tls->may[AWS_END_ACCEPT],
			       &other);
	if (r == 0)
		r = flow_override(s->g->m, one, other, &one);
	return r < 0 ? r
		     : doubts_add(&s->g->doubts, s->g->m,
				  STR("names that are looked for in TLS alone, or in HTTP alone"),
				  s->policy->at, one);
}

static int add_outcome(struct flow_mgr *m, const struct aws_outcome *more, struct aws_outcome *to)
{
	int r = flow_override(m, to->decide, more->decide, &to->decide);

	for (size_t end = 0; r == 0 && end < AWS_ENDS; end++)
		r = flow_override(m, to->may[end], more->may[end], &to->may[end]);
	return r;
}

/* First packets that are whole are judged; the others are of conversations judged before. */
static int walk_first(struct stateful *s, flow_ref forwarded, struct aws_outcome *ret)
{
	flow_ref first, whole, others = FLOW_NONE;
	int r = aws_set_of(s->g->m, FLOW_STATE, STATE_NEW, &first);

	if (r == 0)
		r = aws_set_of(s->g->m, FLOW_FRAG, 0, &whole);
	if (r == 0)
		r = flow_restrict(s->g->m, first, whole, &first);
	if (r == 0)
		r = flow_minus(s->g->m, forwarded, first, &others);
	s->walk.live = forwarded;
	if (r == 0)
		r = aws_walk_loose_set(&s->walk, others, BOTH, NULL, NOWHERE);
	if (r == 0)
		r = flow_restrict(s->g->m, forwarded, first, &s->walk.live);
	if (r == 0)
		r = in_order(s, walk_packets);
	if (r == 0 && s->policy->strict && s->policy->drop_strict)
		r = walk_default(s, AWS_END_DROP, "aws:drop_strict");
	return r < 0 ? r : aws_walk_end(&s->walk, ret);
}

static int walk_all(struct stateful *s, flow_ref forwarded, struct aws_outcome *ret)
{
	struct aws_outcome o, tls, http;
	flow_ref live = FLOW_NONE;
	int r = walk_first(s, forwarded, &o);

	live = s->walk.live;
	if (r == 0)
		r = walk_layer(s, live, AWS_TLS, &tls);
	if (r == 0)
		r = walk_layer(s, live, AWS_HTTP, &http);
	if (r == 0)
		r = blame_layers(s, &tls, &http);
	if (r == 0)
		r = add_outcome(s->g->m, &tls, &o);
	if (r == 0)
		r = add_outcome(s->g->m, &http, &o);
	s->g->handshake = s->g->handshake || s->policy->drop_established || s->g->sees_names;
	if (r == 0)
		*ret = o;
	return r;
}

static int walk(struct aws_going *g, flow_ref forwarded, struct aws_outcome *ret,
		int (*how)(struct stateful *s, flow_ref forwarded, struct aws_outcome *ret))
{
	struct stateful s = { .g = g,
			      .policy = g->path.policy,
			      .walk = { .m = g->m, .arena = g->arena, .doubts = &g->doubts } };
	int r = how(&s, forwarded, ret);

	aws_walk_release(&s.walk);
	return r;
}

int aws_stage_stateful(struct aws_going *g, flow_ref forwarded, struct aws_outcome *ret)
{
	return walk(g, forwarded, ret, walk_all);
}

int aws_stage_packets(struct aws_going *g, flow_ref forwarded, struct aws_outcome *ret)
{
	return walk(g, forwarded, ret, walk_first);
}
