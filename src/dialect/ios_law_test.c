/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of dialects for random rules: what is written reads back as the same flows, answers are
 * let through where they come; and where a rule cannot be said, what was written and what is lost
 * together are all that the rules ask for.
 *
 * Usage: test-dialect-ios_law [LISTS [SEED]]
 */
#include "support/test.h"

#include "net/name.h"
#include "rule/answer.h"
#include "support/lawbench.h"

static struct lawbench_run run = LAWBENCH_RUN;

static void must(int r)
{
	assert_int_equal(r, 0);
}

/* Makes about a third of the rules impossible to say, one way or another. */
static void spoil(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	static struct pattern name;

	must(pattern_parse(STR("*.example.com"), true, &name));
	for (size_t i = 0; i < rules->n; i++) {
		struct flow_match *match = &rules->rule[i].match;
		uint16_t zone;

		switch (rand_below(rng, 12)) {
		case 0:
			match->name = &name;
			match->names = 1;
			break;
		case 1:
			must(flow_zone(m, str_of(rand_below(rng, 2) ? "wan" : "dsl"), &zone));
			must(match_one(match, FLOW_OIF, zone, zone, rules->arena));
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

/* Every answer to what the rules let through is let through. */
static void check_answers(const struct lawbench *b)
{
	flow_ref diagram, set, whole, out, open;
	struct flow_match match = FLOW_MATCH_ANY;
	struct rulelist answers;

	rulelist_init(&answers, b->a);
	for (size_t i = 0; i < b->rules.n; i++)
		must(rule_answers(&b->rules.rule[i], &answers));
	must(rulelist_diagram(&answers, b->m, &diagram));
	must(rulelist_verdict(&answers, b->m, diagram, VERDICT_ACCEPT, &set));
	must(match_one(&match, FLOW_FRAG, 0, 0, b->a));
	must(flow_of_match(b->m, &match, 1, &whole));
	must(flow_restrict(b->m, set, whole, &set));
	must(flow_minus(b->m, set, b->reading->answers_must, &out));
	if (!flow_empty(out))
		fail_msg("list %lu: an answer is stopped", b->list);
	/* and no TCP conversation begins from outside */
	must(match_one(&match, FLOW_STATE, STATE_NEW, STATE_NEW, b->a));
	must(match_one(&match, FLOW_PROTO, 6, 6, b->a));
	must(flow_of_match(b->m, &match, 1, &set));
	must(flow_restrict(b->m, b->reading->answers_may, set, &open));
	if (b->rules.otherwise != VERDICT_ACCEPT && !flow_empty(open))
		fail_msg("list %lu: TCP may begin from outside", b->list);
	rulelist_release(&answers);
}

static const struct lawbench_subject ios = { .dialect = &dialect_ios,
					     .whole = true,
					     .one_place = true,
					     .fit = lawbench_no_interfaces,
					     .spoil = spoil,
					     .also = check_answers };

static void texts_read_back_as_the_rules(void **state)
{
	(void)state;
	lawbench_reads_back(&ios, &run);
}

static void text_and_loss_are_all(void **state)
{
	(void)state;
	lawbench_accounts(&ios, &run);
}

static void a_lost_drop_is_refused_where_the_rest_passes(void **state)
{
	(void)state;
	lawbench_refuses_a_hole(&ios, &run);
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
