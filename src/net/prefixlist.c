/* SPDX-License-Identifier: Apache-2.0 */
#include "net/prefixlist.h"

#include <assert.h>

#include "base/alloc.h"
#include "net/rangesort.h"

void prefixlist_release(struct prefixlist *l)
{
	mem_free(l->range);
	*l = PREFIXLIST_INIT;
}

/* May `next`, which does not begin before `last`, be said by making `last` longer? */
static bool joins(const struct addr_range *last, const struct addr_range *next)
{
	return last->family == next->family && last->lo <= next->lo &&
	       (next->lo <= last->hi || next->lo - 1 == last->hi);
}

static void lengthen(struct addr_range *last, u128 hi)
{
	if (hi > last->hi)
		last->hi = hi;
}

/* Input that comes in order is merged on the way in. */
static int append(struct prefixlist *l, struct addr_range r)
{
	int e;

	assert(r.lo <= r.hi && r.hi <= family_max(r.family));
	if (l->n && joins(&l->range[l->n - 1], &r)) {
		lengthen(&l->range[l->n - 1], r.hi);
		return 0;
	}
	e = mem_grow(&l->range, &l->cap, l->n + 1, sizeof(*l->range));
	if (e < 0)
		return e;
	l->range[l->n++] = r;
	l->n4 += r.family == FAMILY_V4;
	return 0;
}

int prefixlist_add_range(struct prefixlist *l, struct addr_range r)
{
	l->open = true;
	return append(l, r);
}

int prefixlist_add(struct prefixlist *l, struct prefix p)
{
	return prefixlist_add_range(l, prefix_range(p));
}

void prefixlist_seal(struct prefixlist *l)
{
	size_t kept = 0;

	if (!l->open)
		return;
	(void)rangesort(l->range, l->n); /* n4 is counted again below */
	l->n4 = 0;
	for (size_t i = 0; i < l->n; i++) {
		if (kept && joins(&l->range[kept - 1], &l->range[i])) {
			lengthen(&l->range[kept - 1], l->range[i].hi);
			continue;
		}
		l->n4 += l->range[i].family == FAMILY_V4;
		l->range[kept++] = l->range[i];
	}
	l->n = kept;
	l->open = false;
}

/* Is all of `r` before `a`? */
static bool ends_before(const struct addr_range *r, struct addr a)
{
	return addr_cmp((struct addr){ .family = r->family, .value = r->hi }, a) < 0;
}

static struct addr low_end(const struct addr_range *r)
{
	return (struct addr){ .family = r->family, .value = r->lo };
}

/* The first range at or after index `from` that does not end before `a`; l->n when none. */
static size_t seek(const struct prefixlist *l, size_t from, struct addr a)
{
	size_t hi = l->n;

	while (from < hi) {
		size_t middle = from + (hi - from) / 2;

		if (ends_before(&l->range[middle], a))
			from = middle + 1;
		else
			hi = middle;
	}
	return from;
}

bool prefixlist_has(const struct prefixlist *l, struct addr a)
{
	size_t i;

	assert(!l->open);
	i = seek(l, 0, a);
	return i < l->n && addr_cmp(low_end(&l->range[i]), a) <= 0;
}

bool prefixlist_covers(const struct prefixlist *outer, const struct prefixlist *inner)
{
	size_t at = 0;

	assert(!outer->open && !inner->open);
	for (size_t i = 0; i < inner->n; i++) {
		const struct addr_range *in = &inner->range[i];
		const struct addr_range *out;

		at = seek(outer, at, low_end(in));
		if (at == outer->n)
			return false;
		out = &outer->range[at];
		if (out->family != in->family || in->lo < out->lo || out->hi < in->hi)
			return false;
	}
	return true;
}

bool prefixlist_equal(const struct prefixlist *a, const struct prefixlist *b)
{
	assert(!a->open && !b->open);
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct addr_range *x = &a->range[i];
		const struct addr_range *y = &b->range[i];

		if (x->family != y->family || x->lo != y->lo || x->hi != y->hi)
			return false;
	}
	return true;
}

/* Gives `l` to `ret` when all of it was made. */
static int finish(int r, struct prefixlist *l, struct prefixlist *ret)
{
	if (r < 0)
		prefixlist_release(l);
	else
		*ret = *l;
	return r;
}

int prefixlist_union(const struct prefixlist *a, const struct prefixlist *b, struct prefixlist *ret)
{
	struct prefixlist l = PREFIXLIST_INIT;
	size_t i = 0;
	size_t j = 0;
	int r = 0;

	assert(!a->open && !b->open);
	while (r == 0 && (i < a->n || j < b->n)) {
		bool take_b = i == a->n || (j < b->n && addr_cmp(low_end(&b->range[j]),
								 low_end(&a->range[i])) < 0);

		r = append(&l, take_b ? b->range[j++] : a->range[i++]);
	}
	return finish(r, &l, ret);
}

