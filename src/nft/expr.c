/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/expr.h"

bool nft_expr_constant(const struct nft_expr *e)
{
	switch ((enum nft_expr_kind)e->kind) {
	case NFT_E_VALUE:
	case NFT_E_PREFIX:
	case NFT_E_RANGE:
		return true;
	case NFT_E_CONCAT:
		for (size_t i = 0; i < e->concat.n; i++)
			if (!nft_expr_constant(e->concat.part[i]))
				return false;
		return true;
	default:
		return false;
	}
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? str_is(str_of(a), b) : a == b;
}

bool nft_expr_same(const struct nft_expr *a, const struct nft_expr *b)
{
	if (a->kind != b->kind)
		return false;
	switch ((enum nft_expr_kind)a->kind) {
	case NFT_E_VALUE:
		return a->wildcard == b->wildcard && a->value.num == b->value.num &&
		       same_text(a->value.text, b->value.text);
	case NFT_E_PREFIX:
		return a->len == b->len && a->range.lo == b->range.lo;
	case NFT_E_RANGE:
		return a->range.lo == b->range.lo && a->range.hi == b->range.hi;
	case NFT_E_ANY:
		return true;
	case NFT_E_CONCAT:
		if (a->concat.n != b->concat.n)
			return false;
		for (size_t i = 0; i < a->concat.n; i++)
			if (!nft_expr_same(a->concat.part[i], b->concat.part[i]))
				return false;
		return true;
	default:
		return false;
	}
}

static u128 low_end(const struct nft_expr *e)
{
	if (e->kind == NFT_E_VALUE)
		return e->value.num;
	return e->kind == NFT_E_PREFIX || e->kind == NFT_E_RANGE ? e->range.lo : U128_MAX;
}

static struct str text_of(const struct nft_expr *e)
{
	return str_of(e->kind == NFT_E_VALUE ? e->value.text : NULL);
}

int nft_expr_cmp(const struct nft_expr *a, const struct nft_expr *b)
{
	if (a->kind == NFT_E_CONCAT && b->kind == NFT_E_CONCAT) {
		for (size_t i = 0; i < a->concat.n && i < b->concat.n; i++) {
			int c = nft_expr_cmp(a->concat.part[i], b->concat.part[i]);

			if (c)
				return c;
		}
		return 0;
	}
	if (low_end(a) != low_end(b))
		return low_end(a) < low_end(b) ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return str_cmp(text_of(a), text_of(b));
}

struct nft_expr *nft_expr_new(struct arena *a, enum nft_expr_kind kind)
{
	struct nft_expr *e = arena_alloc(a, sizeof(*e));

	if (e) {
		e->kind = kind;
		e->ct_dir = NFT_CT_DIR_NONE;
	}
	return e;
}

static struct nft_expr *typed(struct arena *a, enum nft_expr_kind kind, enum nft_type type)
{
	struct nft_expr *e = nft_expr_new(a, kind);

	if (e) {
		e->type = type;
		e->bits = nft_type_info(type)->bits;
	}
	return e;
}

struct nft_expr *nft_value(struct arena *a, enum nft_type type, u128 num)
{
	struct nft_expr *e = typed(a, NFT_E_VALUE, type);

	if (e)
		e->value.num = num;
	return e;
}

struct nft_expr *nft_range(struct arena *a, enum nft_type type, u128 lo, u128 hi)
{
	struct nft_expr *e = typed(a, NFT_E_RANGE, type);

	if (e) {
		e->range.lo = lo;
		e->range.hi = hi;
	}
	return e;
}

struct nft_expr *nft_prefix(struct arena *a, enum nft_type type, u128 num, unsigned len)
{
	struct nft_expr *e = typed(a, NFT_E_PREFIX, type);

	if (e) {
		e->range.lo = num;
		e->range.hi = num;
		e->len = len;
	}
	return e;
}

struct nft_expr *nft_string(struct arena *a, enum nft_type type, struct str text)
{
	struct nft_expr *e = typed(a, NFT_E_VALUE, type);

	if (!e)
		return NULL;
	if (type == NFT_T_IFNAME && text.n && text.p[text.n - 1] == '*') {
		e->wildcard = true;
		text.n--;
	}
	e->value.text = arena_str(a, text);
	return e->value.text ? e : NULL;
}

static struct nft_expr *named(struct arena *a, enum nft_expr_kind kind, struct str name)
{
	struct nft_expr *e = nft_expr_new(a, kind);

	if (e)
		e->name = arena_str(a, name);
	return e && e->name ? e : NULL;
}

struct nft_expr *nft_setref(struct arena *a, struct str name)
{
	return named(a, NFT_E_SETREF, name);
}

struct nft_expr *nft_object_name(struct arena *a, struct str name)
{
	return named(a, NFT_E_OBJECT, name);
}

struct nft_expr *nft_verdict(struct arena *a, enum nft_verdict_kind kind, struct str chain)
{
	struct nft_expr *e = typed(a, NFT_E_VERDICT, NFT_T_VERDICT);

	if (!e)
		return NULL;
	e->verdict.kind = kind;
	if (kind == NFT_V_JUMP || kind == NFT_V_GOTO)
		e->verdict.chain = arena_str(a, chain);
	return (kind == NFT_V_JUMP || kind == NFT_V_GOTO) && !e->verdict.chain ? NULL : e;
}

struct nft_expr *nft_bits(struct arena *a, enum nft_bit_op op, struct nft_expr *left,
			  struct nft_expr *right)
{
	struct nft_expr *e = nft_expr_new(a, NFT_E_BITS);

	if (e) {
		e->op = op;
		e->type = left->type;
		e->bits = left->bits;
		e->bits_of.a = left;
		e->bits_of.b = right;
	}
	return e;
}

struct nft_expr *nft_concat(struct arena *a, struct nft_expr *const *part, size_t n)
{
	struct nft_expr *e = nft_expr_new(a, NFT_E_CONCAT);

	if (!e)
		return NULL;
	e->concat.n = n;
	e->concat.part = arena_copy(a, part, n * sizeof(*part));
	return e->concat.part ? e : NULL;
}

struct nft_expr *nft_raw(struct arena *a, enum nft_base base, unsigned offset, unsigned bits)
{
	struct nft_expr *e = typed(a, NFT_E_RAW, NFT_T_INTEGER);

	if (e) {
		e->base = base;
		e->bits = bits;
		e->raw.offset = offset;
		e->raw.len = bits;
	}
	return e;
}

struct nft_expr *nft_payload(struct arena *a, const struct nft_field *field)
{
	struct nft_expr *e = typed(a, NFT_E_PAYLOAD, field->type);

	if (e) {
		e->bits = field->bits;
		e->field = field;
	}
	return e;
}

struct nft_expr *nft_meta(struct arena *a, const struct nft_key *key)
{
	struct nft_expr *e = typed(a, NFT_E_META, key->type);

	if (e) {
		e->bits = key->bits;
		e->key = key;
	}
	return e;
}

struct nft_expr *nft_ct(struct arena *a, const struct nft_key *key, enum nft_ct_dir dir,
			unsigned nfproto)
{
	struct nft_expr *e = nft_meta(a, key);

	if (!e)
		return NULL;
	e->kind = NFT_E_CT;
	e->ct_dir = dir;
	e->nfproto = nfproto;
	if (key->type == NFT_T_INVALID && nfproto) {
		e->type = nfproto == 2 ? NFT_T_IPV4_ADDR : NFT_T_IPV6_ADDR;
		e->bits = nft_type_info(e->type)->bits;
	}
	return e;
}
