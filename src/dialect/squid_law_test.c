/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of dialects for random rules of what a proxy passes: TCP, to addresses and to names; and
 * what is written, squid itself takes.
 *
 * Usage: test-dialect-squid_law [LISTS [SEED]]
 */
#include "support/test.h"

#include "net/proto.h"
#include "support/lawbench.h"

static struct lawbench_run run;

static void must(int r)
{
	assert_int_equal(r, 0);
}

static struct pattern random_pattern(struct rand *rng)
{
	static const char *const text[] = { "x.com",	 "*.x.com", "a.x.com",	 "*.a.x.com",
					    "b.a.x.com", "y.org",   "*.w.y.org", "w.y.org",
					    "*.com",	 "xx.com" };
	struct pattern p;

	must(pattern_parse(str_of(text[rand_below(rng, ARRAY_LEN(text))]), true, &p));
	return p;
}

static void random_names(struct rand *rng, struct flow_match *match, struct arena *a)
{
	size_t n = 1 + rand_below(rng, 5);
	struct pattern *p = arena_array(a, n, sizeof(*p));

	assert_non_null(p);
	for (size_t i = 0; i < n; i++)
		p[i] = random_pattern(rng);
	if (!rand_below(rng, 8))
		p[0] = (struct pattern){ .kind = PATTERN_ANY };
	match->name = p;
	match->names = n;
}

/* TCP without source ports, through any interface; some of it by name. */
static void fit(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	(void)m;
	rules->otherwise = VERDICT_DROP; /* a proxy cannot accept what is not TCP */
	for (size_t i = 0; i < rules->n; i++) {
		struct flow_match *match = &rules->rule[i].match;

		must(match_one(match, FLOW_PROTO, PROTO_TCP, PROTO_TCP, rules->arena));
		match->dim[FLOW_IIF] = match->dim[FLOW_OIF] = match->dim[FLOW_SPORT] =
			(struct flow_spans){ 0 };
		if (!rand_below(rng, 3))
			random_names(rng, match, rules->arena);
	}
}

/* Makes some rules such that a proxy cannot say them, or cannot say all of them. */
static void spoil(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	fit(rules, rng, m);
	for (size_t i = 0; i < rules->n; i++) {
		struct flow_match *match = &rules->rule[i].match;
		uint16_t zone;

		switch (rand_below(rng, 10)) {
		case 0:
			must(match_one(match, FLOW_PROTO, PROTO_UDP, PROTO_UDP, rules->arena));
			break;
		case 1:
			must(match_one(match, FLOW_PROTO, PROTO_TCP, PROTO_UDP, rules->arena));
			break;
		case 2:
			must(match_one(match, FLOW_SPORT, 1024, 65535, rules->arena));
			break;
		case 3:
			must(flow_zone(m, str_of(rand_below(rng, 2) ? "wan" : "dsl"), &zone));
			must(match_one(match, FLOW_OIF, zone, zone, rules->arena));
			break;
		case 4:
			must(match_one(match, FLOW_DST6, 0, (u128)1 << 120, rules->arena));
			break;
		default:
			break;
		}
	}
}

static const struct lawbench_subject subject = {
	.dialect = &dialect_squid,
	.one_place = true,
	.fit = fit,
	.spoil = spoil,
};

static void texts_read_back_as_the_rules(void **state)
{
	(void)state;
	lawbench_reads_back(&subject, &run);
}

static void text_and_loss_are_all(void **state)
{
	(void)state;
	lawbench_accounts(&subject, &run);
}

/* Where the rest passes, a stop that cannot be said would be a hole. */
static void a_lost_stop_is_refused_where_the_rest_passes(void **state)
{
	struct rule rule = { .verdict = VERDICT_DROP };
	struct rand rng = { run.seed };
	struct buf text = BUF_INIT;
	struct lawbench b = { .list = 0 };

	(void)state;
	lawbench_begin(&b, &subject, &rng);
	must(match_one(&rule.match, FLOW_SPORT, 1, 1023, b.a));
	must(rulelist_add(&b.rules, &rule));
	b.rules.otherwise = VERDICT_ACCEPT;
	assert_true(dialect_squid.write(&b.rules, b.m, b.a, b.d, &text, &b.lost) < 0);
	assert_int_equal(diag_errors(b.d), 1);
	buf_release(&text);
	lawbench_end(&b);
}

/* What is not TCP does not pass a proxy: to stop it needs no line, and to accept it is told. */
static void the_rest_is_tcp(void **state)
{
	struct rule rule = { .verdict = VERDICT_DROP };
	struct rand rng = { run.seed };
	struct buf text = BUF_INIT;
	struct lawbench b = { .list = 0 };

	(void)state;
	lawbench_begin(&b, &subject, &rng);
	b.rules.n = 0;
	must(match_one(&rule.match, FLOW_PROTO, PROTO_UDP, PROTO_UDP, b.a));
	must(rulelist_add(&b.rules, &rule));
	b.rules.otherwise = VERDICT_ACCEPT;
	must(dialect_squid.write(&b.rules, b.m, b.a, b.d, &text, &b.lost));
	assert_int_equal(b.lost.n, 0);
	assert_int_equal(diag_warnings(b.d), 1);
	assert_non_null(strstr(text.data, "\nhttp_access allow all\n"));
	buf_release(&text);
	lawbench_end(&b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_read_back_as_the_rules),
		cmocka_unit_test(text_and_loss_are_all),
		cmocka_unit_test(a_lost_stop_is_refused_where_the_rest_passes),
		cmocka_unit_test(the_rest_is_tcp),
	};

	run = LAWBENCH_RUN;
	lawbench_arguments(argc, argv, &run);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
