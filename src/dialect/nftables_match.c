/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_match.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/nftables_value.h"

/* A match in the making: its key (or the variable part of bit arithmetic) and what it asks. */
struct asking {
	const struct rule_look *l;
	struct arena *arena;
	const struct nft_expr *left, *right;
	enum nft_op op; /* never NFT_NE or NFT_NO_BIT: those are turned round at the end */
	struct lookup_key key;
	struct value_bounds wanted; /* of a key with one part */
	bool open;		    /* anything else may be wanted too */
};

static enum nft_op straight(enum nft_op op)
{
	if (op == NFT_NE)
		return NFT_EQ;
	return op == NFT_NO_BIT ? NFT_ANY_BIT : op;
}

/* ---- bit arithmetic: the one variable in it, and its result for a value of that ---- */

static const struct nft_expr *variable_in(const struct nft_expr *e)
{
	const struct nft_expr *a, *b;

	if (e->kind != NFT_E_BITS)
		return e->kind == NFT_E_VALUE ? NULL : e;
	a = variable_in(e->bits_of.a);
	b = variable_in(e->bits_of.b);
	return a && b ? e : a ? a : b; /* two variables: not one that we can follow */
}

static u128 compute(const struct nft_expr *e, u128 variable)
{
	u128 a, b;

	if (e->kind == NFT_E_VALUE)
		return e->value.num;
	if (e->kind != NFT_E_BITS)
		return variable;
	a = compute(e->bits_of.a, variable);
	b = compute(e->bits_of.b, variable);
	switch ((enum nft_bit_op)e->op) {
	case NFT_BIT_AND:
		return a & b;
	case NFT_BIT_OR:
		return a | b;
	case NFT_BIT_XOR:
		return a ^ b;
	case NFT_BIT_SHL:
		return b < 128 ? a << b : 0;
	default:
		return b < 128 ? a >> b : 0;
	}
}

/* ---- what is asked of one value ---- */

static bool holds(enum nft_op op, u128 value, struct flow_spans wanted)
{
	u128 first = wanted.n ? wanted.span[0].lo : 0;

	if (!wanted.n)
		return false;
	switch (op) {
	case NFT_LT:
		return value < first;
	case NFT_GT:
		return value > first;
	case NFT_LE:
		return value <= first;
	case NFT_GE:
		return value >= first;
	case NFT_ANY_BIT:
		return (value & first) != 0;
	default:
		return spans_have(wanted, value);
	}
}

/* Values of a comparison by order, from 0 to the highest of the term. */
static int order_spans(const struct asking *q, struct flow_spans *ret)
{
	u128 n = q->wanted.lo.n ? q->wanted.lo.span[0].lo : 0, max = q->key.part[0].max;

	*ret = spans_none();
	switch (q->op) {
	case NFT_LT:
		return n ? spans_one(0, n - 1, q->arena, ret) : 0;
	case NFT_LE:
		return spans_one(0, n, q->arena, ret);
	case NFT_GT:
		return n < max ? spans_one(n + 1, max, q->arena, ret) : 0;
	default:
		return n <= max ? spans_one(n, max, q->arena, ret) : 0;
	}
}

/* Reads what is compared with, for keys of one part. */
static int read_wanted(struct asking *q)
{
	struct value_list list = VALUE_LIST_INIT(q->arena);
	struct pick one = { q->right, false }, *pick = &one;
	struct contents c;
	size_t n = 1;
	int r = 0;

	if (q->right->kind == NFT_E_SET || q->right->kind == NFT_E_SETREF) {
		r = contents_of(q->l, q->right, q->arena, &c);
		if (r < 0)
			return r;
		pick = c.pick;
		n = c.n;
		q->open = c.open;
		if (c.rest)
			r = spanlist_add(&list.lo, 0, U128_MAX);
		if (c.rest && r == 0)
			r = spanlist_add(&list.hi, 0, U128_MAX);
	}
	for (size_t i = 0; r == 0 && i < n; i++)
		r = value_list_add(&list, pick[i].key, &q->key.part[0], q->l->look.m,
				   pick[i].maybe);
	if (r == 0)
		q->wanted = value_list_seal(&list);
	return r;
}

/* The values of one case that hold, tried one by one. */
static int try_values(const struct asking *q, const u128 *value, size_t n, struct flow_spans *ret)
{
	struct spanlist list = SPANLIST_INIT(q->arena);
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		if (holds(q->op, compute(q->left, value[i]), q->wanted.lo))
			r = spanlist_add(&list, value[i], value[i]);
	}
	if (r == 0)
		*ret = spanlist_seal(&list);
	return r;
}

/* `ip saddr & 255.255.0.0 == 10.1.0.0`: a prefix in disguise. -E2BIG: not of that kind. */
static int masked_prefix(const struct asking *q, struct flow_spans *ret)
{
	const struct nft_expr *mask = q->left->kind == NFT_E_BITS ? q->left->bits_of.b : NULL;
	u128 max = q->key.part[0].max, host, want;

	if (q->op != NFT_EQ || !mask || q->left->op != NFT_BIT_AND || mask->kind != NFT_E_VALUE ||
	    q->left->bits_of.a->kind == NFT_E_BITS || q->right->kind != NFT_E_VALUE)
		return -E2BIG;
	host = ~mask->value.num & max;
	want = q->right->value.num;
	if ((host & (host + 1)) != 0)
		return -E2BIG;
	*ret = spans_none();
	return (want & host) == 0 ? spans_one(want, want | host, q->arena, ret) : 0;
}

