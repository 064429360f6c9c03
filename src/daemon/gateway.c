/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/gateway.h"

#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "dialect/nftables_learned.h"

/*
 * One pattern of one rule. Sorted by the name behind the "*.", then by rule: those of a name lie
 * together, and `first` has where they begin.
 */
struct entry {
	const struct pattern *pattern;
	size_t rule;
};

struct gateway {
	const struct policy *policy;
	const struct rulelist *rules;
	struct arena *arena;
	struct learned_places places;
	struct entry *entry;
	size_t entries, named;
	struct strmap first;
	struct learned_element *element; /* room that is used again */
	size_t elements;
};

/* ---- making ---- */

static int by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->pattern->name.text, y->pattern->name.text);

	if (order)
		return order;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static int collect(struct gateway *g)
{
	const struct rulelist *rules = g->rules;
	size_t n = 0;

	for (size_t i = 0; i < rules->n; i++)
		n += rules->rule[i].match.names;
	g->entry = arena_array(g->arena, n + 1, sizeof(*g->entry));
	if (!g->entry)
		return -ENOMEM;
	for (size_t i = 0; i < rules->n; i++) {
		const struct flow_match *match = &rules->rule[i].match;
		const struct learned_place *place;

		if (rules->rule[i].verdict != VERDICT_ACCEPT || !match->names ||
		    !learned_places_of(&g->places, i, &place))
			continue;
		g->named++;
		for (size_t k = 0; k < match->names; k++)
			g->entry[g->entries++] = (struct entry){ &match->name[k], i };
	}
	qsort(g->entry, g->entries, sizeof(*g->entry), by_name);
	return 0;
}

static int index_names(struct gateway *g)
{
	for (size_t i = 0; i < g->entries; i++) {
		const char *name = g->entry[i].pattern->name.text;

		if (i && strcmp(name, g->entry[i - 1].pattern->name.text) == 0)
			continue;

		int r = strmap_add(&g->first, str_of(name), i);

		if (r < 0)
			return r;
	}
	return 0;
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
		r = collect(g);
	if (r == 0)
		r = index_names(g);
	if (r == 0)
		*ret = EG_TAKE(g);
	return r;
}

void gateway_free(struct gateway *g)
{
	if (!g)
		return;
	strmap_release(&g->first);
	arena_free(g->arena);
	mem_free(g->element);
	mem_free(g);
}

void gateway_freep(struct gateway **g)
{
	gateway_free(*g);
	*g = NULL;
}

/* ---- asking ---- */

static bool holds(const struct flow_spans *spans, u128 value)
{
	if (!spans->span)
		return true;
	for (size_t i = 0; i < spans->n; i++) {
		if (spans->span[i].lo <= value && value <= spans->span[i].hi)
			return true;
	}
	return false;
}

/* Is the rule about packets from this client? */
static bool is_from(const struct flow_match *match, struct addr client)
{
	bool v4 = client.family == FAMILY_V4;

	return holds(&match->dim[v4 ? FLOW_SRC4 : FLOW_SRC6], client.value) &&
	       holds(&match->dim[FLOW_FAMILY], !v4);
}

/*
 * May the client's rule be meant? A host asks over one family for the addresses of both; a rule of
 * the other family alone is meant too when the client's zone is its source.
 */
static bool is_for(const struct gateway *g, const struct rule *rule, struct addr client)
{
	if (is_from(&rule->match, client))
		return true;
	for (size_t i = 0; rule->zone && i < g->policy->zones; i++) {
		const struct zone *z = &g->policy->zone[i];

		if (strcmp(z->name, rule->zone) == 0)
			return prefixlist_has(&z->set, client);
	}
	return false;
}

/* Calls `each` for every rule that the name and the client have, until it returns something. */
typedef int (*rule_fn)(void *data, size_t rule);

static int each_at(const struct gateway *g, struct str key, struct addr client,
		   const struct name *name, rule_fn each, void *data)
{
	size_t i;
	int r = 0;

	if (strmap_get(&g->first, key, &i) < 0)
		return 0;
	for (; r == 0 && i < g->entries && str_is(key, g->entry[i].pattern->name.text); i++) {
		const struct entry *e = &g->entry[i];

		if (pattern_matches(e->pattern, name) &&
		    is_for(g, &g->rules->rule[e->rule], client))
			r = each(data, e->rule);
	}
	return r;
}

