/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of dialects for random rules: what is written reads back as the same flows; and where a
 * rule cannot be said, what was written and what is lost together are all that the rules ask for.
 *
 * Usage: test-dialect-iptables_law [LISTS [SEED]]
 */
#include "support/test.h"

#include "dialect/dialect.h"
#include "dialect/spans.h"
#include "net/name.h"
#include "net/proto.h"
#include "support/law.h"
#include "support/rulelists.h"

enum { LISTS = 1000, RULES = 12, SEED = 20261126, NETWORKS = 70000 };

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

static void begin(struct bench *b, struct rand *rng)
{
	b->m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	b->a = arena_new();
	b->d = diag_new();
	assert_true(b->m && b->a && b->d);
	rulelist_init(&b->rules, b->a);
	rulelist_random(rng, RULES, b->m, &b->rules);
	b->lost = (struct losses){ 0 };
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
	int r = dialect_iptables.write(&b->rules, b->m, b->a, b->d, &text, &b->lost);

	assert_int_equal(r, 0);
	assert_ptr_equal(dialect_detect(buf_str(&text)), &dialect_iptables);
	r = dialect_iptables.read(buf_str(&text), "law", NULL, b->m, b->d, &b->reading);
	if (r < 0) {
		diag_format(b->d, &messages);
		(void)fprintf(stderr, "seed %lu, list %lu: %d %s\n%s\n", seed, b->list, r,
			      messages.data ? messages.data : "", text.data);
	}
	assert_int_equal(r, 0);
	buf_release(&text);
	buf_release(&messages);
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
		if (!law_holds(&b.rules, b.reading, &why))
			fail_msg("list %lu:%s", b.list, why.data);
		buf_release(&why);
		end(&b);
	}
}

/* Makes about a third of the rules impossible to say, one way or another. */
static void spoil(struct rulelist *rules, struct rand *rng, struct flow_mgr *m)
{
	static const char *const odd[] = { "a-name-of-more-than-15-bytes", "wan+" };
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
		case 2:
			assert_int_equal(flow_zone(m, str_of(odd[rand_below(rng, 2)]), &zone), 0);
			assert_int_equal(match_one(match, FLOW_IIF, zone, zone, rules->arena), 0);
			break;
		case 3:
			*match = FLOW_MATCH_ANY;
			assert_int_equal(match_one(match, FLOW_PROTO, 0, 3, rules->arena), 0);
			break;
		case 4:
			*match = FLOW_MATCH_ANY;
			assert_int_equal(match_one(match, FLOW_FAMILY, 0, 0, rules->arena), 0);
			assert_int_equal(match_one(match, FLOW_PROTO, 1, 1, rules->arena), 0);
			assert_int_equal(match_one(match, FLOW_DPORT, 60000, 65400, rules->arena),
					 0);
			break;
		default:
			break;
		}
	}
}

static void must(int r)
{
	assert_int_equal(r, 0);
}

static flow_ref first_packets(struct bench *b, flow_ref set)
{
	struct flow_match new = FLOW_MATCH_ANY;
	flow_ref scope;

	must(match_one(&new, FLOW_STATE, STATE_NEW, STATE_NEW, b->a));
	must(flow_of_match(b->m, &new, 1, &scope));
	must(flow_restrict(b->m, set, scope, &set));
	return set;
}

/* Written is certain, is asked for, and with the lost rules is all that is asked for. */
static void check_account(struct bench *b)
{
	flow_ref diagram, want, got, sure, rest, set;

	must(rulelist_diagram(&b->rules, b->m, &diagram));
	must(rulelist_verdict(&b->rules, b->m, diagram, VERDICT_ACCEPT, &want));
	want = first_packets(b, want);
	got = first_packets(b, b->reading->may[VERDICT_ACCEPT]);
	sure = first_packets(b, b->reading->must_accept);
	assert_int_equal(got, sure);
	must(flow_minus(b->m, got, want, &rest));
	if (!flow_empty(rest))
		fail_msg("seed %lu, list %lu: widened", seed, b->list);
	must(flow_minus(b->m, want, got, &rest));
	for (size_t i = 0; i < b->lost.n; i++) {
		must(flow_of_match(b->m, &b->lost.loss[i].rule->match, 1, &set));
		must(flow_minus(b->m, rest, set, &rest));
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
	assert_true(dialect_iptables.write(&b.rules, b.m, b.a, b.d, &text, &b.lost) < 0);
	assert_int_equal(diag_errors(b.d), 1);
	buf_release(&text);
	end(&b);
}

/* More networks than a set takes, more ports than multiport does, from interfaces but two. */
static void what_one_line_cannot_hold_is_split(void **state)
{
	struct rand rng = { seed };
	struct buf why = BUF_INIT, text = BUF_INIT;
	struct rule rule = { .verdict = VERDICT_ACCEPT };
	struct flow_span *net, port[20], zones[] = { { 0, 0 }, { 3, ZONE_MAX } };
	static const struct flow_span tcp[] = { { PROTO_TCP, PROTO_TCP } };
	size_t sets = 0;
	uint16_t id;
	struct bench b = { .list = 0 };

	(void)state;
	begin(&b, &rng);
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
	end(&b);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_read_back_as_the_rules),
		cmocka_unit_test(text_and_loss_are_all),
		cmocka_unit_test(what_one_line_cannot_hold_is_split),
		cmocka_unit_test(a_lost_drop_is_refused_where_the_rest_passes),
	};

	if (argc > 1)
		lists = strtoul(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
