/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of dialects for random rules: what is written reads back as the same flows; and where a
 * rule cannot be said, what was written and what is lost together are all that the rules ask for.
 *
 * Usage: test-dialect-iptables_law [LISTS [SEED]]
 */
#include "support/test.h"

#include "dialect/spans.h"
#include "net/name.h"
#include "net/proto.h"
#include "support/law.h"
#include "support/lawbench.h"

enum { NETWORKS = 70000 };

static struct lawbench_run run = LAWBENCH_RUN;

static void must(int r)
{
	assert_int_equal(r, 0);
}

/* Makes about a third of the rules impossible to say, one way or another. */
static void spoil(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	static const char *const odd[] = { "a-name-of-more-than-15-bytes", "wan+" };
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
		case 2:
			must(flow_zone(m, str_of(odd[rand_below(rng, 2)]), &zone));
			must(match_one(match, FLOW_IIF, zone, zone, rules->arena));
			break;
		case 3:
			*match = FLOW_MATCH_ANY;
			must(match_one(match, FLOW_PROTO, 0, 3, rules->arena));
			break;
		case 4:
			*match = FLOW_MATCH_ANY;
			must(match_one(match, FLOW_FAMILY, 0, 0, rules->arena));
			must(match_one(match, FLOW_PROTO, 1, 1, rules->arena));
			must(match_one(match, FLOW_DPORT, 60000, 65400, rules->arena));
			break;
		default:
			break;
		}
	}
}

static const struct lawbench_subject iptables = { .dialect = &dialect_iptables, .spoil = spoil };

static void texts_read_back_as_the_rules(void **state)
{
	(void)state;
	lawbench_reads_back(&iptables, &run);
}

static void text_and_loss_are_all(void **state)
{
	(void)state;
	lawbench_accounts(&iptables, &run);
}

static void a_lost_drop_is_refused_where_the_rest_passes(void **state)
{
	(void)state;
	lawbench_refuses_a_hole(&iptables, &run);
}

/* More networks than a set takes, more ports than multiport does, from interfaces but two. */
static void what_one_line_cannot_hold_is_split(void **state)
{
	struct rand rng = { run.seed };
	struct buf why = BUF_INIT, text = BUF_INIT;
	struct rule rule = { .verdict = VERDICT_ACCEPT };
	struct flow_span *net, port[20], zones[] = { { 0, 0 }, { 3, ZONE_MAX } };
	static const struct flow_span tcp[] = { { PROTO_TCP, PROTO_TCP } };
	size_t sets = 0;
	uint16_t id;
	struct lawbench b = { .list = 0 };

	(void)state;
	lawbench_begin(&b, &iptables, &rng);
	must(flow_zone(b.m, STR("one"), &id));
	must(flow_zone(b.m, STR("two"), &id));
	b.rules.n = 0;
	b.rules.otherwise = VERDICT_DROP;
	net = arena_array(b.a, NETWORKS, sizeof(*net));
	assert_non_null(net);
	for (uint32_t i = 0; i < NETWORKS; i++)
		net[i] = (struct flow_span){ 0x0b000000 + 2 * i, 0x0b000000 + 2 * i };
	for (unsigned i = 0; i < ARRAY_LEN(port); i++)
		port[i] = (struct flow_span){ 1000 + 10 * i, 1000 + 10 * i + i % 2 };
	rule.match.dim[FLOW_IIF] = (struct flow_spans){ zones, 2 };
	rule.match.dim[FLOW_PROTO] = (struct flow_spans){ tcp, 1 };
	rule.match.dim[FLOW_DST4] = (struct flow_spans){ net, NETWORKS };
	rule.match.dim[FLOW_DST6] = spans_none();
	rule.match.dim[FLOW_DPORT] = (struct flow_spans){ port, ARRAY_LEN(port) };
	must(rulelist_add(&b.rules, &rule));
	must(dialect_iptables.write(&b.rules, b.m, b.a, b.d, &text, &b.lost));
	for (struct str rest = buf_str(&text); rest.p;)
		sets += str_starts(str_cut(&rest, '\n'), "create ");
	assert_int_equal(sets, 2);
	assert_int_equal(b.lost.n, 0);
	must(dialect_iptables.read(buf_str(&text), "split", NULL, b.m, b.d, &b.reading));
	if (!law_holds(&b.rules, b.reading, &why))
		fail_msg("%s", why.data);
	buf_release(&text);
	buf_release(&why);
	lawbench_end(&b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_read_back_as_the_rules),
		cmocka_unit_test(text_and_loss_are_all),
		cmocka_unit_test(what_one_line_cannot_hold_is_split),
		cmocka_unit_test(a_lost_drop_is_refused_where_the_rest_passes),
	};

	lawbench_arguments(argc, argv, &run);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
