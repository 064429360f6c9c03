/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions. Loosest first: concatenation, |, ^, &, shift, then a field, a constant or ( ).
 * What a constant may be follows from `want`, and inside bit arithmetic from its left neighbour.
 */
#include <errno.h>

#include "base/err.h"
#include "nft/parse.h"
#include "nft/symbol.h"
#include "nft/value.h"

struct want want_type(enum nft_type type, unsigned bits)
{
	return (struct want){ .part = { { .type = type, .bits = (uint16_t)bits } }, .n = 1 };
}

static struct nft_keypart part_like(const struct nft_expr *e)
{
	return (struct nft_keypart){ .type = e->type, .bits = e->bits };
}

struct want want_like(const struct nft_expr *e)
{
	struct want w = { .n = 1 };

	if (e->kind != NFT_E_CONCAT) {
		w.part[0] = part_like(e);
		return w;
	}
	w.n = e->concat.n;
	for (size_t i = 0; i < w.n; i++)
		w.part[i] = part_like(e->concat.part[i]);
	return w;
}

static struct nft_expr *checked(struct parser *p, struct nft_expr *e)
{
	if (!e)
		parse_nomem(p);
	return e;
}

static bool plain_number(const struct nft_expr *e)
{
	return e->kind == NFT_E_VALUE && !e->value.text;
}

bool parse_is_fixed(const struct nft_expr *e)
{
	if (!e)
		return false;
	switch ((enum nft_expr_kind)e->kind) {
	case NFT_E_CONCAT:
		for (size_t i = 0; i < e->concat.n; i++)
			if (!parse_is_fixed(e->concat.part[i]))
				return false;
		return true;
	case NFT_E_BITS:
		return parse_is_fixed(e->bits_of.a) && parse_is_fixed(e->bits_of.b);
	case NFT_E_OTHER:
		return str_is(str_of(e->other.name), "range");
	case NFT_E_UNKNOWN:
		return true; /* may be */
	default:
		return nft_expr_constant(e);
	}
}

bool parse_is_observed(const struct nft_expr *e)
{
	switch ((enum nft_expr_kind)e->kind) {
	case NFT_E_CONCAT:
		for (size_t i = 0; i < e->concat.n; i++)
			if (!parse_is_observed(e->concat.part[i]))
				return false;
		return e->concat.n > 0;
	case NFT_E_BITS:
		return parse_is_observed(e->bits_of.a);
	case NFT_E_MAP:
		return parse_is_observed(e->map.key);
	case NFT_E_PAYLOAD:
	case NFT_E_RAW:
	case NFT_E_META:
	case NFT_E_CT:
	case NFT_E_UNKNOWN:
		return true;
	case NFT_E_OTHER:
		return !parse_is_fixed(e);
	default:
		return false;
	}
}

bool parse_is_operand(const struct nft_expr *e)
{
	switch ((enum nft_expr_kind)e->kind) {
	case NFT_E_PREFIX:
	case NFT_E_RANGE:
	case NFT_E_CONCAT:
	case NFT_E_MAP:
		return false;
	case NFT_E_OTHER:
		return !parse_is_fixed(e); /* a range of words */
	default:
		return true;
	}
}

/* Folds constants; everything else becomes a node. */
static struct nft_expr *combine(struct parser *p, enum nft_bit_op op, struct nft_expr *a,
				struct nft_expr *b)
{
	bool label = a->type == NFT_T_CT_LABEL && op != NFT_BIT_OR;

