/* SPDX-License-Identifier: Apache-2.0 */
/* Rules on names in a kernel: learned addresses there, and what another policy leaves of them. */
#include "support/test.h"

#include "dialect/nftables.h"
#include "dialect/nftables_learned.h"
#include "dialect/nftables_load.h"
#include "net/proto.h"
#include "nft/apply.h"
#include "support/netns.h"

enum { MINUTE_MS = 60 * 1000 };

static struct flow_mgr *m;
static struct arena *a;
static struct diag *d;
static struct nft_link *link_;
static struct learned *l;

static int set_up(void **state)
{
	(void)state;
	m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	a = arena_new();
	d = diag_new();
	assert_true(m && a && d);
	assert_int_equal(nft_link_open(&link_, d), 0);
	assert_int_equal(learned_open(NFT_INET, NFTABLES_TABLE, &l, d), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	learned_close(l);
	nft_link_close(link_);
	diag_free(d);
	arena_free(a);
	flow_mgr_free(m);
	return 0;
}

struct hand {
	const char *requirement, *name, *zone;
	unsigned proto, port;
};

static void add(struct rulelist *rules, const struct hand *h)
{
	struct rule rule = {
		.verdict = VERDICT_ACCEPT,
		.zone = h->zone,
		.origin = { .vendor = "v", .service = "s", .requirement = h->requirement }
	};
	struct pattern *name = arena_alloc(a, sizeof(*name));
	uint16_t zone;

	assert_non_null(name);
	assert_int_equal(pattern_parse(str_of(h->name), true, name), 0);
	assert_int_equal(flow_zone(m, str_of(h->zone), &zone), 0);
	assert_int_equal(match_one(&rule.match, FLOW_IIF, zone, zone, a), 0);
	assert_int_equal(match_one(&rule.match, FLOW_PROTO, h->proto, h->proto, a), 0);
	assert_int_equal(match_one(&rule.match, FLOW_DPORT, h->port, h->port, a), 0);
	rule.match.name = name;
	rule.match.names = 1;
	assert_int_equal(rulelist_add(rules, &rule), 0);
}

static size_t load(const struct hand *hand, size_t n)
{
	struct nftables_loaded loaded;
	struct rulelist rules;

	rulelist_init(&rules, a);
	for (size_t i = 0; i < n; i++)
		add(&rules, &hand[i]);
	assert_int_equal(nftables_load(&rules, m, link_, NFT_COMMIT, d, &loaded), 0);
	assert_int_equal(loaded.lost, 0);
	rulelist_release(&rules);
	return loaded.kept;
}

/* How many elements there are, and how many of them have about a minute left. */
static size_t count(const char *map, size_t *ret_timed)
{
	struct learned_element *e = NULL;
	size_t n = 0;

	assert_int_equal(learned_list(l, map, a, &e, &n), 0);
	*ret_timed = 0;
	for (size_t i = 0; i < n; i++)
		*ret_timed += e[i].expires_ms <= MINUTE_MS && e[i].expires_ms > MINUTE_MS / 3;
	return n;
}

static const struct hand before[] = {
	{ "web", "*.example.com", "lan", PROTO_TCP, 443 },
	{ "quic", "*.example.com", "lan", PROTO_UDP, 443 },
	{ "web", "*.example.com", "guests", PROTO_TCP, 443 },
	{ "mail", "mail.example.org", "lan", PROTO_TCP, 443 },
};

static void learn(void)
{
	static const struct {
		const char *map, *target, *name;
		unsigned proto;
		bool v6;
	} all[] = {
		{ "learned4-lan", "v/s/web", "www.example.com", PROTO_TCP, false },
		{ "learned6-lan", "v/s/web", "www.example.com", PROTO_TCP, true },
		{ "learned4-lan", "v/s/quic", "www.example.com", PROTO_UDP, false },
		{ "learned4-guests", "v/s/web", "www.example.com", PROTO_TCP, false },
		{ "learned4-lan", "v/s/mail", "mail.example.org", PROTO_TCP, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		u128 address = all[i].v6 ? (u128)0x20010db8 << 96 | i : 0xc6336400 + i;
		struct learned_element e = { .map = all[i].map,
					     .target = all[i].target,
					     .name = all[i].name,
					     .addr = { all[i].v6 ? FAMILY_V6 : FAMILY_V4, address },
					     .proto = (uint8_t)all[i].proto,
					     .port = 443,
					     .timeout_ms = MINUTE_MS };

		assert_int_equal(learned_add(l, &e, 1), 0);
	}
}

static void what_is_still_allowed_outlives_the_policy(void **state)
{
	static const struct hand without_quic[] = {
		{ "mail", "mail.example.org", "lan", PROTO_TCP, 443 },
		{ "web", "*.example.com", "guests", PROTO_TCP, 443 },
		{ "web", "www.example.com", "lan", PROTO_TCP, 443 },
	};
	static const struct hand other_names[] = {
		{ "mail", "mail.example.org", "lan", PROTO_TCP, 443 },
		{ "web", "*.example.net", "lan", PROTO_TCP, 443 },
	};
	size_t timed;

	(void)state;
	assert_int_equal(load(before, ARRAY_LEN(before)), 0);
	learn();
	assert_int_equal(load(before, ARRAY_LEN(before)), 5);
	assert_int_equal(count("learned4-lan", &timed), 3);
	assert_int_equal(timed, 3);
	assert_int_equal(load(without_quic, ARRAY_LEN(without_quic)), 4);
	assert_int_equal(count("learned4-lan", &timed), 2);
	assert_int_equal(timed, 2);
	assert_int_equal(count("learned6-lan", &timed), 1);
	assert_int_equal(count("learned4-guests", &timed), 1);
	assert_int_equal(load(other_names, ARRAY_LEN(other_names)), 1);
	assert_int_equal(count("learned4-lan", &timed), 1);
	assert_int_equal(timed, 1);
	assert_int_equal(load(NULL, 0), 0);
}

static void the_kernel_gives_back_what_was_learned(void **state)
{
	struct nft_ruleset *rs = nft_ruleset_new();
	struct reading *r = NULL;
	struct flow f;
	uint16_t zone;

	(void)state;
	assert_non_null(rs);
	(void)load(before, ARRAY_LEN(before));
	learn();
	assert_int_equal(nft_read_table(link_, NFT_INET, NFTABLES_TABLE, rs, d), 0);
	assert_int_equal(nftables_read_model(rs, NULL, m, d, &r), 0);
	assert_int_equal(r->learned_addresses, 5);
	assert_int_equal(flow_zone(m, STR("lan"), &zone), 0);
	assert_int_equal(
		flow_parse(STR("tcp 10.1.2.3:1000 -> 198.51.100.0:443"), NULL, NULL, d, &f), 0);
	assert_false(flow_leaf_at(m, r->may[VERDICT_ACCEPT], &f));
	f.iif = zone;
	assert_true(flow_leaf_at(m, r->must_accept, &f));
	assert_true(flow_leaf_at(m, r->learned, &f));
	f.dport = 80;
	assert_false(flow_leaf_at(m, r->may[VERDICT_ACCEPT], &f));
	reading_free(r);
	nft_ruleset_free(rs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_still_allowed_outlives_the_policy, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_kernel_gives_back_what_was_learned, set_up,
						tear_down),
	};

	return netns_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
