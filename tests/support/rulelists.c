/* SPDX-License-Identifier: Apache-2.0 */
#include "support/rulelists.h"

#include <assert.h>

#include "dialect/spans.h"
#include "net/proto.h"

/* A test has no use for going on without memory. */
static void must(int r)
{
	assert(r == 0);
	(void)r;
}

static struct flow_spans some_spans(struct rand *rng, struct arena *a, u128 base, unsigned shift,
				    uint64_t n)
{
	struct spanlist l = SPANLIST_INIT(a);
	size_t count = 1 + rand_below(rng, 3);

	for (size_t i = 0; i < count; i++) {
		u128 lo = base + ((u128)rand_below(rng, n) << shift),
		     len = (u128)(1 + rand_below(rng, 4)) << shift;

		must(spanlist_add(&l, lo, lo + len - 1));
	}
	return spanlist_seal(&l);
}

/* A field that keeps what the target can say: ports with protocols that have them. */
static void random_ports(struct rand *rng, struct flow_match *m, struct arena *a)
{
	static const uint8_t with_ports[] = { PROTO_TCP, PROTO_UDP, PROTO_SCTP };
	uint8_t first = with_ports[rand_below(rng, 3)], second = with_ports[rand_below(rng, 3)];
	struct spanlist l = SPANLIST_INIT(a);

	must(spanlist_add(&l, first, first));
	must(spanlist_add(&l, second, second));
	m->dim[FLOW_PROTO] = spanlist_seal(&l);
	if (rand_below(rng, 4))
		m->dim[FLOW_DPORT] = some_spans(rng, a, 440, 0, 10);
	if (!rand_below(rng, 4))
		m->dim[FLOW_SPORT] = some_spans(rng, a, 1000, 4, 8);
}

static void random_icmp(struct rand *rng, struct flow_match *m, struct arena *a)
{
	bool v6 = rand_below(rng, 2);
	unsigned proto = v6 ? PROTO_ICMPV6 : PROTO_ICMP;

	must(match_one(m, FLOW_PROTO, proto, proto, a));
	must(match_one(m, FLOW_FAMILY, v6, v6, a));
	if (rand_below(rng, 2))
		m->dim[FLOW_DPORT] = some_spans(rng, a, 8 << 8, rand_below(rng, 2) ? 8 : 6, 6);
}

static void random_zone(struct rand *rng, struct flow_match *m, enum flow_dim dim,
			struct flow_mgr *mgr, struct arena *a)
{
	static const char *const names[] = { "lan", "wan", "guest" };
	struct flow_spans zones;
	uint16_t id;

	must(flow_zone(mgr, str_of(names[rand_below(rng, 3)]), &id));
	must(spans_one(id, id, a, &zones));
	if (!rand_below(rng, 3))
		must(spans_not(zones, ZONE_MAX, a, &zones));
	m->dim[dim] = zones;
}

static struct rule random_rule(struct rand *rng, struct flow_mgr *mgr, struct arena *a)
{
	struct rule rule = { .verdict = rand_below(rng, 3)   ? VERDICT_ACCEPT
					: rand_below(rng, 2) ? VERDICT_DROP
							     : VERDICT_REJECT };
	struct flow_match *m = &rule.match;
	uint64_t kind = rand_below(rng, 8);

	if (kind < 5)
		random_ports(rng, m, a);
	else if (kind < 6)
		random_icmp(rng, m, a);
	else if (kind < 7)
		m->dim[FLOW_PROTO] = some_spans(rng, a, 46, 0, 6);
	if (rand_below(rng, 5)) {
		m->dim[FLOW_DST4] = some_spans(rng, a, 0x0a000000, 8, 8);
		m->dim[FLOW_DST6] = some_spans(rng, a, (u128)0x20010db8 << 96, 64, 8);
		if (!rand_below(rng, 6))
			m->dim[FLOW_DST6] = spans_none();
	}
	if (!rand_below(rng, 3)) {
		m->dim[FLOW_SRC4] = some_spans(rng, a, 0xc0a80000, 4, 8);
		m->dim[FLOW_SRC6] = some_spans(rng, a, (u128)0xfd << 120, 100, 8);
	}
	if (!rand_below(rng, 5))
		random_zone(rng, m, FLOW_IIF, mgr, a);
	if (!rand_below(rng, 8))
		random_zone(rng, m, FLOW_OIF, mgr, a);
	if (rand_below(rng, 2))
		must(match_one(m, FLOW_STATE, STATE_NEW, STATE_NEW, a));
	return rule;
}

void rulelist_random(struct rand *rng, size_t most, struct flow_mgr *m, struct rulelist *rules)
{
	size_t n = rand_below(rng, most + 1);

	rules->otherwise = rand_below(rng, 4) ? VERDICT_DROP : (enum verdict)rand_below(rng, 3);
	for (size_t i = 0; i < n; i++) {
		struct rule rule = random_rule(rng, m, rules->arena);

		must(rulelist_add(rules, &rule));
	}
}
