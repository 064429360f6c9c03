/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of dialects for random rules, with input interfaces and with names that a device can
 * resolve: what is written reads back as the same flows; and where a rule cannot be said, what was
 * written and what is lost together are all that the rules ask for.
 *
 * Usage: test-dialect-asa_law [LISTS [SEED]]
 */
#include "support/test.h"

#include "net/name.h"
#include "support/lawbench.h"

static struct lawbench_run run = LAWBENCH_RUN;
static struct pattern whole[3], under;

static void must(int r)
{
	assert_int_equal(r, 0);
}

static void make_names(void)
{
	static const char *const text[] = { "zoom.us", "www.zoom.us", "us04web.zoom.us" };

	for (size_t i = 0; i < ARRAY_LEN(text); i++)
		must(pattern_parse(str_of(text[i]), false, &whole[i]));
	must(pattern_parse(STR("*.zoom.us"), false, &under));
}

/* Lists see where packets come in; and an fqdn object is a destination by itself. */
static void fit(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	(void)m;
	for (size_t i = 0; i < rules->n; i++) {
		struct flow_match *match = &rules->rule[i].match;

		match->dim[FLOW_OIF] = (struct flow_spans){ 0 };
		if (rand_below(rng, 6))
			continue;
		match->dim[FLOW_DST4] = match->dim[FLOW_DST6] = (struct flow_spans){ 0 };
		match->name = &whole[rand_below(rng, 2)];
		match->names = 1 + rand_below(rng, 2);
	}
}

/* Makes about a third of the rules impossible to say, one way or another. */
static void spoil(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	fit(rules, rng, m);
	for (size_t i = 0; i < rules->n; i++) {
		struct rule *rule = &rules->rule[i];
		struct flow_match *match = &rule->match;
		uint16_t zone;

		switch (rand_below(rng, 12)) {
		case 0:
			match->name = &under;
			match->names = 1;
			break;
		case 1: /* packets that leave by one interface, or by all but one */
			must(flow_zone(m, STR("wan"), &zone));
			if (rule->verdict == VERDICT_ACCEPT)
				must(match_one(match, FLOW_OIF, zone + 1, ZONE_MAX, rules->arena));
			else
				must(match_one(match, FLOW_OIF, zone, zone, rules->arena));
			break;
		case 2:
			must(match_one(match, FLOW_DST4, 0x0a000001, 0x0a000009, rules->arena));
			match->name = whole;
			match->names = 1;
			break;
		case 3:
			*match = FLOW_MATCH_ANY;
			must(match_one(match, FLOW_PROTO, 0, 3, rules->arena));
			break;
		case 4:
			must(flow_zone(m, STR("no word"), &zone));
			must(match_one(match, FLOW_IIF, zone, zone, rules->arena));
			break;
		default:
			break;
		}
	}
}

static const struct assume assume = { .hook = "forward", .names = true };
static const struct lawbench_subject asa = {
	.dialect = &dialect_asa, .assume = &assume, .fit = fit, .spoil = spoil
};

static void texts_read_back_as_the_rules(void **state)
{
	(void)state;
	lawbench_reads_back(&asa, &run);
}

static void text_and_loss_are_all(void **state)
{
	(void)state;
	lawbench_accounts(&asa, &run);
}

static void a_lost_drop_is_refused_where_the_rest_passes(void **state)
{
	(void)state;
	lawbench_refuses_a_hole(&asa, &run);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_read_back_as_the_rules),
		cmocka_unit_test(text_and_loss_are_all),
		cmocka_unit_test(a_lost_drop_is_refused_where_the_rest_passes),
	};

	make_names();
	lawbench_arguments(argc, argv, &run);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
