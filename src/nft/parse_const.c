/* SPDX-License-Identifier: Apache-2.0 */
/* Constants in a script: values, prefixes, ranges, of the type that the other side tells. */
#include <errno.h>

#include "base/err.h"
#include "nft/parse.h"
#include "nft/value.h"

/* `1:20`, `a:`, `:1`: several tokens that stand together. */
static struct str take_classid(struct parser *p)
{
	struct str s = lex_next(&p->lex).text;

	while (lex_peek(&p->lex)->kind != TOK_NEWLINE && lex_peek(&p->lex)->kind != TOK_END &&
	       !lex_peek(&p->lex)->spaced) {
		const struct tok *t = lex_peek(&p->lex);

		if (t->text.p != s.p + s.n ||
		    (t->kind != TOK_NUM && t->kind != TOK_WORD && !str_is(t->text, ":")))
			break;
		s.n += lex_next(&p->lex).text.n;
	}
	return s;
}

static void refuse(struct parser *p, const struct tok *t, enum nft_type type, int r)
{
	const char *name = type == NFT_T_INVALID ? "value" : nft_type_info(type)->name;

	if (r == -ENOMEM) {
		parse_nomem(p);
	} else if (r == E_LIMIT) {
		parse_error(p, t->at, "%.*s is too large for %s", STR_FMT(t->text), name);
	} else {
		parse_error(p, t->at, "%.*s is no %s", STR_FMT(t->text), name);
		diag_hint(p->d, "`nft describe %s` lists what can stand here", name);
	}
}

/* One word as a value. */
static struct nft_expr *word(struct parser *p, const struct nft_keypart *part)
{
	enum nft_type type = part ? part->type : NFT_T_INVALID;
	struct nft_expr *e = NULL;
	struct tok t = *lex_peek(&p->lex);
	int r;

	if (t.kind == TOK_END || t.kind == TOK_NEWLINE ||
	    (t.kind == TOK_PUNCT && !(type == NFT_T_CLASSID && str_is(t.text, ":")))) {
		parse_expected(p, "a value");
		return NULL;
	}
	if (type == NFT_T_CLASSID)
		t.text = take_classid(p);
	else
		(void)lex_next(&p->lex);
	if (type == NFT_T_INVALID && t.kind == TOK_QUOTED)
		type = NFT_T_STRING;
	r = nft_value_read(p->rs->arena, type, part ? part->bits : 0, t.text, &e);
	if (r < 0) {
		refuse(p, &t, type, r);
		return NULL;
	}
	return e;
}

static struct nft_expr *to_prefix(struct parser *p, struct nft_expr *e)
{
	unsigned bits = e->bits ? e->bits : 128;
	struct place at = here(p);
	unsigned len = (unsigned)need_number(p, 128, "a prefix length");
	struct nft_expr *prefix;

	if (p->lex.r < 0)
		return NULL;
	if (len > bits) {
		parse_error(p, at, "a prefix length above %u", bits);
		return NULL;
	}
	if (len == bits)
		return e;
	if (len == 0 && bits == 128)
		e->value.num = 0;
	else
		e->value.num &= ~nft_bits_max(bits - len);
	prefix = nft_prefix(p->rs->arena, e->type, e->value.num, len);
	if (!prefix) {
		parse_nomem(p);
		return NULL;
	}
	prefix->bits = e->bits;
	return prefix;
}

/* A range of values that only the machine knows (hours, days by name) stays text. */
static struct nft_expr *text_range(struct parser *p, size_t from, enum nft_type type)
{
	struct nft_expr *e = nft_expr_new(p->rs->arena, NFT_E_OTHER);

	if (!e) {
		parse_nomem(p);
		return NULL;
	}
	e->type = (uint8_t)type;
	e->other.name = "range";
	e->other.text = parse_text(p, from, 0);
	return p->lex.r < 0 ? NULL : e;
}

static struct nft_expr *to_range(struct parser *p, struct nft_expr *lo, size_t from,
				 const struct nft_keypart *part)
{
	struct place at = here(p);
	struct nft_expr *hi = word(p, part), *e;

	if (!hi)
		return NULL;
	if (lo->value.text || hi->value.text)
		return text_range(p, from, lo->type);
	if (lo->type != hi->type || hi->value.num < lo->value.num) {
		parse_error(p, at, "this range ends before it begins");
		return NULL;
	}
	if (lo->value.num == hi->value.num)
		return lo;
	e = nft_range(p->rs->arena, lo->type, lo->value.num, hi->value.num);
	if (!e) {
		parse_nomem(p);
		return NULL;
	}
	e->bits = lo->bits;
	return e;
}

struct nft_expr *parse_const(struct parser *p, const struct nft_keypart *part)
{
	size_t from = p->lex.pos;
	struct nft_expr *e = word(p, part);
	bool flags = e && nft_type_info(e->type)->bitmask;

	if (!e)
		return NULL;
	if (!flags && !e->value.text && at_punct(p, "/") &&
	    lex_peek_at(&p->lex, 1)->kind == TOK_NUM) {
		(void)lex_next(&p->lex);
		return to_prefix(p, e);
	}
	if (!flags && take_punct(p, "-"))
		return to_range(p, e, from, part);
	return e;
}
