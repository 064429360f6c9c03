/* SPDX-License-Identifier: Apache-2.0 */
/* Elements of sets: keys as they are, first and last keys, or borders of ranges to be paired. */
#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/err.h"
#include "nft/attrs.h"
#include "nft/decoder.h"
#include "nft/kernel.h"
#include "nft/userdata.h"

/* The value inside of NFTA_SET_ELEM_KEY and its kin. */
static struct str data_value(struct str nest)
{
	struct str a[NFTA_DATA_MAX + 1];

	attrs_read(nest.p, nest.n, a, ARRAY_LEN(a));
	return a[NFTA_DATA_VALUE];
}

static int read_data(struct decoder *dc, const struct read_set *s, struct str nest,
		     struct nft_expr **ret)
{
	struct str a[NFTA_DATA_MAX + 1], bounds[2] = { 0 };
	struct nft_expr *e;
	int r = 0;

	attrs_read(nest.p, nest.n, a, ARRAY_LEN(a));
	if (a[NFTA_DATA_VERDICT].p) {
		e = nft_expr_new(dc->rs->arena, NFT_E_VERDICT);
		if (e)
			e->type = NFT_T_VERDICT;
		r = e ? decode_verdict(dc, a[NFTA_DATA_VERDICT], &e->verdict) : 0;
	} else {
		bounds[0] = a[NFTA_DATA_VALUE];
		e = decode_key(dc, s->data, s->datas, bounds, false);
	}
	if (!e || r < 0)
		return e ? r : -ENOMEM;
	*ret = e;
	return 0;
}

static struct nft_elem_more *more_of(struct decoder *dc, struct nft_elem *x)
{
	if (!x->more)
		x->more = arena_alloc(dc->rs->arena, sizeof(*x->more));
	return x->more;
}

static int read_times(struct decoder *dc, struct str *a, struct nft_elem *x)
{
	uint64_t timeout = attrs_u64_or(a[NFTA_SET_ELEM_TIMEOUT], 0);
	uint64_t expires = attrs_u64_or(a[NFTA_SET_ELEM_EXPIRATION], 0);

	if (!timeout && !expires)
		return 0;
	if (!more_of(dc, x))
		return -ENOMEM;
	x->more->timeout_ms = timeout;
	x->more->expires_ms = expires;
	return 0;
}

static int read_expr(struct decoder *dc, struct str expr, struct nft_elem *x)
{
	struct str a[NFTA_EXPR_MAX + 1];

	attrs_read(expr.p, expr.n, a, ARRAY_LEN(a));
	if (!more_of(dc, x))
		return -ENOMEM;
	if (str_is(attrs_text(a[NFTA_EXPR_NAME]), "counter")) {
		x->more->has_counter = true;
		decode_counter(a[NFTA_EXPR_DATA], &x->more->counter);
		return 0;
	}
	x->more->other = decode_text(dc, a[NFTA_EXPR_NAME]);
	return a[NFTA_EXPR_NAME].p && !x->more->other ? -ENOMEM : 0;
}

static int read_exprs(struct decoder *dc, struct str *a, struct nft_elem *x)
{
	struct str list = a[NFTA_SET_ELEM_EXPRESSIONS], expr;
	unsigned type;
	int r = 0;

	if (a[NFTA_SET_ELEM_EXPR].p)
		r = read_expr(dc, a[NFTA_SET_ELEM_EXPR], x);
	while (r == 0 && attrs_next(&list, &type, &expr))
		r = read_expr(dc, expr, x);
	return r;
}

static int read_object_name(struct decoder *dc, struct str name, struct nft_elem *x)
{
	x->data = nft_object_name(dc->rs->arena, attrs_text(name));
	return x->data ? 0 : -ENOMEM;
}

/* Everything of an element but its key. */
static int read_rest(struct decoder *dc, const struct read_set *s, struct str *a,
		     struct nft_elem *x)
{
	int r = 0;

	if (a[NFTA_SET_ELEM_DATA].p)
		r = read_data(dc, s, a[NFTA_SET_ELEM_DATA], &x->data);
	if (r == 0 && a[NFTA_SET_ELEM_OBJREF].p)
		r = read_object_name(dc, a[NFTA_SET_ELEM_OBJREF], x);
	if (r == 0)
		r = read_times(dc, a, x);
	if (r == 0)
		r = read_exprs(dc, a, x);
	if (r == 0 && a[NFTA_SET_ELEM_USERDATA].p)
		x->comment = decode_comment(dc, a[NFTA_SET_ELEM_USERDATA], USERDATA_COMMENT);
	return r;
}

static int add_border(struct read_set *s, u128 key, bool end, const struct nft_elem *rest)
{
	int r = mem_grow(&s->border, &s->cap, s->borders + 1, sizeof(*s->border));

	if (r < 0)
		return r;
	s->border[s->borders++] = (struct border){ .key = key, .end = end, .rest = *rest };
	return 0;
}

static int add_elem(struct decoder *dc, struct read_set *s, struct nft_expr *key,
		    const struct nft_elem *rest)
{
	struct nft_elem *x;

	if (!key)
		return -ENOMEM;
	x = nft_elem_add(dc->rs, s->set);
	if (!x)
		return dc->rs->elems >= NFT_ELEMS_MAX ? E_LIMIT : -ENOMEM;
	*x = *rest;
	x->key = key;
	return 0;
}

