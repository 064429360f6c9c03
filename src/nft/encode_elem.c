/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The elements of a set.
 *
 * Three forms: keys as they are (hash sets); first and last key (concatenations with ranges); and
 * for one-part sets with ranges, the kernel's tree of borders: an element where a range begins and
 * one marked INTERVAL_END just behind its end. There ranges must not overlap, come in order (the
 * kernel sorts them faster so), and a range up to the highest key has no end but a note. Like nft,
 * the first border is an end at key 0 unless a range begins there.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "nft/encoder.h"
#include "nft/kernel.h"
#include "nft/userdata.h"

/* A range and the element it comes from. */
struct span {
	u128 lo, hi;
	const struct nft_elem *elem;
};

/* Where elements go: the open message of the list. */
struct elem_list {
	struct encoder *e;
	const struct set_plan *plan;
	size_t nest;
	bool open;
};

static void list_begin(struct elem_list *l)
{
	struct batch *b = l->e->out;
	const struct nft_set *s = l->plan->set;

	batch_message(b, NFT_MSG_NEWSETELEM, NLM_F_CREATE,
		      (struct batch_part){ .kind = s->map ? "elements of map" : "elements of set",
					   .name = s->name,
					   .note = s->name ? NULL : "anonymous" });
	batch_text(b, NFTA_SET_ELEM_LIST_TABLE, l->e->table->name);
	batch_text(b, NFTA_SET_ELEM_LIST_SET, l->plan->name);
	batch_u32(b, NFTA_SET_ELEM_LIST_SET_ID, l->plan->id);
	l->nest = batch_nest(b, NFTA_SET_ELEM_LIST_ELEMENTS);
	l->open = true;
}

static void list_end(struct elem_list *l)
{
	if (l->open)
		batch_unnest(l->e->out, l->nest);
	l->open = false;
}

static size_t elem_begin(struct elem_list *l)
{
	if (l->open && batch_full(l->e->out))
		list_end(l);
	if (!l->open)
		list_begin(l);
	return batch_nest(l->e->out, NFTA_LIST_ELEM);
}

static void put_counter(struct batch *b, const struct nft_counter *c)
{
	size_t nest = batch_nest(b, NFTA_SET_ELEM_EXPR), data;

	batch_text(b, NFTA_EXPR_NAME, "counter");
	data = batch_nest(b, NFTA_EXPR_DATA);
	encode_counter(b, c);
	batch_unnest(b, data);
	batch_unnest(b, nest);
}

static void put_map_data(struct elem_list *l, const struct nft_elem *x)
{
	const struct nft_expr *d = x->data;
	struct batch *b = l->e->out;
	struct wire_value v;

	if (d->kind == NFT_E_OBJECT)
		batch_text(b, NFTA_SET_ELEM_OBJREF, d->name);
	else if (d->kind == NFT_E_VERDICT)
		encode_verdict(b, NFTA_SET_ELEM_DATA, &d->verdict);
	else if (encode_value(l->e, d, l->plan->data, l->plan->datas, &v))
		encode_data(b, NFTA_SET_ELEM_DATA, &v);
}

/* Everything of an element but its key. */
static void put_rest(struct elem_list *l, const struct nft_elem *x, uint32_t note)
{
	const struct nft_elem_more *more = x->more;
	struct userdata u = USERDATA_INIT;
	struct batch *b = l->e->out;

	if (x->data)
		put_map_data(l, x);
	if (more && more->timeout_ms)
		batch_u64(b, NFTA_SET_ELEM_TIMEOUT, more->timeout_ms);
	if (more && more->expires_ms)
		batch_u64(b, NFTA_SET_ELEM_EXPIRATION, more->expires_ms);
	if (more && more->has_counter)
		put_counter(b, &more->counter);
	if (more && more->other)
		encode_fail(l->e, E_UNSUPPORTED, l->e->at,
			    "no netlink form here for `%s` of an element", more->other);
	if (note)
		userdata_u32(&u, USERDATA_ELEM_FLAGS, note);
	if (x->comment && !userdata_text(&u, USERDATA_COMMENT, x->comment))
		encode_fail(l->e, E_LIMIT, l->e->at, "the comment \"%.40s...\" is too long",
			    x->comment);
	if (u.n)
		batch_bytes(b, NFTA_SET_ELEM_USERDATA, u.byte, u.n);
}

static void put_catch_all(struct elem_list *l, const struct nft_elem *x)
{
	size_t nest = elem_begin(l);

	batch_u32(l->e->out, NFTA_SET_ELEM_FLAGS, NFT_SET_ELEM_CATCHALL);
	put_rest(l, x, 0);
	batch_unnest(l->e->out, nest);
}

static void put_plain(struct elem_list *l, const struct nft_elem *x)
{
	struct wire_value key;
	size_t nest;

	if (!encode_value(l->e, x->key, l->plan->key, l->plan->keys, &key))
		return;
	nest = elem_begin(l);
	encode_data(l->e->out, NFTA_SET_ELEM_KEY, &key);
	put_rest(l, x, 0);
	batch_unnest(l->e->out, nest);
}

