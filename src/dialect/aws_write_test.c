/* SPDX-License-Identifier: Apache-2.0 */
/* What the writer of AWS makes of rules: forms, quotas, what is told, and without memory. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/aws_limits.h"
#include "dialect/dialect.h"
#include "support/law.h"
#include "support/oom.h"

struct bench {
	struct flow_mgr *m;
	struct arena *a;
	struct diag *d;
	struct rulelist rules;
	struct losses lost;
	struct buf text;
	struct reading *reading;
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
	reading_free(b->reading);
	rulelist_release(&b->rules);
	buf_release(&b->text);
	diag_free(b->d);
	arena_free(b->a);
	flow_mgr_free(b->m);
}

static void write_and_read(struct bench *b)
{
	must(dialect_aws.write(&b->rules, b->m, b->a, b->d, &b->text, &b->lost));
	must(dialect_aws.read(buf_str(&b->text), "written", NULL, b->m, b->d, &b->reading));
	assert_int_equal(b->reading->unknowns, 0);
}

static void assert_law(struct bench *b)
{
	struct buf why = BUF_INIT;

	if (!law_holds_whole(&b->rules, b->reading, &why))
		fail_msg("%s\n%s", why.data, b->text.data);
	buf_release(&why);
}

/* TCP to one port from 10.N.0.0/16, by these names. */
static void add_named(struct bench *b, unsigned net, unsigned port, const char *const *name,
		      size_t names)
{
	struct rule rule = { .verdict = VERDICT_ACCEPT };
	struct pattern *pattern = arena_array(b->a, names, sizeof(*pattern));

	assert_non_null(pattern);
	for (size_t i = 0; i < names; i++)
		must(pattern_parse(str_of(name[i]), true, &pattern[i]));
	rule.match.name = pattern;
	rule.match.names = names;
	must(match_one(&rule.match, FLOW_PROTO, 6, 6, b->a));
	must(match_one(&rule.match, FLOW_DPORT, port, port, b->a));
	must(match_one(&rule.match, FLOW_SRC4, 0x0a000000 + (net << 16), 0x0a00ffff + (net << 16),
		       b->a));
	must(match_one(&rule.match, FLOW_FAMILY, 0, 0, b->a));
	must(rulelist_add(&b->rules, &rule));
}

static struct rule to_net(struct bench *b, unsigned proto, unsigned lo, unsigned hi)
{
	struct rule rule = { .verdict = VERDICT_ACCEPT };

	must(match_one(&rule.match, FLOW_FAMILY, 0, 0, b->a));
	must(match_one(&rule.match, FLOW_PROTO, proto, proto, b->a));
	must(match_one(&rule.match, FLOW_DPORT, lo, hi, b->a));
	must(match_one(&rule.match, FLOW_DST4, 0xc6336400, 0xc63364ff, b->a));
	return rule;
}

static const char *const zoom[] = { "zoom.us", "*.zoom.us" };
static const char *const under[] = { "*.zoom.us", "example.com" };

static void names_that_agree_become_a_domain_list(void **state)
{
	struct bench b;
	struct rule rule;

	(void)state;
	begin(&b);
	rule = to_net(&b, 17, 53, 53);
	must(rulelist_add(&b.rules, &rule));
	add_named(&b, 1, 443, zoom, 2);
	add_named(&b, 2, 443, zoom, 2);
	write_and_read(&b);
	assert_int_equal(b.lost.n, 0);
	assert_true(b.reading->names);
	assert_non_null(strstr(b.text.data, "\"RulesSourceList\""));
	assert_null(strstr(b.text.data, "tls.sni"));
	assert_law(&b);
	end(&b);
}

static void names_that_do_not_become_rules_of_suricata(void **state)
{
	static const struct {
		unsigned net, port;
		const char *const *name;
	} second[] = { { 1, 80, zoom }, { 2, 443, under }, { 1, 443, under } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(second); i++) {
		struct bench b;

		begin(&b);
		add_named(&b, 1, 443, zoom, 2);
		add_named(&b, second[i].net, second[i].port, second[i].name, 2);
		write_and_read(&b);
		assert_int_equal(b.lost.n, 0);
		assert_non_null(strstr(b.text.data, "tls.sni"));
		assert_law(&b);
		end(&b);
	}
}

/* What a firewall has no word for would be stopped by it: then names are lost, not the rest. */
static void names_yield_to_strange_protocols(void **state)
{
	struct bench b;
	struct rule rule;

	(void)state;
	begin(&b);
	rule = to_net(&b, 47, 0, UINT16_MAX);
	rule.match.dim[FLOW_DPORT] = (struct flow_spans){ 0 };
	must(rulelist_add(&b.rules, &rule));
	add_named(&b, 1, 443, zoom, 2);
	write_and_read(&b);
	assert_int_equal(b.lost.n, 1);
	assert_ptr_equal(b.lost.loss[0].rule, &b.rules.rule[1]);
	assert_false(b.reading->names);
	end(&b);
}

