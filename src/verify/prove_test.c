/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/alloc.h"
#include "verify/prove.h"

/*
 * A plan of two requirements, "web" (tcp 443) and "media" (udp 8801-8810), both to 192.0.2.0/24,
 * and configurations that are sets of ports to that prefix.
 */
struct world {
	struct flow_mgr *m;
	struct arena *a;
	struct plan plan;
	struct reading *config;
};

static struct flow_match to_vendor(struct world *w, uint8_t proto, uint16_t lo, uint16_t hi)
{
	struct flow_match match = FLOW_MATCH_ANY;

	assert_int_equal(match_one(&match, FLOW_STATE, STATE_NEW, STATE_NEW, w->a), 0);
	assert_int_equal(match_one(&match, FLOW_FRAG, 0, 0, w->a), 0);
	assert_int_equal(match_one(&match, FLOW_FAMILY, 0, 0, w->a), 0);
	assert_int_equal(match_one(&match, FLOW_PROTO, proto, proto, w->a), 0);
	assert_int_equal(match_one(&match, FLOW_DPORT, lo, hi, w->a), 0);
	assert_int_equal(match_one(&match, FLOW_DST4, 0xc0000200, 0xc00002ff, w->a), 0);
	return match;
}

static void add_rule(struct world *w, size_t i, struct flow_match match)
{
	struct rule rule = { .verdict = VERDICT_ACCEPT, .match = match };

	w->plan.outcome[i] = (struct outcome){ .fate = FATE_RULES, .first_rule = i, .rules = 1 };
	assert_int_equal(rulelist_add(&w->plan.rules, &rule), 0);
}

static void world_init(struct world *w)
{
	*w = (struct world){ .m = flow_mgr_new(100000), .a = arena_new() };
	assert_non_null(w->m);
	assert_non_null(w->a);
	rulelist_init(&w->plan.rules, w->a);
	w->plan.outcomes = 2;
	w->plan.outcome = arena_array(w->a, 2, sizeof(*w->plan.outcome));
	assert_non_null(w->plan.outcome);
	add_rule(w, 0, to_vendor(w, 6, 443, 443));
	add_rule(w, 1, to_vendor(w, 17, 8801, 8810));
	w->config = reading_new(w->m);
	assert_non_null(w->config);
}

static void world_release(struct world *w)
{
	reading_free(w->config);
	rulelist_release(&w->plan.rules);
	arena_free(w->a);
	flow_mgr_free(w->m);
}

/* Adds a range to one of the configuration's bounds. */
static void also(struct world *w, flow_ref *set, uint8_t proto, uint16_t lo, uint16_t hi)
{
	struct flow_match match = to_vendor(w, proto, lo, hi);
	flow_ref one = FLOW_NONE;

	assert_int_equal(flow_of_match(w->m, &match, 1, &one), 0);
	assert_int_equal(flow_override(w->m, one, *set, set), 0);
}

/* Port ranges that the configuration certainly (must) and perhaps (may only) lets through. */
static const struct {
	const char *name;
	uint16_t tcp_must[2], udp_must[2], udp_may[2];
	enum answer web, media, whole;
	bool missing, excess, perhaps_missing, perhaps_excess;
} answer_cases[] = {
	{ .name = "exact",
	  .tcp_must = { 443, 443 },
	  .udp_must = { 8801, 8810 },
	  .web = ANSWER_MET,
	  .media = ANSWER_MET,
	  .whole = ANSWER_MET },
	{ .name = "one port blocked",
	  .tcp_must = { 443, 443 },
	  .udp_must = { 8802, 8810 },
	  .web = ANSWER_MET,
	  .media = ANSWER_MISSING,
	  .whole = ANSWER_MISSING,
	  .missing = true },
	{ .name = "one port too many",
	  .tcp_must = { 443, 444 },
	  .udp_must = { 8801, 8810 },
	  .web = ANSWER_MET,
	  .media = ANSWER_MET,
	  .whole = ANSWER_MISSING,
	  .excess = true },
	{ .name = "depends on an unknown",
	  .tcp_must = { 443, 443 },
	  .udp_must = { 8801, 8805 },
	  .udp_may = { 8806, 8810 },
	  .web = ANSWER_MET,
	  .media = ANSWER_UNKNOWN,
	  .whole = ANSWER_UNKNOWN,
	  .perhaps_missing = true },
	{ .name = "perhaps too wide",
	  .tcp_must = { 443, 443 },
	  .udp_must = { 8801, 8810 },
	  .udp_may = { 8811, 8812 },
	  .web = ANSWER_MET,
	  .media = ANSWER_MET,
	  .whole = ANSWER_UNKNOWN,
	  .perhaps_excess = true },
	{ .name = "nothing passes",
	  .web = ANSWER_MISSING,
	  .media = ANSWER_MISSING,
	  .whole = ANSWER_MISSING,
	  .missing = true },
};

