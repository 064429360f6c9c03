/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/iptables_match.h"

#include <errno.h>

#include "dialect/spans.h"

enum { TCP_SYN = 2 };

struct working {
	struct ipt_reader *rd;
	const struct ipt_view *view;
	struct arena *arena;
	struct ipt_meaning *out;
};

static int narrow(struct working *k, enum flow_dim dim, struct flow_spans spans)
{
	return spans_and(k->out->match.dim[dim], spans, k->arena, &k->out->match.dim[dim]);
}

/* All or nothing. */
static int constant(struct working *k, bool holds)
{
	return holds ? 0 : narrow(k, FLOW_PROTO, spans_none());
}

static int also(struct working *k, const struct ipt_cond *c, struct bounds b)
{
	if (b.lo != b.hi)
		k->out->unsure[k->out->unsures++] = c;
	return bounds_and(k->rd->m, k->out->rest, b, &k->out->rest);
}

static int turned(struct working *k, const struct ipt_cond *c, struct bounds b)
{
	int r = c->not ? bounds_minus(k->rd->m, BOUNDS_ALL, b, &b) : 0;

	return r < 0 ? r : also(k, c, b);
}

static int flow_of(struct working *k, enum flow_dim dim, struct flow_spans spans, flow_ref *ret)
{
	struct flow_match m = FLOW_MATCH_ANY;

	m.dim[dim] = spans;
	return flow_of_match(k->rd->m, &m, 1, ret);
}

/* Values of a dimension between bounds. */
static int between(struct working *k, const struct ipt_cond *c, enum flow_dim dim,
		   struct flow_spans lo, struct flow_spans hi)
{
	struct bounds b;
	int r = flow_of(k, dim, lo, &b.lo);

	if (r == 0)
		r = flow_of(k, dim, hi, &b.hi);
	return r < 0 ? r : turned(k, c, b);
}

static int interface(struct working *k, const struct ipt_cond *c)
{
	enum ipt_seen seen = c->dim == FLOW_IIF ? k->view->iif : k->view->oif;
	bool wildcard = c->name.n && c->name.p[c->name.n - 1] == '+';
	struct str name = { c->name.p, c->name.n - wildcard };
	struct flow_spans lo, hi;
	int r;

	if (!name.n)
		return constant(k, !c->not );
	if (seen == SEEN_UNSURE)
		return also(k, c, BOUNDS_UNKNOWN);
	if (seen == SEEN_NONE)
		return constant(k, c->not );
	r = ipt_interface_spans(k->rd, name, wildcard, &lo, &hi);
	if (r < 0)
		return r;
	if (!spans_equal(lo, hi))
		return between(k, c, c->dim, lo, hi);
	if (c->not )
		r = spans_not(lo, ZONE_MAX, k->arena, &lo);
	return r < 0 ? r : narrow(k, c->dim, lo);
}

/* Before conntrack. */
static int early_state(struct working *k, const struct ipt_cond *c)
{
	bool invalid = c->mask >> STATE_INVALID & 1, new = c->mask >> STATE_NEW & 1,
	     untracked = c->mask >> STATE_UNTRACKED & 1;

	if (k->view->set && (invalid != new || invalid != untracked))
		return also(k, c, BOUNDS_UNKNOWN);
	return constant(k, invalid != c->not );
}

static int state(struct working *k, const struct ipt_cond *c)
{
	struct spanlist list = SPANLIST_INIT(k->arena);
	struct flow_spans spans;
	int r = 0;

	if (!k->view->tracked)
		return early_state(k, c);
	for (unsigned i = 0; r == 0 && i < STATE_COUNT; i++)
		if (c->mask >> i & 1)
			r = spanlist_add(&list, i, i);
	spans = spanlist_seal(&list);
	if (r == 0 && c->want)
		return between(k, c, FLOW_STATE, spans, SPANS_ANY);
	if (r == 0 && c->not )
		r = spans_not(spans, STATE_COUNT - 1, k->arena, &spans);
	return r < 0 ? r : narrow(k, FLOW_STATE, spans);
}

static int either_port(struct working *k, const struct ipt_cond *c)
{
	flow_ref sport, dport;
	int r = flow_of(k, FLOW_SPORT, c->spans, &sport);

	if (r == 0)
		r = flow_of(k, FLOW_DPORT, c->spans, &dport);
	if (r == 0)
		r = flow_override(k->rd->m, sport, dport, &sport);
	return r < 0 ? r : turned(k, c, (struct bounds){ sport, sport });
}

/* Of a first packet SYN and nothing else is set (an assumption the reading tells). */
static int tcp_flags(struct working *k, const struct ipt_cond *c)
{
	bool first = ((TCP_SYN & c->mask) == c->want) != c->not ;
	flow_ref new, later;
	struct flow_spans spans;
	int r = spans_one(STATE_NEW, STATE_NEW, k->arena, &spans);

	if (r == 0)
		r = flow_of(k, FLOW_STATE, spans, &new);
	if (r == 0)
		r = flow_not(k->rd->m, new, &later);
	if (r < 0)
		return r;
	return also(k, c,
		    first ? (struct bounds){ new, FLOW_ALL } : (struct bounds){ FLOW_NONE, later });
}

static int fragment(struct working *k, const struct ipt_cond *c)
{
	struct flow_spans spans;
	int r;

	if (k->view->whole)
		return constant(k, c->not );
	r = spans_one(!c->not, !c->not, k->arena, &spans);
	return r < 0 ? r : narrow(k, FLOW_FRAG, spans);
}

static int in_set(struct working *k, const struct ipt_cond *c)
{
	const struct ipt_set_meaning *set;
	struct flow_spans spans;
	int r = ipt_set_meaning(k->rd, k->view, c, &set);

	if (r < 0)
		return r;
	if (!set->plain)
		return turned(k, c, set->bounds);
	spans = set->spans;
	if (c->not )
		r = spans_not(spans, flow_dim_max(set->dim), k->arena, &spans);
	return r < 0 ? r : narrow(k, set->dim, spans);
}

static int condition(struct working *k, const struct ipt_cond *c)
{
	switch (c->kind) {
	case COND_SPANS:
		return narrow(k, c->dim, c->spans);
	case COND_INTERFACE:
		return interface(k, c);
	case COND_STATE:
		return state(k, c);
	case COND_EITHER_PORT:
		return either_port(k, c);
	case COND_TCP_FLAGS:
		return tcp_flags(k, c);
	case COND_FRAGMENT:
		return fragment(k, c);
	case COND_SET:
		return in_set(k, c);
	case COND_UNKNOWN:
		break;
	}
	return also(k, c, BOUNDS_UNKNOWN);
}

int ipt_rule_meaning(struct ipt_reader *rd, const struct ipt_view *v, const struct ipt_rule *rule,
		     struct arena *a, struct ipt_meaning *ret)
{
	struct ipt_meaning out = { .match = FLOW_MATCH_ANY, .rest = BOUNDS_ALL };
	struct working k = { rd, v, a, &out };
	int r;

	out.unsure = arena_array(a, rule->conds, sizeof(*out.unsure));
	r = out.unsure ? 0 : -ENOMEM;
	for (size_t i = 0; r == 0 && i < rule->conds; i++)
		r = condition(&k, &rule->cond[i]);
	if (r == 0)
		*ret = out;
	return r;
}
