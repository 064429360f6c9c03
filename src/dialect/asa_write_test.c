/* SPDX-License-Identifier: Apache-2.0 */
/* What the writer of Cisco ASA writes: the text itself, and what a group or a name may hold. */
#include "support/test.h"

#include "dialect/asa_limits.h"
#include "dialect/dialect.h"
#include "dialect/spans.h"

struct bench {
	struct flow_mgr *m;
	struct arena *a;
	struct diag *d;
	struct rulelist rules;
	struct losses lost;
	struct buf text;
};

static void must(int r)
{
	assert_int_equal(r, 0);
}

static void begin(struct bench *b)
{
	*b = (struct bench){ .m = flow_mgr_new(FLOW_BUDGET_DEFAULT),
			     .a = arena_new(),
			     .d = diag_new() };
	assert_true(b->m && b->a && b->d);
	rulelist_init(&b->rules, b->a);
}

static void end(struct bench *b)
{
	buf_release(&b->text);
	rulelist_release(&b->rules);
	diag_free(b->d);
	arena_free(b->a);
	flow_mgr_free(b->m);
}

static void write_one(struct bench *b, const struct rule *rule)
{
	must(rulelist_add(&b->rules, rule));
	must(dialect_asa.write(&b->rules, b->m, b->a, b->d, &b->text, &b->lost));
}

/* The lines that are no comments. */
static void assert_text(struct bench *b, const char *want)
{
	struct str rest = buf_str(&b->text);
	struct buf got = BUF_INIT;

	while (rest.n) {
		struct str line = str_cut(&rest, '\n');

		if (!str_starts(line, "!"))
			buf_printf(&got, "%.*s\n", STR_FMT(line));
	}
	assert_string_equal(got.data, want);
	buf_release(&got);
}

/* Two services and two networks are groups; the rule is for one interface and one family. */
static void a_rule_is_one_entry(void **state)
{
	struct rule rule = {
		.verdict = VERDICT_ACCEPT,
		.origin = { .vendor = "zoom", .service = "meetings", .requirement = "media" }
	};
	struct spanlist ports, nets;
	struct bench b;
	uint16_t zone;

	(void)state;
	begin(&b);
	ports = SPANLIST_INIT(b.a);
	nets = SPANLIST_INIT(b.a);
	must(spanlist_add(&ports, 3478, 3478));
	must(spanlist_add(&ports, 8801, 8810));
	must(spanlist_add(&nets, 0xc0000200, 0xc00002ff));
	must(spanlist_add(&nets, 0xc6336401, 0xc6336401));
	must(flow_zone(b.m, STR("inside"), &zone));
	must(match_one(&rule.match, FLOW_IIF, zone, zone, b.a));
	must(match_one(&rule.match, FLOW_FAMILY, 0, 0, b.a));
	must(match_one(&rule.match, FLOW_PROTO, 17, 17, b.a));
	must(match_one(&rule.match, FLOW_SRC4, 0x0a000000, 0x0affffff, b.a));
	rule.match.dim[FLOW_DPORT] = spanlist_seal(&ports);
	rule.match.dim[FLOW_DST4] = spanlist_seal(&nets);
	write_one(&b, &rule);
	assert_int_equal(b.lost.n, 0);
	assert_text(
		&b,
		"object-group service EGRET-3d51d949137c3e21\n"
		" service-object udp destination eq 3478\n"
		" service-object udp destination range 8801 8810\n"
		"object-group network EGRET-5eca140abbb44943\n"
		" network-object 192.0.2.0 255.255.255.0\n"
		" network-object host 198.51.100.1\n"
		"access-list EGRET-inside-fbe5f281 remark zoom/meetings/media\n"
		"access-list EGRET-inside-fbe5f281 extended permit object-group "
		"EGRET-3d51d949137c3e21 10.0.0.0 255.0.0.0 object-group EGRET-5eca140abbb44943\n"
		"access-list EGRET-inside-fbe5f281 remark no rule speaks of it\n"
		"access-list EGRET-inside-fbe5f281 extended deny ip any any\n"
		"access-list EGRET-others-e991276b remark no rule speaks of it\n"
		"access-list EGRET-others-e991276b extended deny ip any any\n"
		"access-group EGRET-inside-fbe5f281 in interface inside\n"
		"access-group EGRET-others-e991276b global\n");
	end(&b);
}

/* A name that is longer than an object's name may be. */
static void a_long_name_is_said_by_its_digest(void **state)
{
	static const char label[] = "averyveryveryveryverylonglabelofaname";
	struct rule rule = { .verdict = VERDICT_ACCEPT };
	struct pattern name = { .kind = PATTERN_NAME };
	struct str rest;
	struct bench b;

	(void)state;
	begin(&b);
	(void)snprintf(name.name.text, sizeof(name.name.text), "%s.%s.example.com", label, label);
	rule.match.name = &name;
	rule.match.names = 1;
	write_one(&b, &rule);
	assert_int_equal(b.lost.n, 0);
	assert_non_null(strstr(b.text.data, name.name.text));
	for (rest = buf_str(&b.text); rest.n;) {
		struct str line = str_cut(&rest, '\n'), word;

		if (!str_starts(line, "object network "))
			continue;
		(void)str_cut(&line, ' ');
		(void)str_cut(&line, ' ');
		word = line;
		assert_true(word.n > 0 && word.n <= ASA_OBJECT_NAME_MAX);
	}
	end(&b);
}

/* As many single addresses as a group may have members, and one more. */
static void a_group_has_a_limit(void **state)
{
	(void)state;
	for (uint32_t more = 0; more < 2; more++) {
		struct rule rule = { .verdict = VERDICT_ACCEPT };
		struct spanlist l;
		struct bench b;

		begin(&b);
		l = SPANLIST_INIT(b.a);
		for (uint32_t i = 0; i < ASA_GROUP_MAX + more; i++)
			must(spanlist_add(&l, 0x0a000000 + 2 * i, 0x0a000000 + 2 * i));
		rule.match.dim[FLOW_DST4] = spanlist_seal(&l);
		must(match_one(&rule.match, FLOW_FAMILY, 0, 0, b.a));
		write_one(&b, &rule);
		assert_int_equal(b.lost.n, more);
		assert_true(!more || strstr(b.lost.loss[0].why, "500000 members"));
		end(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_is_one_entry),
		cmocka_unit_test(a_long_name_is_said_by_its_digest),
		cmocka_unit_test(a_group_has_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
