/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of dialects for random rules: what is written reads back as the same flows; and where a
 * rule cannot be said, what was written and what is lost together are all that the rules ask for.
 *
 * Usage: test-dialect-aws_law [LISTS [SEED]]
 */
#include "support/test.h"

#include "net/name.h"
#include "net/proto.h"
#include "support/lawbench.h"

static struct lawbench_run run = LAWBENCH_RUN;

static void must(int r)
{
	assert_int_equal(r, 0);
}

static bool stops(const struct rulelist *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		if (rules->rule[i].verdict != VERDICT_ACCEPT)
			return true;
	return false;
}

/*
 * Groups see neither interfaces nor source ports, and know ports of TCP and UDP alone. Where
 * something is stopped, what is accepted is cut: all protocols or all addresses without some would
 * be more rules than groups hold, and so would codes of ICMP one by one.
 */
static void fit(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	static const struct flow_span ported[] = { { PROTO_TCP, PROTO_TCP },
						   { PROTO_UDP, PROTO_UDP } };
	bool cut = stops(rules);

	(void)rng;
	(void)m;
	if (cut)
		rules->otherwise = VERDICT_DROP;
	for (size_t i = 0; i < rules->n; i++) {
		struct flow_match *match = &rules->rule[i].match;
		struct flow_spans proto = match->dim[FLOW_PROTO];

		match->dim[FLOW_IIF] = match->dim[FLOW_OIF] = match->dim[FLOW_SPORT] =
			(struct flow_spans){ 0 };
		if (proto.span ? proto.n && proto.span[proto.n - 1].hi == PROTO_SCTP : cut)
			match->dim[FLOW_PROTO] = (struct flow_spans){ ported, 2 };
		if (proto.span && proto.n == 1 && (cut || match->dim[FLOW_DPORT].n) &&
		    (proto.span[0].lo == PROTO_ICMP || proto.span[0].lo == PROTO_ICMPV6))
			must(match_one(match, FLOW_DPORT, 0x800, 0xaff, rules->arena));
		if (cut && !match->dim[FLOW_DST4].span)
			must(match_one(match, FLOW_DST4, 0x0a000000, 0x0a000fff, rules->arena));
		if (cut && !match->dim[FLOW_DST6].span)
			must(match_one(match, FLOW_DST6, (u128)0x20010db8 << 96,
				       ((u128)0x20010db8 << 96) + ((u128)0xfff << 64) - 1 +
					       ((u128)1 << 64),
				       rules->arena));
	}
}

/* Makes about a third of the rules impossible to say, one way or another. */
static void spoil(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	static struct pattern name;

	fit(rules, rng, m);
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
			must(match_one(match, FLOW_PROTO, PROTO_UDP, PROTO_UDP, rules->arena));
			must(match_one(match, FLOW_DPORT, 53, 53, rules->arena));
			must(match_one(match, FLOW_SPORT, 1024, 65535, rules->arena));
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

/* The same, and some are on names, of TCP; nothing is stopped. */
static void fit_named(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	static const char *const text[] = { "example.com", "*.example.com", "a.example.com",
					    "zoom.us" };
	static struct pattern name[ARRAY_LEN(text)];

	for (size_t i = 0; i < ARRAY_LEN(text); i++)
		must(pattern_parse(str_of(text[i]), true, &name[i]));
	for (size_t i = 0; i < rules->n; i++)
		rules->rule[i].verdict = VERDICT_ACCEPT;
	rules->otherwise = VERDICT_DROP;
	fit(rules, rng, m);
	for (size_t i = 0; i < rules->n; i++) {
		struct flow_match *match = &rules->rule[i].match;
		struct flow_spans proto = match->dim[FLOW_PROTO];

		if (proto.n && proto.span[0].hi > PROTO_UDP) /* no word in a firewall's rules */
			must(match_one(match, FLOW_PROTO, PROTO_UDP, PROTO_UDP, rules->arena));
		if (rand_below(rng, 2))
			continue;
		*match = (struct flow_match){ .dim = { [FLOW_SRC4] = match->dim[FLOW_SRC4],
						       [FLOW_SRC6] = match->dim[FLOW_SRC6],
						       [FLOW_DST4] = match->dim[FLOW_DST4],
						       [FLOW_DST6] = match->dim[FLOW_DST6] } };
		match->names = 1 + rand_below(rng, 2);
		match->name = name + rand_below(rng, ARRAY_LEN(name) - 1);
		must(match_one(match, FLOW_PROTO, PROTO_TCP, PROTO_TCP, rules->arena));
		must(match_one(match, FLOW_DPORT, 440 + rand_below(rng, 3), 443, rules->arena));
	}
}

static const struct lawbench_subject named = {
	.dialect = &dialect_aws, .whole = true, .one_place = true, .fit = fit_named
};

static const struct lawbench_subject aws = {
	.dialect = &dialect_aws, .whole = true, .one_place = true, .fit = fit, .spoil = spoil
};

static void texts_read_back_as_the_rules(void **state)
{
	(void)state;
	lawbench_reads_back(&aws, &run);
}

static void names_read_back_too(void **state)
{
	(void)state;
	lawbench_reads_back(&named, &run);
}

static void text_and_loss_are_all(void **state)
{
	(void)state;
	lawbench_accounts(&aws, &run);
}

static void a_lost_drop_is_refused_where_the_rest_passes(void **state)
{
	(void)state;
	lawbench_refuses_a_hole(&aws, &run);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_read_back_as_the_rules),
		cmocka_unit_test(names_read_back_too),
		cmocka_unit_test(text_and_loss_are_all),
		cmocka_unit_test(a_lost_drop_is_refused_where_the_rest_passes),
	};

	lawbench_arguments(argc, argv, &run);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