static void nothing_is_said_too(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	write_and_read(&b);
	assert_int_equal(b.lost.n, 0);
	assert_non_null(strstr(b.text.data, "127.0.0.1/32"));
	assert_law(&b);
	end(&b);
}

static void what_is_stopped_is_cut_out(void **state)
{
	struct bench b;
	struct rule rule;

	(void)state;
	begin(&b);
	rule = to_net(&b, 6, 22, 22);
	rule.verdict = VERDICT_DROP;
	must(rulelist_add(&b.rules, &rule));
	rule = to_net(&b, 6, 0, UINT16_MAX);
	must(rulelist_add(&b.rules, &rule));
	write_and_read(&b);
	assert_int_equal(b.lost.n, 0);
	assert_law(&b);
	end(&b);
}

/* Every other port, to several networks: as many rules as fit into the groups of an interface. */
static void what_has_no_room_is_lost_as_a_whole(void **state)
{
	static const unsigned ports[] = { AWS_GROUP_RULES_MAX * AWS_GROUPS_MAX,
					  AWS_GROUP_RULES_MAX * AWS_GROUPS_MAX + 1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ports); i++) {
		struct bench b;
		struct rule rule;
		struct flow_span *span;

		begin(&b);
		rule = to_net(&b, 6, 0, 0);
		span = arena_array(b.a, ports[i], sizeof(*span));
		assert_non_null(span);
		for (unsigned p = 0; p < ports[i]; p++)
			span[p].lo = span[p].hi = (u128)2 * p;
		rule.match.dim[FLOW_DPORT] = (struct flow_spans){ span, ports[i] };
		must(rulelist_add(&b.rules, &rule));
		write_and_read(&b);
		assert_int_equal(b.lost.n, i);
		if (i == 0)
			assert_law(&b);
		end(&b);
	}
}

/* Members that one tag does not hold. */
static void many_members_take_several_tags(void **state)
{
	enum { NETS = 100 };
	struct flow_span span[NETS];
	struct bench b;
	struct rule rule;

	(void)state;
	begin(&b);
	rule = to_net(&b, 6, 443, 443);
	for (unsigned i = 0; i < NETS; i++) {
		span[i].lo = 0x0a000000 + (u128)512 * i;
		span[i].hi = span[i].lo + 255;
	}
	rule.match.dim[FLOW_SRC4] = (struct flow_spans){ span, NETS };
	must(rulelist_add(&b.rules, &rule));
	write_and_read(&b);
	assert_int_equal(b.lost.n, 0);
	assert_non_null(strstr(b.text.data, "egret:members:2"));
	assert_law(&b);
	end(&b);
}

static int write_sample(struct flow_mgr *m, struct arena *a, struct diag *d)
{
	static const struct pattern name = { PATTERN_NAME, { "zoom.us" } };
	EG_AUTO(reading_freep) struct reading *reading = NULL;
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct rule named = { .verdict = VERDICT_ACCEPT, .match = { .name = &name, .names = 1 } };
	struct rule plain = { .verdict = VERDICT_ACCEPT };
	struct losses lost = { 0 };
	struct rulelist rules;
	int r = match_one(&named.match, FLOW_PROTO, 6, 6, a);

	rulelist_init(&rules, a);
	if (r == 0)
		r = match_one(&plain.match, FLOW_DST4, 0x0a000001, 0x0a000006, a);
	if (r == 0)
		r = match_one(&plain.match, FLOW_PROTO, 6, 6, a);
	if (r == 0)
		r = rulelist_add(&rules, &named);
	if (r == 0)
		r = rulelist_add(&rules, &plain);
	if (r == 0)
		r = dialect_aws.write(&rules, m, a, d, &text, &lost);
	if (r == 0)
		r = dialect_aws.read(buf_str(&text), "oom.json", NULL, m, d, &reading);
	rulelist_release(&rules);
	return r;
}

static int sample(void *data)
{
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	int r = m && a && d ? write_sample(m, a, d) : -ENOMEM;

	(void)data;
	diag_free(d);
	arena_free(a);
	flow_mgr_free(m);
	return r;
}

static void every_allocation_may_fail(void **state)
{
	unsigned n = assert_survives_oom(sample, NULL);

	(void)state;
	print_message("# %u allocations\n", n);
	assert_true(n > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_agree_become_a_domain_list),
		cmocka_unit_test(names_that_do_not_become_rules_of_suricata),
		cmocka_unit_test(names_yield_to_strange_protocols),
		cmocka_unit_test(nothing_is_said_too),
		cmocka_unit_test(what_is_stopped_is_cut_out),
		cmocka_unit_test(what_has_no_room_is_lost_as_a_whole),
		cmocka_unit_test(many_members_take_several_tags),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
