/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The law of dialects: what was written reads back as the same flows. Random rule lists in a small
 * world where everything overlaps, both families, drops before accepts, ports, types, interfaces.
 */
#include "support/test.h"

#include <errno.h>

#include "base/rand.h"
#include "dialect/nftables.h"
#include "dialect/spans.h"
#include "net/proto.h"

enum { LISTS = 400, RULES = 12, SEED = 20261122 };

static struct rand rng = { SEED };

static uint64_t pick(uint64_t n)
{
	return rand_next(&rng) ? rand_below(&rng, n) : 0;
}

static struct flow_spans some_spans(struct arena *a, u128 base, unsigned shift, uint64_t n)
{
	struct spanlist l = SPANLIST_INIT(a);
	size_t count = 1 + pick(3);

	for (size_t i = 0; i < count; i++) {
		u128 lo = base + ((u128)pick(n) << shift), len = (u128)(1 + pick(4)) << shift;

		assert_int_equal(spanlist_add(&l, lo, lo + len - 1), 0);
	}
	return spanlist_seal(&l);
}

/* A field that keeps what the target can say: ports with protocols that have them. */
static void random_ports(struct flow_match *m, struct arena *a)
{
	static const uint8_t with_ports[] = { PROTO_TCP, PROTO_UDP, PROTO_SCTP };
	uint8_t first = with_ports[pick(3)], second = with_ports[pick(3)];
	struct spanlist l = SPANLIST_INIT(a);

	assert_int_equal(spanlist_add(&l, first, first), 0);
	assert_int_equal(spanlist_add(&l, second, second), 0);
	m->dim[FLOW_PROTO] = spanlist_seal(&l);
	if (pick(4))
		m->dim[FLOW_DPORT] = some_spans(a, 440, 0, 10);
	if (!pick(4))
		m->dim[FLOW_SPORT] = some_spans(a, 1000, 4, 8);
}

static void random_icmp(struct flow_match *m, struct arena *a)
{
	bool v6 = pick(2);
	unsigned proto = v6 ? PROTO_ICMPV6 : PROTO_ICMP;

	assert_int_equal(match_one(m, FLOW_PROTO, proto, proto, a), 0);
	assert_int_equal(match_one(m, FLOW_FAMILY, v6, v6, a), 0);
	if (pick(2))
		m->dim[FLOW_DPORT] = some_spans(a, 8 << 8, pick(2) ? 8 : 6, 6);
}

static void random_zone(struct flow_match *m, enum flow_dim dim, struct flow_mgr *mgr,
			struct arena *a)
{
	static const char *const names[] = { "lan", "wan", "guest" };
	struct flow_spans zones;
	uint16_t id;

	assert_int_equal(flow_zone(mgr, str_of(names[pick(3)]), &id), 0);
	assert_int_equal(spans_one(id, id, a, &zones), 0);
	if (!pick(3))
		assert_int_equal(spans_not(zones, ZONE_MAX, a, &zones), 0);
	m->dim[dim] = zones;
}

static struct rule random_rule(struct flow_mgr *mgr, struct arena *a)
{
	struct rule rule = { .verdict = pick(3)	  ? VERDICT_ACCEPT
					: pick(2) ? VERDICT_DROP
						  : VERDICT_REJECT };
	struct flow_match *m = &rule.match;
	uint64_t kind = pick(8);

	if (kind < 5)
		random_ports(m, a);
	else if (kind < 6)
		random_icmp(m, a);
	else if (kind < 7)
		m->dim[FLOW_PROTO] = some_spans(a, 46, 0, 6);
	if (pick(5)) {
		m->dim[FLOW_DST4] = some_spans(a, 0x0a000000, 8, 8);
		m->dim[FLOW_DST6] = some_spans(a, (u128)0x20010db8 << 96, 64, 8);
		if (!pick(6))
			m->dim[FLOW_DST6] = spans_none();
	}
	if (!pick(3)) {
		m->dim[FLOW_SRC4] = some_spans(a, 0xc0a80000, 4, 8);
		m->dim[FLOW_SRC6] = some_spans(a, (u128)0xfd << 120, 100, 8);
	}
	if (!pick(5))
		random_zone(m, FLOW_IIF, mgr, a);
	if (!pick(8))
		random_zone(m, FLOW_OIF, mgr, a);
	if (pick(2))
		assert_int_equal(match_one(m, FLOW_STATE, STATE_NEW, STATE_NEW, a), 0);
	return rule;
}

