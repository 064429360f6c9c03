/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_value.h"

#include <errno.h>

enum { DOMAIN_MAX = 65536, NEXTHDR_KINDS = 5 };

/* The bits of ct state (NF_CT_STATE_BIT and nft's names) by enum flow_state. */
static const uint8_t state_bit[STATE_COUNT] = {
	[STATE_NEW] = 8,     [STATE_ESTABLISHED] = 2, [STATE_RELATED] = 4,
	[STATE_INVALID] = 1, [STATE_UNTRACKED] = 64,
};

static const uint8_t family_number[] = { NFT_IP, NFT_IP6 };
static const uint16_t ether_type[] = { 0x0800, 0x86dd };

/* IPv6 extension headers that the kernel walks over (ipv6_ext_hdr()). */
static const uint8_t extension[NEXTHDR_KINDS] = { 0, 43, 44, 51, 60 };

/* ---- constants of a rule ---- */

static int add_span(struct value_list *l, u128 lo, u128 hi, bool maybe)
{
	int r = maybe ? 0 : spanlist_add(&l->lo, lo, hi);

	return r < 0 ? r : spanlist_add(&l->hi, lo, hi);
}

/* An interface name; with a star every zone known by such a name, and perhaps those unknown. */
static int add_interface(struct value_list *l, const struct nft_expr *e, struct flow_mgr *m,
			 bool maybe)
{
	const char *text = e->value.text, *name;
	unsigned id;
	int r = 0;

	if (!e->wildcard) {
		uint16_t zone = 0;

		r = *text ? flow_zone(m, str_of(text), &zone) : 0;
		return r < 0 ? r : add_span(l, zone, zone, maybe);
	}
	for (id = 1; r == 0 && (name = flow_zone_name(m, (uint16_t)id)); id++) {
		if (strncmp(name, text, strlen(text)) == 0)
			r = add_span(l, id, id, maybe);
	}
	return r < 0 || id > ZONE_MAX ? r : spanlist_add(&l->hi, id, ZONE_MAX);
}

int value_list_add(struct value_list *l, const struct nft_expr *e, const struct term *t,
		   struct flow_mgr *m, bool maybe)
{
	u128 host;

	switch (e->kind) {
	case NFT_E_RANGE:
		return e->range.lo <= e->range.hi ? add_span(l, e->range.lo, e->range.hi, maybe)
						  : 0;
	case NFT_E_PREFIX:
		host = e->len ? t->max >> e->len : t->max;
		return add_span(l, e->range.lo & ~host, e->range.lo | host, maybe);
	case NFT_E_VALUE:
		if (t->zones && e->value.text)
			return add_interface(l, e, m, maybe);
		if (!t->zones && !e->value.text)
			return add_span(l, e->value.num, e->value.num, maybe);
		return spanlist_add(&l->hi, 0, U128_MAX);
	case NFT_E_ANY:
		return add_span(l, 0, U128_MAX, maybe);
	default:
		return spanlist_add(&l->hi, 0, U128_MAX);
	}
}

struct value_bounds value_list_seal(struct value_list *l)
{
	return (struct value_bounds){ spanlist_seal(&l->lo), spanlist_seal(&l->hi) };
}

/* ---- values of a dimension ---- */

static u128 value_of(enum term_map map, unsigned point)
{
	switch (map) {
	case MAP_STATE:
		return state_bit[point];
	case MAP_FAMILY:
		return family_number[point];
	case MAP_ETHER:
		return ether_type[point];
	default:
		return point;
	}
}

