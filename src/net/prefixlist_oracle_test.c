/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prefix lists against one flag an address, in a world small enough to try whole: windows of 64
 * addresses at the ends of both families and across the middle of IPv6 numbers.
 */
#include "support/test.h"

#include "base/alloc.h"
#include "base/rand.h"
#include "net/prefixlist.h"
#include "net/rangesort.h"

enum { WIDTH = 64, WINDOWS = 5, WORLD = WINDOWS * WIDTH, LISTS = 20000, SORTS = 400 };

static const struct window {
	enum family family;
	u128 base;
} windows[WINDOWS] = {
	{ FAMILY_V4, 0 },
	{ FAMILY_V4, 0xffffffff - (WIDTH - 1) },
	{ FAMILY_V6, 0 },
	{ FAMILY_V6, ((u128)1 << 64) - WIDTH / 2 },
	{ FAMILY_V6, U128_MAX - (WIDTH - 1) },
};

struct world {
	bool in[WORLD];
};

static struct addr address(unsigned i)
{
	const struct window *w = &windows[i / WIDTH];

	return (struct addr){ w->family, w->base + i % WIDTH };
}

static void add_random(struct rand *rng, struct prefixlist *l, struct world *w)
{
	unsigned window = (unsigned)rand_below(rng, WINDOWS) * WIDTH;
	unsigned lo = (unsigned)rand_below(rng, WIDTH);
	unsigned hi = lo + (unsigned)rand_below(rng, rand_below(rng, 4) ? 4 : WIDTH);
	struct addr_range r = { address(window).family, address(window + lo).value, 0 };

	hi = hi < WIDTH ? hi : WIDTH - 1;
	if (rand_below(rng, 2)) { /* a prefix, as lists have them, where one begins */
		unsigned n = 1;

		while (lo + 2 * n <= hi + 1 && r.lo % n == 0 && r.lo / n % 2 == 0)
			n *= 2;
		hi = lo + n - 1;
	}
	r.hi = address(window + hi).value;
	assert_int_equal(prefixlist_add_range(l, r), 0);
	for (unsigned i = lo; i <= hi; i++)
		w->in[window + i] = true;
}

static void make_random(struct rand *rng, struct prefixlist *l, struct world *w)
{
	unsigned n = (unsigned)rand_below(rng, rand_below(rng, 2) ? 6 : 60);

	*l = PREFIXLIST_INIT;
	*w = (struct world){ { false } };
	for (unsigned i = 0; i < n; i++)
		add_random(rng, l, w);
	prefixlist_seal(l);
}

static void assert_well_formed(const struct prefixlist *l)
{
	size_t n4 = 0;

	assert_false(l->open);
	for (size_t i = 0; i < l->n; i++) {
		const struct addr_range *r = &l->range[i];

		n4 += r->family == FAMILY_V4;
		assert_true(r->lo <= r->hi);
		if (i && r->family == l->range[i - 1].family)
			assert_true(l->range[i - 1].hi < r->lo && r->lo - l->range[i - 1].hi > 1);
		else if (i)
			assert_true(r->family == FAMILY_V6);
	}
	assert_int_equal(l->n4, n4);
}

static void assert_denotes(const struct prefixlist *l, const struct world *w)
{
	unsigned count[2] = { 0 };

	assert_well_formed(l);
	for (unsigned i = 0; i < WORLD; i++) {
		assert_int_equal(prefixlist_has(l, address(i)), w->in[i]);
		count[address(i).family == FAMILY_V6] += w->in[i];
	}
	/* Together with membership of all of the world: nothing outside of it either. */
	assert_true(prefixlist_count(l, FAMILY_V4) == count[0]);
	assert_true(prefixlist_count(l, FAMILY_V6) == count[1]);
}

/* Is the aligned block of `size` addresses that holds number i whole in the set? */
static bool whole(const struct world *w, unsigned i, unsigned size)
{
	unsigned window = i / WIDTH;
	unsigned at = i % WIDTH;
	unsigned before = (unsigned)(address(i).value % size);

	if (before > at || at - before + size > WIDTH)
		return false;
	for (unsigned k = 0; k < size; k++)
		if (!w->in[window * WIDTH + at - before + k])
			return false;
	return true;
}

/* The minimal prefixes are the whole blocks that lie in no larger whole block. */
static size_t expected_prefixes(const struct world *w, struct prefix *p)
{
	size_t n = 0;

	for (unsigned i = 0; i < WORLD; i++) {
		unsigned bits = 0;

		if (!w->in[i])
			continue;
		while (whole(w, i, 2U << bits))
			bits++;
		if (address(i).value % (1U << bits) == 0)
			p[n++] = prefix_masked(address(i), family_bits(address(i).family) - bits);
	}
	return n;
}

