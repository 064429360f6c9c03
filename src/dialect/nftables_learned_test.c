/* SPDX-License-Identifier: Apache-2.0 */
/* Rules on names: which can be said, where their addresses go, and what an address there opens. */
#include "support/test.h"

#include "dialect/nftables.h"
#include "dialect/nftables_learned.h"
#include "net/prefix.h"
#include "net/proto.h"
#include "nft/print.h"

static struct flow_mgr *m;
static struct arena *a;
static struct diag *d;
static struct rulelist rules;

static int set_up(void **state)
{
	(void)state;
	m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	a = arena_new();
	d = diag_new();
	assert_true(m && a && d);
	rulelist_init(&rules, a);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rulelist_release(&rules);
	diag_free(d);
	arena_free(a);
	flow_mgr_free(m);
	return 0;
}

/* A rule in words; NULL and 0 leave a field open. */
struct hand {
	const char *requirement;
	enum verdict verdict;
	const char *from, *to, *in, *name, *zone;
	unsigned proto, last_proto, port, last_port, sport;
	bool except;
};

static void put(struct flow_match *match, enum flow_dim dim, unsigned lo, unsigned hi)
{
	if (lo)
		assert_int_equal(match_one(match, dim, lo, hi ? hi : lo, a), 0);
}

static void put_prefix(struct flow_match *match, enum flow_dim dim4, enum flow_dim dim6,
		       const char *text)
{
	struct prefixlist list = PREFIXLIST_INIT;
	struct prefix p;

	if (!text)
		return;
	assert_int_equal(prefix_parse(str_of(text), &p), 0);
	assert_int_equal(prefixlist_add_range(&list, prefix_range(p)), 0);
	prefixlist_seal(&list);
	assert_int_equal(match_prefixes(match, dim4, dim6, &list, a), 0);
	prefixlist_release(&list);
}

static void add(const struct hand *h)
{
	struct rule rule = {
		.verdict = h->verdict,
		.zone = h->zone,
		.origin = { .vendor = "v", .service = "s", .requirement = h->requirement }
	};
	struct pattern *name = arena_alloc(a, sizeof(*name));
	uint16_t zone;

	assert_non_null(name);
	put(&rule.match, FLOW_PROTO, h->proto, h->last_proto);
	put(&rule.match, FLOW_DPORT, h->port, h->last_port);
	put(&rule.match, FLOW_SPORT, h->sport, h->sport);
	put_prefix(&rule.match, FLOW_SRC4, FLOW_SRC6, h->from);
	put_prefix(&rule.match, FLOW_DST4, FLOW_DST6, h->to);
	if (h->in) {
		assert_int_equal(flow_zone(m, str_of(h->in), &zone), 0);
		put(&rule.match, FLOW_IIF, zone, zone);
	}
	if (h->name) {
		assert_int_equal(pattern_parse(str_of(h->name), true, name), 0);
		rule.match.name = name;
		rule.match.names = 1;
	}
	if (h->except) {
		rule.match.except = name;
		rule.match.excepts = 1;
	}
	assert_int_equal(rulelist_add(&rules, &rule), 0);
}

#define NAMED .requirement = "r", .verdict = VERDICT_ACCEPT, .name = "*.example.com"

