/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "rule/rule.h"

static struct addr addr(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(str_of(text), &a), 0);
	return a;
}

static struct prefix prefix(const char *text)
{
	struct prefix p;

	assert_int_equal(prefix_parse(str_of(text), &p), 0);
	return p;
}

static struct flow to_port(uint8_t proto, uint16_t port)
{
	return (struct flow){
		.proto = proto, .dport = port, .src = addr("10.0.0.1"), .dst = addr("192.0.2.1")
	};
}

/* "drop tcp 0-1023; accept tcp any; reject udp any", and what is left has the default. */
static void fill(struct rulelist *l)
{
	static const struct {
		enum verdict verdict;
		uint8_t proto;
		uint16_t last_port;
	} rules[] = {
		{ VERDICT_DROP, 6, 1023 },
		{ VERDICT_ACCEPT, 6, 65535 },
		{ VERDICT_REJECT, 17, 65535 },
	};

	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		struct rule rule = { .verdict = rules[i].verdict };

		assert_int_equal(match_one(&rule.match, FLOW_PROTO, rules[i].proto, rules[i].proto,
					   l->arena),
				 0);
		assert_int_equal(
			match_one(&rule.match, FLOW_DPORT, 0, rules[i].last_port, l->arena), 0);
		assert_int_equal(rulelist_add(l, &rule), 0);
	}
}

/* `set`: the flows with verdict `v`. */
static void compare_verdicts(const struct rulelist *l, const struct flow_mgr *m, flow_ref set,
			     enum verdict v)
{
	static const struct {
		uint8_t proto;
		uint16_t port;
		int verdict; /* -1: the default */
	} cases[] = {
		{ 6, 80, VERDICT_DROP },
		{ 6, 8080, VERDICT_ACCEPT },
		{ 17, 53, VERDICT_REJECT },
		{ 47, 0, -1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct flow f = to_port(cases[i].proto, cases[i].port);
		enum verdict want =
			cases[i].verdict < 0 ? l->otherwise : (enum verdict)cases[i].verdict;

		assert_int_equal(flow_leaf_at(m, set, &f), want == v);
	}
}

static void each_flow_has_the_verdict_of_its_first_rule_or_the_default(void **state)
{
	static const enum verdict verdicts[] = { VERDICT_DROP, VERDICT_ACCEPT, VERDICT_REJECT };
	struct arena *a = arena_new();
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);

	(void)state;
	for (size_t o = 0; o < ARRAY_LEN(verdicts); o++) {
		struct rulelist l;
		flow_ref diagram, set;

		rulelist_init(&l, a);
		l.otherwise = verdicts[o];
		fill(&l);
		assert_int_equal(rulelist_diagram(&l, m, &diagram), 0);
		for (size_t v = 0; v < ARRAY_LEN(verdicts); v++) {
			assert_int_equal(rulelist_verdict(&l, m, diagram, verdicts[v], &set), 0);
			compare_verdicts(&l, m, set, verdicts[v]);
		}
		rulelist_release(&l);
	}
	flow_mgr_free(m);
	arena_free(a);
}

static void the_longest_prefix_of_all_lists_names_the_line(void **state)
{
	struct origin_line meetings[] = { { prefix("170.114.0.0/16"), 3 },
					  { prefix("2407:30c0::/32"), 4 } };
	struct origin_line phone[] = { { prefix("170.114.8.0/24"), 7 },
				       { prefix("10.0.0.0/8"), 9 } };
	struct origin_list lists[] = { { "Meetings.txt", "2026-10-01", meetings, 2 },
				       { "Phone.txt", "2026-10-01", phone, 2 } };
	struct origin o = { .vendor = "zoom", .requirement = "media", .list = lists, .lists = 2 };
	static const struct {
		const char *addr, *list;
		unsigned line;
	} cases[] = {
		{ "170.114.8.1", "Phone.txt", 7 },
		{ "170.114.9.1", "Meetings.txt", 3 },
		{ "2407:30c0::1", "Meetings.txt", 4 },
		{ "192.0.2.1", NULL, 0 },
	};
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct origin_list *list = NULL;
		const struct origin_line *line = origin_find(&o, addr(cases[i].addr), &list);

		assert_int_equal(line ? line->line : 0, cases[i].line);
		if (line)
			assert_string_equal(list->name, cases[i].list);
	}
	origin_print(&o, &text);
	assert_string_equal(text.data, "zoom/media");
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_flow_has_the_verdict_of_its_first_rule_or_the_default),
		cmocka_unit_test(the_longest_prefix_of_all_lists_names_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