static int read_elem(struct decoder *dc, struct read_set *s, struct str elem)
{
	struct str a[NFTA_SET_ELEM_EXPRESSIONS + 1], bounds[2];
	struct nft_elem rest = { 0 };
	uint32_t flags;
	int r;

	attrs_read(elem.p, elem.n, a, ARRAY_LEN(a));
	flags = attrs_u32_or(a[NFTA_SET_ELEM_FLAGS], 0);
	r = read_rest(dc, s, a, &rest);
	if (r < 0)
		return r;
	bounds[0] = data_value(a[NFTA_SET_ELEM_KEY]);
	bounds[1] = data_value(a[NFTA_SET_ELEM_KEY_END]);
	if (flags & NFT_SET_ELEM_CATCHALL)
		return add_elem(dc, s, nft_expr_new(dc->rs->arena, NFT_E_ANY), &rest);
	if (!bounds[0].p)
		return E_SYNTAX;
	/* Only sets of concatenations say a last key; borders of ranges come as elements of their
	 * own. */
	if (!s->ranges || s->concat || s->keys != 1 || bounds[1].p)
		return add_elem(dc, s, decode_key(dc, s->key, s->keys, bounds, s->ranges), &rest);
	if (bounds[0].n > sizeof(u128))
		return E_SYNTAX;
	return add_border(s, wire_read((const uint8_t *)bounds[0].p, bounds[0].n, false),
			  flags & NFT_SET_ELEM_INTERVAL_END, &rest);
}

int decode_elems(struct decoder *dc, const struct nft_answer *m)
{
	struct str a[NFTA_SET_ELEM_LIST_SET_ID + 1], list, elem;
	struct read_set *s;
	unsigned type;
	int r = 0;

	attrs_read(m->attrs, m->size, a, ARRAY_LEN(a));
	s = decoder_set(dc, attrs_text(a[NFTA_SET_ELEM_LIST_SET]));
	if (!str_is(attrs_text(a[NFTA_SET_ELEM_LIST_TABLE]), dc->name) || !s || s->done)
		return 0;
	list = a[NFTA_SET_ELEM_LIST_ELEMENTS];
	while (r == 0 && attrs_next(&list, &type, &elem))
		r = read_elem(dc, s, elem);
	return r;
}

/* By key; of two borders at one key the end comes first. */
static int border_cmp(const void *a, const void *b)
{
	const struct border *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (int)y->end - (int)x->end;
}

static int pair_borders(struct decoder *dc, struct read_set *s)
{
	unsigned bits = s->key[0].bits;
	u128 highest = bits >= 128 || s->key[0].text ? U128_MAX : ((u128)1 << bits) - 1;
	int r = 0;

	qsort(s->border, s->borders, sizeof(*s->border), border_cmp);
	for (size_t i = 0; r == 0 && i < s->borders; i++) {
		const struct border *b = &s->border[i];
		u128 hi = i + 1 < s->borders ? s->border[i + 1].key - 1 : highest;

		if (!b->end && hi >= b->key)
			r = add_elem(dc, s, decode_span(dc, s->key[0], b->key, hi), &b->rest);
	}
	return r;
}

static const struct nft_expr *first_part(const struct nft_expr *k, size_t i)
{
	if (k->kind != NFT_E_CONCAT)
		return i ? NULL : k;
	return i < k->concat.n ? k->concat.part[i] : NULL;
}

static u128 sort_number(const struct nft_expr *k)
{
	if (k->kind == NFT_E_VALUE)
		return k->value.num;
	return k->kind == NFT_E_RANGE || k->kind == NFT_E_PREFIX ? k->range.lo : U128_MAX;
}

/* The kernel gives hashed elements in no order; people and tests want one. `*` comes last. */
static int elem_cmp(const void *a, const void *b)
{
	const struct nft_elem *x = a, *y = b;

	for (size_t i = 0; i < NFT_CONCAT_MAX; i++) {
		const struct nft_expr *p = first_part(x->key, i), *q = first_part(y->key, i);
		u128 m, n;

		if (!p || !q)
			return p ? 1 : q ? -1 : 0;
		if (p->kind == NFT_E_VALUE && q->kind == NFT_E_VALUE && p->value.text &&
		    q->value.text && strcmp(p->value.text, q->value.text) != 0)
			return strcmp(p->value.text, q->value.text);
		m = sort_number(p);
		n = sort_number(q);
		if (m != n)
			return m < n ? -1 : 1;
	}
	return 0;
}

int decode_elements_end(struct decoder *dc)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < dc->sets; i++) {
		struct read_set *s = dc->set[i];

		if (s->done)
			continue;
		s->done = true;
		if (s->borders)
			r = pair_borders(dc, s);
		mem_free(s->border);
		s->border = NULL;
		/* Ranges are in order already, but for a `*` in front of them. */
		if (s->set->elems && (!s->borders || s->set->elem[0].key->kind == NFT_E_ANY))
			qsort(s->set->elem, s->set->elems, sizeof(*s->set->elem), elem_cmp);
	}
	return r;
}
