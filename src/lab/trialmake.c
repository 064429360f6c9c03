/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "lab/trialadd.h"
#include "net/proto.h"

enum { EDGES_MAX = 24, NAMES_MOST = 6 /* of one rule */ };

/* Values worth trying in one dimension: the edges of what a rule says. */
struct edges {
	u128 value[EDGES_MAX];
	size_t n;
};

static void edge(struct edges *e, u128 v)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->value[i] == v)
			return;
	if (e->n < EDGES_MAX)
		e->value[e->n++] = v;
}

static bool in_spans(const struct flow_spans *s, u128 v)
{
	for (size_t i = 0; i < s->n; i++)
		if (v >= s->span[i].lo && v <= s->span[i].hi)
			return true;
	return false;
}

/* The ends of one published list, in file order: a list that was not loaded shows here. */
static void list_edges(const struct origin_list *l, const struct ground *g,
		       const struct flow_spans *s, struct edges *e)
{
	const struct origin_line *first = NULL, *last = NULL;

	for (size_t i = 0; i < l->lines; i++) {
		if (l->line[i].prefix.family != g->family)
			continue;
		first = first ? first : &l->line[i];
		last = &l->line[i];
	}
	if (!first)
		return;
	if (in_spans(s, prefix_range(first->prefix).lo))
		edge(e, prefix_range(first->prefix).lo);
	if (in_spans(s, prefix_range(last->prefix).hi))
		edge(e, prefix_range(last->prefix).hi);
}

static void address_edges(const struct ground *g, enum trial_end end, struct edges *e)
{
	const struct flow_spans *s = trial_spans(g, end);
	const struct origin *o = &g->rule->origin;

	if (!s->n)
		return;
	edge(e, s->span[0].lo);
	edge(e, s->span[s->n - 1].hi);
	for (size_t i = 0; i < o->lists; i++)
		list_edges(&o->list[i], g, s, e);
}

static void port_edges(const struct ground *g, struct edges *e)
{
	const struct flow_spans *s = &g->rule->match.dim[FLOW_DPORT];

	for (size_t i = 0; i < s->n; i++) {
		edge(e, s->span[i].lo);
		edge(e, s->span[i].hi);
	}
}

/* Does the rule speak of this family, with addresses at both ends (or names for the far one)? */
static bool speaks(const struct ground *g)
{
	const struct flow_spans *f = &g->rule->match.dim[FLOW_FAMILY];

	return (!f->span || in_spans(f, g->family == FAMILY_V6)) && trial_spans(g, TRIAL_SRC)->n &&
	       (trial_spans(g, TRIAL_DST)->n || g->rule->match.names);
}

static struct flow flow_at(const struct ground *g, u128 src, u128 dst, u128 dport)
{
	return (struct flow){
		.state = STATE_NEW,
		.proto = (uint8_t)g->rule->match.dim[FLOW_PROTO].span[0].lo,
		.src = { g->family, src },
		.dst = { g->family, dst },
		.dport = (uint16_t)dport,
	};
}

