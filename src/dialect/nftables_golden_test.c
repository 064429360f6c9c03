/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules written by hand, as the text that egret writes for them, and what it cannot write. The text
 * is tests/data/dialect/nftables/hand.nft; EGRET_GOLDEN=write renews it.
 */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "base/file.h"
#include "dialect/nftables.h"
#include "net/proto.h"

static const char golden[] = "tests/data/dialect/nftables/hand.nft";

/* A rule in words; NULL and 0 leave a field open. */
struct hand {
	const char *requirement;
	enum verdict verdict;
	const char *from, *to, *in, *name;
	unsigned proto, port, last_port;
	const char *lost; /* why it cannot be written, or NULL */
};

static const struct hand hands[] = {
	{ "web", VERDICT_ACCEPT, "10.1.0.0/20", "198.51.100.0/24", "lan", NULL, PROTO_TCP, 443, 443,
	  NULL },
	{ "web", VERDICT_ACCEPT, "2001:db8:1::/52", "2001:db8:2::/48", "lan", NULL, PROTO_TCP, 443,
	  443, NULL },
	{ "media", VERDICT_ACCEPT, "10.1.0.0/20", "198.51.100.128/25", NULL, NULL, PROTO_UDP, 8801,
	  8810, NULL },
	{ "ping", VERDICT_ACCEPT, "10.1.0.0/16", "203.0.113.7", NULL, NULL, PROTO_ICMP, 0x800,
	  0x800, NULL },
	{ "bad-host", VERDICT_REJECT, "10.0.0.0/8", "198.51.100.9", NULL, NULL, 0, 0, 0, NULL },
	{ "late", VERDICT_ACCEPT, "10.0.0.0/8", "198.51.100.8/31", NULL, NULL, PROTO_TCP, 80, 80,
	  NULL },
	{ "tunnel", VERDICT_ACCEPT, "10.1.48.0/24", "203.0.113.9", NULL, NULL, PROTO_GRE, 0, 0,
	  NULL },
	{ "by-name", VERDICT_ACCEPT, "10.1.0.0/20", NULL, "lan", "*.example.com", PROTO_TCP, 443,
	  443, NULL },
	{ "esp-port", VERDICT_ACCEPT, NULL, "203.0.113.10", NULL, NULL, PROTO_ESP, 5, 5,
	  "ports or ICMP types of a protocol that does not have them" },
	{ "stop-name", VERDICT_DROP, "10.2.0.0/16", NULL, NULL, "ads.example.com", 0, 0, 0,
	  "a packet filter cannot stop by name: it does not see names" },
	{ "behind", VERDICT_ACCEPT, "10.2.3.0/24", "203.0.113.11", NULL, NULL, PROTO_TCP, 443, 443,
	  "a drop before it could not be written" },
	{ "beside", VERDICT_ACCEPT, "10.3.3.0/24", "203.0.113.11", NULL, NULL, PROTO_TCP, 443, 443,
	  NULL },
};

static void put_prefix(struct flow_match *m, enum flow_dim dim4, enum flow_dim dim6,
		       const char *text, struct arena *a)
{
	struct prefix p;
	struct addr_range range;
	bool v6;

	if (!text)
		return;
	assert_int_equal(prefix_parse(str_of(text), &p), 0);
	range = prefix_range(p);
	v6 = p.family == FAMILY_V6;
	assert_int_equal(match_one(m, v6 ? dim6 : dim4, range.lo, range.hi, a), 0);
	assert_int_equal(match_one(m, FLOW_FAMILY, v6, v6, a), 0);
}

static void add_rule(struct rulelist *l, const struct hand *h, struct flow_mgr *mgr)
{
	struct rule rule = { .verdict = h->verdict,
			     .origin = { .vendor = "acme",
					 .service = "calls",
					 .requirement = h->requirement,
					 .title = "Calls \"and\" more",
					 .page = "page 1" } };
	struct flow_match *m = &rule.match;
	struct pattern *name = arena_alloc(l->arena, sizeof(*name));
	uint16_t zone;

	put_prefix(m, FLOW_SRC4, FLOW_SRC6, h->from, l->arena);
	put_prefix(m, FLOW_DST4, FLOW_DST6, h->to, l->arena);
	if (h->proto)
		assert_int_equal(match_one(m, FLOW_PROTO, h->proto, h->proto, l->arena), 0);
	if (h->port)
		assert_int_equal(match_one(m, FLOW_DPORT, h->port, h->last_port, l->arena), 0);
	if (h->in) {
		assert_int_equal(flow_zone(mgr, str_of(h->in), &zone), 0);
		assert_int_equal(match_one(m, FLOW_IIF, zone, zone, l->arena), 0);
	}
	if (h->name) {
		assert_non_null(name);
		assert_int_equal(pattern_parse(str_of(h->name), true, name), 0);
		m->name = name;
		m->names = 1;
	}
	assert_int_equal(rulelist_add(l, &rule), 0);
}

struct sample {
	struct flow_mgr *m;
	struct arena *a;
	struct diag *d;
	struct rulelist rules;
	struct buf text;
	struct losses lost;
};

