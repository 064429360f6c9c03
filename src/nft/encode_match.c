/* SPDX-License-Identifier: Apache-2.0 */
/* Matches: load the left side, compare it with the right. */
#include <string.h>

#include "base/err.h"
#include "nft/encoder.h"
#include "nft/kernel.h"

/* A left side that was loaded, and how constants must look to be compared with it. */
struct loaded {
	struct shape shape;
	size_t n;	 /* bytes */
	unsigned shift;	 /* the value lies so many bits above bit 0 */
	bool host_order; /* of the register */
};

static uint32_t cmp_op(enum nft_op op)
{
	static const uint8_t ops[] = {
		[NFT_EQ] = NFT_CMP_EQ,	     [NFT_NE] = NFT_CMP_NEQ,	[NFT_LT] = NFT_CMP_LT,
		[NFT_GT] = NFT_CMP_GT,	     [NFT_LE] = NFT_CMP_LTE,	[NFT_GE] = NFT_CMP_GTE,
		[NFT_ANY_BIT] = NFT_CMP_NEQ, [NFT_NO_BIT] = NFT_CMP_EQ,
	};

	return ops[op];
}

/* `ordered`: bytes will be compared as greater or less, so they must be in network order. */
static struct loaded load_left(struct encoder *e, const struct nft_expr *left, bool ordered)
{
	struct loaded l = { .shape = shape_of(left) };

	l.n = shape_bytes(l.shape);
	l.host_order = l.shape.host_order && !l.shape.text && !ordered;
	if (left->kind == NFT_E_PAYLOAD || left->kind == NFT_E_RAW)
		l.shift = encode_load_in_place(e, left, &l.n);
	else
		(void)encode_load(e, left, 0, ordered);
	if (!l.n || l.n > sizeof(u128))
		encode_fail(e, E_UNSUPPORTED, e->at, "the kernel cannot compare %u bits",
			    l.shape.bits);
	return l;
}

static bool constant_bytes(struct encoder *e, const struct loaded *l, u128 v,
			   uint8_t out[static sizeof(u128)])
{
	if (e->r < 0)
		return false;
	if (v << l->shift >> l->shift == v && wire_number(v << l->shift, l->n, l->host_order, out))
		return true;
	encode_fail(e, E_LIMIT, e->at, "a number is too large for %u bits", l->shape.bits);
	return false;
}

static void compare(struct encoder *e, const struct loaded *l, enum nft_op op, u128 v)
{
	uint8_t bytes[sizeof(u128)];

	if (constant_bytes(e, l, v, bytes))
		encode_cmp(e, 0, cmp_op(op), bytes, l->n);
}

/* (left & value) against zero: how bit sets are tested. */
static void match_bits(struct encoder *e, const struct nft_stmt *s)
{
	static const uint8_t zero[sizeof(u128)];
	struct loaded l = load_left(e, s->match.left, false);
	uint8_t mask[sizeof(u128)];
	u128 lo, hi;

	if (!encode_number(e, s->match.right, l.shape, &lo, &hi) ||
	    !constant_bytes(e, &l, lo, mask))
		return;
	encode_mask(e, 0, mask, zero, l.n);
	encode_cmp(e, 0, cmp_op(s->match.op), zero, l.n);
}

/* "eth*": only the bytes of the beginning are compared. */
static void match_beginning(struct encoder *e, const struct nft_stmt *s)
{
	const char *text = s->match.right->value.text;
	size_t n = strlen(text);

	(void)load_left(e, s->match.left, false);
	if (n && n < WIRE_IFNAME)
		encode_cmp(e, 0, cmp_op(s->match.op), text, n);
	else
		encode_fail(e, E_UNSUPPORTED, e->at, "\"%s*\" cannot be compared", text);
}

static void match_value(struct encoder *e, const struct nft_stmt *s)
{
	bool ordered = s->match.op != NFT_EQ && s->match.op != NFT_NE;
	struct loaded l = load_left(e, s->match.left, ordered);
	u128 lo, hi;

	if (!encode_number(e, s->match.right, l.shape, &lo, &hi))
		return;
	compare(e, &l, s->match.op, lo);
	if (s->match.op == NFT_EQ)
		learn_match(e, s->match.left, s->match.right);
}

