/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of dialects for random rules: what is written reads back as the same flows, answers are
 * let through where they come; and where a rule cannot be said, what was written and what is lost
 * together are all that the rules ask for.
 *
 * Usage: test-dialect-ios_law [LISTS [SEED]]
 */
#include "support/test.h"

#include "dialect/dialect.h"
#include "net/name.h"
#include "rule/answer.h"
#include "support/law.h"
#include "support/rulelists.h"

enum { LISTS = 1000, RULES = 12, SEED = 20261126 };

static unsigned long lists = LISTS;
static unsigned long seed = SEED;

struct bench {
	struct flow_mgr *m;
	struct arena *a;
	struct diag *d;
	struct rulelist rules;
	struct losses lost;
	struct reading *reading;
	unsigned long list;
};

static void must(int r)
{
	assert_int_equal(r, 0);
}

/* Lists look at one interface: rules without interfaces are what they can say. */
static void begin(struct bench *b, struct rand *rng)
{
	b->m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	b->a = arena_new();
	b->d = diag_new();
	assert_true(b->m && b->a && b->d);
	rulelist_init(&b->rules, b->a);
	rulelist_random(rng, RULES, b->m, &b->rules);
	for (size_t i = 0; i < b->rules.n; i++)
		b->rules.rule[i].match.dim[FLOW_IIF] = b->rules.rule[i].match.dim[FLOW_OIF] =
			(struct flow_spans){ 0 };
	b->lost = (struct losses){ 0 };
	b->reading = NULL;
}

static void end(struct bench *b)
{
	reading_free(b->reading);
	rulelist_release(&b->rules);
	diag_free(b->d);
	arena_free(b->a);
	flow_mgr_free(b->m);
}

static void write_and_read(struct bench *b)
{
	struct buf text = BUF_INIT, messages = BUF_INIT;
	int r = dialect_ios.write(&b->rules, b->m, b->a, b->d, &text, &b->lost);

	assert_int_equal(r, 0);
	assert_ptr_equal(dialect_detect(buf_str(&text)), &dialect_ios);
	r = dialect_ios.read(buf_str(&text), "law", NULL, b->m, b->d, &b->reading);
	if (r < 0) {
		diag_format(b->d, &messages);
		(void)fprintf(stderr, "seed %lu, list %lu: %d %s\n%s\n", seed, b->list, r,
			      messages.data ? messages.data : "", text.data);
	}
	assert_int_equal(r, 0);
	assert_int_equal(b->reading->unknowns, 0);
	buf_release(&text);
	buf_release(&messages);
}

/* Every answer to what the rules let through is let through. */
static void check_answers(const struct bench *b)
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
		fail_msg("seed %lu, list %lu: an answer is stopped", seed, b->list);
	/* and no TCP conversation begins from outside */
	must(match_one(&match, FLOW_STATE, STATE_NEW, STATE_NEW, b->a));
	must(match_one(&match, FLOW_PROTO, 6, 6, b->a));
	must(flow_of_match(b->m, &match, 1, &set));
	must(flow_restrict(b->m, b->reading->answers_may, set, &open));
	if (b->rules.otherwise != VERDICT_ACCEPT && !flow_empty(open))
		fail_msg("seed %lu, list %lu: TCP may begin from outside", seed, b->list);
	rulelist_release(&answers);
}

static void texts_read_back_as_the_rules(void **state)
{
	struct rand rng = { seed };
	struct bench b;

	(void)state;
	print_message("# %lu lists of up to %d rules, seed %lu\n", lists, RULES, seed);
	for (b.list = 0; b.list < lists; b.list++) {
		struct buf why = BUF_INIT;

		begin(&b, &rng);
		write_and_read(&b);
		assert_int_equal(b.lost.n, 0);
		if (!law_holds_whole(&b.rules, b.reading, &why))
			fail_msg("seed %lu, list %lu:%s", seed, b.list, why.data);
		check_answers(&b);
		buf_release(&why);
		end(&b);
	}
}

/* Makes about a third of the rules impossible to say, one way or another. */
static void spoil(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	static struct pattern name;

	assert_int_equal(pattern_parse(STR("*.example.com"), true, &name), 0);
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

/* First packets that are whole, through whatever interfaces: what one list can be asked about. */
static flow_ref asked(struct bench *b, flow_ref set)
{
	struct flow_match first = FLOW_MATCH_ANY;
	flow_ref scope;

	must(match_one(&first, FLOW_STATE, STATE_NEW, STATE_NEW, b->a));
	must(match_one(&first, FLOW_FRAG, 0, 0, b->a));
	must(flow_of_match(b->m, &first, 1, &scope));
	must(flow_restrict(b->m, set, scope, &set));
	must(flow_forget(b->m, set, FLOW_IIF, &set));
	must(flow_forget(b->m, set, FLOW_OIF, &set));
	return set;
}

/* Written is certain, is asked for, and with the lost rules is all that is asked for. */
static void check_account(struct bench *b)
{
	flow_ref diagram, want, got, sure, rest, set;

	must(rulelist_diagram(&b->rules, b->m, &diagram));
	must(rulelist_verdict(&b->rules, b->m, diagram, VERDICT_ACCEPT, &want));
	want = asked(b, want);
	got = asked(b, b->reading->may[VERDICT_ACCEPT]);
	sure = asked(b, b->reading->must_accept);
	assert_int_equal(got, sure);
	must(flow_minus(b->m, got, want, &rest));
	if (!flow_empty(rest))
		fail_msg("seed %lu, list %lu: widened", seed, b->list);
	must(flow_minus(b->m, want, got, &rest));
	for (size_t i = 0; i < b->lost.n; i++) {
		must(flow_of_match(b->m, &b->lost.loss[i].rule->match, 1, &set));
		must(flow_minus(b->m, rest, asked(b, set), &rest));
	}
	if (!flow_empty(rest))
		fail_msg("seed %lu, list %lu: missing and not told", seed, b->list);
}

static void text_and_loss_are_all(void **state)
{
	struct rand rng = { seed };
	size_t lost = 0;
	struct bench b;

	(void)state;
	for (b.list = 0; b.list < lists; b.list++) {
		begin(&b, &rng);
		b.rules.otherwise = VERDICT_DROP;
		spoil(&b.rules, &rng, b.m);
		write_and_read(&b);
		lost += b.lost.n;
		check_account(&b);
		end(&b);
	}
	print_message("# %lu lists, seed %lu: %zu rules lost\n", lists, seed, lost);
	assert_true(lost > lists / 4);
}

/* Where the rest is accepted, a drop that cannot be said is no loss but a hole. */
static void a_lost_drop_is_refused_where_the_rest_passes(void **state)
{
	static struct pattern name;
	struct rule rule = { .verdict = VERDICT_DROP };
	struct rand rng = { seed };
	struct buf text = BUF_INIT;
	struct bench b = { .list = 0 };

	(void)state;
	begin(&b, &rng);
	assert_int_equal(pattern_parse(STR("*.example.com"), true, &name), 0);
	rule.match.name = &name;
	rule.match.names = 1;
	must(rulelist_add(&b.rules, &rule));
	b.rules.otherwise = VERDICT_ACCEPT;
	assert_true(dialect_ios.write(&b.rules, b.m, b.a, b.d, &text, &b.lost) < 0);
	assert_int_equal(diag_errors(b.d), 1);
	buf_release(&text);
	end(&b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_read_back_as_the_rules),
		cmocka_unit_test(text_and_loss_are_all),
		cmocka_unit_test(a_lost_drop_is_refused_where_the_rest_passes),
	};

	if (argc > 1)
		lists = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