static void assert_minimal(const struct prefixlist *l, const struct world *w)
{
	struct prefix want[WORLD];
	size_t want_n = expected_prefixes(w, want);
	EG_AUTO(mem_freep) struct prefix *p = NULL;
	size_t n;

	assert_int_equal(prefixlist_prefixes(l, &p, &n), 0);
	assert_int_equal(n, want_n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(prefix_cmp(p[i], want[i]), 0);
}

static void merging_and_minimal_prefixes(void **state)
{
	struct rand rng = { 0x5eed0010 };

	(void)state;
	print_message("# seed %#llx\n", (unsigned long long)rng.state);
	for (unsigned round = 0; round < LISTS; round++) {
		struct prefixlist l;
		struct world w;

		make_random(&rng, &l, &w);
		assert_denotes(&l, &w);
		assert_minimal(&l, &w);
		prefixlist_release(&l);
	}
}

static void check_operations(const struct prefixlist *a, const struct world *wa,
			     const struct prefixlist *b, const struct world *wb)
{
	struct prefixlist either;
	struct prefixlist both;
	struct prefixlist only;
	struct world w_either;
	struct world w_both;
	struct world w_only;
	bool covers = true;

	for (unsigned i = 0; i < WORLD; i++) {
		w_either.in[i] = wa->in[i] || wb->in[i];
		w_both.in[i] = wa->in[i] && wb->in[i];
		w_only.in[i] = wa->in[i] && !wb->in[i];
		covers &= wa->in[i] || !wb->in[i];
	}
	assert_int_equal(prefixlist_union(a, b, &either), 0);
	assert_int_equal(prefixlist_intersect(a, b, &both), 0);
	assert_int_equal(prefixlist_minus(a, b, &only), 0);
	assert_denotes(&either, &w_either);
	assert_denotes(&both, &w_both);
	assert_denotes(&only, &w_only);
	assert_int_equal(prefixlist_covers(a, b), covers);
	assert_true(prefixlist_covers(&either, a) && prefixlist_covers(b, &both));
	assert_int_equal(prefixlist_equal(a, &both), prefixlist_covers(b, a));
	prefixlist_release(&either);
	prefixlist_release(&both);
	prefixlist_release(&only);
}

static void operations(void **state)
{
	struct rand rng = { 0x5eed0011 };

	(void)state;
	print_message("# seed %#llx\n", (unsigned long long)rng.state);
	for (unsigned round = 0; round < LISTS; round++) {
		struct prefixlist a;
		struct prefixlist b;
		struct world wa;
		struct world wb;

		make_random(&rng, &a, &wa);
		make_random(&rng, &b, &wb);
		check_operations(&a, &wa, &b, &wb);
		prefixlist_release(&a);
		prefixlist_release(&b);
	}
}

static int by_family_and_low_end(const void *a, const void *b)
{
	const struct addr_range *x = a;
	const struct addr_range *y = b;

	return addr_cmp((struct addr){ x->family, x->lo }, (struct addr){ y->family, y->lo });
}

static struct addr_range random_range(struct rand *rng, unsigned shape, size_t i, size_t n)
{
	u128 v = (u128)rand_next(rng) << 64 | rand_next(rng);
	struct addr_range r = { rand_below(rng, 2) ? FAMILY_V4 : FAMILY_V6, v, 0 };

	if (shape == 1) /* many equal */
		r.lo = rand_below(rng, 5);
	else if (shape == 2) /* backwards */
		r.lo = n - i;
	else if (shape == 3) /* nearly in order */
		r.lo = rand_below(rng, 50) ? (u128)i << 20 : v;
	else if (shape == 4) /* differences in high and low bytes only */
		r.lo = v & (((u128)0xff00 << 112) | 0xff);
	if (r.family == FAMILY_V4)
		r.lo = (uint32_t)r.lo;
	r.hi = r.lo;
	return r;
}

static void sorting_agrees_with_qsort(void **state)
{
	static struct addr_range ours[3000];
	static struct addr_range theirs[3000];
	struct rand rng = { 0x5eed0012 };

	(void)state;
	print_message("# seed %#llx\n", (unsigned long long)rng.state);
	for (unsigned round = 0; round < SORTS; round++) {
		size_t n = rand_below(&rng, round % 2 ? 60 : ARRAY_LEN(ours));
		size_t n4 = 0;

		for (size_t i = 0; i < n; i++) {
			ours[i] = theirs[i] = random_range(&rng, round % 5, i, n);
			n4 += ours[i].family == FAMILY_V4;
		}
		assert_int_equal(rangesort(ours, n), n4);
		qsort(theirs, n, sizeof(*theirs), by_family_and_low_end);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(by_family_and_low_end(&ours[i], &theirs[i]), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merging_and_minimal_prefixes),
		cmocka_unit_test(operations),
		cmocka_unit_test(sorting_agrees_with_qsort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