static void answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answer_cases); i++) {
		struct world w;
		struct proof p;
		bool good;

		world_init(&w);
		if (answer_cases[i].tcp_must[1])
			also(&w, &w.config->must_accept, 6, answer_cases[i].tcp_must[0],
			     answer_cases[i].tcp_must[1]);
		if (answer_cases[i].udp_must[1])
			also(&w, &w.config->must_accept, 17, answer_cases[i].udp_must[0],
			     answer_cases[i].udp_must[1]);
		w.config->may[VERDICT_ACCEPT] = w.config->must_accept;
		if (answer_cases[i].udp_may[1])
			also(&w, &w.config->may[VERDICT_ACCEPT], 17, answer_cases[i].udp_may[0],
			     answer_cases[i].udp_may[1]);
		assert_int_equal(prove(&w.plan, w.config, w.a, &p), 0);
		good = p.item[0].answer == answer_cases[i].web &&
		       p.item[1].answer == answer_cases[i].media &&
		       p.answer == answer_cases[i].whole &&
		       !flow_empty(p.missing) == answer_cases[i].missing &&
		       !flow_empty(p.excess) == answer_cases[i].excess &&
		       !flow_empty(p.perhaps_missing) == answer_cases[i].perhaps_missing &&
		       !flow_empty(p.perhaps_excess) == answer_cases[i].perhaps_excess;
		if (!good)
			fail_msg("%s: %s, %s, whole %s", answer_cases[i].name,
				 answer_name(p.item[0].answer), answer_name(p.item[1].answer),
				 answer_name(p.answer));
		world_release(&w);
	}
}

static void names_are_answered_not_here(void **state)
{
	static const struct pattern zoom = { PATTERN_UNDER, { "zoom.us" } };
	struct world w;
	struct proof p;

	(void)state;
	world_init(&w);
	w.plan.rules.rule[0].match.name = &zoom;
	w.plan.rules.rule[0].match.names = 1;
	w.plan.outcome[0].fate = FATE_NAMES;
	also(&w, &w.config->must_accept, 17, 8801, 8810);
	w.config->may[VERDICT_ACCEPT] = w.config->must_accept;
	assert_int_equal(prove(&w.plan, w.config, w.a, &p), 0);
	assert_int_equal(p.item[0].answer, ANSWER_NOT_HERE);
	assert_int_equal(p.answer, ANSWER_MET);
	world_release(&w);
}

/* Of a device that sees names, a row by name is missing as any other, and met by that name. */
static void names_are_compared_where_they_are_seen(void **state)
{
	static const struct pattern zoom = { PATTERN_UNDER, { "zoom.us" } };
	flow_ref named = FLOW_NONE;
	struct world w;
	struct proof p;

	(void)state;
	world_init(&w);
	w.plan.rules.rule[0].match.name = &zoom;
	w.plan.rules.rule[0].match.names = 1;
	w.plan.outcome[0].fate = FATE_NAMES;
	w.config->names = true;
	also(&w, &w.config->must_accept, 17, 8801, 8810);
	w.config->may[VERDICT_ACCEPT] = w.config->must_accept;
	assert_int_equal(prove(&w.plan, w.config, w.a, &p), 0);
	assert_int_equal(p.item[0].answer, ANSWER_MISSING);
	assert_false(flow_empty(p.missing));
	assert_int_equal(p.answer, ANSWER_MISSING);
	assert_int_equal(flow_of_match(w.m, &w.plan.rules.rule[0].match, 1, &named), 0);
	assert_int_equal(flow_override(w.m, named, w.config->must_accept, &w.config->must_accept),
			 0);
	w.config->may[VERDICT_ACCEPT] = w.config->must_accept;
	assert_int_equal(prove(&w.plan, w.config, w.a, &p), 0);
	assert_int_equal(p.item[0].answer, ANSWER_MET);
	assert_int_equal(p.answer, ANSWER_MET);
	world_release(&w);
}

/* A name rule does not excuse a hole for every name. */
static void a_hole_for_all_names_is_excess(void **state)
{
	static const struct pattern zoom = { PATTERN_UNDER, { "zoom.us" } };
	struct world w;
	struct proof p;

	(void)state;
	world_init(&w);
	w.plan.rules.rule[0].match.name = &zoom;
	w.plan.rules.rule[0].match.names = 1;
	w.plan.outcome[0].fate = FATE_NAMES;
	also(&w, &w.config->must_accept, 17, 8801, 8810);
	also(&w, &w.config->must_accept, 6, 443, 443);
	w.config->may[VERDICT_ACCEPT] = w.config->must_accept;
	assert_int_equal(prove(&w.plan, w.config, w.a, &p), 0);
	assert_false(flow_empty(p.excess));
	assert_int_equal(p.answer, ANSWER_MISSING);
	world_release(&w);
}

static void memory_runs_out_cleanly(void **state)
{
	struct world w;
	struct proof p = { 0 };
	int r = -1;

	(void)state;
	for (long n = 0; r != 0; n++) {
		world_init(&w);
		also(&w, &w.config->must_accept, 6, 443, 443);
		w.config->may[VERDICT_ACCEPT] = w.config->must_accept;
		mem_fail_after(n);
		r = prove(&w.plan, w.config, w.a, &p);
		mem_fail_after(-1);
		assert_true(r == 0 || r == -12);
		world_release(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(names_are_answered_not_here),
		cmocka_unit_test(names_are_compared_where_they_are_seen),
		cmocka_unit_test(a_hole_for_all_names_is_excess),
		cmocka_unit_test(memory_runs_out_cleanly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
