/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of dialects for random rules: what is written reads back as the same flows; and where a
 * rule cannot be said, what was written and what is lost together are all that the rules ask for.
 *
 * Usage: test-dialect-panos_law [LISTS [SEED]]
 */
#include "support/test.h"

#include "dialect/spans.h"
#include "net/name.h"
#include "net/proto.h"
#include "support/lawbench.h"

static struct lawbench_run run = LAWBENCH_RUN;

static void must(int r)
{
	assert_int_equal(r, 0);
}

static bool is_negated(struct flow_spans zones)
{
	return zones.span && zones.span[zones.n - 1].hi == ZONE_MAX;
}

/* Zones by name, TCP and UDP or all protocols, and now and then a name. */
static void fit(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	static const struct pattern names[] = { { PATTERN_NAME, { "example.com" } },
						{ PATTERN_NAME, { "www.example.com" } } };

	(void)m;
	for (size_t i = 0; i < rules->n; i++) {
		struct flow_match *match = &rules->rule[i].match;
		struct spanlist l = SPANLIST_INIT(rules->arena);
		bool both = rand_below(rng, 2);

		for (size_t k = 0; k < 2; k++)
			if (is_negated(match->dim[FLOW_IIF + k]))
				match->dim[FLOW_IIF + k] = SPANS_ANY;
		if (match->dim[FLOW_PROTO].span) {
			must(spanlist_add(&l, PROTO_TCP, PROTO_TCP));
			if (both)
				must(spanlist_add(&l, PROTO_UDP, PROTO_UDP));
			match->dim[FLOW_PROTO] = spanlist_seal(&l);
		}
		if (!rand_below(rng, 4)) {
			match->name = names;
			match->names = 1 + rand_below(rng, 2);
			match->dim[FLOW_DST4] = match->dim[FLOW_DST6] = SPANS_ANY;
		}
		if (!rand_below(rng, 8))
			must(match_one(match, FLOW_FAMILY, both, both, rules->arena));
	}
}

/* The random rules as they are, and some by names of another kind. */
static void spoil(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	static const struct pattern wild = { PATTERN_UNDER, { "example.com" } };

	(void)m;
	for (size_t i = 0; i < rules->n; i++) {
		struct flow_match *match = &rules->rule[i].match;

		switch (rand_below(rng, 10)) {
		case 0:
			match->name = &wild;
			match->names = 1;
			break;
		case 1:
			must(match_one(match, FLOW_IIF, 2, ZONE_MAX, rules->arena));
			break;
		case 2:
			*match = FLOW_MATCH_ANY;
			must(match_one(match, FLOW_PROTO, 0, 3, rules->arena));
			break;
		default:
			break;
		}
	}
}

static const struct assume names = { .names = true };
static const struct lawbench_subject said = { .dialect = &dialect_panos,
					      .assume = &names,
					      .fit = fit };
static const struct lawbench_subject spoiled = { .dialect = &dialect_panos,
						 .assume = &names,
						 .spoil = spoil };

static void texts_read_back_as_the_rules(void **state)
{
	(void)state;
	lawbench_reads_back(&said, &run);
}

static void text_and_loss_are_all(void **state)
{
	(void)state;
	lawbench_accounts(&spoiled, &run);
}

static void a_lost_drop_is_refused_where_the_rest_passes(void **state)
{
	(void)state;
	lawbench_refuses_a_hole(&said, &run);
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