static size_t most(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Every edge of every dimension in at least one flow: the longest list sets the number. */
static int allowed(struct making *k, struct ground *g)
{
	struct edges src = { .n = 0 }, dst = { .n = 0 }, port = { .n = 0 };
	size_t n;
	int r = 0;

	address_edges(g, TRIAL_SRC, &src);
	address_edges(g, TRIAL_DST, &dst);
	port_edges(g, &port);
	if (!src.n || !dst.n || !port.n)
		return 0;
	n = most(most(src.n, dst.n), port.n);
	g->flow = flow_at(g, src.value[0], dst.value[0], port.value[0]);
	for (size_t i = 0; r >= 0 && i < n; i++) {
		struct draft d = { .kind = TRIAL_ALLOWED, .zone = g->zone };

		d.flow = flow_at(g, src.value[i % src.n], dst.value[i % dst.n],
				 port.value[i % port.n]);
		r = trial_add(k, g, &d);
	}
	return r < 0 ? r : 1;
}

static int late(struct making *k, const struct ground *g)
{
	const struct draft d = { .kind = TRIAL_LATE, .flow = g->flow, .zone = g->zone };
	int r = trial_add(k, g, &d);

	return r < 0 ? r : 0;
}

/* ---- names ---- */

/*
 * The address that a name has in the lab: of the blocks for benchmarks (RFC 2544: 198.18.0.0/15,
 * RFC 5180: 2001:2::/48), which no vendor publishes.
 */
static struct addr name_address(enum family family, size_t i)
{
	if (family == FAMILY_V4)
		return (struct addr){ family, (u128)0xc6120000U + 0x100 + i };
	return (struct addr){ family, ((u128)0x20010002U << 96) + 0x100 + i };
}

static const char *host_under(struct making *k, const struct pattern *p)
{
	if (p->kind == PATTERN_UNDER)
		return arena_printf(k->to->arena, "www.%s", p->name.text);
	return arena_strdup(k->to->arena, p->name.text);
}

static int name_trial(struct making *k, struct ground *g, const struct pattern *p, size_t i)
{
	struct edges src = { .n = 0 }, port = { .n = 0 };
	struct draft d = { .kind = TRIAL_NAME, .zone = g->zone, .name = host_under(k, p) };
	int r = 0;

	if (!d.name)
		return -ENOMEM;
	address_edges(g, TRIAL_SRC, &src);
	port_edges(g, &port);
	for (size_t n = 0; r >= 0 && n < port.n; n++) {
		d.flow = flow_at(g, src.value[n % src.n], name_address(g->family, i).value,
				 port.value[n]);
		r = trial_add(k, g, &d);
	}
	return r < 0 ? r : 0;
}

static int name_trials(struct making *k, struct ground *g)
{
	const struct flow_match *m = &g->rule->match;
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->names && i < NAMES_MOST; i++)
		if (m->name[i].kind != PATTERN_ANY)
			r = name_trial(k, g, &m->name[i], i);
	return r;
}

/* ---- a plan ---- */

/* `done`: this outcome and family has its neighbours already, from another zone's rule. */
static int rule_trials(struct making *k, struct ground *g, bool *done)
{
	int r;

	if (!g->rule->match.dim[FLOW_PROTO].n || !speaks(g))
		return 0;
	if (g->rule->match.names)
		return name_trials(k, g);
	r = allowed(k, g);
	if (r <= 0 || *done)
		return r < 0 ? r : 0;
	*done = true;
	r = late(k, g);
	return r == 0 ? trial_neighbours(k, g) : r;
}

static int outcome_trials(struct making *k, size_t index)
{
	static const enum family families[] = { FAMILY_V4, FAMILY_V6 };
	const struct outcome *o = &k->plan->outcome[index];
	bool done[ARRAY_LEN(families)] = { false };
	int r = 0;

	for (size_t i = 0; r == 0 && i < o->rules; i++)
		for (size_t f = 0; r == 0 && f < ARRAY_LEN(families); f++) {
			struct ground g = { .outcome = index,
					    .rule = &k->plan->rules.rule[o->first_rule + i],
					    .family = families[f] };

			g.zone = g.rule->zone ? g.rule->zone : "inside";
			r = rule_trials(k, &g, &done[f]);
		}
	return r;
}

/* The set that a packet filter can enforce: of the rules without names. */
static int accept_set(struct making *k)
{
	struct rulelist visible;
	flow_ref diagram;
	int r = 0;

	rulelist_init(&visible, k->plan->arena);
	visible.otherwise = k->plan->rules.otherwise;
	for (size_t i = 0; r == 0 && i < k->plan->rules.n; i++)
		if (!k->plan->rules.rule[i].match.names)
			r = rulelist_add(&visible, &k->plan->rules.rule[i]);
	if (r == 0)
		r = rulelist_diagram(&visible, k->m, &diagram);
	if (r == 0)
		r = rulelist_verdict(&visible, k->m, diagram, VERDICT_ACCEPT, &k->accept);
	rulelist_release(&visible);
	return r;
}

int trials_make(const struct policy *policy, const struct plan *plan,
		const struct topology *topology, struct flow_mgr *m, struct diag *d,
		struct trials *ret)
{
	EG_AUTO(trials_release) struct trials t = { .arena = arena_new() };
	struct making k = {
		.policy = policy, .plan = plan, .topology = topology, .m = m, .d = d, .to = &t
	};
	int r = t.arena ? accept_set(&k) : -ENOMEM;

	for (size_t i = 0; r == 0 && i < plan->outcomes; i++)
		r = outcome_trials(&k, i);
	if (r < 0)
		return r;
	*ret = t;
	t = TRIALS_INIT;
	return 0;
}
