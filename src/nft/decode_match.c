/* SPDX-License-Identifier: Apache-2.0 */
/* Comparisons and lookups as matches. */
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "nft/attrs.h"
#include "nft/decoder.h"
#include "nft/kernel.h"

/* A comparison of a register with a constant. */
struct comparison {
	enum nft_op op;
	struct held *held;
	struct str data;
};

static bool op_of(uint32_t number, enum nft_op *ret)
{
	static const uint8_t ops[] = {
		[NFT_CMP_EQ] = NFT_EQ,	[NFT_CMP_NEQ] = NFT_NE, [NFT_CMP_LT] = NFT_LT,
		[NFT_CMP_LTE] = NFT_LE, [NFT_CMP_GT] = NFT_GT,	[NFT_CMP_GTE] = NFT_GE,
	};

	if (number >= ARRAY_LEN(ops))
		return false;
	*ret = ops[number];
	return true;
}

static bool read_cmp(struct reading *rd, const struct raw_expr *x, struct comparison *ret)
{
	struct str a[NFTA_CMP_DATA + 1], d[NFTA_DATA_MAX + 1];

	attrs_read(x->data.p, x->data.n, a, ARRAY_LEN(a));
	attrs_read(a[NFTA_CMP_DATA].p, a[NFTA_CMP_DATA].n, d, ARRAY_LEN(d));
	ret->held = reading_held(rd, attrs_u32_or(a[NFTA_CMP_SREG], 0));
	ret->data = d[NFTA_DATA_VALUE];
	return ret->held && ret->held->known && !ret->held->constant && ret->data.n &&
	       ret->data.n <= sizeof(u128) && op_of(attrs_u32_or(a[NFTA_CMP_OP], ~0U), &ret->op);
}

static void unknown_comparison(struct reading *rd, const struct raw_expr *x, const struct held *h)
{
	struct raw_expr named = *x;

	if (h && h->unknown)
		named.name = str_of(h->unknown);
	reading_unknown(rd, &named, true);
}

static void put_match(struct reading *rd, struct nft_expr *left, enum nft_op op,
		      struct nft_expr *right)
{
	struct nft_stmt *s;

	if (!left || !right) {
		rd->r = -ENOMEM;
		return;
	}
	s = reading_stmt(rd, NFT_S_MATCH);
	if (!s)
		return;
	s->match.left = left;
	s->match.op = op;
	s->match.right = right;
	decode_implied(rd, s);
}

static u128 data_number(const struct held *h, struct shape s, struct str data)
{
	return wire_read((const uint8_t *)data.p, data.n, s.host_order && !s.text && !h->network);
}

static bool is_address(enum nft_type type)
{
	return type == NFT_T_IPV4_ADDR || type == NFT_T_IPV6_ADDR || type == NFT_T_ETHER_ADDR;
}

static u128 ones(unsigned n)
{
	return n >= 128 ? U128_MAX : ((u128)1 << n) - 1;
}

/* Bit tests: (x & mask) against v. */
static void put_masked(struct reading *rd, struct nft_expr *left, const struct comparison *c,
		       u128 v)
{
	struct arena *a = rd->dc->rs->arena;
	struct shape s = shape_of(left);
	bool bits = nft_type_info(s.type)->bitmask, equality = c->op == NFT_EQ || c->op == NFT_NE;
	u128 all = ones(8 * (unsigned)shape_bytes(s)), mask = c->held->mask & all;
	u128 host = ~mask & all;

	if (bits && !v && equality && !c->held->flip) {
		put_match(rd, left, c->op == NFT_NE ? NFT_ANY_BIT : NFT_NO_BIT,
			  decode_number(rd->dc, s, mask));
	} else if (is_address(s.type) && !(host & (host + 1)) && equality && !c->held->flip) {
		unsigned len = s.bits;

		for (; host; host >>= 1)
			len--;
		put_match(rd, left, c->op, nft_prefix(a, s.type, v, len));
	} else {
		left = decode_bits(rd, left, mask, c->held->flip);
		put_match(rd, left, c->op, decode_number(rd->dc, s, v));
	}
}

/* Bytes that are no one field: several fields side by side, compared at once, or the beginning of
 * one. Nothing is put when they are neither. */
