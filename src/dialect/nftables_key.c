/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_key.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "dialect/nftables_value.h"

enum { CHOICES_MAX = 64 };

/* One case of each part: the product of all parts is looked at choice by choice. */
struct choice {
	struct flow_match guard;
	unsigned char at[NFT_CONCAT_MAX];
	bool sure;
};

struct choice_list {
	struct choice c[CHOICES_MAX];
	size_t n;
};

static int and_guard(struct flow_match *m, const struct flow_match *guard, struct arena *a)
{
	int r = 0;

	for (size_t dim = 0; r == 0 && dim < FLOW_NAME; dim++)
		r = spans_and(m->dim[dim], guard->dim[dim], a, &m->dim[dim]);
	return r;
}

static bool holds_nothing(const struct flow_match *m)
{
	for (size_t dim = 0; dim < FLOW_NAME; dim++) {
		bool address = dim >= FLOW_DST4 && dim <= FLOW_SRC6;

		if (!address && spans_empty(m->dim[dim]))
			return true;
	}
	return false;
}

/* Each choice so far with each case of part `i`; most do not go together and are left out. */
static int add_part(const struct lookup_key *k, size_t i, const struct choice_list *old,
		    struct arena *a, struct choice_list *new)
{
	new->n = 0;
	for (size_t j = 0; j < old->n * k->part[i].n; j++) {
		const struct term_case *t = &k->part[i].at[j % k->part[i].n];
		struct choice c = old->c[j / k->part[i].n];
		int r = and_guard(&c.guard, &t->guard, a);

		if (r == 0 && holds_nothing(&c.guard))
			continue;
		if (r == 0 && new->n == CHOICES_MAX)
			r = E_LIMIT;
		if (r < 0)
			return r;
		c.at[i] = (unsigned char)(j % k->part[i].n);
		c.sure = c.sure && t->sure;
		new->c[new->n++] = c;
	}
	return 0;
}

static int choices(const struct lookup_key *k, struct arena *a, struct choice_list **ret)
{
	struct choice_list *old = arena_alloc(a, sizeof(*old)), *new = arena_alloc(a, sizeof(*new));

	if (!old || !new)
		return -ENOMEM;
	old->c[0] = (struct choice){ .sure = true };
	old->n = 1;
	for (size_t i = 0; i < k->n; i++) {
		int r = add_part(k, i, old, a, new);
		struct choice_list *both = old;

		if (r < 0)
			return r;
		old = new;
		new = both;
	}
	*ret = old;
	return 0;
}

/* Both lists of products as sets; `hi` NULL: the lists are the same. */
static int to_bounds(struct flow_mgr *m, const struct flow_match *lo, size_t n_lo,
		     const struct flow_match *hi, size_t n_hi, struct bounds *ret)
{
	struct bounds b;
	int r = flow_of_matches(m, lo, n_lo, &b.lo);

	b.hi = b.lo;
	if (r == 0 && hi)
		r = flow_of_matches(m, hi, n_hi, &b.hi);
	if (r == 0)
		*ret = b;
	return r;
}

static int make_guard(const struct look *l, struct lookup_key *k, struct arena *a)
{
	struct flow_match lo[CHOICES_MAX], hi[CHOICES_MAX];
	struct choice_list *list;
	size_t n_lo = 0;
	int r = choices(k, a, &list);

	if (r < 0)
		return r;
	for (size_t i = 0; i < list->n; i++) {
		hi[i] = list->c[i].guard;
		if (list->c[i].sure)
			lo[n_lo++] = list->c[i].guard;
	}
	return to_bounds(l->m, lo, n_lo, n_lo == list->n ? NULL : hi, list->n, &k->guard);
}

int key_make(const struct look *l, const struct nft_expr *e, struct arena *a,
	     struct lookup_key *ret)
{
	struct lookup_key k = { .n = e->kind == NFT_E_CONCAT ? e->concat.n : 1 };
	int r = k.n <= NFT_CONCAT_MAX ? 0 : E_LIMIT;

	for (size_t i = 0; r == 0 && i < k.n; i++)
		r = term_of(e->kind == NFT_E_CONCAT ? e->concat.part[i] : e, l->view, l->l4_said, a,
			    &k.part[i]);
	if (r == 0)
		r = make_guard(l, &k, a);
	if (r == 0)
		*ret = k;
	return r;
}

/* ---- picking ---- */

struct matches {
	struct flow_match *match;
	size_t n, cap;
};

static int matches_add(struct matches *l, const struct flow_match *m)
{
	int r = mem_grow(&l->match, &l->cap, l->n + 1, sizeof(*l->match));

	if (r == 0)
		l->match[l->n++] = *m;
	return r;
}

