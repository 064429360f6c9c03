/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "verify/diff.h"

/* TCP ports lo..hi as a set. */
static flow_ref ports(struct flow_mgr *m, struct arena *a, uint16_t lo, uint16_t hi)
{
	struct flow_match match = FLOW_MATCH_ANY;
	flow_ref set = FLOW_NONE;

	assert_int_equal(match_one(&match, FLOW_PROTO, 6, 6, a), 0);
	assert_int_equal(match_one(&match, FLOW_DPORT, lo, hi, a), 0);
	assert_int_equal(flow_of_match(m, &match, 1, &set), 0);
	return set;
}

static void diffs_follow_the_bounds(void **state)
{
	/* Port ranges of must and may, A then B; what must come out. 0,0 is the empty set. */
	static const struct {
		const char *name;
		uint16_t a_must[2], a_may[2], b_must[2], b_may[2];
		uint16_t added[2], removed[2], unsure[2];
	} cases[] = {
		{ "equal", { 10, 20 }, { 10, 20 }, { 10, 20 }, { 10, 20 }, { 0 }, { 0 }, { 0 } },
		{ "wider",
		  { 10, 20 },
		  { 10, 20 },
		  { 10, 30 },
		  { 10, 30 },
		  { 21, 30 },
		  { 0 },
		  { 0 } },
		{ "narrower",
		  { 10, 20 },
		  { 10, 20 },
		  { 15, 20 },
		  { 15, 20 },
		  { 0 },
		  { 10, 14 },
		  { 0 } },
		{ "open end",
		  { 10, 20 },
		  { 10, 20 },
		  { 10, 20 },
		  { 10, 30 },
		  { 0 },
		  { 0 },
		  { 21, 30 } },
		{ "open end met",
		  { 10, 20 },
		  { 10, 30 },
		  { 10, 40 },
		  { 10, 40 },
		  { 31, 40 },
		  { 0 },
		  { 21, 30 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct flow_mgr *m = flow_mgr_new(10000);
		struct arena *a = arena_new();
		struct flow_diff d;
#define SET(range) ((range)[1] ? ports(m, a, (range)[0], (range)[1]) : FLOW_NONE)
		struct bounds left = { SET(cases[i].a_must), SET(cases[i].a_may) };
		struct bounds right = { SET(cases[i].b_must), SET(cases[i].b_may) };

		assert_int_equal(flow_diff(m, left, right, &d), 0);
		if (d.added != SET(cases[i].added) || d.removed != SET(cases[i].removed) ||
		    d.unsure != SET(cases[i].unsure))
			fail_msg("%s", cases[i].name);
#undef SET
		arena_free(a);
		flow_mgr_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(diffs_follow_the_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