static bool put_fields(struct reading *rd, const struct comparison *c)
{
	const struct held *h = c->held;
	const struct nft_field *f = decode_field_begin(rd, h->base, h->at * 8, h->n * 8);
	unsigned at = 0, total = h->n * 8, n;
	u128 v = wire_read((const uint8_t *)c->data.p, h->n, false);

	if (f && is_address(f->type) && (c->op == NFT_EQ || c->op == NFT_NE)) {
		put_match(rd, decode_payload_of(rd, f), c->op,
			  nft_prefix(rd->dc->rs->arena, f->type, v << (f->bits - total), total));
		return true;
	}
	if (c->op != NFT_EQ)
		return false;
	for (; at < total; at += n) { /* a try first: all bytes must belong to fields */
		n = decode_field_bits(rd, h->base, h->at * 8 + at, total - at);
		if (!n)
			return false;
	}
	for (at = 0; at < total; at += n) {
		struct nft_expr *left;

		n = decode_field_bits(rd, h->base, h->at * 8 + at, total - at);
		left = n ? decode_field(rd, h->base, h->at * 8 + at, n) : NULL;
		if (!left)
			return true; /* out of memory: put_match() below told the reading */
		put_match(rd, left, NFT_EQ,
			  decode_number(rd->dc, shape_of(left), v >> (total - at - n) & ones(n)));
	}
	return true;
}

/* A part of the loaded bytes: the other bits were masked away. */
static bool put_part(struct reading *rd, const struct comparison *c)
{
	const struct held *h = c->held;
	unsigned above, n, total = h->n * 8;
	struct nft_expr *left;
	u128 v = wire_read((const uint8_t *)c->data.p, h->n, false);

	if (h->flip || !decode_one_piece(h->mask & ones(total), total, &above, &n) || n == total)
		return false;
	left = decode_field(rd, h->base, h->at * 8 + above, n);
	if (!left)
		return false;
	put_match(rd, left, c->op,
		  decode_number(rd->dc, shape_of(left), h->shift ? v : v >> (total - above - n)));
	return true;
}

static void put_payload(struct reading *rd, const struct raw_expr *x, const struct comparison *c)
{
	const struct held *h = c->held;
	struct nft_expr *left;
	u128 v;

	if (c->data.n != h->n) {
		unknown_comparison(rd, x, h);
		return;
	}
	if (h->masked && put_part(rd, c))
		return;
	left = h->shift ? NULL : decode_field(rd, h->base, h->at * 8, h->n * 8);
	if (!left && !h->masked && put_fields(rd, c))
		return;
	left = left ? left : decode_held_plain(rd, h);
	v = wire_read((const uint8_t *)c->data.p, c->data.n, false);
	if (!left || h->shift)
		unknown_comparison(rd, x, h);
	else if (h->masked)
		put_masked(rd, left, c, v);
	else
		put_match(rd, left, c->op, decode_number(rd->dc, shape_of(left), v));
}

/* meta, ct, maps. */
static void put_other(struct reading *rd, const struct raw_expr *x, const struct comparison *c)
{
	struct nft_expr *left = c->held->expr, *right;
	struct shape s = shape_of(left);
	size_t n = shape_bytes(s);
	u128 v = data_number(c->held, s, c->data);

	if (s.text && c->data.n <= WIRE_IFNAME) {
		right = nft_string(rd->dc->rs->arena, s.type, attrs_text(c->data));
		if (right && c->data.n < WIRE_IFNAME)
			right->wildcard = true;
		put_match(rd, left, c->op, right);
	} else if (is_address(s.type) && c->data.n < n && !c->held->masked) {
		put_match(rd, left, c->op,
			  nft_prefix(rd->dc->rs->arena, s.type,
				     v << (s.bits - 8 * (unsigned)c->data.n),
				     8 * (unsigned)c->data.n));
	} else if (c->data.n != n || c->held->shift) {
		unknown_comparison(rd, x, c->held);
	} else if (c->held->masked) {
		put_masked(rd, left, c, v);
	} else {
		put_match(rd, left, c->op, decode_number(rd->dc, s, v));
	}
}

static void put_span(struct reading *rd, struct held *h, enum nft_op op,
		     const struct str bounds[static 2])
{
	struct nft_expr *left = decode_held(rd, h), *range;
	struct shape s;
	u128 v[2];

	if (!left) {
		rd->r = -ENOMEM; /* known and not masked: only memory can fail */
		return;
	}
	s = shape_of(left);
	for (int i = 0; i < 2; i++)
		v[i] = data_number(h, s, bounds[i]);
	range = nft_range(rd->dc->rs->arena, s.type, v[0], v[1]);
	if (range && !range->bits)
		range->bits = s.bits;
	put_match(rd, left, op, range);
}

