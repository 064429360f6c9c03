/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/gateway.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "daemon/askers.h"
#include "daemon/names.h"
#include "dialect/nftables_learned.h"

/* A rule on names that the table has a place for. */
struct named_rule {
	size_t rule;
	struct prefixlist from; /* whose clients it is about */
	enum dns_decision families;
};

struct gateway {
	const struct policy *policy;
	const struct rulelist *rules;
	struct arena *arena;
	struct learned_places places;
	struct named_rule *named;
	size_t nameds;
	struct names names; /* their ids are indices of `named` */
};

/* ---- making ---- */

static int add_spans(struct prefixlist *l, enum family family, const struct flow_spans *spans)
{
	int r = 0;

	if (!spans->span)
		return prefixlist_add_range(l,
					    (struct addr_range){ family, 0, family_max(family) });
	for (size_t i = 0; r == 0 && i < spans->n; i++)
		r = prefixlist_add_range(
			l, (struct addr_range){ family, spans->span[i].lo, spans->span[i].hi });
	return r;
}

static bool has_family(const struct flow_match *match, enum family family)
{
	const struct flow_spans *spans = &match->dim[FLOW_FAMILY];
	unsigned value = family == FAMILY_V6;

	for (size_t i = 0; i < spans->n; i++) {
		if (spans->span[i].lo <= value && value <= spans->span[i].hi)
			return true;
	}
	return !spans->span;
}

static int add_zone(struct prefixlist *l, const struct policy *p, const char *zone)
{
	int r = 0;

	for (size_t i = 0; zone && i < p->zones; i++) {
		const struct zone *z = &p->zone[i];

		if (strcmp(z->name, zone) != 0)
			continue;
		for (size_t k = 0; r == 0 && k < z->set.n; k++)
			r = prefixlist_add_range(l, z->set.range[k]);
	}
	return r;
}

/*
 * Whose clients is the rule about? A host asks over one family for the addresses of both, so a rule
 * of the other family alone is its zone's too.
 */
static int add_from(const struct gateway *g, const struct rule *rule, struct prefixlist *l)
{
	const struct flow_match *match = &rule->match;
	int r = 0;

	if (has_family(match, FAMILY_V4))
		r = add_spans(l, FAMILY_V4, &match->dim[FLOW_SRC4]);
	if (r == 0 && has_family(match, FAMILY_V6))
		r = add_spans(l, FAMILY_V6, &match->dim[FLOW_SRC6]);
	if (r == 0)
		r = add_zone(l, g->policy, rule->zone);
	prefixlist_seal(l);
	return r;
}

static int add_rule(struct gateway *g, size_t i)
{
	const struct rule *rule = &g->rules->rule[i];
	struct named_rule *new = &g->named[g->nameds];
	const struct learned_place *place;
	size_t n = learned_places_of(&g->places, i, &place);
	unsigned families = 0;
	int r;

	if (rule->verdict != VERDICT_ACCEPT || !rule->match.names || !n)
		return 0;
	for (size_t k = 0; k < n; k++)
		families |= place[k].family == FAMILY_V4 ? DNS_ALLOW_V4 : DNS_ALLOW_V6;
	*new = (struct named_rule){ .rule = i, .families = (enum dns_decision)families };
	g->nameds++; /* from here on its list is released */
	r = add_from(g, rule, &new->from);
	for (size_t k = 0; r == 0 && k < rule->match.names; k++)
		r = names_add(&g->names, &rule->match.name[k], g->nameds - 1);
	return r;
}

static int add_rules(struct gateway *g)
{
	int r = 0;

	g->named = arena_array(g->arena, g->rules->n + 1, sizeof(*g->named));
	if (!g->named)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < g->rules->n; i++)
		r = add_rule(g, i);
	return r < 0 ? r : names_seal(&g->names);
}

int gateway_new(const struct policy *p, const struct plan *plan, struct flow_mgr *m,
		struct gateway **ret)
{
	EG_AUTO(gateway_freep) struct gateway *g = mem_zero(1, sizeof(*g));
	int r;

	if (!g)
		return -ENOMEM;
	g->policy = p;
	g->rules = &plan->rules;
	g->arena = arena_new();
	r = g->arena ? learned_places(&plan->rules, m, g->arena, &g->places) : -ENOMEM;
	if (r == 0)
		r = add_rules(g);
	if (r == 0)
		*ret = EG_TAKE(g);
	return r;
}