	if (!parse_is_operand(a) || !parse_is_operand(b)) {
		parse_error(p, here(p), "bit operators take single values, not a prefix or range");
		return NULL;
	}
	if (plain_number(a) && plain_number(b) && !label) {
		u128 x = a->value.num, y = b->value.num;
		bool shift = op == NFT_BIT_SHL || op == NFT_BIT_SHR;

		if (shift && y > 127)
			a->value.num = 0;
		else if (op == NFT_BIT_AND)
			a->value.num = x & y;
		else if (op == NFT_BIT_OR)
			a->value.num = x | y;
		else if (op == NFT_BIT_XOR)
			a->value.num = x ^ y;
		else if (op == NFT_BIT_SHL)
			a->value.num = x << (int)y & nft_bits_max(a->bits);
		else
			a->value.num = x >> (int)y;
		return a;
	}
	return checked(p, nft_bits(p->rs->arena, op, a, b));
}

static struct nft_expr *read_bits(struct parser *p, const struct nft_keypart *part, unsigned level);

static struct nft_expr *parenthesis(struct parser *p, const struct nft_keypart *part)
{
	struct nft_expr *e;

	need_punct(p, "(");
	if (!parse_deeper(p))
		return NULL;
	e = read_bits(p, part, 0);
	p->depth--;
	need_punct(p, ")");
	return p->lex.r < 0 ? NULL : e;
}

/* Would this word be a constant of the expected type, although fields begin with it too? */
static bool is_constant(struct parser *p, const struct nft_keypart *part)
{
	const struct tok *t = lex_peek(&p->lex);
	u128 num;

	if (!part || t->kind != TOK_WORD)
		return t->kind == TOK_QUOTED;
	return nft_symbol_number(part->type, t->text, &num) == 0;
}

static struct nft_expr *primary(struct parser *p, const struct nft_keypart *part)
{
	struct nft_expr *e;

	if (at_punct(p, "("))
		return parenthesis(p, part);
	if (!is_constant(p, part) && at_expr(p))
		return parse_field(p);
	e = parse_const(p, part);
	return p->lex.r < 0 ? NULL : e;
}

static const struct {
	const char *punct, *word;
	enum nft_bit_op op;
	unsigned level;
} operators[] = {
	{ "|", "or", NFT_BIT_OR, 0 },	    { "^", "xor", NFT_BIT_XOR, 1 },
	{ "&", "and", NFT_BIT_AND, 2 },	    { "<<", "lshift", NFT_BIT_SHL, 3 },
	{ ">>", "rshift", NFT_BIT_SHR, 3 },
};

static bool take_operator(struct parser *p, unsigned level, enum nft_bit_op *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
		if (operators[i].level == level &&
		    (take_punct(p, operators[i].punct) || take_word(p, operators[i].word))) {
			*ret = operators[i].op;
			return true;
		}
	}
	return false;
}

static struct nft_expr *read_bits(struct parser *p, const struct nft_keypart *part, unsigned level)
{
	enum { LEVELS = 4 };
	struct nft_expr *a = level == LEVELS ? primary(p, part) : read_bits(p, part, level + 1);
	enum nft_bit_op op;

	while (a && level < LEVELS && take_operator(p, level, &op)) {
		struct nft_keypart like = part_like(a), amount = { NFT_T_INTEGER, 8, NULL };
		struct nft_expr *b = read_bits(p, level == 3 ? &amount : &like, level + 1);

		if (!b)
			return NULL;
		a = combine(p, op, a, b);
	}
	return p->lex.r < 0 ? NULL : a;
}

struct nft_expr *parse_expr(struct parser *p, const struct want *w)
{
	struct nft_expr *part[NFT_CONCAT_MAX];
	size_t n = 0;

	do {
		if (n == NFT_CONCAT_MAX) {
			parse_error(p, here(p), "more than %d parts in a concatenation",
				    NFT_CONCAT_MAX);
			return NULL;
		}
		part[n] = read_bits(p, w && n < w->n ? &w->part[n] : NULL, 0);
		if (!part[n])
			return NULL;
		n++;
	} while (take_punct(p, "."));
	if (n == 1)
		return part[0];
	return checked(p, nft_concat(p->rs->arena, part, n));
}

