/* SPDX-License-Identifier: Apache-2.0 */
/* The algebra against its slow, obvious twin: random lists, every operation, point by point. */
#include "support/test.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/err.h"
#include "flow/first.h"
#include "flow/flowset.h"
#include "flow/world.h"

enum { ROUNDS = 600, RULES = 20, POINTS = 1500, BOXES = 100000 };

struct round {
	struct rand rand;
	struct arena *arena;
	struct flow_mgr *m;
	struct flow_match *match[2];
	size_t n[2];
	flow_ref rules[2], set[2];
};

static uint64_t first_seed(void)
{
	const char *given = getenv("EGRET_SEED");

	return given ? strtoull(given, NULL, 0) : 20261122;
}

static void begin(struct round *t, uint64_t seed)
{
	t->rand = (struct rand){ seed };
	t->arena = arena_new();
	t->m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	assert_true(t->arena && t->m);
	for (size_t i = 0; i < 2; i++) {
		t->n[i] = rand_below(&t->rand, RULES);
		t->match[i] = world_matches(&t->rand, t->n[i], t->arena);
		assert_int_equal(flow_first_match(t->m, t->match[i], t->n[i], &t->rules[i]), 0);
	}
}

static void end(struct round *t)
{
	flow_mgr_free(t->m);
	arena_free(t->arena);
}

/* Rules of odd number are in the set; expects FLOW_ALL to be the only other leaf. */
static flow_ref odd(struct round *t, size_t i)
{
	uint32_t leaf[RULES + 1];
	flow_ref set;

	for (size_t k = 0; k < ARRAY_LEN(leaf); k++)
		leaf[k] = k & 1;
	assert_int_equal(flow_map(t->m, t->rules[i], leaf, ARRAY_LEN(leaf), &set), 0);
	return set;
}

static void compare_points(struct round *t)
{
	flow_ref set[2] = { odd(t, 0), odd(t, 1) };
	flow_ref over, both, left, minus, not ;

	assert_int_equal(flow_override(t->m, t->rules[0], t->rules[1], &over), 0);
	assert_int_equal(flow_restrict(t->m, set[0], set[1], &both), 0);
	assert_int_equal(flow_restrict(t->m, t->rules[0], set[1], &left), 0);
	assert_int_equal(flow_minus(t->m, t->rules[0], set[1], &minus), 0);
	assert_int_equal(flow_not(t->m, set[0], &not ), 0);
	for (size_t i = 0; i < POINTS; i++) {
		struct flow f = world_flow(&t->rand);
		uint32_t a = world_first(t->match[0], t->n[0], &f);
		uint32_t b = world_first(t->match[1], t->n[1], &f);

		assert_int_equal(flow_leaf_at(t->m, t->rules[0], &f), a);
		assert_int_equal(flow_leaf_at(t->m, t->rules[1], &f), b);
		assert_int_equal(flow_leaf_at(t->m, set[0], &f), a & 1);
		assert_int_equal(flow_leaf_at(t->m, over, &f), a ? a : b);
		assert_int_equal(flow_leaf_at(t->m, both, &f), a & b & 1);
		assert_int_equal(flow_leaf_at(t->m, left, &f), b & 1 ? a : 0);
		assert_int_equal(flow_leaf_at(t->m, minus, &f), b & 1 ? 0 : a);
		assert_int_equal(flow_leaf_at(t->m, not, &f), !(a & 1));
	}
}

/* The laws that hash-consing turns into comparisons of refs. */
static void compare_laws(struct round *t)
{
	flow_ref a = odd(t, 0), b = odd(t, 1), x, y, z;

	assert_int_equal(flow_override(t->m, a, b, &x), 0);
	assert_int_equal(flow_override(t->m, b, a, &y), 0);
	assert_int_equal(x, y);
	assert_int_equal(flow_not(t->m, x, &x), 0); /* not (a or b) = not a minus b */
	assert_int_equal(flow_not(t->m, a, &y), 0);
	assert_int_equal(flow_minus(t->m, y, b, &y), 0);
	assert_int_equal(x, y);
	assert_int_equal(flow_restrict(t->m, a, b, &x), 0); /* (a and b) or (a minus b) = a */
	assert_int_equal(flow_minus(t->m, a, b, &y), 0);
	assert_int_equal(flow_override(t->m, x, y, &z), 0);
	assert_int_equal(z, a);
}