void gateway_free(struct gateway *g)
{
	if (!g)
		return;
	names_release(&g->names);
	for (size_t i = 0; i < g->nameds; i++)
		prefixlist_release(&g->named[i].from);
	arena_free(g->arena);
	mem_free(g);
}

void gateway_freep(struct gateway **g)
{
	gateway_free(*g);
	*g = NULL;
}

/* ---- who may ask ---- */

static int inside(const struct policy *p, struct prefixlist *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->zones; i++)
		r = add_zone(ret, p, p->zone[i].name);
	prefixlist_seal(ret);
	return r;
}

static void write_names(const struct gateway *g, const struct named_rule *of, struct buf *out)
{
	const struct flow_match *match = &g->rules->rule[of->rule].match;

	for (size_t i = 0; i < match->names; i++)
		askers_write_name(of->families, &match->name[i], out);
}

/* Rules about the same clients are one group, where the first of them stands. */
static void write_group(const struct gateway *g, size_t first, struct buf *out)
{
	const struct prefixlist *from = &g->named[first].from;

	for (size_t i = 0; i < first; i++) {
		if (prefixlist_equal(&g->named[i].from, from))
			return;
	}
	askers_write_group(from, out);
	for (size_t i = first; i < g->nameds; i++) {
		if (prefixlist_equal(&g->named[i].from, from))
			write_names(g, &g->named[i], out);
	}
}

int gateway_write_askers(const struct gateway *g, struct buf *out)
{
	EG_AUTO(prefixlist_release) struct prefixlist ours = PREFIXLIST_INIT;
	int r = inside(g->policy, &ours);

	if (r < 0)
		return r;
	askers_write_head(&ours, out);
	for (size_t i = 0; i < g->nameds; i++)
		write_group(g, i, out);
	return out->r;
}

/* ---- learning ---- */

struct wanting {
	const struct gateway *g;
	const struct addr *client; /* NULL: whosever */
	const char *name;
	const struct dns_learned *address;
	size_t addresses;
	struct wants *wants;
};

static int want_at(const struct wanting *q, const struct learned_place *place,
		   const struct dns_learned *address)
{
	struct learned_element e = { .map = place->map,
				     .target = place->target,
				     .name = q->name,
				     .addr = address->addr,
				     .timeout_ms = address->seconds * 1000ULL };
	int r = 0;

	for (size_t i = 0; r == 0 && i < place->protos; i++) {
		for (size_t k = 0; r == 0 && k < place->ports; k++) {
			e.proto = place->proto[i];
			e.port = place->port[k];
			r = wants_add(q->wants, &e);
		}
	}
	return r;
}

static int want_rule(void *data, size_t id)
{
	const struct wanting *q = data;
	const struct named_rule *named = &q->g->named[id];
	const struct learned_place *place;
	size_t n = learned_places_of(&q->g->places, named->rule, &place);
	int r = 0;

	if (q->client && !prefixlist_has(&named->from, *q->client))
		return 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; r == 0 && k < q->addresses; k++) {
			if (q->address[k].addr.family == place[i].family)
				r = want_at(q, &place[i], &q->address[k]);
		}
	}
	return r;
}

void gateway_want(const struct gateway *g, uint64_t ticket, struct addr client,
		  const struct name *name, const struct dns_learned *address, size_t n,
		  struct wants *w)
{
	struct wanting q = {
		.g = g, .client = &client, .address = address, .addresses = n, .wants = w
	};

	if (wants_begin(w, ticket, name->text, &q.name) == 0)
		(void)names_each(&g->names, name, want_rule, &q); /* it stands in the request */
}

void gateway_want_all(const struct gateway *g, const struct name *name, const struct addr *address,
		      size_t n, struct wants *w)
{
	struct dns_learned all[ANSWER_ADDRESSES_MAX];
	struct wanting q = { .g = g, .address = all, .addresses = n, .wants = w };

	for (size_t i = 0; i < n; i++)
		all[i] = (struct dns_learned){ .addr = address[i] };
	if (wants_begin(w, 0, name->text, &q.name) == 0)
		(void)names_each(&g->names, name, want_rule, &q); /* it stands in the request */
}

size_t gateway_rules(const struct gateway *g)
{
	return g->nameds;
}

size_t gateway_maps(const struct gateway *g)
{
	return g->places.maps;
}

const char *gateway_map(const struct gateway *g, size_t i)
{
	return g->places.map[i].name;
}
