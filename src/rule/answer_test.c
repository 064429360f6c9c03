/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "rule/answer.h"

/* A rule "proto, port 443 at the far end 192.0.2.0/24", asked whether a packet answers it. */
static const struct {
	const char *what;
	unsigned proto, lo, hi; /* of the rule: destination ports or ICMP types with codes */
	const char *answer;
	bool is;
} cases[] = {
	{ "tcp", 6, 443, 443, "tcp 192.0.2.9:443 -> 10.0.0.1:50000 state established", true },
	{ "its first packet", 6, 443, 443, "tcp 192.0.2.9:443 -> 10.0.0.1:50000", false },
	{ "another port", 6, 443, 443, "tcp 192.0.2.9:444 -> 10.0.0.1:50000 state established",
	  false },
	{ "the way out", 6, 443, 443, "tcp 10.0.0.1:443 -> 192.0.2.9:443 state established",
	  false },
	{ "udp", 17, 8801, 8810, "udp 192.0.2.9:8805 -> 10.0.0.1:50000 state established", true },
	{ "echo", 1, 8 << 8, (8 << 8) + 255,
	  "icmp 192.0.2.9 -> 10.0.0.1 type 0 code 0 state established", true },
	{ "echo is no answer", 1, 8 << 8, (8 << 8) + 255,
	  "icmp 192.0.2.9 -> 10.0.0.1 type 8 code 0 state established", false },
	{ "an error has no answer", 1, 3 << 8, (3 << 8) + 255,
	  "icmp 192.0.2.9 -> 10.0.0.1 type 0 code 0 state established", false },
};

static void answers_come_from_the_far_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct arena *a = arena_new();
		struct diag *d = diag_new();
		struct rule rule = { .verdict = VERDICT_ACCEPT };
		struct rulelist answers;
		struct flow f;
		bool is = false;

		assert_true(a && d);
		rulelist_init(&answers, a);
		assert_int_equal(
			match_one(&rule.match, FLOW_PROTO, cases[i].proto, cases[i].proto, a), 0);
		assert_int_equal(match_one(&rule.match, FLOW_DPORT, cases[i].lo, cases[i].hi, a),
				 0);
		assert_int_equal(match_one(&rule.match, FLOW_DST4, 0xc0000200, 0xc00002ff, a), 0);
		assert_int_equal(rule_answers(&rule, &answers), 0);
		assert_int_equal(flow_parse(str_of(cases[i].answer), NULL, NULL, d, &f), 0);
		for (size_t k = 0; k < answers.n; k++)
			is = is || flow_match_has(&answers.rule[k].match, &f);
		if (is != cases[i].is)
			fail_msg("%s: %s", cases[i].what, cases[i].answer);
		rulelist_release(&answers);
		diag_free(d);
		arena_free(a);
	}
}

static void any_protocol_keeps_each_answer(void **state)
{
	struct arena *a = arena_new();
	struct rule rule = { .verdict = VERDICT_ACCEPT };
	struct rulelist answers;

	(void)state;
	rulelist_init(&answers, a);
	assert_int_equal(rule_answers(&rule, &answers), 0);
	assert_int_equal(answers.n, 3); /* ICMP, ICMPv6, and the others */
	rulelist_release(&answers);
	arena_free(a);
}

static void names_and_later_packets_have_none(void **state)
{
	static const struct pattern name;
	struct arena *a = arena_new();
	struct rule rule = { .verdict = VERDICT_ACCEPT, .match = { .name = &name, .names = 1 } };
	struct rulelist answers;

	(void)state;
	rulelist_init(&answers, a);
	assert_int_equal(rule_answers(&rule, &answers), 0);
	rule.match.name = NULL;
	assert_int_equal(
		match_one(&rule.match, FLOW_STATE, STATE_ESTABLISHED, STATE_ESTABLISHED, a), 0);
	assert_int_equal(rule_answers(&rule, &answers), 0);
	assert_int_equal(answers.n, 0);
	rulelist_release(&answers);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_from_the_far_end),
		cmocka_unit_test(any_protocol_keeps_each_answer),
		cmocka_unit_test(names_and_later_packets_have_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
