/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of dialects for random rules: what is written reads back as the same flows; and where a
 * rule cannot be said, what was written and what is lost together are all that the rules ask for.
 *
 * Usage: test-dialect-fortios_law [LISTS [SEED]]
 */
#include "support/test.h"

#include "net/name.h"
#include "support/lawbench.h"

static struct lawbench_run run = LAWBENCH_RUN;

static const struct assume assume = { .names = true };

static void must(int r)
{
	assert_int_equal(r, 0);
}

static struct pattern pattern_of(const char *text)
{
	struct pattern p = { 0 };

	must(pattern_parse(str_of(text), true, &p));
	return p;
}

/* Makes it a rule on names: of any address, and with x where it has *.x. */
static void name_it(struct flow_match *match, struct rand *rng, struct arena *a)
{
	static const char *const sets[][3] = { { "zoom.us" },
					       { "zoom.us", "*.zoom.us" },
					       { "a.example", "*.b.example", "b.example" } };
	const char *const *text = sets[rand_below(rng, 3) % ARRAY_LEN(sets)];
	struct pattern *p = arena_array(a, 3, sizeof(*p));
	size_t n = 0;

	assert_non_null(p);
	for (; n < 3 && text[n]; n++)
		p[n] = pattern_of(text[n]);
	match->name = p;
	match->names = n;
	match->dim[FLOW_DST4] = match->dim[FLOW_DST6] = (struct flow_spans){ 0 };
}

/* Interfaces that are named, not left out; some rules on names. */
static void fit(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	static const enum flow_dim side[] = { FLOW_IIF, FLOW_OIF };

	(void)m;
	for (size_t i = 0; i < rules->n; i++) {
		struct flow_match *match = &rules->rule[i].match;

		for (size_t k = 0; k < ARRAY_LEN(side); k++)
			if (match->dim[side[k]].n > 1 ||
			    (match->dim[side[k]].n && match->dim[side[k]].span[0].hi == ZONE_MAX))
				match->dim[side[k]] = (struct flow_spans){ 0 };
		if (!rand_below(rng, 4))
			name_it(match, rng, rules->arena);
	}
}

/* Makes about a third of the rules impossible to say, one way or another. */
static void spoil(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	static struct pattern under;

	under = pattern_of("*.example.com");
	for (size_t i = 0; i < rules->n; i++) {
		struct flow_match *match = &rules->rule[i].match;
		uint16_t zone;

		switch (rand_below(rng, 12)) {
		case 0: /* the name itself is not among them */
			match->name = &under;
			match->names = 1;
			break;
		case 1:
			name_it(match, rng, rules->arena);
			must(match_one(match, FLOW_DST4, 1, 5, rules->arena));
			break;
		case 2:
			must(flow_zone(m, STR("guest"), &zone));
			must(match_one(match, FLOW_IIF, zone + 1, ZONE_MAX, rules->arena));
			break;
		case 3:
			*match = FLOW_MATCH_ANY;
			must(match_one(match, FLOW_PROTO, 0, 3, rules->arena));
			break;
		default:
			break;
		}
	}
}

static const struct lawbench_subject fortios = {
	.dialect = &dialect_fortios, .assume = &assume, .fit = fit, .spoil = spoil
};

static void texts_read_back_as_the_rules(void **state)
{
	(void)state;
	lawbench_reads_back(&fortios, &run);
}

static void text_and_loss_are_all(void **state)
{
	(void)state;
	lawbench_accounts(&fortios, &run);
}

/* A drop of names under one that is not named cannot be said: refused where the rest passes. */
static void a_lost_drop_is_refused_where_the_rest_passes(void **state)
{
	(void)state;
	lawbench_refuses_a_hole(&fortios, &run);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_read_back_as_the_rules),
		cmocka_unit_test(text_and_loss_are_all),
		cmocka_unit_test(a_lost_drop_is_refused_where_the_rest_passes),
	};

	lawbench_arguments(argc, argv, &run);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
