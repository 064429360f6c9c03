/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_learned.h"

#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "dialect/nftables.h"
#include "dialect/say.h"
#include "dialect/spans.h"

enum { ZONE_NAME_MAX = 100 /* bytes of it in a map's name; the kernel takes 255 in all */ };

static const char *prefix_of(enum family family)
{
	return family == FAMILY_V4 ? "learned4-" : "learned6-";
}

/* ---- maps ---- */

static bool same_side(const struct rule *a, const struct rule *b, enum family family)
{
	enum flow_dim src = family == FAMILY_V4 ? FLOW_SRC4 : FLOW_SRC6;

	return spans_equal(a->match.dim[FLOW_IIF], b->match.dim[FLOW_IIF]) &&
	       spans_equal(a->match.dim[FLOW_OIF], b->match.dim[FLOW_OIF]) &&
	       spans_equal(a->match.dim[src], b->match.dim[src]);
}

static bool name_taken(const struct learned_places *all, const char *name)
{
	for (size_t i = 0; i < all->maps; i++)
		if (strcmp(all->map[i].name, name) == 0)
			return true;
	return false;
}

/* "learned4-lan", "learned4-lan_2" when there is one already, "learned4-3" without a zone. */
static const char *map_name(const struct learned_places *all, const char *zone, enum family family,
			    struct arena *a)
{
	char *stem = zone && *zone
			     ? arena_printf(a, "%s%.*s", prefix_of(family), ZONE_NAME_MAX, zone)
			     : arena_printf(a, "%s%zu", prefix_of(family), all->maps + 1);
	const char *name = stem;

	for (char *c = stem; c && *c; c++)
		if (!strchr("-_.", *c) && !(*c >= '0' && *c <= '9') && !(*c >= 'a' && *c <= 'z') &&
		    !(*c >= 'A' && *c <= 'Z'))
			*c = '_';
	for (unsigned copy = 2; name && name_taken(all, name); copy++)
		name = arena_printf(a, "%s_%u", stem, copy);
	return name;
}

/* The map for the side of a rule, a new one when it is the first of that side. */
static int map_for(struct learned_places *all, const struct rule *rule, enum family family,
		   struct arena *a, const char **ret)
{
	const char *name;

	for (size_t i = 0; i < all->maps; i++) {
		if (all->map[i].family == family && same_side(all->map[i].first, rule, family)) {
			*ret = all->map[i].name;
			return 0;
		}
	}
	name = map_name(all, rule->zone, family, a);
	if (!name)
		return -ENOMEM;
	all->map[all->maps++] = (struct learned_map){ name, family, rule };
	*ret = name;
	return 0;
}

/* ---- places ---- */

static int list_protos(struct flow_spans s, struct arena *a, struct learned_place *p)
{
	uint8_t *proto = arena_array(a, LEARNED_PORTS_MAX, sizeof(*proto));

	if (!proto)
		return -ENOMEM;
	for (size_t i = 0; i < s.n; i++)
		for (u128 v = s.span[i].lo; v <= s.span[i].hi; v++)
			proto[p->protos++] = (uint8_t)v;
	p->proto = proto;
	return 0;
}

static int list_ports(struct flow_spans s, struct arena *a, struct learned_place *p)
{
	uint16_t *port = arena_array(a, LEARNED_PORTS_MAX, sizeof(*port));

	if (!port)
		return -ENOMEM;
	for (size_t i = 0; i < s.n; i++)
		for (u128 v = s.span[i].lo; v <= s.span[i].hi; v++)
			port[p->ports++] = (uint16_t)v;
	p->port = port;
	return 0;
}

static int add_places(struct learned_places *all, const struct rulelist *rules, size_t i,
		      const char *target, struct arena *a)
{
	const struct flow_match *match = &rules->rule[i].match;
	struct learned_place p = { .rule = i, .target = target };
	int r = list_protos(match->dim[FLOW_PROTO], a, &p);

	if (r == 0)
		r = list_ports(match->dim[FLOW_DPORT], a, &p);
	if (!p.protos || !p.ports)
		return r;
	for (unsigned f = 0; r == 0 && f < 2; f++) {
		p.family = f ? FAMILY_V6 : FAMILY_V4;
		if (!say_holds_family(match, p.family))
			continue;
		r = map_for(all, &rules->rule[i], p.family, a, &p.map);
		if (r == 0)
			all->place[all->places++] = p;
	}
	return r;
}

