/* SPDX-License-Identifier: Apache-2.0 */
/* What an nftables ruleset means, fact by fact: the traps that readers fall into. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/nftables.h"

struct world {
	struct flow_mgr *m;
	struct diag *d;
	struct reading *r;
};

static uint16_t zone_id(void *data, struct str name)
{
	uint16_t id;

	assert_int_equal(flow_zone(data, name, &id), 0);
	return id;
}

static struct flow flow_of(struct world *w, const char *text)
{
	struct flow f;
	int r = flow_parse(str_of(text), zone_id, w->m, w->d, &f);

	if (r < 0)
		fail_msg("not a flow: %s", text);
	return f;
}

static struct world world_new(void)
{
	struct world w = { flow_mgr_new(FLOW_BUDGET_DEFAULT), diag_new(), NULL };

	assert_non_null(w.m);
	assert_non_null(w.d);
	return w;
}

static void world_release(struct world *w)
{
	reading_free(w->r);
	flow_mgr_free(w->m);
	diag_free(w->d);
}

static int read_text(struct world *w, const char *text)
{
	return dialect_nftables.read(str_of(text), "test.nft", NULL, w->m, w->d, &w->r);
}

/* Certainly through, perhaps, or certainly not. */
enum answer { MUST, PERHAPS, NO };

static enum answer answer_for(const struct world *w, const struct flow *f)
{
	if (flow_leaf_at(w->m, w->r->must_accept, f))
		return MUST;
	return flow_leaf_at(w->m, w->r->may[VERDICT_ACCEPT], f) ? PERHAPS : NO;
}

#define FORWARD "table inet t { chain f { type filter hook forward priority 0; "
#define DROP FORWARD "policy drop; "
#define PASS FORWARD "policy accept; "
#define END "; }; }\n"

#define UDP4 "udp 10.9.0.1:1000 -> 10.9.0.2:5000"
#define UDP6 "udp [fd00::1]:1000 -> [fd00::2]:5000"
#define TCP4 "tcp 10.9.0.1:1000 -> 10.9.0.2:80"