static void setup(struct sample *s)
{
	*s = (struct sample){ .m = flow_mgr_new(FLOW_BUDGET_DEFAULT),
			      .a = arena_new(),
			      .d = diag_new() };
	assert_true(s->m && s->a && s->d);
	rulelist_init(&s->rules, s->a);
	for (size_t i = 0; i < ARRAY_LEN(hands); i++)
		add_rule(&s->rules, &hands[i], s->m);
	assert_int_equal(dialect_nftables.write(&s->rules, s->m, s->a, s->d, &s->text, &s->lost),
			 0);
}

static void teardown(struct sample *s)
{
	buf_release(&s->text);
	rulelist_release(&s->rules);
	diag_free(s->d);
	arena_free(s->a);
	flow_mgr_free(s->m);
}

static void renew(const struct buf *text)
{
	FILE *out = fopen(golden, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text->data, 1, text->n, out), text->n);
	assert_int_equal(fclose(out), 0);
}

static void the_text_is_as_agreed(void **state)
{
	struct buf want = BUF_INIT;
	struct sample s;

	(void)state;
	setup(&s);
	if (getenv("EGRET_GOLDEN"))
		renew(&s.text);
	assert_int_equal(file_read(golden, FILE_LIMIT, &want, s.d), 0);
	assert_string_equal(s.text.data, want.data);
	buf_release(&want);
	teardown(&s);
}

static void what_cannot_be_said_is_told_with_its_reason(void **state)
{
	struct sample s;
	size_t n = 0;

	(void)state;
	setup(&s);
	for (size_t i = 0; i < ARRAY_LEN(hands); i++) {
		if (!hands[i].lost)
			continue;
		assert_true(n < s.lost.n);
		assert_ptr_equal(s.lost.loss[n].rule, &s.rules.rule[i]);
		assert_string_equal(s.lost.loss[n].why, hands[i].lost);
		n++;
	}
	assert_int_equal(s.lost.n, n);
	teardown(&s);
}

static uint16_t zone_id(void *data, struct str name)
{
	uint16_t id;

	assert_int_equal(flow_zone(data, name, &id), 0);
	return id;
}

/* Nothing passes that the rules do not let pass, and all passes that is not lost. */
static void nothing_is_widened(void **state)
{
	static const struct {
		const char *flow;
		bool passes;
	} cases[] = {
		{ "tcp 10.1.0.9:1000 -> 198.51.100.77:443 in lan", true },
		{ "tcp 10.1.0.9:1000 -> 198.51.100.77:443 in dmz", false },
		{ "tcp 10.1.0.9:1000 -> 198.51.101.77:443 in lan", false },
		{ "udp 10.1.0.9:1000 -> 198.51.100.200:8805 in lan", true },
		{ "udp 10.1.0.9:1000 -> 198.51.100.100:8805 in lan", false },
		{ "icmp 10.1.0.9 -> 203.0.113.7 type 8 code 0", true },
		{ "icmp 10.1.0.9 -> 203.0.113.7 type 13 code 0", false },
		{ "tcp 10.9.0.9:1000 -> 198.51.100.8:80", true },
		{ "tcp 10.9.0.9:1000 -> 198.51.100.9:80", false },
		{ "gre 10.1.48.1 -> 203.0.113.9", true },
		{ "tcp 10.1.0.9:1000 -> 192.0.2.1:443 in lan name www.example.com", false },
		{ "tcp 10.2.3.4:1000 -> 203.0.113.11:443", false },
		{ "tcp 10.3.3.4:1000 -> 203.0.113.11:443", true },
		{ "tcp 10.1.0.9:1000 -> 192.0.2.1:9 state established", true },
		{ "tcp 10.1.0.9:1000 -> 192.0.2.1:9 state related", false },
		{ "icmp 192.0.2.1 -> 10.1.0.9 type 3 code 4 state related", true },
		{ "icmpv6 2001:db8::1 -> 2001:db8:1::1 type 2 code 0 state related", true },
		{ "icmpv6 2001:db8::1 -> 2001:db8:1::1 type 135 code 0 state untracked", false },
	};
	struct reading *r = NULL;
	struct sample s;

	(void)state;
	setup(&s);
	assert_int_equal(dialect_nftables.read(buf_str(&s.text), golden, NULL, s.m, s.d, &r), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct flow f;
		bool may, must;

		assert_int_equal(flow_parse(str_of(cases[i].flow), zone_id, s.m, s.d, &f), 0);
		may = flow_leaf_at(s.m, r->may[VERDICT_ACCEPT], &f);
		must = flow_leaf_at(s.m, r->must_accept, &f);
		if (may != cases[i].passes || must != cases[i].passes)
			fail_msg("%s: may %d must %d", cases[i].flow, may, must);
	}
	reading_free(r);
	teardown(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_is_as_agreed),
		cmocka_unit_test(what_cannot_be_said_is_told_with_its_reason),
		cmocka_unit_test(nothing_is_widened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