bool parse_check_parts(struct parser *p, const struct nft_expr *e, const struct want *w,
		       struct place at)
{
	size_t n = e && e->kind == NFT_E_CONCAT ? e->concat.n : 1;

	if (!e || p->lex.r < 0)
		return false;
	if (!w || !w->n || n == w->n || e->kind == NFT_E_ANY || e->kind == NFT_E_MAP ||
	    e->kind == NFT_E_UNKNOWN)
		return true;
	parse_error(p, at, "%zu part%s where %zu %s expected", n, n == 1 ? "" : "s", w->n,
		    w->n == 1 ? "is" : "are");
	diag_hint(p->d, "the parts of a concatenation are separated by ` . `");
	return false;
}

/* { element, ... }; `data` NULL: no map. */
static struct nft_expr *set_literal(struct parser *p, const struct want *key,
				    const struct want *data)
{
	struct nft_expr *e = checked(p, nft_expr_new(p->rs->arena, NFT_E_SET));

	if (!e)
		return NULL;
	e->set = nft_set_new(p->rs);
	if (!e->set) {
		parse_nomem(p);
		return NULL;
	}
	e->set->at = here(p);
	e->set->map = data != NULL;
	parse_elems(p, e->set, key, data);
	return p->lex.r < 0 ? NULL : e;
}

struct nft_expr *parse_mapping(struct parser *p, const struct nft_expr *key,
			       const struct want *data)
{
	struct want w = want_like(key);

	if (take_punct(p, "@"))
		return checked(p, nft_setref(p->rs->arena, need_name(p, "the name of a map")));
	if (!at_punct(p, "{")) {
		parse_expected(p, "{ ... } or @name");
		return NULL;
	}
	return set_literal(p, &w, data);
}

struct nft_expr *parse_value(struct parser *p, const struct want *w)
{
	struct nft_expr *key = parse_expr(p, w), *e;
	struct want data = w ? *w : (struct want){ 0 };

	if (!key || !take_word(p, "map"))
		return key;
	e = checked(p, nft_expr_new(p->rs->arena, NFT_E_MAP));
	if (!e)
		return NULL;
	e->map.key = key;
	e->map.map = parse_mapping(p, key, &data);
	if (w && w->n == 1) {
		e->type = (uint8_t)w->part[0].type;
		e->bits = w->part[0].bits;
	}
	return p->lex.r < 0 ? NULL : e;
}

struct nft_expr *parse_flags(struct parser *p, struct nft_expr *e, const struct want *w)
{
	while (e && at_punct(p, ",")) {
		struct nft_expr *b;
		struct place at;

		if (!nft_type_info(e->type)->bitmask || !parse_is_fixed(e)) {
			parse_error(p, here(p), "a list outside of { } is only for flags");
			diag_hint(p->d, "write { a, b } for several values");
			return NULL;
		}
		(void)lex_next(&p->lex);
		skip_newlines(p);
		at = here(p);
		b = parse_expr(p, w);
		if (!parse_check_parts(p, b, w, at))
			return NULL;
		if (!parse_is_fixed(b)) {
			parse_error(p, at, "a flag must be a constant");
			return NULL;
		}
		e = combine(p, NFT_BIT_OR, e, b);
	}
	return e;
}

struct nft_expr *parse_right(struct parser *p, const struct want *w)
{
	struct nft_expr *e;
	struct place at;

	if (at_punct(p, "@"))
		return parse_mapping(p, &(struct nft_expr){ .kind = NFT_E_VALUE }, NULL);
	if (at_punct(p, "{")) {
		struct want none = { 0 };

		return set_literal(p, w ? w : &none, NULL);
	}
	at = here(p);
	e = parse_expr(p, w);
	if (!parse_check_parts(p, e, w, at))
		return NULL;
	if (!parse_is_fixed(e)) {
		parse_error(p, at, "what is compared with must be a constant");
		return NULL;
	}
	return parse_flags(p, e, w);
}
