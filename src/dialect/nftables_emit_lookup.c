/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_emit_lookup.h"

#include <errno.h>

#include "dialect/say.h"

enum { KEY_PARTS = 5 };

/* The key of a lookup: what is looked at, part by part. */
struct key {
	struct nft_expr *expr[KEY_PARTS];
	enum nft_type type[KEY_PARTS];
	size_t n;
};

static void key_add(struct key *k, struct nft_expr *expr, enum nft_type type)
{
	k->expr[k->n] = expr;
	k->type[k->n++] = type;
}

static struct key key_of(struct emit *e, const struct lookup *l, enum family family)
{
	bool v4 = family == FAMILY_V4;
	const char *icmp = v4 ? "icmp" : "icmpv6";
	struct key k = { 0 };

	if (l->used[LOOKUP_SRC])
		key_add(&k, emit_payload(e, v4 ? "ip" : "ip6", "saddr"),
			v4 ? NFT_T_IPV4_ADDR : NFT_T_IPV6_ADDR);
	if (l->used[LOOKUP_PROTO])
		key_add(&k, emit_meta(e, "l4proto"), NFT_T_INET_PROTO);
	if (l->used[LOOKUP_DPORT] && l->icmp) {
		key_add(&k, emit_payload(e, icmp, "type"),
			v4 ? NFT_T_ICMP_TYPE : NFT_T_ICMPV6_TYPE);
		key_add(&k, emit_payload(e, icmp, "code"),
			v4 ? NFT_T_ICMP_CODE : NFT_T_ICMPV6_CODE);
	} else if (l->used[LOOKUP_DPORT]) {
		key_add(&k, emit_payload(e, "th", "dport"), NFT_T_INET_SERVICE);
	}
	if (l->used[LOOKUP_SPORT])
		key_add(&k, emit_payload(e, "th", "sport"), NFT_T_INET_SERVICE);
	return k;
}

static struct nft_expr *concat(struct emit *e, struct nft_expr *const *part, size_t n)
{
	struct nft_expr *all;

	if (n == 1 || e->r < 0)
		return part[0];
	all = nft_concat(e->rs->arena, part, n);
	if (!all)
		e->r = -ENOMEM;
	return all;
}

/* The spans of one field of one box, "any" spelt out. */
static struct flow_spans field_spans(const struct lookup_box *b, enum lookup_field field,
				     enum family family, struct flow_span *whole)
{
	if (b->field[field].span)
		return b->field[field];
	whole->lo = 0;
	if (field == LOOKUP_SRC)
		whole->hi = family_max(family);
	else
		whole->hi = field == LOOKUP_PROTO ? UINT8_MAX : UINT16_MAX;
	return (struct flow_spans){ whole, 1 };
}

/* Elements of one box: the product of its fields' spans, a part more at each level. */
struct product {
	struct emit *e;
	const struct emit_class *class;
	const struct lookup *lookup;
	const struct lookup_box *box;
	const struct key *key;
	struct nft_set *set;
	struct nft_expr *part[KEY_PARTS];
};

static void product_add(struct product *p, enum lookup_field field, size_t part);

/* Types and codes of one span of type * 256 + code: at most three rectangles. */
static void product_icmp(struct product *p, struct flow_span s, size_t part)
{
	while (s.lo <= s.hi && p->e->r == 0) {
		u128 type = s.lo >> 8, last = s.hi >> 8, end = s.hi;
		u128 to = type;

		if ((s.lo & 0xff) == 0 && last > type)
			to = (s.hi & 0xff) == 0xff ? last : last - 1;
		if (end >> 8 > to)
			end = to << 8 | 0xff;
		p->part[part] = emit_span(p->e, p->key->type[part], type, to);
		p->part[part + 1] =
			emit_span(p->e, p->key->type[part + 1], s.lo & 0xff, end & 0xff);
		product_add(p, LOOKUP_DPORT + 1, part + 2);
		s.lo = end + 1;
	}
}

static void product_add(struct product *p, enum lookup_field field, size_t part)
{
	struct flow_span whole;
	struct flow_spans spans;

	while (field < LOOKUP_FIELDS && !p->lookup->used[field])
		field++;
	if (field == LOOKUP_FIELDS) {
		emit_elem(p->e, p->set, concat(p->e, p->part, part), NFT_V_GOTO,
			  p->class->target[p->box->target].name);
		return;
	}
	spans = field_spans(p->box, field, p->class->family, &whole);
	for (size_t i = 0; i < spans.n && p->e->r == 0; i++) {
		if (field == LOOKUP_DPORT && p->lookup->icmp) {
			product_icmp(p, spans.span[i], part);
			continue;
		}
		p->part[part] =
			emit_span(p->e, p->key->type[part], spans.span[i].lo, spans.span[i].hi);
		product_add(p, field + 1, part + 1);
	}
}

void emit_lookup(struct emit *e, const struct emit_class *c, const struct lookup *l, size_t number)
{
	struct nft_rule *rule = emit_rule(e, c->chain, NULL);
	struct key key = key_of(e, l, c->family);
	const char *map = NULL;

	if (l->iif.span)
		emit_zones(e, rule, "iifname", l->iif, c->m);
	if (l->oif.span)
		emit_zones(e, rule, "oifname", l->oif, c->m);
	if (!key.n) {
		emit_verdict(e, rule, NFT_V_GOTO, c->target[l->box[0].target].name);
		return;
	}
	if (e->r == 0)
		map = arena_printf(e->rs->arena, "%s.%zu", c->chain->name, number + 1);
	if (!map) {
		e->r = e->r < 0 ? e->r : -ENOMEM;
		return;
	}
	struct product p = { .e = e, .class = c, .lookup = l, .key = &key };

	p.set = emit_map(e, map, key.type, key.n);
	for (size_t i = 0; i < l->n; i++) {
		p.box = &l->box[i];
		product_add(&p, 0, 0);
	}
	emit_vmap(e, rule, concat(e, key.expr, key.n), map);
}

void emit_learned(struct emit *e, struct nft_chain *chain, const struct learned_map *map,
		  const struct flow_mgr *m)
{
	bool v4 = map->family == FAMILY_V4;
	const char *ip = v4 ? "ip" : "ip6";
	enum nft_type address = v4 ? NFT_T_IPV4_ADDR : NFT_T_IPV6_ADDR;
	const struct flow_match *side = &map->first->match;
	struct flow_spans src = side->dim[v4 ? FLOW_SRC4 : FLOW_SRC6];
	struct nft_rule *rule = emit_rule(e, chain, "addresses that the resolver gave for names");
	struct key key = { 0 };

	if (side->dim[FLOW_IIF].span)
		emit_zones(e, rule, "iifname", side->dim[FLOW_IIF], m);
	if (side->dim[FLOW_OIF].span)
		emit_zones(e, rule, "oifname", side->dim[FLOW_OIF], m);
	if (src.span)
		emit_spans(e, rule, emit_payload(e, ip, "saddr"), address, src);
	key_add(&key, emit_payload(e, ip, "daddr"), address);
	key_add(&key, emit_meta(e, "l4proto"), NFT_T_INET_PROTO);
	key_add(&key, emit_payload(e, "th", "dport"), NFT_T_INET_SERVICE);
	emit_counter_map(e, map->name, key.type, key.n);
	emit_counter_by(e, rule, concat(e, key.expr, key.n), map->name);
	emit_verdict(e, rule, NFT_V_ACCEPT, NULL);
}
