/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Neighbours of an allowed flow: each differs from it in one thing, by as little as possible.
 * Whether a candidate is a neighbour at all is for trial_add() to say, which asks the rule list.
 */
#include "lab/trialadd.h"
#include "net/proto.h"

enum {
	PORT_STEPS = 64,   /* how far from a range's end we look for a port that is closed */
	ADDRESS_MOST = 4,  /* next addresses of one rule and family */
	ADDRESS_LOOKS = 16 /* prefixes we look at for them, half from each end of the list */
};

static int port_from(struct making *k, const struct ground *g, int start, int step)
{
	struct draft d = { .kind = TRIAL_PORT, .flow = g->flow, .zone = g->zone };
	int r = 0;

	for (int i = 0; r == 0 && i < PORT_STEPS; i++) {
		int port = start + i * step;

		if (port < 1 || port > UINT16_MAX)
			break;
		d.flow.dport = (uint16_t)port;
		r = trial_add(k, g, &d);
	}
	return r < 0 ? r : 0;
}

static int wrong_ports(struct making *k, const struct ground *g)
{
	const struct flow_spans *ports = &g->rule->match.dim[FLOW_DPORT];
	int r = 0;

	for (size_t i = 0; r == 0 && i < ports->n; i++) {
		r = port_from(k, g, (int)ports->span[i].lo - 1, -1);
		if (r == 0)
			r = port_from(k, g, (int)ports->span[i].hi + 1, 1);
	}
	return r;
}

static int wrong_protocol(struct making *k, const struct ground *g)
{
	const struct flow_spans *ports = &g->rule->match.dim[FLOW_DPORT];
	struct draft d = { .kind = TRIAL_PROTOCOL, .flow = g->flow, .zone = g->zone };
	int r = 0;

	d.flow.proto = g->flow.proto == PROTO_TCP ? PROTO_UDP : PROTO_TCP;
	for (size_t i = 0; r == 0 && i < ports->n; i++) {
		d.flow.dport = (uint16_t)ports->span[i].lo;
		r = trial_add(k, g, &d);
	}
	return r < 0 ? r : 0;
}

static struct addr *end_of(struct flow *f, enum trial_end end)
{
	return end == TRIAL_SRC ? &f->src : &f->dst;
}

/* Tries one address in place of one end; it must stay on the same side of the gateway. */
static int next_address(struct making *k, const struct ground *g, enum trial_end end, u128 value)
{
	struct draft d = { .kind = end == TRIAL_SRC ? TRIAL_SOURCE : TRIAL_ADDRESS,
			   .flow = g->flow,
			   .zone = g->zone };
	struct addr *a = end_of(&d.flow, end);
	size_t node = topology_find(k->topology, *a);

	a->value = value;
	if (!trial_usable(*a) || topology_find(k->topology, *a) != node)
		return 0;
	return trial_add(k, g, &d);
}

/* The i-th span in the order first, last, second, last but one, ... */
static const struct flow_span *from_both_ends(const struct flow_spans *s, size_t i)
{
	return &s->span[i % 2 ? s->n - 1 - i / 2 : i / 2];
}

static int next_addresses(struct making *k, const struct ground *g, enum trial_end end)
{
	const struct flow_spans *spans = trial_spans(g, end);
	unsigned found = 0;

	for (size_t i = 0; i < spans->n && i < ADDRESS_LOOKS && found < ADDRESS_MOST; i++) {
		const struct flow_span *s = from_both_ends(spans, i);
		int before = s->lo > 0 ? next_address(k, g, end, s->lo - 1) : 0;
		int after = before < 0 || s->hi == family_max(g->family)
				    ? 0
				    : next_address(k, g, end, s->hi + 1);

		if (before < 0 || after < 0)
			return before < 0 ? before : after;
		found += (unsigned)(before + after);
	}
	return 0;
}

static bool among(const struct zone *z, const struct allow *allow)
{
	for (size_t i = 0; allow && i < allow->zones; i++)
		if (allow->zone[i] == z)
			return true;
	return false;
}

static int wrong_zones(struct making *k, const struct ground *g)
{
	const struct allow *allow = k->plan->outcome[g->outcome].allow;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < k->policy->zones; i++) {
		const struct zone *z = &k->policy->zone[i];
		struct draft d = { .kind = among(z, allow) ? TRIAL_ROLE : TRIAL_ZONE,
				   .flow = g->flow,
				   .zone = z->name };

		if (z != k->policy->outside && topology_address(&z->set, g->family, &d.flow.src))
			r = trial_add(k, g, &d);
	}
	return r < 0 ? r : 0;
}

/* The far end begins, from the service's port: looks like an answer that nobody asked for. */
static int unsolicited(struct making *k, const struct ground *g)
{
	struct draft d = { .kind = TRIAL_UNSOLICITED, .flow = g->flow, .zone = "outside" };
	int r;

	d.flow.src = g->flow.dst;
	d.flow.dst = g->flow.src;
	d.flow.sport = g->flow.dport;
	if (topology_find(k->topology, d.flow.src) != k->topology->outside)
		d.zone = g->zone;
	r = trial_add(k, g, &d);
	return r < 0 ? r : 0;
}

int trial_neighbours(struct making *k, const struct ground *g)
{
	bool inbound = topology_find(k->topology, g->flow.src) == k->topology->outside;
	int r = wrong_ports(k, g);

	if (r == 0)
		r = next_addresses(k, g, TRIAL_DST);
	if (r == 0 && inbound)
		r = next_addresses(k, g, TRIAL_SRC);
	if (r == 0)
		r = wrong_protocol(k, g);
	if (r == 0)
		r = wrong_zones(k, g);
	return r == 0 ? unsolicited(k, g) : r;
}