/* The flows that are new and, by the rules, accepted. */
static flow_ref wanted(const struct rulelist *rules, struct flow_mgr *m, flow_ref fresh)
{
	flow_ref diagram, accept;

	assert_int_equal(rulelist_diagram(rules, m, &diagram), 0);
	assert_int_equal(rulelist_verdict(rules, m, diagram, VERDICT_ACCEPT, &accept), 0);
	assert_int_equal(flow_restrict(m, accept, fresh, &accept), 0);
	return accept;
}

static flow_ref new_flows(struct flow_mgr *m, struct arena *a)
{
	struct flow_match match = FLOW_MATCH_ANY;
	flow_ref set;

	assert_int_equal(match_one(&match, FLOW_STATE, STATE_NEW, STATE_NEW, a), 0);
	assert_int_equal(flow_of_match(m, &match, 1, &set), 0);
	return set;
}

static void tell_difference(struct flow_mgr *m, flow_ref want, flow_ref got, unsigned list)
{
	struct buf out = BUF_INIT;
	struct flow f;
	flow_ref diff;

	assert_int_equal(flow_minus(m, want, got, &diff), 0);
	if (flow_witness(m, diff, &f) == 0) {
		buf_adds(&out, " missing: ");
		flow_print(&f, &out);
	}
	assert_int_equal(flow_minus(m, got, want, &diff), 0);
	if (flow_witness(m, diff, &f) == 0) {
		buf_adds(&out, " extra: ");
		flow_print(&f, &out);
	}
	print_error("seed %d, list %u:%s\n", SEED, list, out.data ? out.data : "");
	buf_release(&out);
}

static void check_law(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
		      unsigned list)
{
	struct diag *d = diag_new();
	struct nft_ruleset *rs = NULL;
	struct reading *reading = NULL;
	struct losses lost = { 0 };
	flow_ref fresh = new_flows(m, a), may, must, want = wanted(rules, m, fresh);

	assert_non_null(d);
	assert_int_equal(nftables_write_model(rules, m, a, &rs, &lost), 0);
	assert_int_equal(lost.n, 0);
	assert_int_equal(nftables_read_model(rs, NULL, m, d, &reading), 0);
	assert_int_equal(flow_restrict(m, reading->may[VERDICT_ACCEPT], fresh, &may), 0);
	assert_int_equal(flow_restrict(m, reading->must_accept, fresh, &must), 0);
	if (may != want || must != want)
		tell_difference(m, want, may == want ? must : may, list);
	assert_int_equal(may, want);
	assert_int_equal(must, want);
	reading_free(reading);
	nft_ruleset_free(rs);
	diag_free(d);
}

static void random_rules_read_back_as_themselves(void **state)
{
	(void)state;
	print_message("# %d lists of up to %d rules, seed %d\n", LISTS, RULES, SEED);
	for (unsigned i = 0; i < LISTS; i++) {
		struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
		struct arena *a = arena_new();
		struct rulelist rules;
		size_t n = pick(RULES + 1);

		assert_non_null(m);
		assert_non_null(a);
		rulelist_init(&rules, a);
		rules.otherwise = pick(4) ? VERDICT_DROP : (enum verdict)pick(3);
		for (size_t k = 0; k < n; k++) {
			struct rule rule = random_rule(m, a);

			assert_int_equal(rulelist_add(&rules, &rule), 0);
		}
		check_law(&rules, m, a, i);
		rulelist_release(&rules);
		arena_free(a);
		flow_mgr_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_rules_read_back_as_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