static void match_range(struct encoder *e, const struct nft_stmt *s)
{
	struct loaded l = load_left(e, s->match.left, true);
	uint8_t from[sizeof(u128)], to[sizeof(u128)];
	struct wire_value v;
	struct expr_nest x;
	u128 lo, hi;

	if (!encode_number(e, s->match.right, l.shape, &lo, &hi))
		return;
	if (s->match.op == NFT_EQ) {
		compare(e, &l, NFT_GE, lo);
		compare(e, &l, NFT_LE, hi);
		return;
	}
	if (!constant_bytes(e, &l, lo, from) || !constant_bytes(e, &l, hi, to))
		return;
	x = expr_begin(e, "range");
	batch_u32(&e->expr, NFTA_RANGE_SREG, encode_register(0));
	batch_u32(&e->expr, NFTA_RANGE_OP, NFT_RANGE_NEQ);
	v.n = l.n;
	memcpy(v.byte, from, l.n);
	encode_data(&e->expr, NFTA_RANGE_FROM_DATA, &v);
	memcpy(v.byte, to, l.n);
	encode_data(&e->expr, NFTA_RANGE_TO_DATA, &v);
	expr_end(e, x);
}

/* A packet field and a prefix of whole bytes: load no more than those, as nft does. */
static bool match_whole_bytes(struct encoder *e, const struct nft_stmt *s, u128 lo)
{
	const struct nft_expr *left = s->match.left;
	struct nft_expr part = { .kind = NFT_E_RAW };
	unsigned len = s->match.right->len;
	uint8_t bytes[sizeof(u128)];
	size_t n;

	if (left->kind != NFT_E_PAYLOAD || left->field->bits % 8 || left->field->offset % 8 ||
	    !len || len % 8)
		return false;
	need_header(e, left->field->header);
	part.base = (uint8_t)left->field->header->base;
	part.raw.offset = left->field->offset;
	part.raw.len = (uint16_t)len;
	(void)encode_load_in_place(e, &part, &n);
	(void)wire_number(lo >> (left->field->bits - len), n, false, bytes); /* len bits remain */
	encode_cmp(e, 0, cmp_op(s->match.op), bytes, n);
	return true;
}

static void match_prefix(struct encoder *e, const struct nft_stmt *s)
{
	uint8_t mask[sizeof(u128)], none[sizeof(u128)] = { 0 };
	struct shape shape = shape_of(s->match.left);
	struct loaded l;
	u128 lo, hi;

	if (!encode_number(e, s->match.right, shape, &lo, &hi) || match_whole_bytes(e, s, lo))
		return;
	l = load_left(e, s->match.left, false);
	/* The leading bits are those in which lowest and highest agree. */
	if (lo != hi) {
		u128 all = shape.bits >= 128 ? U128_MAX : ((u128)1 << shape.bits) - 1;

		if (!constant_bytes(e, &l, all & ~(lo ^ hi), mask))
			return;
		encode_mask(e, 0, mask, none, l.n);
	}
	compare(e, &l, s->match.op, lo);
}

void encode_match(struct encoder *e, const struct nft_stmt *s)
{
	const struct nft_expr *right = s->match.right;
	bool equality = s->match.op == NFT_EQ || s->match.op == NFT_NE;

	if (s->match.op == NFT_ANY_BIT || s->match.op == NFT_NO_BIT)
		match_bits(e, s);
	else if (right->kind == NFT_E_VALUE && right->value.text && right->wildcard)
		match_beginning(e, s);
	else if (right->kind == NFT_E_VALUE)
		match_value(e, s);
	else if (right->kind == NFT_E_PREFIX && equality)
		match_prefix(e, s);
	else if (right->kind == NFT_E_RANGE && equality)
		match_range(e, s);
	else if ((right->kind == NFT_E_SET || right->kind == NFT_E_SETREF) && equality)
		encode_lookup(e, right, s->match.left, NO_DATA, s->match.op == NFT_NE);
	else
		encode_fail(e, E_UNSUPPORTED, e->at, "this comparison has no netlink form here");
}