static int few_points(enum term_map map, unsigned n, struct flow_spans s, struct spanlist *out)
{
	for (unsigned i = 0; i < n; i++) {
		int r = spans_have(s, value_of(map, i)) ? spanlist_add(out, i, i) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

/* High bytes: one span of the dimension each. */
static int types(struct flow_spans s, struct spanlist *out)
{
	for (size_t i = 0; i < s.n && s.span[i].lo <= UINT8_MAX; i++) {
		u128 hi = s.span[i].hi < UINT8_MAX ? s.span[i].hi : UINT8_MAX;
		int r = spanlist_add(out, s.span[i].lo << 8, hi << 8 | 0xff);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Low bytes: 256 spans of the dimension each. */
static int codes(struct flow_spans s, struct spanlist *out)
{
	for (size_t i = 0; i < s.n && s.span[i].lo <= UINT8_MAX; i++) {
		u128 hi = s.span[i].hi < UINT8_MAX ? s.span[i].hi : UINT8_MAX;

		for (u128 type = 0; type <= UINT8_MAX; type++) {
			int r = spanlist_add(out, type << 8 | s.span[i].lo, type << 8 | hi);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int plain(struct flow_spans s, u128 max, struct spanlist *out)
{
	for (size_t i = 0; i < s.n && s.span[i].lo <= max; i++) {
		int r = spanlist_add(out, s.span[i].lo, s.span[i].hi < max ? s.span[i].hi : max);

		if (r < 0)
			return r;
	}
	return 0;
}

static int to_dimension(const struct term_case *c, struct flow_spans s, struct arena *a,
			struct flow_spans *ret)
{
	struct spanlist out = SPANLIST_INIT(a);
	int r;

	if (c->map == MAP_STATE)
		r = few_points(c->map, STATE_COUNT, s, &out);
	else if (c->map == MAP_FAMILY || c->map == MAP_ETHER)
		r = few_points(c->map, 2, s, &out);
	else if (c->map == MAP_TYPE)
		r = types(s, &out);
	else if (c->map == MAP_CODE)
		r = codes(s, &out);
	else
		r = plain(s, flow_dim_max(c->dim), &out);
	if (r == 0)
		*ret = spanlist_seal(&out);
	return r;
}

static void nothing(struct flow_match *match)
{
	match->dim[FLOW_PROTO] = spans_none();
}

int value_constrain(struct flow_match *match, const struct term_case *c, struct flow_spans s,
		    bool lower, struct arena *a)
{
	bool extends = false;
	struct flow_spans dim;
	int r;

	if (!s.span)
		return 0;
	for (size_t i = 0; c->kind == TERM_NEXTHDR && i < NEXTHDR_KINDS; i++)
		extends = extends || spans_have(s, extension[i]);
	if (s.n == 0 || (c->kind == TERM_CONST && !spans_have(s, c->constant)) ||
	    (lower && (c->kind == TERM_UNKNOWN || c->kind == TERM_NEXTHDR)))
		nothing(match);
	if (c->kind == TERM_CONST || c->kind == TERM_UNKNOWN || extends)
		return 0;
	r = to_dimension(c, s, a, &dim);
	return r == 0 ? spans_and(match->dim[c->dim], dim, a, &match->dim[c->dim]) : r;
}

int value_domain(const struct term_case *c, struct arena *a, u128 **ret, size_t *ret_n)
{
	size_t n;

	if (c->kind == TERM_UNKNOWN || c->kind == TERM_NEXTHDR)
		return -ENOENT;
	if (c->kind == TERM_CONST)
		n = 1;
	else if (c->map == MAP_STATE)
		n = STATE_COUNT;
	else if (c->map == MAP_FAMILY || c->map == MAP_ETHER)
		n = 2;
	else if (c->map == MAP_TYPE || c->map == MAP_CODE)
		n = UINT8_MAX + 1;
	else if (c->map == MAP_PLAIN && flow_dim_max(c->dim) < DOMAIN_MAX)
		n = (size_t)flow_dim_max(c->dim) + 1;
	else
		return -E2BIG;
	u128 *value = arena_array(a, n, sizeof(*value));

	if (!value)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		value[i] = c->kind == TERM_CONST ? c->constant : value_of(c->map, (unsigned)i);
	*ret = value;
	*ret_n = n;
	return 0;
}