static const struct fact {
	const char *what, *text, *flow;
	enum answer answer;
} facts[] = {
	{ "no rules at all", "", UDP4, MUST },
	{ "the policy is accept when none is said", FORWARD "udp dport 1 drop" END, UDP4, MUST },
	{ "accept ends only its base chain",
	  PASS
	  "udp dport 5000 accept" END
	  "table inet u { chain f { type filter hook forward priority 1; udp dport 5000 drop" END,
	  UDP4, NO },
	{ "drop is final whatever comes later",
	  PASS "udp dport 5000 drop" END
	       "table inet u { chain f { type filter hook forward priority 1; accept" END,
	  UDP4, NO },
	{ "a chain without a hook does nothing", "table inet t { chain f { drop" END, UDP4, MUST },
	{ "goto whose chain ends leads to the policy",
	  "table inet t { chain g { udp dport 9 accept; }; chain f { type filter hook forward "
	  "priority 0; policy drop; goto g; udp dport 5000 accept" END,
	  UDP4, NO },
	{ "jump whose chain ends leads to the next rule",
	  "table inet t { chain g { udp dport 9 accept; }; chain f { type filter hook forward "
	  "priority 0; policy drop; jump g; udp dport 5000 accept" END,
	  UDP4, MUST },
	{ "goto in a jumped chain leads back to the caller",
	  "table inet t { chain h { udp dport 9 accept; }; chain g { goto h; drop; }; chain f { "
	  "type "
	  "filter hook forward priority 0; policy drop; jump g; accept" END,
	  UDP4, MUST },
	{ "return in a base chain is the policy", DROP "return; accept" END, UDP4, NO },
	{ "in inet, ip saddr != X matches IPv4", PASS "ip saddr != 192.0.2.1 drop" END, UDP4, NO },
	{ "and never IPv6", PASS "ip saddr != 192.0.2.1 drop" END, UDP6, MUST },
	{ "tcp dport != 22 never matches UDP", PASS "tcp dport != 22 drop" END, UDP4, MUST },
	{ "nor does it as a set", PASS "tcp dport != { 22, 23 } drop" END, UDP4, MUST },
	{ "an ip table has no say over IPv6",
	  "table ip t { chain f { type filter hook forward priority 0; policy drop; }; }", UDP6,
	  MUST },
	{ "a verdict map without the key leads to the next rule",
	  PASS "udp dport vmap { 9 : accept, 10 : drop }; udp dport 5000 drop" END, UDP4, NO },
	{ "and not to the rule's next statement", PASS "udp dport vmap { 9 : accept } drop" END,
	  UDP4, MUST },
	{ "a verdict map's catch-all", PASS "udp dport vmap { 9 : accept, * : drop }" END, UDP4,
	  NO },
	{ "which is for those that can be looked up",
	  PASS "tcp dport vmap { 9 : accept, * : drop }" END, UDP4, MUST },
	{ "continue in a verdict map goes on in the rule",
	  PASS "udp dport vmap { 5000 : continue } drop" END, UDP4, NO },
	{ "a map without the key breaks off the rule",
	  DROP "meta mark set udp dport map { 9 : 1 } accept" END, UDP4, NO },
	{ "a concatenation is a product",
	  DROP "ip saddr . udp dport { 10.9.0.0/24 . 5000-5001 } accept" END, UDP4, MUST },
	{ "and nothing beside it",
	  PASS "ip saddr . udp dport { 10.9.0.0/24 . 5002, 10.8.0.0/24 . 5000 } drop" END, UDP4,
	  MUST },
	{ "a named set",
	  "table inet t { set s { type inet_service; elements = { 5000 }; }; chain f { "
	  "type filter hook forward priority 0; policy drop; udp dport @s accept" END,
	  UDP4, MUST },
	{ "a dynamic set may hold anything",
	  "table inet t { set s { type ipv4_addr; flags dynamic; }; chain f { type filter hook "
	  "forward priority 0; policy drop; ip saddr @s accept" END,
	  UDP4, PERHAPS },
	{ "and not be in a dynamic set is unknown too",
	  "table inet t { set s { type ipv4_addr; flags dynamic; }; chain f { type filter hook "
	  "forward priority 0; policy drop; ip saddr != @s accept" END,
	  UDP4, PERHAPS },
	{ "an element with a timeout may be gone",
	  "table inet t { set s { type ipv4_addr; flags timeout; elements = { 10.9.0.1 timeout 1h "
	  "}; "
	  "}; chain f { type filter hook forward priority 0; policy drop; ip saddr @s accept" END,
	  UDP4, PERHAPS },
	{ "a set that a rule adds to",
	  "table inet t { set s { type ipv4_addr; size 9; }; chain f { type filter hook forward "
	  "priority 0; policy drop; ip saddr @s accept; udp dport 9 add @s { ip saddr }" END,
	  UDP4, PERHAPS },
	{ "blocks of one table merge",
	  "table inet t { chain f { type filter hook forward priority 0; policy drop; }; }\n"
	  "table inet t { chain f { udp dport 5000 accept; }; }",
	  UDP4, MUST },
	{ "define", "define p = 5000\n" DROP "udp dport $p accept" END, UDP4, MUST },
	{ "flush ruleset forgets what was before",
	  DROP "drop" END "flush ruleset\n" PASS "accept" END, UDP4, MUST },
	{ "a dormant table is not there",
	  "table inet t { flags dormant; chain f { type filter hook forward priority 0; drop" END,
	  UDP4, MUST },
	{ "ct state new", DROP "ct state new accept" END, UDP4, MUST },
	{ "is not everything but established", DROP "ct state new accept" END,
	  UDP4 " state untracked", NO },
	{ "nor is the rest new", DROP "ct state != established accept" END, UDP4 " state invalid",
	  MUST },
	{ "ct state sets", DROP "ct state established,related accept" END, UDP4 " state related",
	  MUST },
	{ "ct state vmap", PASS "ct state vmap { established : accept, invalid : drop }" END,
	  UDP4 " state invalid", NO },
	{ "before conntrack every packet is invalid",
	  "table inet t { chain p { type filter hook prerouting priority -300; ct state new "
	  "drop" END,
	  UDP4, MUST },
	{ "prerouting is on the way",
	  "table inet t { chain p { type filter hook prerouting priority 0; udp dport 5000 "
	  "drop" END,
	  UDP4, NO },
	{ "input is not", "table inet t { chain i { type filter hook input priority 0; drop" END,
	  UDP4, MUST },
	{ "postrouting is",
	  "table inet t { chain p { type filter hook postrouting priority 0; drop" END, UDP4, NO },
	{ "ingress of a device is for what comes in there",
	  "table netdev t { chain p { type filter hook ingress device \"lan\" priority 0; drop" END,
	  UDP4 " in lan out wan", NO },
	{ "and for nothing else",
	  "table netdev t { chain p { type filter hook ingress device \"lan\" priority 0; drop" END,
	  UDP4 " in wan out lan", MUST },
	{ "before routing no output interface has a name",
	  "table inet t { chain p { type filter hook prerouting priority 0; oifname \"wan\" "
	  "drop" END,
	  UDP4 " in lan out wan", MUST },
	{ "interfaces", DROP "iifname \"lan\" oifname \"wan\" accept" END, UDP4 " in lan out wan",
	  MUST },
	{ "interfaces by the start of their name", DROP "iifname \"la*\" accept" END,
	  UDP4 " in lan out wan", MUST },
	{ "and by its negation", PASS "iifname != \"la*\" drop" END, UDP4 " in lan out wan", MUST },
	{ "an unknown match may match", DROP "meta skuid 0 accept" END, UDP4, PERHAPS },
	{ "or not", PASS "meta skuid 0 drop" END, UDP4, PERHAPS },
	{ "negated it is as unknown", DROP "meta mark != 7 accept" END, UDP4, PERHAPS },
	{ "only for what the rest of the rule matches", PASS "udp dport 9 meta mark 7 drop" END,
	  UDP4, MUST },
	{ "an unknown drop does not hide the accept behind it",
	  DROP "meta mark 7 drop; udp dport 5000 accept" END, UDP4, PERHAPS },
	{ "an unknown accept takes nothing from what follows",
	  DROP "meta mark 7 accept; udp dport 5000 accept" END, UDP4, MUST },
	{ "what a certain rule decided, an unknown one behind it does not touch",
	  PASS "udp dport 5000 accept; meta mark 7 drop" END, UDP4, MUST },
	{ "a limit is unknown", DROP "udp dport 5000 limit rate 5/second accept" END, UDP4,
	  PERHAPS },
	{ "an unknown limit without a verdict does no harm",
	  DROP "udp dport 5000 limit rate 5/second counter; udp dport 5000 accept" END, UDP4,
	  MUST },
	{ "a queue decides as it likes", DROP "udp dport 5000 queue" END, UDP4, PERHAPS },
	{ "and the rules behind it are not reached", DROP "udp dport 5000 queue; accept" END, UDP4,
	  PERHAPS },
	{ "log, counter and mark go on",
	  DROP "udp dport 5000 log counter meta mark set 1 accept" END, UDP4, MUST },
	{ "reject lets nothing through", PASS "udp dport 5000 reject" END, UDP4, NO },
	{ "reject with tcp reset is for TCP alone", PASS "reject with tcp reset" END, UDP4, MUST },
	{ "changed addresses are not followed", PASS "ip daddr set 10.1.1.1; udp dport 9 drop" END,
	  UDP4, PERHAPS },
	{ "translation before a filter makes it unknown",
	  "table ip n { chain p { type nat hook prerouting priority -100; udp dport 5000 dnat to "
	  "10.1.1.1; }; }\n" DROP "ip daddr 10.9.0.2 accept" END,
	  UDP4, PERHAPS },
	{ "for what is translated, not for the rest",
	  "table ip n { chain p { type nat hook prerouting priority -100; udp dport 5000 dnat to "
	  "10.1.1.1; }; }\n" DROP "ip daddr 10.9.0.2 accept" END,
	  TCP4, MUST },
	{ "masquerading behind all filters harms nothing",
	  DROP "ip daddr 10.9.0.2 accept" END
	       "table ip n { chain p { type nat hook postrouting priority 100; masquerade" END,
	  UDP4, MUST },
	{ "without conntrack the ports of later fragments are unknown",
	  DROP "udp dport 5000 accept" END, UDP4 " fragment", PERHAPS },
	{ "with conntrack there are none", DROP "ct state new udp dport 5000 accept" END,
	  UDP4 " fragment", MUST },
	{ "the first packet of TCP is SYN alone", DROP "tcp flags & (syn | ack) == syn accept" END,
	  TCP4, MUST },
	{ "of later packets flags are unknown", DROP "tcp flags & (syn | ack) == syn accept" END,
	  TCP4 " state established", PERHAPS },
	{ "th dport is a port of TCP and UDP", DROP "th dport 5000 accept" END, UDP4, MUST },
	{ "and bytes of something else", DROP "th dport 5000 accept" END,
	  "gre 10.9.0.1 -> 10.9.0.2", PERHAPS },
	{ "icmp type and code", DROP "icmp type . icmp code { 8 . 0 } accept" END,
	  "icmp 10.9.0.1 -> 10.9.0.2 type 8 code 0", MUST },
	{ "icmp is not icmpv6", PASS "icmp type 8 drop" END,
	  "icmpv6 fd00::1 -> fd00::2 type 8 code 0", MUST },
	{ "extension headers may hide the next header", DROP "ip6 nexthdr udp accept" END, UDP6,
	  PERHAPS },
	{ "but udp in it is UDP", DROP "ip6 nexthdr tcp accept" END, UDP6, NO },
	{ "bit masks that are prefixes", DROP "ip daddr & 255.255.0.0 == 10.9.0.0 accept" END, UDP4,
	  MUST },
	{ "nft makes one test of two denials of neighbours",
	  PASS "udp sport != 1000 udp dport != 22 drop" END, UDP4, PERHAPS },
	{ "but where both hold it drops", PASS "udp sport != 1 udp dport != 22 drop" END, UDP4,
	  NO },
	{ "bits of a port", DROP "udp dport & 8 == 8 accept" END, UDP4, MUST },
};

