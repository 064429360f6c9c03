/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "verify/why.h"

static const struct origin_line lines[] = {
	{ { FAMILY_V4, 16, 0xaa720000 }, 38 }, /* 170.114.0.0/16 */
	{ { FAMILY_V4, 24, 0xaa720a00 }, 40 }, /* 170.114.10.0/24 */
};
static const struct origin_list list = { "ZoomMeetings.txt", "2026-10-01", lines, 2 };

static uint16_t no_zone(void *data, struct str name)
{
	(void)data;
	(void)name;
	return 0;
}

static void rules_to_meetings(struct plan *plan, struct arena *a)
{
	static struct outcome outcome[2] = {
		{ .fate = FATE_RULES, .first_rule = 0, .rules = 1 },
		{ .fate = FATE_RULES, .first_rule = 1, .rules = 1 },
	};
	static const struct requirement requirement = { .direction = DIRECTION_EGRESS };
	static const struct {
		const char *id;
		uint8_t proto;
		uint16_t lo, hi;
	} row[] = { { "meetings-tcp", 6, 443, 443 }, { "meetings-udp", 17, 8801, 8810 } };

	rulelist_init(&plan->rules, a);
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		struct rule rule = { .verdict = VERDICT_ACCEPT,
				     .origin = { .vendor = "zoom",
						 .requirement = row[i].id,
						 .list = &list,
						 .lists = 1 } };

		assert_int_equal(match_one(&rule.match, FLOW_PROTO, row[i].proto, row[i].proto, a),
				 0);
		assert_int_equal(match_one(&rule.match, FLOW_DPORT, row[i].lo, row[i].hi, a), 0);
		assert_int_equal(match_one(&rule.match, FLOW_DST4, 0xaa720000, 0xaa72ffff, a), 0);
		assert_int_equal(match_one(&rule.match, FLOW_FAMILY, 0, 0, a), 0);
		assert_int_equal(rulelist_add(&plan->rules, &rule), 0);
		outcome[i].requirement = &requirement;
	}
	plan->outcome = outcome;
	plan->outcomes = 2;
}

static void flows_are_explained(void **state)
{
	static const struct {
		const char *flow;
		const char *rule;    /* that decides, or */
		const char *nearest; /* that does not, and */
		const char *misses;
		unsigned line;
	} cases[] = {
		{ "udp 10.1.2.3 -> 170.114.10.1:8805", "meetings-udp", NULL, "", 40 },
		{ "udp 10.1.2.3 -> 170.114.11.1:8805", "meetings-udp", NULL, "", 38 },
		{ "tcp 10.1.2.3 -> 170.114.11.1:443", "meetings-tcp", NULL, "", 38 },
		{ "udp 10.1.2.3 -> 170.114.10.1:8811", NULL, "meetings-udp",
		  "destination port 8811", 0 },
		{ "tcp 10.1.2.3 -> 170.115.0.1:443", NULL, "meetings-tcp",
		  "destination 170.115.0.1", 0 },
		{ "udp 10.1.2.3 -> 170.115.0.1:9", NULL, "meetings-udp",
		  "destination port 9, destination 170.115.0.1", 0 },
	};
	struct flow_mgr *m = flow_mgr_new(100000);
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	struct plan plan = PLAN_INIT;

	(void)state;
	rules_to_meetings(&plan, a);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf misses = BUF_INIT;
		struct flow f;
		struct why w;

		assert_int_equal(flow_parse(str_of(cases[i].flow), no_zone, NULL, d, &f), 0);
		assert_int_equal(why_flow(&plan, m, &f, &w), 0);
		assert_true(!w.rule == !cases[i].rule);
		if (w.rule)
			assert_string_equal(w.rule->origin.requirement, cases[i].rule);
		else
			assert_string_equal(w.nearest->origin.requirement, cases[i].nearest);
		assert_int_equal(w.line ? w.line->line : 0, cases[i].line);
		why_print_misses(&w, &f, m, &misses);
		assert_string_equal(misses.data ? misses.data : "", cases[i].misses);
		buf_release(&misses);
	}
	rulelist_release(&plan.rules);
	diag_free(d);
	arena_free(a);
	flow_mgr_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flows_are_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