/* Equal sets have equal refs, however they were built. */
static void compare_ways_to_build(struct round *t)
{
	static const struct first_limits ways[] = {
		{ .slice_steps = 0, .block_steps = 0, .block_rules = 0, .piece_rules = 1 },
		{ .slice_steps = 0, .block_steps = 1000, .block_rules = 4, .piece_rules = 3 },
		{ .slice_steps = 0, .block_steps = 1, .block_rules = 8, .piece_rules = 100 },
		{ .slice_steps = 2, .block_steps = 2, .block_rules = 2, .piece_rules = 2 },
		{ .slice_steps = 1000000 },
	};

	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		for (size_t k = 0; k < 2; k++) {
			flow_ref again;

			assert_int_equal(first_match(t->m, t->match[k], t->n[k], &ways[i], &again),
					 0);
			assert_int_equal(again, t->rules[k]);
		}
}

static void compare_boxes(struct round *t, flow_ref set)
{
	struct flow_boxes boxes;
	flow_ref sum = FLOW_NONE, one, inside;

	assert_int_equal(flow_boxes(t->m, set, BOXES, t->arena, &boxes), 0);
	assert_true(boxes.all);
	for (size_t i = 0; i < boxes.n; i++) {
		const struct flow_box *box = &boxes.box[i];

		assert_int_equal(flow_of_match(t->m, &box->match, box->leaf, &one), 0);
		assert_int_equal(flow_restrict(t->m, set, one, &inside), 0);
		assert_int_equal(inside, one);
		assert_int_equal(flow_override(t->m, sum, one, &sum), 0);
	}
	assert_int_equal(sum, set);
}

/* A set without a dimension is its boxes, none of which asks for that dimension. */
static void compare_forgotten(struct round *t, flow_ref set)
{
	static const enum flow_dim dims[] = { FLOW_STATE, FLOW_IIF,   FLOW_OIF,
					      FLOW_FRAG,  FLOW_PROTO, FLOW_DPORT };
	struct flow_boxes boxes;

	assert_int_equal(flow_boxes(t->m, set, BOXES, t->arena, &boxes), 0);
	for (size_t d = 0; d < ARRAY_LEN(dims); d++) {
		flow_ref sum = FLOW_NONE, one, forgotten;

		for (size_t i = 0; i < boxes.n; i++) {
			struct flow_match match = boxes.box[i].match;

			match.dim[dims[d]] = (struct flow_spans){ 0 };
			assert_int_equal(flow_of_match(t->m, &match, 1, &one), 0);
			assert_int_equal(flow_override(t->m, sum, one, &sum), 0);
		}
		assert_int_equal(flow_forget(t->m, set, dims[d], &forgotten), 0);
		assert_int_equal(forgotten, sum);
	}
}

static void compare_witness(struct round *t, flow_ref set)
{
	struct flow f;

	if (set == FLOW_NONE)
		return;
	assert_int_equal(flow_witness(t->m, set, &f), 0);
	assert_int_not_equal(flow_leaf_at(t->m, set, &f), 0);
}

static void compare_collected(struct round *t)
{
	struct flow f;
	size_t before = flow_nodes(t->m);

	assert_int_equal(flow_root(t->m, &t->rules[0]), 0);
	flow_collect(t->m);
	assert_true(flow_nodes(t->m) <= before);
	assert_int_equal(flow_first_match(t->m, t->match[1], t->n[1], &t->rules[1]), 0);
	for (size_t i = 0; i < POINTS / 10; i++) {
		f = world_flow(&t->rand);
		for (size_t k = 0; k < 2; k++)
			assert_int_equal(flow_leaf_at(t->m, t->rules[k], &f),
					 world_first(t->match[k], t->n[k], &f));
	}
	flow_unroot(t->m, &t->rules[0]);
	flow_collect(t->m);
	assert_int_equal(flow_nodes(t->m), 0);
}

static void every_operation_agrees_with_brute_force(void **state)
{
	uint64_t seed = first_seed();

	(void)state;
	print_message("# seed %llu, %d rounds, %d points each; EGRET_SEED changes it\n",
		      (unsigned long long)seed, ROUNDS, POINTS);
	for (uint64_t i = 0; i < ROUNDS; i++) {
		struct round t;

		begin(&t, seed + i);
		compare_points(&t);
		compare_laws(&t);
		compare_ways_to_build(&t);
		compare_boxes(&t, t.rules[0]);
		compare_boxes(&t, odd(&t, 1));
		compare_forgotten(&t, odd(&t, 0));
		compare_witness(&t, t.rules[0]);
		compare_witness(&t, odd(&t, 1));
		compare_collected(&t);
		end(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operation_agrees_with_brute_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
