/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Usage: test-verify-widen [LISTS [SEED]]
 */
#include "support/test.h"

#include "base/err.h"
#include "dialect/spans.h"
#include "support/lawbench.h"
#include "verify/widen.h"

enum { LISTS = 60 };

static struct lawbench_run run = { .lists = LISTS, .seed = 20261126 };

static void must(int r)
{
	assert_int_equal(r, 0);
}

static void budgets(void **state)
{
	static const struct {
		const char *text, *digits;
	} good[] = { { "0", "0" },	 { "5000", "5000" }, { "1e3", "1000" },
		     { "25e2", "2500" }, { "any", "" },	     { "0e9", "0" } };
	static const char *const bad[] = { "", "e", "1e", "-1", "1e100", "many", "1.5", "5%" };
	struct widen_budget b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		must(widen_budget_parse(str_of(good[i].text), &b));
		assert_string_equal(b.digits, good[i].digits);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(widen_budget_parse(str_of(bad[i]), &b), E_SYNTAX);
}

/* Rules that iptables cannot say, each for a reason that a step takes away, and one that none does.
 */
static void spoil(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	static struct pattern name;

	must(pattern_parse(STR("*.example.com"), true, &name));
	rules->otherwise = VERDICT_DROP;
	for (size_t i = 0; i < rules->n; i++) {
		struct flow_match *match = &rules->rule[i].match;
		uint16_t zone;

		switch (rand_below(rng, 8)) {
		case 0:
			match->name = &name;
			match->names = 1;
			break;
		case 1:
			must(flow_zone(m, STR("a-name-of-more-than-15-bytes"), &zone));
			must(match_one(match, FLOW_IIF, zone, zone, rules->arena));
			break;
		case 2:
			*match = FLOW_MATCH_ANY;
			must(match_one(match, FLOW_PROTO, 0, 3, rules->arena));
			must(match_one(match, FLOW_DPORT, 7, 9, rules->arena));
			break;
		default:
			break;
		}
	}
}

static flow_ref accepted(struct lawbench *b, const struct rulelist *rules)
{
	flow_ref diagram = FLOW_NONE, set = FLOW_NONE;

	must(rulelist_diagram(rules, b->m, &diagram));
	must(rulelist_verdict(rules, b->m, diagram, VERDICT_ACCEPT, &set));
	return set;
}

/* What comes in is what is told, and the writer can say every rule that became wider. */
static void check(struct lawbench *b, const struct widening *w)
{
	flow_ref before = accepted(b, &b->rules), after = accepted(b, &w->rules), set;
	struct buf text = BUF_INIT;
	struct losses lost = { 0 };

	must(flow_minus(b->m, before, after, &set));
	assert_true(flow_empty(set));
	must(flow_minus(b->m, after, before, &set));
	assert_int_equal(set, w->extra);
	must(dialect_iptables.write(&w->rules, b->m, b->a, b->d, &text, &lost));
	for (size_t i = 0; i < w->n; i++)
		for (size_t k = 0; !w->item[i].beyond && k < lost.n; k++)
			assert_true(lost.loss[k].rule != &w->rules.rule[w->item[i].rule]);
	buf_release(&text);
}

static void what_comes_in_is_told(void **state)
{
	static const struct lawbench_subject s = { .dialect = &dialect_iptables, .fit = spoil };
	struct widen_budget any, none;
	struct rand rng = { run.seed };
	size_t wider = 0, still = 0;
	struct lawbench b;

	(void)state;
	print_message("# %lu lists, seed %lu\n", run.lists, run.seed);
	must(widen_budget_parse(STR("any"), &any));
	must(widen_budget_parse(STR("0"), &none));
	for (b.list = 0; b.list < run.lists; b.list++) {
		struct widening w;

		lawbench_begin(&b, &s, &rng);
		must(widen_rules(&b.rules, s.dialect, &any, b.m, b.a, &w));
		check(&b, &w);
		wider += w.n;
		rulelist_release(&w.rules);
		must(widen_rules(&b.rules, s.dialect, &none, b.m, b.a, &w));
		check(&b, &w);
		assert_true(flow_empty(w.extra));
		for (size_t i = 0; i < w.n; i++)
			still += w.item[i].beyond;
		rulelist_release(&w.rules);
		lawbench_end(&b);
	}
	print_message("# %zu rules wider, %zu of them beyond a budget of 0\n", wider, still);
	assert_true(wider > run.lists / 2);
	assert_true(still > 0);
}

/* Each step holds wherever the match did. */
static void steps_only_widen(void **state)
{
	struct rand rng = { run.seed };
	static const struct lawbench_subject s = { .dialect = &dialect_iptables, .fit = spoil };
	struct lawbench b;

	(void)state;
	for (b.list = 0; b.list < run.lists; b.list++) {
		lawbench_begin(&b, &s, &rng);
		for (size_t i = 0; i < b.rules.n; i++)
			for (unsigned step = 0; step < WIDEN_STEPS; step++) {
				struct flow_match wide;
				flow_ref was, is, lost;

				must(widen_match(&b.rules.rule[i].match, (enum widen_step)step, b.a,
						 &wide));
				must(flow_of_match(b.m, &b.rules.rule[i].match, 1, &was));
				must(flow_of_match(b.m, &wide, 1, &is));
				must(flow_minus(b.m, was, is, &lost));
				assert_true(flow_empty(lost));
			}
		lawbench_end(&b);
	}
}

static void prefixes_become_fewer(void **state)
{
	enum { NETWORKS = 3000 };
	struct arena *a = arena_new();
	struct flow_match match = FLOW_MATCH_ANY, wide;
	struct flow_span *net = arena_array(a, NETWORKS, sizeof(*net));
	struct rand rng = { run.seed };
	u128 at = 0;

	(void)state;
	for (size_t i = 0; i < NETWORKS; i++) {
		at += 2 + rand_below(&rng, 1U << 16);
		net[i].lo = at;
		at += rand_below(&rng, 1U << 8);
		net[i].hi = at;
	}
	match.dim[FLOW_DST4] = (struct flow_spans){ net, NETWORKS };
	must(widen_match(&match, WIDEN_ADDRESSES, a, &wide));
	assert_true(wide.dim[FLOW_DST4].n <= WIDEN_PREFIXES);
	for (size_t i = 0; i < wide.dim[FLOW_DST4].n; i++) {
		struct flow_span s = wide.dim[FLOW_DST4].span[i];
		u128 size = s.hi - s.lo + 1;

		assert_true((size & (size - 1)) == 0 && s.lo % size == 0);
		assert_true(i == 0 || wide.dim[FLOW_DST4].span[i - 1].hi < s.lo);
	}
	for (size_t i = 0; i < NETWORKS; i++) {
		assert_true(spans_have(wide.dim[FLOW_DST4], net[i].lo));
		assert_true(spans_have(wide.dim[FLOW_DST4], net[i].hi));
	}
	arena_free(a);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(budgets),
		cmocka_unit_test(what_comes_in_is_told),
		cmocka_unit_test(steps_only_widen),
		cmocka_unit_test(prefixes_become_fewer),
	};

	lawbench_arguments(argc, argv, &run);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