static void facts_hold(void **state)
{
	static const char *const word[] = { "certainly passes", "perhaps passes", "does not pass" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		const struct fact *f = &facts[i];
		struct world w = world_new();
		struct flow flow = flow_of(&w, f->flow);
		struct buf messages = BUF_INIT;
		int r = read_text(&w, f->text);
		enum answer got = r < 0 ? NO : answer_for(&w, &flow);

		diag_format(w.d, &messages);
		if (r < 0 || got != f->answer)
			print_error("%s: %s\n%s\n%s %s\n", f->what, f->flow, f->text, word[got],
				    messages.data ? messages.data : "");
		assert_int_equal(r, 0);
		assert_int_equal(got, f->answer);
		buf_release(&messages);
		world_release(&w);
	}
}

static void what_the_kernel_refuses_is_refused(void **state)
{
	static const struct {
		const char *text;
		int r;
		const char *message;
	} cases[] = {
		{ PASS "jump nowhere" END, E_UNKNOWN, "nowhere" },
		{ PASS "ip saddr @nothing drop" END, E_UNKNOWN, "nothing" },
		{ "table inet t { chain a { jump b; }; chain b { goto a; }; chain f { type filter "
		  "hook "
		  "forward priority 0; jump a" END,
		  E_CONFLICT, "itself" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct world w = world_new();

		assert_int_equal(read_text(&w, cases[i].text), cases[i].r);
		assert_null(w.r);
		assert_true(diag_errors(w.d) > 0);
		assert_non_null(strstr(diag_get(w.d, 0)->text, cases[i].message));
		world_release(&w);
	}
}

/* A chain of `n` chains, each jumping to the next. */
static void nested(struct buf *out, unsigned n)
{
	buf_adds(out, "table inet t {\n");
	for (unsigned i = n; i > 1; i--) {
		buf_printf(out, "chain c%u { ", i);
		if (i < n)
			buf_printf(out, "jump c%u; ", i + 1);
		buf_adds(out, "}\n");
	}
	buf_adds(out, "chain c1 { type filter hook forward priority 0; jump c2; }\n}\n");
	assert_int_equal(out->r, 0);
}

static void jumps_nest_as_deep_as_the_kernel_lets_them(void **state)
{
	(void)state;
	for (unsigned n = 16; n <= 17; n++) {
		struct world w = world_new();
		struct buf text = BUF_INIT;

		nested(&text, n);
		assert_int_equal(read_text(&w, text.data), n == 16 ? 0 : E_LIMIT);
		buf_release(&text);
		world_release(&w);
	}
}

static void the_deciding_rule_is_named(void **state)
{
	static const char text[] = "table inet t {\n"
				   "\tchain web {\n"
				   "\t\tcounter accept comment \"zoom/web\"\n"
				   "\t}\n"
				   "\tchain f {\n"
				   "\t\ttype filter hook forward priority 0; policy drop;\n"
				   "\t\ttcp dport vmap { 80 : jump web, 81 : drop }\n"
				   "\t}\n"
				   "}\n";
	static const struct {
		const char *flow;
		unsigned line; /* 0: no rule */
		const char *where, *comment;
	} cases[] = {
		{ TCP4, 3, "inet t web", "zoom/web" },
		{ "tcp 10.9.0.1:1 -> 10.9.0.2:81", 7, "inet t f", NULL },
		{ UDP4, 0, NULL, NULL },
	};
	struct world w = world_new();

	(void)state;
	assert_int_equal(read_text(&w, text), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct flow f = flow_of(&w, cases[i].flow);
		const struct config_rule *rule = reading_decides(w.r, &f);

		if (!cases[i].line) {
			assert_null(rule);
			continue;
		}
		assert_non_null(rule);
		assert_int_equal(rule->at.line, cases[i].line);
		assert_string_equal(rule->where, cases[i].where);
		assert_string_equal(rule->comment ? rule->comment : "",
				    cases[i].comment ? cases[i].comment : "");
	}
	world_release(&w);
}

static void what_is_not_modelled_is_named(void **state)
{
	static const char text[] =
		DROP "ct state invalid drop;\n udp dport 5000 meta skuid 0 accept; udp dport 9 "
		     "limit rate 1/second counter" END;
	struct world w = world_new();
	struct flow f;

	(void)state;
	assert_int_equal(read_text(&w, text), 0);
	assert_int_equal(w.r->unknowns, 1);
	assert_non_null(strstr(w.r->unknown[0].what, "skuid"));
	assert_int_equal(w.r->unknown[0].at.line, 2);
	f = flow_of(&w, UDP4);
	assert_true(flow_leaf_at(w.m, w.r->unknown[0].set, &f));
	f = flow_of(&w, "udp 10.9.0.1:1 -> 10.9.0.2:9");
	assert_false(flow_leaf_at(w.m, w.r->unknown[0].set, &f));
	world_release(&w);
}

static void hooks_are_chosen_by_assumption(void **state)
{
	static const char text[] =
		"table inet t { chain i { type filter hook input priority 0; udp dport 5000 drop; "
		"}\n"
		"chain o { type filter hook output priority 0; tcp dport 80 drop; }; }";
	static const struct {
		const char *hook, *flow;
		enum answer answer;
	} cases[] = {
		{ "forward", UDP4, MUST }, { "input", UDP4, NO },   { "output", UDP4, MUST },
		{ "output", TCP4, NO },	   { "input", TCP4, MUST },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct assume assume = { .hook = cases[i].hook };
		struct world w = world_new();
		struct flow f = flow_of(&w, cases[i].flow);

		assert_int_equal(dialect_nftables.read(str_of(text), "t", &assume, w.m, w.d, &w.r),
				 0);
		assert_int_equal(answer_for(&w, &f), cases[i].answer);
		assert_true(w.r->assumptions > 0);
		world_release(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_hold),
		cmocka_unit_test(what_the_kernel_refuses_is_refused),
		cmocka_unit_test(jumps_nest_as_deep_as_the_kernel_lets_them),
		cmocka_unit_test(the_deciding_rule_is_named),
		cmocka_unit_test(what_is_not_modelled_is_named),
		cmocka_unit_test(hooks_are_chosen_by_assumption),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