int learned_places_make(const struct rulelist *rules, const enum say *say,
			const struct targets *targets, struct arena *a, struct learned_places *ret)
{
	struct learned_places all = { 0 };
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; i < rules->n; i++)
		n += say[i] == SAY_LEARNED;
	all.map = arena_array(a, 2 * n, sizeof(*all.map));
	all.place = arena_array(a, 2 * n, sizeof(*all.place));
	if (!all.map || !all.place)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < rules->n; i++)
		if (say[i] == SAY_LEARNED)
			r = add_places(&all, rules, i, targets->target[targets->of[i]].name, a);
	if (r == 0)
		*ret = all;
	return r;
}

int learned_places(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
		   struct learned_places *ret)
{
	struct losses lost = { 0 };
	struct targets targets;
	enum say *say;
	int r = nftables_say(rules, m, a, &say, &lost);

	if (r == 0)
		r = targets_make(rules, say, a, &targets);
	return r < 0 ? r : learned_places_make(rules, say, &targets, a, ret);
}

size_t learned_places_of(const struct learned_places *all, size_t rule,
			 const struct learned_place **ret)
{
	size_t lo = 0, hi = all->places, n = 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (all->place[mid].rule < rule)
			lo = mid + 1;
		else
			hi = mid;
	}
	while (lo + n < all->places && all->place[lo + n].rule == rule)
		n++;
	*ret = &all->place[lo];
	return n;
}

static bool has_place(const struct learned_place *p, const struct learned_element *e)
{
	bool proto = false, port = false;

	for (size_t i = 0; i < p->protos; i++)
		proto = proto || p->proto[i] == e->proto;
	for (size_t i = 0; proto && i < p->ports; i++)
		port = port || p->port[i] == e->port;
	return port && p->family == e->addr.family && strcmp(p->map, e->map) == 0 &&
	       strcmp(p->target, e->target) == 0;
}

bool learned_allows(const struct learned_places *all, const struct rulelist *rules,
		    const struct learned_element *e)
{
	struct name name;

	if (!e->name || name_parse(str_of(e->name), &name) < 0)
		return false;
	for (size_t i = 0; i < all->places; i++) {
		const struct flow_match *match = &rules->rule[all->place[i].rule].match;

		if (!has_place(&all->place[i], e))
			continue;
		for (size_t k = 0; k < match->names; k++)
			if (pattern_matches(&match->name[k], &name))
				return true;
	}
	return false;
}

/* ---- maps of a ruleset ---- */

bool learned_is_map(const struct nft_table *t, const struct nft_set *s)
{
	return t->family == NFT_INET && strcmp(t->name, NFTABLES_TABLE) == 0 && s->name &&
	       (strncmp(s->name, prefix_of(FAMILY_V4), strlen(prefix_of(FAMILY_V4))) == 0 ||
		strncmp(s->name, prefix_of(FAMILY_V6), strlen(prefix_of(FAMILY_V6))) == 0) &&
	       s->map && s->object == NFT_O_COUNTER && !(s->flags & ~NFT_SET_TIMEOUT) &&
	       (s->flags || s->timeout_ms); /* nft lists a timeout without its flag */
}

/* One word for each element: its family and destination address. */
struct destination {
	u128 addr;
	enum nft_type type;
};

static int destination_cmp(const void *a, const void *b)
{
	const struct destination *x = a, *y = b;

	if (x->type != y->type)
		return x->type < y->type ? -1 : 1;
	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static size_t count_distinct(struct destination *d, size_t n)
{
	size_t distinct = 0;

	qsort(d, n, sizeof(*d), destination_cmp);
	for (size_t i = 0; i < n; i++)
		distinct += i == 0 || destination_cmp(&d[i - 1], &d[i]) != 0;
	return distinct;
}

static void list_destinations(const struct nft_set *s, struct destination *d, size_t *n)
{
	for (size_t i = 0; i < s->elems; i++) {
		const struct nft_expr *key = s->elem[i].key, *addr;

		if (key->kind != NFT_E_CONCAT)
			continue;
		addr = key->concat.part[0];
		if (addr->kind == NFT_E_VALUE)
			d[(*n)++] = (struct destination){ addr->value.num, addr->type };
	}
}

int learned_count(const struct nft_ruleset *rs, size_t *ret)
{
	EG_AUTO(mem_freep) struct destination *d = mem_zero(rs->elems + 1, sizeof(*d));
	size_t n = 0;

	if (!d)
		return -ENOMEM;
	for (size_t t = 0; t < rs->tables; t++)
		for (size_t i = 0; i < rs->table[t]->sets; i++)
			if (learned_is_map(rs->table[t], rs->table[t]->set[i]))
				list_destinations(rs->table[t]->set[i], d, &n);
	*ret = count_distinct(d, n);
	return 0;
}