/* Appends what remains of `r` when `b`, from index *at on, is taken away. */
static int append_minus(struct prefixlist *l, struct addr_range r, const struct prefixlist *b,
			size_t *at)
{
	*at = seek(b, *at, low_end(&r));
	for (; *at < b->n; ++*at) {
		const struct addr_range *cut = &b->range[*at];

		if (cut->family != r.family || cut->lo > r.hi)
			break;
		if (cut->lo > r.lo) {
			struct addr_range left = { r.family, r.lo, cut->lo - 1 };
			int e = append(l, left);

			if (e < 0)
				return e;
		}
		if (cut->hi >= r.hi) /* `cut` may reach into the next range of the caller too */
			return 0;
		r.lo = cut->hi + 1;
	}
	return append(l, r);
}

int prefixlist_minus(const struct prefixlist *a, const struct prefixlist *b, struct prefixlist *ret)
{
	struct prefixlist l = PREFIXLIST_INIT;
	size_t at = 0;
	int r = 0;

	assert(!a->open && !b->open);
	for (size_t i = 0; r == 0 && i < a->n; i++)
		r = append_minus(&l, a->range[i], b, &at);
	return finish(r, &l, ret);
}

static int append_common(struct prefixlist *l, const struct addr_range *x,
			 const struct addr_range *y)
{
	struct addr_range both = { x->family, x->lo > y->lo ? x->lo : y->lo,
				   x->hi < y->hi ? x->hi : y->hi };

	return x->family == y->family && both.lo <= both.hi ? append(l, both) : 0;
}

int prefixlist_intersect(const struct prefixlist *a, const struct prefixlist *b,
			 struct prefixlist *ret)
{
	struct prefixlist l = PREFIXLIST_INIT;
	size_t i = 0;
	size_t j = 0;
	int r = 0;

	assert(!a->open && !b->open);
	while (r == 0 && i < a->n && j < b->n) {
		const struct addr_range *x = &a->range[i];
		const struct addr_range *y = &b->range[j];
		struct addr end = { .family = y->family, .value = y->hi };

		r = append_common(&l, x, y);
		if (ends_before(x, end))
			i++;
		else
			j++;
	}
	return finish(r, &l, ret);
}

u128 prefixlist_count(const struct prefixlist *l, enum family family)
{
	u128 sum = 0;

	assert(!l->open);
	for (size_t i = 0; i < l->n; i++) {
		const struct addr_range *r = &l->range[i];

		if (r->family == family && __builtin_add_overflow(sum, r->hi - r->lo + 1, &sum))
			return U128_MAX;
		if (r->family == family && r->hi - r->lo == U128_MAX)
			return U128_MAX;
	}
	return sum;
}

/* How many trailing zero bits `v` has, at most `most`. */
static unsigned trailing_zeros(u128 v, unsigned most)
{
	unsigned n = most;

	if ((uint64_t)v)
		n = (unsigned)__builtin_ctzll((uint64_t)v);
	else if (v)
		n = 64 + (unsigned)__builtin_ctzll((uint64_t)(v >> 64));
	return n < most ? n : most;
}

/* The highest k with 2^k - 1 <= v. */
static unsigned whole_bits(u128 v)
{
	unsigned n;

	if (v == U128_MAX)
		return 128;
	v++;
	n = (uint64_t)(v >> 64) ? 127 - (unsigned)__builtin_clzll((uint64_t)(v >> 64))
				: 63 - (unsigned)__builtin_clzll((uint64_t)v);
	return n;
}

bool range_prefix(struct addr_range r, struct prefix *ret)
{
	u128 open = r.hi - r.lo; /* of a prefix: ones alone, where its address has zeros */

	if ((open & (open + 1)) != 0 || (r.lo & open) != 0)
		return false;
	*ret = (struct prefix){ .family = r.family,
				.len = (uint8_t)(family_bits(r.family) - whole_bits(open)),
				.value = r.lo };
	return true;
}

/* From the low end, always the largest prefix that begins there and does not pass the high end. */
int range_prefixes(struct addr_range r, int (*add)(void *data, struct prefix p), void *data)
{
	unsigned bits = family_bits(r.family);

	for (;;) {
		unsigned host = trailing_zeros(r.lo, bits);
		unsigned room = whole_bits(r.hi - r.lo);
		struct prefix p = { .family = r.family, .value = r.lo };
		u128 last;
		int e;

		if (host > room)
			host = room;
		p.len = (uint8_t)(bits - host);
		e = add(data, p);
		if (e < 0)
			return e;
		last = prefix_range(p).hi;
		if (last == r.hi)
			return 0;
		r.lo = last + 1;
	}
}

struct prefixes {
	struct prefix *p;
	size_t n, cap;
};

static int add_prefix(void *data, struct prefix p)
{
	struct prefixes *all = data;
	int r = mem_grow(&all->p, &all->cap, all->n + 1, sizeof(*all->p));

	if (r == 0)
		all->p[all->n++] = p;
	return r;
}

int prefixlist_prefixes(const struct prefixlist *l, struct prefix **ret, size_t *ret_n)
{
	struct prefixes all = { 0 };
	int r = mem_grow(&all.p, &all.cap, l->n, sizeof(*all.p));

	assert(!l->open);
	for (size_t i = 0; r == 0 && i < l->n; i++)
		r = range_prefixes(l->range[i], add_prefix, &all);
	if (r < 0) {
		mem_free(all.p);
		return r;
	}
	*ret = all.p;
	*ret_n = all.n;
	return 0;
}