static int each_rule(const struct gateway *g, struct addr client, const struct name *name,
		     rule_fn each, void *data)
{
	struct str rest = str_of(name->text);
	int r = 0;

	while (r == 0 && rest.p) {
		r = each_at(g, rest, client, name, each, data);
		(void)str_cut(&rest, '.'); /* one label less */
	}
	return r ? r : each_at(g, STR(""), client, name, each, data); /* "*" */
}

struct deciding {
	const struct gateway *g;
	unsigned families;
};

static int decide_rule(void *data, size_t rule)
{
	struct deciding *d = data;
	const struct learned_place *place;
	size_t n = learned_places_of(&d->g->places, rule, &place);

	for (size_t i = 0; i < n; i++)
		d->families |= place[i].family == FAMILY_V4 ? DNS_ALLOW_V4 : DNS_ALLOW_V6;
	return d->families == DNS_ALLOW; /* there is no more to find */
}

enum dns_decision gateway_decide(const struct gateway *g, struct addr client,
				 const struct name *name)
{
	struct deciding d = { .g = g };

	(void)each_rule(g, client, name, decide_rule, &d); /* its answer is in `d` */
	return (enum dns_decision)d.families;
}

bool gateway_inside(const struct gateway *g, struct addr a)
{
	for (size_t i = 0; i < g->policy->zones; i++) {
		if (prefixlist_has(&g->policy->zone[i].set, a))
			return true;
	}
	return false;
}

/* ---- learning ---- */

struct learning {
	struct gateway *g;
	const struct name *name;
	const struct dns_learned *address;
	size_t addresses, n;
};

/* Has an earlier rule of the same query said where this one goes? */
static bool is_there(const struct learning *l, const struct learned_element *e)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct learned_element *o = &l->g->element[i];

		if (o->port == e->port && o->proto == e->proto && addr_cmp(o->addr, e->addr) == 0 &&
		    strcmp(o->map, e->map) == 0)
			return true;
	}
	return false;
}

static int learn_element(struct learning *l, const struct learned_element *e)
{
	int r;

	if (is_there(l, e))
		return 0;
	r = mem_grow(&l->g->element, &l->g->elements, l->n + 1, sizeof(*e));
	if (r == 0)
		l->g->element[l->n++] = *e;
	return r;
}

static int learn_at(struct learning *l, const struct learned_place *place,
		    const struct dns_learned *address)
{
	struct learned_element e = { .map = place->map,
				     .target = place->target,
				     .name = l->name->text,
				     .addr = address->addr,
				     .timeout_ms = address->seconds * 1000ULL };
	int r = 0;

	for (size_t i = 0; r == 0 && i < place->protos; i++) {
		for (size_t k = 0; r == 0 && k < place->ports; k++) {
			e.proto = place->proto[i];
			e.port = place->port[k];
			r = learn_element(l, &e);
		}
	}
	return r;
}

static int learn_rule(void *data, size_t rule)
{
	struct learning *l = data;
	const struct learned_place *place;
	size_t n = learned_places_of(&l->g->places, rule, &place);
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; r == 0 && k < l->addresses; k++) {
			if (l->address[k].addr.family == place[i].family)
				r = learn_at(l, &place[i], &l->address[k]);
		}
	}
	return r;
}

int gateway_learn(struct gateway *g, const struct learner *to, struct addr client,
		  const struct name *name, const struct dns_learned *address, size_t n)
{
	struct learning l = { .g = g, .name = name, .address = address, .addresses = n };
	int r = each_rule(g, client, name, learn_rule, &l);

	if (r < 0)
		return r;
	return l.n ? to->add(to->data, g->element, l.n) : -ENOENT;
}

size_t gateway_rules(const struct gateway *g)
{
	return g->named;
}

size_t gateway_maps(const struct gateway *g)
{
	return g->places.maps;
}

const char *gateway_map(const struct gateway *g, size_t i)
{
	return g->places.map[i].name;
}