static void put_bounds(struct elem_list *l, const struct nft_elem *x)
{
	struct wire_value key[2];
	size_t nest;

	if (!encode_bounds(l->e, x->key, l->plan->key, l->plan->keys, key))
		return;
	nest = elem_begin(l);
	encode_data(l->e->out, NFTA_SET_ELEM_KEY, &key[0]);
	encode_data(l->e->out, NFTA_SET_ELEM_KEY_END, &key[1]);
	put_rest(l, x, 0);
	batch_unnest(l->e->out, nest);
}

/* ---- one-part sets with ranges ---- */

static int span_cmp(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->lo != y->lo ? (x->lo < y->lo ? -1 : 1) : (x->hi > y->hi) - (x->hi < y->hi);
}

static void sort_spans(struct span *s, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (span_cmp(&s[i - 1], &s[i]) > 0) {
			qsort(s, n, sizeof(*s), span_cmp);
			return;
		}
}

/*
 * Makes sorted spans disjoint. Equal ones count once; when `merge`, those that touch become one;
 * else an overlap is told as nft tells it. Returns how many are left.
 */
static size_t join_spans(struct encoder *e, struct span *s, size_t n, const struct set_plan *p)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct span *last = kept ? &s[kept - 1] : NULL;
		bool touches = last && (s[i].lo <= last->hi || s[i].lo - 1 == last->hi);

		if (last && s[i].lo == last->lo && s[i].hi == last->hi && !s[i].elem->data)
			continue;
		if (touches && p->merge && !s[i].elem->data) {
			last->hi = s[i].hi > last->hi ? s[i].hi : last->hi;
			continue;
		}
		if (last && s[i].lo <= last->hi) {
			encode_fail(e, E_CONFLICT, p->set->at,
				    "two ranges of set %s overlap; only `auto-merge` joins them",
				    p->set->name ? p->set->name : "{ }");
			return 0;
		}
		s[kept++] = s[i];
	}
	return kept;
}

static void put_border(struct elem_list *l, u128 key, const struct nft_elem *x, uint32_t note)
{
	struct wire_value v = { .n = shape_bytes(l->plan->key[0]) };
	size_t nest = elem_begin(l);

	(void)wire_number(key, v.n, false, v.byte); /* bounds were read with this size */
	encode_data(l->e->out, NFTA_SET_ELEM_KEY, &v);
	if (x)
		put_rest(l, x, note);
	else
		batch_u32(l->e->out, NFTA_SET_ELEM_FLAGS, NFT_SET_ELEM_INTERVAL_END);
	batch_unnest(l->e->out, nest);
}

static void put_spans(struct elem_list *l, const struct span *s, size_t n)
{
	unsigned bits = l->plan->key[0].bits;
	u128 highest = bits >= 128 ? U128_MAX : ((u128)1 << bits) - 1;

	if (n && s[0].lo)
		put_border(l, 0, NULL, 0);
	for (size_t i = 0; i < n && l->e->r == 0; i++) {
		bool last = s[i].hi == highest;

		put_border(l, s[i].lo, s[i].elem, last ? USERDATA_ELEM_OPEN : 0);
		if (!last)
			put_border(l, s[i].hi + 1, NULL, 0);
	}
}

static void put_ranges(struct elem_list *l)
{
	const struct set_plan *p = l->plan;
	const struct nft_set *set = p->set;
	EG_AUTO(mem_freep) struct span *s = NULL;
	size_t n = 0, cap = 0;
	int r = mem_grow(&s, &cap, set->elems, sizeof(*s));

	if (r < 0)
		encode_fail(l->e, r, set->at, "out of memory");
	for (size_t i = 0; i < set->elems && l->e->r == 0; i++) {
		if (set->elem[i].key->kind == NFT_E_ANY)
			continue;
		s[n].elem = &set->elem[i];
		if (encode_number(l->e, set->elem[i].key, p->key[0], &s[n].lo, &s[n].hi))
			n++;
	}
	if (l->e->r < 0)
		return;
	sort_spans(s, n);
	put_spans(l, s, join_spans(l->e, s, n, p));
}

void encode_elems(struct encoder *e, const struct set_plan *p)
{
	struct elem_list l = { .e = e, .plan = p };
	bool ranges = p->flags & NFT_KSET_INTERVAL, concat = p->flags & NFT_SET_CONCAT;

	if (ranges && !concat)
		put_ranges(&l);
	for (size_t i = 0; i < p->set->elems && e->r == 0; i++) {
		const struct nft_elem *x = &p->set->elem[i];

		if (x->key->kind == NFT_E_ANY)
			put_catch_all(&l, x);
		else if (concat)
			put_bounds(&l, x);
		else if (!ranges)
			put_plain(&l, x);
	}
	list_end(&l);
}
