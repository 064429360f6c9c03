/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The algebra against BuDDy, another program's binary decision diagrams, over protocol, ports and
 * IPv4 addresses: what brute force can only sample, equality of diagrams decides for every flow.
 */
#include "support/test.h"

#include <bdd.h>
#include <stdlib.h>

#include "base/rand.h"
#include "flow/flowset.h"

enum { ROUNDS = 40, RULES = 60, NODES = 200000, CACHE = 50000, SPANS = 3 };

static const struct {
	enum flow_dim dim;
	unsigned bits, first;
} fields[] = {
	{ FLOW_PROTO, 8, 0 },  { FLOW_DPORT, 16, 8 },  { FLOW_DST4, 32, 24 },
	{ FLOW_SRC4, 32, 56 }, { FLOW_SPORT, 16, 88 },
};

enum { VARIABLES = 104 };

/* ---- the same lists for both ---- */

/* A range: one value, a prefix, or any two ends. */
static struct flow_span random_span(struct rand *r, unsigned bits)
{
	uint64_t max = (1ULL << bits) - 1, a = rand_next(r) & max, b = rand_next(r) & max;
	uint64_t mask = max >> rand_below(r, bits + 1);

	switch (rand_below(r, 3)) {
	case 0:
		return (struct flow_span){ a, a };
	case 1:
		return (struct flow_span){ a & ~mask, a | mask };
	default:
		return a < b ? (struct flow_span){ a, b } : (struct flow_span){ b, a };
	}
}

static struct flow_spans random_spans(struct rand *r, unsigned bits, struct arena *a)
{
	struct flow_span *span = arena_array(a, SPANS, sizeof(*span));
	size_t n = 0;

	assert_non_null(span);
	for (size_t tries = 1 + rand_below(r, SPANS); tries; tries--) {
		struct flow_span s = random_span(r, bits);

		if (!n || s.lo > span[n - 1].hi)
			span[n++] = s;
	}
	return (struct flow_spans){ span, n };
}

static struct flow_match *random_list(struct rand *r, size_t n, struct arena *a)
{
	struct flow_match *m = arena_array(a, n, sizeof(*m));

	assert_non_null(m);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(match_one(&m[i], FLOW_FAMILY, 0, 0, a), 0);
		for (size_t k = 0; k < ARRAY_LEN(fields); k++)
			if (rand_below(r, 3))
				m[i].dim[fields[k].dim] = random_spans(r, fields[k].bits, a);
	}
	return m;
}

/* ---- BuDDy: each function gives a reference; take() gives up those of `a` and `b` ---- */

static BDD take(BDD made, BDD a, BDD b)
{
	bdd_addref(made);
	bdd_delref(a);
	bdd_delref(b);
	return made;
}

static BDD bound(size_t field, uint64_t value, bool at_least)
{
	BDD b = bddtrue;

	for (unsigned i = 0; i < fields[field].bits; i++) {
		BDD var = bdd_ithvar((int)(fields[field].first + fields[field].bits - 1 - i));
		bool one = value >> i & 1;
		BDD high = one ? b : at_least ? bddtrue : bddfalse;
		BDD low = !one ? b : at_least ? bddfalse : bddtrue;

		b = take(bdd_ite(var, high, low), b, bddfalse);
	}
	return b;
}

static BDD spans_bdd(size_t field, struct flow_spans s)
{
	BDD all = bddfalse;

	for (size_t i = 0; i < s.n; i++) {
		BDD lo = bound(field, (uint64_t)s.span[i].lo, true);
		BDD hi = bound(field, (uint64_t)s.span[i].hi, false);
		BDD both = take(bdd_and(lo, hi), lo, hi);

		all = take(bdd_or(all, both), all, both);
	}
	return all;
}

static BDD match_bdd(const struct flow_match *m)
{
	BDD all = bddtrue;

	for (size_t k = 0; k < ARRAY_LEN(fields); k++)
		if (m->dim[fields[k].dim].span) {
			BDD one = spans_bdd(k, m->dim[fields[k].dim]);

			all = take(bdd_and(all, one), all, one);
		}
	return all;
}