static void each_rule_on_names_is_said_or_lost_with_its_reason(void **state)
{
	static const char udp_tcp[] = "addresses of names are learned for TCP and UDP only";
	static const char many[] =
		"names with more than 64 ports: each learned address is an entry for each";
	static const char overruled[] =
		"a drop or reject behind it would come before learned addresses";
	static const struct {
		struct hand hand[2];
		const char *lost; /* of the first */
	} cases[] = {
		{ { { NAMED, .proto = PROTO_TCP, .port = 443 } }, NULL },
		{ { { NAMED, .proto = PROTO_UDP, .port = 8801, .last_port = 8864 } }, NULL },
		{ { { NAMED, .proto = PROTO_UDP, .port = 8801, .last_port = 8865 } }, many },
		{ { { NAMED, .proto = PROTO_TCP } }, many },
		{ { { NAMED, .port = 443 } }, udp_tcp },
		{ { { NAMED, .proto = PROTO_SCTP, .port = 443 } }, udp_tcp },
		{ { { NAMED, .proto = PROTO_TCP, .port = 443, .to = "192.0.2.0/24" } },
		  "names and destination addresses in one rule" },
		{ { { NAMED, .proto = PROTO_TCP, .port = 443, .sport = 5060 } },
		  "names and source ports in one rule" },
		{ { { NAMED, .proto = PROTO_TCP, .port = 443, .except = true } },
		  "names less other names" },
		{ { { .requirement = "r", .verdict = VERDICT_DROP, .name = "*.example.com" } },
		  "a packet filter cannot stop by name: it does not see names" },
		{ { { NAMED, .proto = PROTO_TCP, .port = 443 },
		    { .requirement = "stop", .verdict = VERDICT_DROP, .to = "192.0.2.0/24" } },
		  overruled },
		{ { { NAMED, .proto = PROTO_TCP, .port = 443, .from = "10.1.0.0/16" },
		    { .requirement = "stop", .verdict = VERDICT_REJECT, .from = "10.2.0.0/16" } },
		  NULL },
		{ { { .requirement = "stop", .verdict = VERDICT_DROP, .to = "192.0.2.0/24" },
		    { NAMED, .proto = PROTO_TCP, .port = 443 } },
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct losses lost = { 0 };
		struct learned_places places;
		enum say *say;

		rulelist_release(&rules);
		rulelist_init(&rules, a);
		for (size_t k = 0; k < 2 && cases[i].hand[k].requirement; k++)
			add(&cases[i].hand[k]);
		assert_int_equal(nftables_say(&rules, m, a, &say, &lost), 0);
		assert_int_equal(learned_places(&rules, m, a, &places), 0);
		if (lost.n != (cases[i].lost != NULL) ||
		    (lost.n && strcmp(lost.loss[0].why, cases[i].lost) != 0))
			fail_msg("case %zu: %zu lost: %s", i, lost.n,
				 lost.n ? lost.loss[0].why : "");
		assert_int_equal(places.places > 0, !lost.n);
	}
}

static const struct hand site[] = {
	{ "web", VERDICT_ACCEPT, "10.1.0.0/16", NULL, "lan", "*.example.com", "staff", PROTO_TCP,
	  PROTO_TCP, 443, 443, 0, false },
	{ "quic", VERDICT_ACCEPT, "10.1.0.0/16", NULL, "lan", "*.example.com", "staff", PROTO_UDP,
	  PROTO_UDP, 443, 444, 0, false },
	{ "list", VERDICT_ACCEPT, "10.1.0.0/16", "192.0.2.0/28", "lan", NULL, "staff", PROTO_TCP,
	  PROTO_TCP, 443, 443, 0, false },
	{ "web", VERDICT_ACCEPT, "10.2.0.0/16", NULL, "guests", "*.example.com", "guest wlan",
	  PROTO_TCP, PROTO_TCP, 443, 443, 0, false },
	{ "six", VERDICT_ACCEPT, "2001:db8:1::/48", NULL, "lan", "six.example.com", "staff",
	  PROTO_TCP, PROTO_UDP, 5000, 5001, 0, false },
	{ "other", VERDICT_ACCEPT, "10.3.0.0/16", NULL, "lan", "other.example.com", "staff",
	  PROTO_TCP, PROTO_TCP, 80, 80, 0, false },
};

static void add_site(void)
{
	for (size_t i = 0; i < ARRAY_LEN(site); i++)
		add(&site[i]);
}

static void places_are_found_by_rule_and_family(void **state)
{
	static const struct {
		size_t rule, n;
		enum family family;
		const char *map, *target;
		size_t protos, ports;
	} cases[] = {
		{ 0, 1, FAMILY_V4, "learned4-staff", "v/s/web", 1, 1 },
		{ 1, 1, FAMILY_V4, "learned4-staff", "v/s/quic", 1, 2 },
		{ 2, 0, 0, NULL, NULL, 0, 0 },
		{ 3, 1, FAMILY_V4, "learned4-guest_wlan", "v/s/web", 1, 1 },
		{ 4, 1, FAMILY_V6, "learned6-staff", "v/s/six", 0, 2 },
		{ 5, 1, FAMILY_V4, "learned4-staff_2", "v/s/other", 1, 1 },
		{ 6, 0, 0, NULL, NULL, 0, 0 },
	};
	struct learned_places places;

	(void)state;
	add_site();
	rules.rule[4].match.dim[FLOW_PROTO] = (struct flow_spans){
		(const struct flow_span[]){ { PROTO_TCP, PROTO_TCP }, { PROTO_UDP, PROTO_UDP } }, 2
	};
	assert_int_equal(learned_places(&rules, m, a, &places), 0);
	assert_int_equal(places.maps, 4);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct learned_place *p;

		assert_int_equal(learned_places_of(&places, cases[i].rule, &p), cases[i].n);
		if (!cases[i].n)
			continue;
		assert_int_equal(p->family, cases[i].family);
		assert_string_equal(p->map, cases[i].map);
		assert_string_equal(p->target, cases[i].target);
		assert_int_equal(p->ports, cases[i].ports);
		assert_int_equal(p->protos, cases[i].protos ? cases[i].protos : 2);
	}
}

