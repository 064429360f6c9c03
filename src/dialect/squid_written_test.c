/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer against squid itself: squid starts with what is written of random rules, and allows
 * and denies random requests as the rules say. And it takes what is written of whole policies.
 *
 * Usage: test-dialect-squid_written [TEXTS [SEED]]
 */
#include "support/test.h"

#include "dialect/dialect.h"
#include "dialect/spans.h"
#include "support/scratch.h"
#include "support/site.h"
#include "support/squidrun.h"
#include "support/squidworld.h"

enum { TEXTS = 40, REQUESTS = 80, SEED = 20261126, RULES = 6 };

static unsigned long texts = TEXTS;
static unsigned long seed = SEED;

struct count {
	size_t asked, allowed;
};

static struct flow_spans random_spans(struct rand *rng, struct arena *a, u128 base, unsigned bits)
{
	struct spanlist l = SPANLIST_INIT(a);
	size_t n = rand_below(rng, 3);

	for (size_t i = 0; i < n; i++) {
		u128 lo = base + ((u128)rand_below(rng, 4) << bits);

		assert_int_equal(
			spanlist_add(&l, lo, lo + ((u128)rand_below(rng, 600) << (bits / 2))), 0);
	}
	return spanlist_seal(&l);
}

static void random_patterns(struct rand *rng, struct flow_match *match, struct arena *a)
{
	static const char *const text[] = { "x.com",   "*.x.com",  "a.x.com", "*.a.x.com",
					    "*.com",   "y.org",	   "*.y.org", "*.six.net",
					    "six.net", "notx.com", "single",  "*",
					    "*.net",   "w.y.org" };
	size_t n = 1 + rand_below(rng, 4);
	struct pattern *p = arena_array(a, n, sizeof(*p));

	assert_non_null(p);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pattern_parse(str_of(SQUIDWORLD_PICK(rng, text)), true, &p[i]), 0);
	match->name = p;
	match->names = n;
}

static struct rule random_rule(struct rand *rng, struct arena *a)
{
	struct rule rule = { .verdict = rand_below(rng, 3) ? VERDICT_ACCEPT : VERDICT_DROP };
	struct flow_match *match = &rule.match;

	if (rand_below(rng, 2)) {
		match->dim[FLOW_DST4] = random_spans(rng, a, 0x0a000000, 16);
		if (rand_below(rng, 3))
			match->dim[FLOW_DST6] = random_spans(rng, a, (u128)0x20010db8 << 96, 80);
	}
	if (rand_below(rng, 2))
		match->dim[FLOW_SRC4] = random_spans(rng, a, 0x7f000000, 8);
	if (!rand_below(rng, 3))
		match->dim[FLOW_SRC6] = random_spans(rng, a, (u128)0xfd << 120, 64);
	if (rand_below(rng, 2)) {
		unsigned port = squidworld_port(rng);

		assert_int_equal(match_one(match, FLOW_DPORT, port, port + rand_below(rng, 400), a),
				 0);
	}
	if (rand_below(rng, 2))
		random_patterns(rng, match, a);
	return rule;
}

/* First match, as the rules have it. */
static bool rules_allow(const struct rulelist *rules, const struct flow *f)
{
	for (size_t i = 0; i < rules->n; i++)
		if (flow_match_has(&rules->rule[i].match, f))
			return rules->rule[i].verdict == VERDICT_ACCEPT;
	return rules->otherwise == VERDICT_ACCEPT;
}

static void ask_about_rules(struct rand *rng, const struct rulelist *rules, const struct buf *text,
			    struct count *count)
{
	for (size_t i = 0; i < REQUESTS; i++) {
		struct squidworld_request q = squidworld_random(rng);
		bool want = rules_allow(rules, &q.flow);
		int status = squidrun_ask(q.flow.src, "CONNECT", q.host, q.flow.dport);

		if (status < 200 || status == 400 || (status != 403) != want)
			fail_msg("seed %lu: %s:%u: squid says %d, the rules %d\n%s", seed, q.host,
				 q.flow.dport, status, want, text->data);
		count->asked++;
		count->allowed += want;
	}
}

static void one_text(struct rand *rng, struct squidrun *squid, struct str names,
		     struct count *count)
{
	struct buf text = BUF_INIT;
	struct arena *a = arena_new();
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct diag *d = diag_new();
	struct losses lost = { 0 };
	struct rulelist rules;

	assert_true(a && m && d);
	rulelist_init(&rules, a);
	rules.otherwise = rand_below(rng, 4) ? VERDICT_DROP : VERDICT_ACCEPT;
	for (size_t n = rand_below(rng, RULES + 1); n > 0; n--) {
		struct rule rule = random_rule(rng, a);

		assert_int_equal(rulelist_add(&rules, &rule), 0);
	}
	assert_int_equal(dialect_squid.write(&rules, m, a, d, &text, &lost), 0);
	if (!squidrun_start(squid, buf_str(&text), names))
		fail_msg("seed %lu: squid does not start with\n%s", seed, text.data);
	ask_about_rules(rng, &rules, &text, count);
	squidrun_stop(squid);
	rulelist_release(&rules);
	diag_free(d);
	flow_mgr_free(m);
	arena_free(a);
	buf_release(&text);
}

static void squid_does_what_the_rules_say(void **state)
{
	struct squidrun squid = { .folder = scratch };
	struct buf names = BUF_INIT;
	struct rand rng = { seed };
	struct count count = { 0 };

	(void)state;
	squidworld_hosts(&names);
	for (unsigned long i = 0; i < texts; i++)
		one_text(&rng, &squid, buf_str(&names), &count);
	print_message("# %lu texts, seed %lu: %zu requests, %zu allowed\n", texts, seed,
		      count.asked, count.allowed);
	assert_true(count.allowed > count.asked / 8);
	buf_release(&names);
}

static void squid_takes_the_policies(void **state)
{
	static const char *const policies[] = { "examples/zoom-office.yaml",
						"examples/zoom-meetings-only.yaml",
						"examples/office-suite.yaml" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(policies); i++) {
		struct buf text = BUF_INIT;
		struct arena *a = arena_new();
		struct losses lost = { 0 };
		struct site site;

		assert_non_null(a);
		site_open(&site, "catalogs", policies[i]);
		assert_int_equal(
			dialect_squid.write(&site.plan.rules, site.m, a, site.d, &text, &lost), 0);
		assert_true(squidrun_parses(scratch, buf_str(&text)));
		site_close(&site);
		arena_free(a);
		buf_release(&text);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(squid_does_what_the_rules_say),
		cmocka_unit_test(squid_takes_the_policies),
	};

	if (argc > 1)
		texts = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	if (!squidworld_enter())
		return 0;
	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