/* `cmp gte` and `cmp lte` of one register in a row are a range. */
static bool take_range(struct reading *rd, const struct comparison *from)
{
	struct raw_expr next;
	struct comparison to;
	struct str bounds[2];

	if (from->op != NFT_GE || from->held->masked || from->data.n != from->held->size ||
	    !reading_peek(rd, &next) || !str_is(next.name, "cmp") || !read_cmp(rd, &next, &to) ||
	    to.op != NFT_LE || to.held != from->held || to.data.n != from->data.n)
		return false;
	bounds[0] = from->data;
	bounds[1] = to.data;
	put_span(rd, from->held, NFT_EQ, bounds);
	return reading_next(rd, &next);
}

void decode_cmp(struct reading *rd, const struct raw_expr *x)
{
	struct comparison c = { 0 };

	if (!read_cmp(rd, x, &c))
		unknown_comparison(rd, x, c.held);
	else if (take_range(rd, &c))
		return;
	else if (c.held->payload)
		put_payload(rd, x, &c);
	else
		put_other(rd, x, &c);
}

void decode_range(struct reading *rd, const struct raw_expr *x)
{
	struct str a[NFTA_RANGE_TO_DATA + 1], d[NFTA_DATA_MAX + 1], bounds[2];
	struct held *h;
	uint32_t op;

	attrs_read(x->data.p, x->data.n, a, ARRAY_LEN(a));
	h = reading_held(rd, attrs_u32_or(a[NFTA_RANGE_SREG], 0));
	op = attrs_u32_or(a[NFTA_RANGE_OP], ~0U);
	for (unsigned i = 0; i < 2; i++) {
		struct str nest = a[NFTA_RANGE_FROM_DATA + i];

		attrs_read(nest.p, nest.n, d, ARRAY_LEN(d));
		bounds[i] = d[NFTA_DATA_VALUE];
	}
	if (!h || !h->known || h->constant || h->masked || op > NFT_RANGE_NEQ ||
	    bounds[0].n != h->size || bounds[1].n != h->size || !h->size || h->size > sizeof(u128))
		unknown_comparison(rd, x, h);
	else
		put_span(rd, h, op == NFT_RANGE_EQ ? NFT_EQ : NFT_NE, bounds);
}

/* The register that a map's data went to now holds `key map set`. */
static void hold_map(struct reading *rd, uint32_t reg, struct nft_expr *key, struct nft_expr *set,
		     const struct read_set *s)
{
	struct held *h = reading_held(rd, reg);
	struct nft_expr *e = nft_expr_new(rd->dc->rs->arena, NFT_E_MAP);

	if (!h)
		return;
	if (!e) {
		rd->r = -ENOMEM;
		return;
	}
	e->map.key = key;
	e->map.map = set;
	if (s && s->datas == 1) {
		e->type = s->data[0].type;
		e->bits = s->data[0].bits;
	}
	*h = (struct held){
		.known = true, .expr = e, .mask = U128_MAX, .size = shape_bytes(shape_of(e))
	};
}

void decode_lookup(struct reading *rd, const struct raw_expr *x)
{
	struct str a[NFTA_LOOKUP_FLAGS + 1], name;
	const struct read_set *s;
	struct nft_expr *key, *set;
	struct nft_stmt *st;
	uint32_t data;

	attrs_read(x->data.p, x->data.n, a, ARRAY_LEN(a));
	name = attrs_text(a[NFTA_LOOKUP_SET]);
	s = decoder_set(rd->dc, name);
	key = decode_held_key(rd, attrs_u32_or(a[NFTA_LOOKUP_SREG], 0), s);
	set = decode_set_expr(rd, name);
	if (!attrs_u32(a[NFTA_LOOKUP_DREG], &data)) {
		bool inverted = attrs_u32_or(a[NFTA_LOOKUP_FLAGS], 0) & NFT_LOOKUP_F_INV;

		if (key)
			put_match(rd, key, inverted ? NFT_NE : NFT_EQ, set);
		else
			unknown_comparison(rd, x, NULL);
		return;
	}
	if (!key || !set) {
		reading_unknown(rd, x, false); /* may be any verdict, or a value nobody knows */
		return;
	}
	if (data != NFT_REG_VERDICT) {
		hold_map(rd, data, key, set, s);
		return;
	}
	st = reading_stmt(rd, NFT_S_VMAP);
	if (st) {
		st->vmap.key = key;
		st->vmap.map = set;
	}
}