/* ---- what an address opens ---- */

static struct nft_ruleset *write_site(void)
{
	struct nft_ruleset *rs = NULL;
	struct losses lost = { 0 };

	assert_int_equal(nftables_write_model(&rules, m, a, &rs, &lost), 0);
	return rs;
}

/* One element for each protocol and port of a place, as egretd would add it. */
static void learn(struct nft_ruleset *rs, const struct learned_place *p, u128 address)
{
	struct nft_set *map = nft_set_find(rs->table[0], str_of(p->map));

	assert_non_null(map);
	for (size_t i = 0; i < p->protos; i++) {
		for (size_t k = 0; k < p->ports; k++) {
			struct nft_expr *part[] = {
				nft_value(rs->arena, map->key[0].type, address),
				nft_value(rs->arena, NFT_T_INET_PROTO, p->proto[i]),
				nft_value(rs->arena, NFT_T_INET_SERVICE, p->port[k]),
			};
			struct nft_elem *e = nft_elem_add(rs, map);

			assert_non_null(e);
			e->key = nft_concat(rs->arena, part, 3);
			e->data = nft_object_name(rs->arena, str_of(p->target));
			e->more = arena_alloc(rs->arena, sizeof(*e->more));
			assert_true(e->key && e->data && e->more);
			e->more->timeout_ms = e->more->expires_ms = 60000;
		}
	}
}

/* The rules as sets: of addresses, and rule `i` as if it named `address` as its destination. */
static flow_ref wanted(size_t rule, u128 address, enum family family)
{
	struct rulelist fixed;
	flow_ref diagram, accept;

	rulelist_init(&fixed, a);
	for (size_t i = 0; i < rules.n; i++) {
		struct rule one = rules.rule[i];

		if (one.match.name && i != rule)
			continue;
		if (i == rule) {
			one.match.name = NULL;
			one.match.names = 0;
			assert_int_equal(match_one(&one.match,
						   family == FAMILY_V4 ? FLOW_DST4 : FLOW_DST6,
						   address, address, a),
					 0);
			assert_int_equal(match_one(&one.match, FLOW_FAMILY, family == FAMILY_V6,
						   family == FAMILY_V6, a),
					 0);
		}
		assert_int_equal(rulelist_add(&fixed, &one), 0);
	}
	assert_int_equal(rulelist_diagram(&fixed, m, &diagram), 0);
	assert_int_equal(rulelist_verdict(&fixed, m, diagram, VERDICT_ACCEPT, &accept), 0);
	rulelist_release(&fixed);
	return accept;
}

/* Of first packets alone, since state decides about the others. */
static flow_ref first_packets(flow_ref set)
{
	struct flow_match first = FLOW_MATCH_ANY;
	flow_ref scope;

	assert_int_equal(match_one(&first, FLOW_STATE, STATE_NEW, STATE_NEW, a), 0);
	assert_int_equal(match_one(&first, FLOW_FRAG, 0, 0, a), 0);
	assert_int_equal(flow_of_match(m, &first, 1, &scope), 0);
	assert_int_equal(flow_restrict(m, set, scope, &set), 0);
	return set;
}

/* Reads the model itself or its text. */
static struct reading *read_site(const struct nft_ruleset *rs, bool as_text)
{
	struct reading *r = NULL;
	struct buf text = BUF_INIT;

	if (!as_text) {
		assert_int_equal(nftables_read_model(rs, NULL, m, d, &r), 0);
		return r;
	}
	nft_print(rs, 0, &text);
	assert_int_equal(dialect_nftables.read(buf_str(&text), "text", NULL, m, d, &r), 0);
	buf_release(&text);
	return r;
}

static void a_learned_address_opens_its_place_and_nothing_else(void **state)
{
	struct learned_places places;

	(void)state;
	add_site();
	assert_int_equal(learned_places(&rules, m, a, &places), 0);
	for (size_t i = 0; i < 2 * places.places; i++) {
		const struct learned_place *p = &places.place[i / 2];
		u128 address = p->family == FAMILY_V4 ? 0xc6336407 : (u128)0x20010db8 << 96 | 7;
		struct nft_ruleset *rs = write_site();
		flow_ref want = first_packets(wanted(p->rule, address, p->family));
		struct reading *r;

		learn(rs, p, address);
		r = read_site(rs, i % 2);
		assert_int_equal(first_packets(r->must_accept), want);
		assert_int_equal(first_packets(r->may[VERDICT_ACCEPT]), want);
		assert_int_equal(r->learned_addresses, 1);
		assert_false(flow_empty(r->learned));
		reading_free(r);
		nft_ruleset_free(rs);
	}
}

