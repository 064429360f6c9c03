/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/print.h"

#include <errno.h>

#include "base/alloc.h"
#include "nft/scan.h"
#include "nft/value.h"

void nft_print_name(const char *name, struct buf *out)
{
	struct str s = str_of(name);
	enum tok_kind kind = TOK_PUNCT;

	if (s.n && s.p[0] != '"' && scan_word(s, &kind) == s.n && kind == TOK_WORD &&
	    !(s.p[0] >= '0' && s.p[0] <= '9') && str_find(s, '*') == s.n &&
	    str_find(s, '\\') == s.n)
		buf_addstr(out, s);
	else
		buf_printf(out, "\"%s\"", name);
}

void nft_print_verdict(const struct nft_verdict *v, struct buf *out)
{
	static const char *const words[] = { "accept", "drop", "continue", "return",
					     "jump",   "goto", "queue" };

	buf_adds(out, words[v->kind]);
	if (v->chain) {
		buf_addc(out, ' ');
		nft_print_name(v->chain, out);
	}
}

static void key_print(const struct nft_expr *e, struct buf *out)
{
	static const char *const dirs[] = { "original ", "reply " };

	if (e->kind == NFT_E_META) {
		buf_printf(out, "meta %s", e->key->name);
		return;
	}
	buf_adds(out, "ct ");
	if (e->ct_dir != NFT_CT_DIR_NONE)
		buf_adds(out, dirs[e->ct_dir == NFT_CT_DIR_REPLY]);
	if (e->nfproto && e->key->type == NFT_T_INVALID)
		buf_adds(out, e->nfproto == NFT_IP ? "ip " : "ip6 ");
	buf_adds(out, e->key->name);
}

/* How loosely an expression binds: 0 `|` .. 3 shift, 4 a single word. */
static unsigned level_of(const struct nft_expr *e)
{
	static const unsigned levels[] = { [NFT_BIT_AND] = 2,
					   [NFT_BIT_OR] = 0,
					   [NFT_BIT_XOR] = 1,
					   [NFT_BIT_SHL] = 3,
					   [NFT_BIT_SHR] = 3 };

	if (e->kind == NFT_E_BITS)
		return levels[e->op];
	if (e->kind == NFT_E_VALUE && !e->value.text && nft_type_info(e->type)->bitmask &&
	    (e->value.num & (e->value.num - 1)) != 0)
		return 0; /* prints as a | b */
	return 4;
}

static void operand(const struct nft_expr *e, bool parenthesis, unsigned flags, struct buf *out)
{
	if (parenthesis)
		buf_addc(out, '(');
	nft_print_expr(e, flags, out);
	if (parenthesis)
		buf_addc(out, ')');
}

static void bits_print(const struct nft_expr *e, unsigned flags, struct buf *out)
{
	static const char *const words[] = { [NFT_BIT_AND] = "&",
					     [NFT_BIT_OR] = "|",
					     [NFT_BIT_XOR] = "^",
					     [NFT_BIT_SHL] = "<<",
					     [NFT_BIT_SHR] = ">>" };
	unsigned level = level_of(e);

	operand(e->bits_of.a, level_of(e->bits_of.a) < level, flags, out);
	buf_printf(out, " %s ", words[e->op]);
	operand(e->bits_of.b, level_of(e->bits_of.b) <= level, flags, out);
}

static void counter_print(const struct nft_counter *c, unsigned flags, struct buf *out)
{
	bool state = !(flags & NFT_PRINT_STATELESS);

	buf_printf(out, " counter packets %llu bytes %llu",
		   (unsigned long long)(state ? c->packets : 0),
		   (unsigned long long)(state ? c->bytes : 0));
}