/* One case of a key with one part, for what cannot be said as picking elements. */
static int ask_case(const struct asking *q, size_t i, struct bounds *ret)
{
	bool certain = spans_equal(q->wanted.lo, q->wanted.hi) && !q->open;
	bool order = q->op == NFT_LT || q->op == NFT_LE || q->op == NFT_GT || q->op == NFT_GE;
	const struct term_case *c = &q->key.part[0].at[i];
	struct flow_spans values = SPANS_ANY;
	struct bounds b;
	u128 *domain;
	size_t n;
	int r = certain ? value_domain(c, q->arena, &domain, &n) : -ENOENT;

	if (r == 0)
		r = try_values(q, domain, n, &values);
	else if (r == -E2BIG)
		r = order && q->left->kind != NFT_E_BITS ? order_spans(q, &values)
							 : masked_prefix(q, &values);
	if (r < 0 && r != -ENOENT && r != -E2BIG)
		return r;
	certain = r == 0;
	r = key_spans(&q->l->look, &q->key, i, values, &b);
	if (r < 0)
		return r;
	*ret = (struct bounds){ certain ? b.lo : FLOW_NONE, b.hi };
	return 0;
}

static int ask_cases(struct asking *q, struct bounds *ret)
{
	struct bounds all = BOUNDS_NONE;
	int r = read_wanted(q);

	for (size_t i = 0; r == 0 && i < q->key.part[0].n; i++) {
		struct bounds one = BOUNDS_NONE;

		r = ask_case(q, i, &one);
		if (r == 0)
			r = bounds_or(q->l->look.m, all, one, &all);
	}
	if (r == 0)
		*ret = all;
	return r;
}

/* Equality with constants and sets. */
static int ask_elements(const struct asking *q, struct bounds *ret)
{
	struct pick one = { q->right, false };
	struct contents c = { .pick = &one, .n = 1 };
	struct bounds b = BOUNDS_NONE;
	int r = 0;

	if (q->right->kind == NFT_E_SET || q->right->kind == NFT_E_SETREF)
		r = contents_of(q->l, q->right, q->arena, &c);
	if (r == 0)
		r = key_pick(&q->l->look, &q->key, c.pick, c.n, &b);
	if (r < 0)
		return r;
	if (c.open || c.rest)
		b.hi = q->key.guard.hi;
	if (c.rest)
		b.lo = q->key.guard.lo;
	*ret = b;
	return 0;
}

static bool understood(const struct nft_expr *right)
{
	return nft_expr_constant(right) || right->kind == NFT_E_SET || right->kind == NFT_E_SETREF;
}

/* The value found in a map: the keys whose data hold are what matches. */
static int ask_map(const struct asking *q, struct bounds *ret)
{
	const struct nft_expr *map = q->left->map.map;
	struct lookup_key key;
	struct contents c;
	int r = key_make(&q->l->look, q->left->map.key, q->arena, &key);

	if (r == 0)
		r = contents_of(q->l, map, q->arena, &c);
	for (size_t i = 0; r == 0 && i < c.n; i++)
		c.pick[i].maybe = true; /* what the data are compared with is not followed */
	if (r == 0)
		r = key_pick(&q->l->look, &key, c.pick, c.n, ret);
	if (r == 0 && (c.rest || c.open))
		*ret = (struct bounds){ FLOW_NONE, key.guard.hi };
	return r;
}

static int ask(struct asking *q, struct bounds *ret)
{
	const struct nft_expr *variable = q->left;
	bool plain = q->op == NFT_EQ && q->left->kind != NFT_E_BITS;
	int r;

	if (q->left->kind == NFT_E_MAP)
		return ask_map(q, ret);
	if (q->left->kind == NFT_E_BITS)
		variable = variable_in(q->left);
	if (!variable || variable->kind == NFT_E_BITS || variable->kind == NFT_E_MAP ||
	    !understood(q->right) || (!plain && variable->kind == NFT_E_CONCAT)) {
		*ret = BOUNDS_UNKNOWN;
		q->key.guard = BOUNDS_UNKNOWN;
		return 0;
	}
	r = key_make(&q->l->look, variable, q->arena, &q->key);
	if (r < 0)
		return r;
	return plain ? ask_elements(q, ret) : ask_cases(q, ret);
}

int match_bounds(const struct rule_look *l, const struct nft_stmt *match, struct bounds *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct asking q = { .l = l,
			    .arena = a,
			    .left = match->match.left,
			    .right = match->match.right,
			    .op = straight(match->match.op) };
	struct bounds b;
	int r = a ? ask(&q, &b) : -ENOMEM;

	if (r == 0 && q.op != match->match.op && q.left->kind != NFT_E_MAP)
		r = bounds_minus(l->look.m, q.key.guard, b, &b);
	if (r == 0)
		*ret = b;
	return r;
}

int value_known(const struct rule_look *l, const struct nft_expr *e, struct bounds *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct lookup_key key;
	struct contents c;
	struct bounds b = BOUNDS_ALL;
	int r = a ? 0 : -ENOMEM;

	if (r < 0)
		return r;
	if (!e || nft_expr_constant(e) || e->kind == NFT_E_OBJECT) {
		*ret = b;
		return 0;
	}
	if (e->kind == NFT_E_BITS) {
		r = value_known(l, e->bits_of.a, ret);
		if (r == 0)
			r = value_known(l, e->bits_of.b, &b);
		return r < 0 ? r : bounds_and(l->look.m, *ret, b, ret);
	}
	r = key_make(&l->look, e->kind == NFT_E_MAP ? e->map.key : e, a, &key);
	if (r < 0 || e->kind != NFT_E_MAP) {
		*ret = key.guard;
		return r;
	}
	r = contents_of(l, e->map.map, a, &c);
	if (r == 0)
		r = key_pick(&l->look, &key, c.pick, c.n, &b);
	if (r == 0)
		*ret = (struct bounds){ c.rest ? key.guard.lo : b.lo,
					c.rest || c.open ? key.guard.hi : b.hi };
	return r;
}