static void empty_maps_open_nothing(void **state)
{
	struct nft_ruleset *rs;
	struct reading *r;

	(void)state;
	add_site();
	rs = write_site();
	r = read_site(rs, false);
	assert_int_equal(first_packets(r->must_accept),
			 first_packets(wanted(rules.n, 0, FAMILY_V4)));
	assert_true(flow_empty(r->learned));
	assert_false(flow_empty(r->learnable));
	assert_int_equal(r->learned_addresses, 0);
	reading_free(r);
	nft_ruleset_free(rs);
}

/* Only our own maps are trusted to hold what they hold. */
static void other_maps_with_timeouts_may_hold_anything(void **state)
{
	static const struct {
		const char *table, *map, *flags;
		bool ours;
	} cases[] = {
		{ "egret", "learned4-x", "flags timeout;", true },
		{ "egret", "learned4-x", "timeout 1h;", true },
		{ "egret", "learned4-x", "flags timeout, dynamic;", false },
		{ "egret", "other", "flags timeout;", false },
		{ "else", "learned4-x", "flags timeout;", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf text = BUF_INIT;
		struct reading *r = NULL;

		buf_printf(&text,
			   "table inet %s {\n\tcounter c { }\n\tmap %s {\n\t\ttype ipv4_addr . "
			   "inet_proto . inet_service : counter; %s\n\t}\n\tchain f {\n\t\t"
			   "type filter hook forward priority 0; policy drop;\n\t\tcounter name "
			   "ip daddr . meta l4proto . th dport map @%s accept\n\t}\n}\n",
			   cases[i].table, cases[i].map, cases[i].flags, cases[i].map);
		assert_int_equal(dialect_nftables.read(buf_str(&text), "x", NULL, m, d, &r), 0);
		if (flow_empty(r->may[VERDICT_ACCEPT]) != cases[i].ours ||
		    flow_empty(r->learnable) == cases[i].ours)
			fail_msg("case %zu", i);
		reading_free(r);
		buf_release(&text);
	}
}

/* ---- what outlives a policy ---- */

static void an_element_stays_while_a_rule_asks_for_it(void **state)
{
	static const struct {
		const char *map, *target, *name;
		unsigned proto, port;
		bool stays;
	} cases[] = {
		{ "learned4-staff", "v/s/web", "www.example.com", PROTO_TCP, 443, true },
		{ "learned4-staff", "v/s/quic", "www.example.com", PROTO_UDP, 444, true },
		{ "learned4-staff", "v/s/web", "www.example.org", PROTO_TCP, 443, false },
		{ "learned4-staff", "v/s/web", NULL, PROTO_TCP, 443, false },
		{ "learned4-staff", "v/s/web", "not a name", PROTO_TCP, 443, false },
		{ "learned4-staff", "v/s/web", "www.example.com", PROTO_TCP, 80, false },
		{ "learned4-staff", "v/s/web", "www.example.com", PROTO_UDP, 443, false },
		{ "learned4-staff", "v/s/gone", "www.example.com", PROTO_TCP, 443, false },
		{ "learned4-gone", "v/s/web", "www.example.com", PROTO_TCP, 443, false },
		{ "learned4-guest_wlan", "v/s/quic", "www.example.com", PROTO_UDP, 443, false },
	};
	struct learned_places places;

	(void)state;
	add_site();
	assert_int_equal(learned_places(&rules, m, a, &places), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct learned_element e = { .map = cases[i].map,
					     .target = cases[i].target,
					     .name = cases[i].name,
					     .addr = { FAMILY_V4, 0xc6336407 },
					     .proto = (uint8_t)cases[i].proto,
					     .port = (uint16_t)cases[i].port };

		if (learned_allows(&places, &rules, &e) != cases[i].stays)
			fail_msg("case %zu", i);
	}
}

int main(void)
{
#define EACH(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		EACH(each_rule_on_names_is_said_or_lost_with_its_reason),
		EACH(places_are_found_by_rule_and_family),
		EACH(a_learned_address_opens_its_place_and_nothing_else),
		EACH(empty_maps_open_nothing),
		EACH(other_maps_with_timeouts_may_hold_anything),
		EACH(an_element_stays_while_a_rule_asks_for_it),
	};
#undef EACH

	return cmocka_run_group_tests(tests, NULL, NULL);
}