void nft_print_elem(const struct nft_elem *e, unsigned flags, struct buf *out)
{
	nft_print_expr(e->key, flags, out);
	if (e->more) {
		if (e->more->has_counter)
			counter_print(&e->more->counter, flags, out);
		if (e->more->other)
			buf_printf(out, " %s", e->more->other);
		if (e->more->timeout_ms) {
			buf_adds(out, " timeout ");
			nft_time_print(e->more->timeout_ms, out);
		}
		if (e->more->expires_ms && !(flags & NFT_PRINT_STATELESS)) {
			buf_adds(out, " expires ");
			nft_time_print(e->more->expires_ms, out);
		}
	}
	if (e->comment)
		buf_printf(out, " comment \"%s\"", e->comment);
	if (e->data) {
		buf_adds(out, " : ");
		nft_print_expr(e->data, flags, out);
	}
}

static int by_key(const void *a, const void *b)
{
	const struct nft_elem *const *x = a, *const *y = b;
	int c = nft_expr_cmp((*x)->key, (*y)->key);

	return c ? c : (*x > *y) - (*x < *y);
}

const struct nft_elem **nft_print_order(const struct nft_set *s, unsigned flags)
{
	const struct nft_elem **order = mem_alloc((s->elems + 1) * sizeof(struct nft_elem *));

	if (!order)
		return NULL;
	for (size_t i = 0; i < s->elems; i++)
		order[i] = &s->elem[i];
	if (flags & NFT_PRINT_SORTED)
		qsort(order, s->elems, sizeof(struct nft_elem *), by_key);
	return order;
}

static void set_print(const struct nft_set *s, unsigned flags, struct buf *out)
{
	const struct nft_elem **order = nft_print_order(s, flags);

	if (!order) {
		out->r = -ENOMEM;
		return;
	}
	buf_adds(out, "{ ");
	for (size_t i = 0; i < s->elems; i++) {
		if (i)
			buf_adds(out, ", ");
		nft_print_elem(order[i], flags, out);
	}
	buf_adds(out, s->elems ? " }" : "}");
	mem_free(order);
}

static void concat_print(const struct nft_expr *e, unsigned flags, struct buf *out)
{
	for (size_t i = 0; i < e->concat.n; i++) {
		if (i)
			buf_adds(out, " . ");
		nft_print_expr(e->concat.part[i], flags, out);
	}
}

void nft_print_expr(const struct nft_expr *e, unsigned flags, struct buf *out)
{
	static const char *const bases[] = { "ll", "nh", "th", "ih" };

	switch ((enum nft_expr_kind)e->kind) {
	case NFT_E_VALUE:
	case NFT_E_PREFIX:
	case NFT_E_RANGE:
		nft_value_print(e, out);
		break;
	case NFT_E_ANY:
		buf_addc(out, '*');
		break;
	case NFT_E_CONCAT:
		concat_print(e, flags, out);
		break;
	case NFT_E_SET:
		set_print(e->set, flags, out);
		break;
	case NFT_E_SETREF:
		buf_addc(out, '@');
		nft_print_name(e->name, out);
		break;
	case NFT_E_MAP:
		nft_print_expr(e->map.key, flags, out);
		buf_adds(out, " map ");
		nft_print_expr(e->map.map, flags, out);
		break;
	case NFT_E_PAYLOAD:
		buf_printf(out, "%s %s", e->field->header->name, e->field->name);
		break;
	case NFT_E_RAW:
		buf_printf(out, "@%s,%u,%u", bases[e->base & 3], e->raw.offset, e->raw.len);
		break;
	case NFT_E_META:
	case NFT_E_CT:
		key_print(e, out);
		break;
	case NFT_E_BITS:
		bits_print(e, flags, out);
		break;
	case NFT_E_VERDICT:
		nft_print_verdict(&e->verdict, out);
		break;
	case NFT_E_OBJECT:
		buf_printf(out, "\"%s\"", e->name);
		break;
	case NFT_E_OTHER:
	case NFT_E_UNKNOWN:
		buf_adds(out, e->other.text ? e->other.text : "unknown");
		break;
	}
}