/* The flows whose first rule has an odd number, rule by rule. */
static BDD list_bdd(const struct flow_match *m, size_t n)
{
	BDD set = bddfalse, seen = bddfalse;

	for (size_t i = 0; i < n; i++) {
		BDD one = match_bdd(&m[i]);
		BDD first = take(bdd_apply(one, seen, bddop_diff), bddfalse, bddfalse);

		if (i % 2 == 0) /* rule number i + 1 */
			set = take(bdd_or(set, first), set, bddfalse);
		bdd_delref(first);
		seen = take(bdd_or(seen, one), seen, one);
	}
	bdd_delref(seen);
	return set;
}

/* ---- comparing ---- */

static flow_ref list_set(struct flow_mgr *m, const struct flow_match *match, size_t n)
{
	uint32_t leaf[RULES + 1];
	flow_ref rules, set;

	for (size_t i = 0; i <= RULES; i++)
		leaf[i] = i & 1;
	assert_int_equal(flow_first_match(m, match, n, &rules), 0);
	assert_int_equal(flow_map(m, rules, leaf, ARRAY_LEN(leaf), &set), 0);
	return set;
}

/* A set of ours as a BDD, by way of its boxes. */
static BDD boxes_bdd(struct flow_mgr *m, flow_ref set, struct arena *a)
{
	struct flow_boxes boxes;
	BDD all = bddfalse;

	assert_int_equal(flow_boxes(m, set, SIZE_MAX, a, &boxes), 0);
	assert_true(boxes.all);
	for (size_t i = 0; i < boxes.n; i++) {
		BDD one = match_bdd(&boxes.box[i].match);

		all = take(bdd_or(all, one), all, one);
	}
	return all;
}

/* BuDDy's count is a double: over state, fragment and names ours has ten times as many. */
static void compare_counts(struct flow_mgr *m, flow_ref set, BDD bdd)
{
	struct buf decimal = BUF_INIT;
	double theirs = bdd_satcount(bdd) * STATE_COUNT * 2, ours;

	assert_int_equal(flow_count(m, set, &decimal), 0);
	ours = strtod(decimal.data, NULL);
	assert_true(ours >= theirs * (1 - 1e-9) && ours <= theirs * (1 + 1e-9));
	buf_release(&decimal);
}

static void compare_lists(struct rand *r)
{
	struct arena *a = arena_new();
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	size_t n[2] = { rand_below(r, RULES), rand_below(r, 4) };
	struct flow_match *match[2] = { random_list(r, n[0], a), random_list(r, n[1], a) };
	flow_ref ours[2], minus;
	BDD theirs[2], diff, said;

	for (size_t i = 0; i < 2; i++) {
		ours[i] = list_set(m, match[i], n[i]);
		theirs[i] = list_bdd(match[i], n[i]);
		compare_counts(m, ours[i], theirs[i]);
	}
	assert_int_equal(flow_minus(m, ours[1], ours[0], &minus), 0);
	diff = take(bdd_apply(theirs[1], theirs[0], bddop_diff), bddfalse, bddfalse);
	compare_counts(m, minus, diff);
	said = boxes_bdd(m, ours[1], a);
	assert_true(said == theirs[1]); /* BuDDy's diagrams are canonical too */
	bdd_delref(said);
	bdd_delref(diff);
	bdd_delref(theirs[0]);
	bdd_delref(theirs[1]);
	flow_mgr_free(m);
	arena_free(a);
}

static void sets_equal_those_of_buddy(void **state)
{
	const char *given = getenv("EGRET_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20261122;

	(void)state;
	print_message("# seed %llu, %d rounds of up to %d rules\n", (unsigned long long)seed,
		      ROUNDS, RULES);
	(void)bdd_init(NODES, CACHE);
	(void)bdd_setvarnum(VARIABLES);
	bdd_gbc_hook(NULL);
	for (uint64_t i = 0; i < ROUNDS; i++) {
		struct rand r = { seed + i };

		compare_lists(&r);
	}
	bdd_done();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_equal_those_of_buddy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