struct picking {
	const struct look *look;
	const struct lookup_key *key;
	struct arena *arena;
	struct choice_list *choice;
	struct matches lo, hi;
	bool exact; /* `hi` is not kept: it is the same as `lo` */
};

/* The part of a constant that belongs to part `i` of the key; NULL: it has no such part. */
static const struct nft_expr *part_of(const struct nft_expr *e, size_t i, size_t parts)
{
	if (e->kind == NFT_E_ANY)
		return e;
	if (e->kind == NFT_E_CONCAT)
		return e->concat.n == parts ? e->concat.part[i] : NULL;
	return parts == 1 ? e : NULL;
}

/* The products of one element (or of several, merged in values) under one choice. */
static int add_products(struct picking *p, const struct choice *c,
			const struct value_bounds *values)
{
	struct flow_match lo = c->guard, hi = c->guard;
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->key->n; i++) {
		const struct term_case *t = &p->key->part[i].at[c->at[i]];

		r = value_constrain(&lo, t, values[i].lo, true, p->arena);
		if (r == 0)
			r = value_constrain(&hi, t, values[i].hi, false, p->arena);
	}
	if (r == 0 && c->sure)
		r = matches_add(&p->lo, &lo);
	return r == 0 ? matches_add(&p->hi, &hi) : r;
}

static int add_values(struct picking *p, const struct value_bounds *values)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->choice->n; i++)
		r = add_products(p, &p->choice->c[i], values);
	return r;
}

static bool case_exact(const struct choice *c, const struct lookup_key *k)
{
	for (size_t i = 0; i < k->n; i++) {
		enum term_kind kind = k->part[i].at[c->at[i]].kind;

		if (kind == TERM_UNKNOWN || kind == TERM_NEXTHDR)
			return false;
	}
	return c->sure;
}

/* All elements of a key with one part are spans of one dimension. */
static int pick_single(struct picking *p, const struct pick *pick, size_t n)
{
	struct value_list values = VALUE_LIST_INIT(p->arena);
	struct value_bounds b;
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct nft_expr *e = part_of(pick[i].key, 0, 1);

		if (e)
			r = value_list_add(&values, e, &p->key->part[0], p->look->m, pick[i].maybe);
	}
	if (r < 0)
		return r;
	b = value_list_seal(&values);
	p->exact = p->exact && spans_equal(b.lo, b.hi);
	return add_values(p, &b);
}

static int pick_product(struct picking *p, const struct pick *pick)
{
	struct value_bounds b[NFT_CONCAT_MAX] = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->key->n; i++) {
		const struct nft_expr *e = part_of(pick->key, i, p->key->n);
		struct value_list values = VALUE_LIST_INIT(p->arena);

		r = e ? value_list_add(&values, e, &p->key->part[i], p->look->m, pick->maybe)
		      : E_SYNTAX;
		b[i] = value_list_seal(&values);
		p->exact = p->exact && spans_equal(b[i].lo, b[i].hi);
	}
	return r == 0 ? add_values(p, b) : r;
}

static int pick_all(struct picking *p, const struct pick *pick, size_t n)
{
	int r = choices(p->key, p->arena, &p->choice);

	p->exact = true;
	for (size_t i = 0; r == 0 && i < p->choice->n; i++)
		p->exact = p->exact && case_exact(&p->choice->c[i], p->key);
	if (r == 0 && p->key->n == 1)
		return pick_single(p, pick, n);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = pick_product(p, &pick[i]);
	return r;
}

int key_pick(const struct look *l, const struct lookup_key *k, const struct pick *pick, size_t n,
	     struct bounds *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct picking p = { .look = l, .key = k, .arena = a };
	int r = a ? pick_all(&p, pick, n) : -ENOMEM;

	if (r == 0)
		r = to_bounds(l->m, p.lo.match, p.lo.n, p.exact ? NULL : p.hi.match, p.hi.n, ret);
	mem_free(p.lo.match);
	mem_free(p.hi.match);
	return r;
}

int key_spans(const struct look *l, const struct lookup_key *k, size_t term_case,
	      struct flow_spans values, struct bounds *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const struct term_case *c = &k->part[0].at[term_case];
	struct flow_match lo = c->guard, hi = c->guard;
	int r = a ? value_constrain(&lo, c, values, true, a) : -ENOMEM;

	if (r == 0)
		r = value_constrain(&hi, c, values, false, a);
	return r < 0 ? r : to_bounds(l->m, &lo, c->sure ? 1 : 0, &hi, 1, ret);
}
