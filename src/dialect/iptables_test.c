/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What constructs of iptables and ipset mean, one by one; how texts are refused; and which family a
 * table is of. Agreement with the kernel at large is iptables_kernel_test.c's business.
 */
#include "support/test.h"

#include "base/err.h"
#include "dialect/dialect.h"

struct bench {
	struct flow_mgr *m;
	struct diag *d;
};

static int setup(void **state)
{
	static struct bench b;

	b = (struct bench){ flow_mgr_new(FLOW_BUDGET_DEFAULT), diag_new() };
	assert_true(b.m && b.d);
	*state = &b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	flow_mgr_free(b->m);
	diag_free(b->d);
	return 0;
}

static uint16_t zone_id(void *data, struct str name)
{
	uint16_t id;

	assert_int_equal(flow_zone(data, name, &id), 0);
	return id;
}

enum verdict_known { STOPS, PASSES, MAYBE };

static enum verdict_known verdict_of(struct bench *b, const struct reading *r, const char *text)
{
	struct flow f;

	assert_int_equal(flow_parse(str_of(text), zone_id, b->m, b->d, &f), 0);
	if (flow_leaf_at(b->m, r->must_accept, &f))
		return PASSES;
	return flow_leaf_at(b->m, r->may[VERDICT_ACCEPT], &f) ? MAYBE : STOPS;
}

static struct reading *read_text(struct bench *b, const char *text)
{
	struct buf messages = BUF_INIT;
	struct reading *r = NULL;

	diag_clear(b->d);
	if (dialect_iptables.read(str_of(text), "x", NULL, b->m, b->d, &r) < 0) {
		diag_format(b->d, &messages);
		fail_msg("%s\n%s", messages.data, text);
	}
	return r;
}

/* ---- constructs ---- */

#define WAY "10.0.0.5:1000 -> 198.51.100.7:443 in lan out wan"

/* Rules of chain FORWARD, whose policy is DROP, and of chains that they declare. */
static const struct construct {
	const char *rules, *flow;
	enum verdict_known verdict;
} constructs[] = {
	{ "-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -p tcp -m tcp --dport 443 -j ACCEPT", "udp " WAY, STOPS },
	{ "-A FORWARD -p tcp -m tcp ! --dport 443 -j ACCEPT", "tcp " WAY, STOPS },
	{ "-A FORWARD -p tcp --dport https -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD ! -p tcp -j ACCEPT", "udp " WAY, PASSES },
	{ "-A FORWARD -p tcp -m multiport --dports 80,400:500 -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -p tcp -m multiport ! --dports 80,400:500 -j ACCEPT", "tcp " WAY, STOPS },
	{ "-A FORWARD -p tcp -m multiport --ports 1000 -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -p tcp -m multiport ! --ports 1000 -j ACCEPT", "tcp " WAY, STOPS },
	{ "-A FORWARD -s 10.0.0.0/8,11.0.0.0/8 -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -d 198.0.100.0/255.0.255.0 -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -d 198.0.101.0/255.0.255.0 -j ACCEPT", "tcp " WAY, STOPS },
	{ "-A FORWARD -s 10.0.0.77/24 -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -s gateway.example.com -j ACCEPT", "tcp " WAY, MAYBE },
	{ "-A FORWARD -m iprange --src-range 10.0.0.4-10.0.0.6 -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -m iprange ! --src-range 10.0.0.4-10.0.0.6 -j ACCEPT", "tcp " WAY, STOPS },
	{ "-A FORWARD -i lan -o wan -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -i la+ ! -o w+ -j ACCEPT", "tcp " WAY, STOPS },
	{ "-A FORWARD -i la+ -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD ! -i eth+ -j ACCEPT\n-A FORWARD -i eth7 -j DROP",
	  "tcp 10.0.0.5:1000 -> 198.51.100.7:443 in eth7 out wan", STOPS },
	{ "-A FORWARD -i + -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD ! -i lan -j ACCEPT", "tcp " WAY, STOPS },
	{ "-A FORWARD -m conntrack --ctstate NEW -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -m state --state RELATED,ESTABLISHED -j ACCEPT", "tcp " WAY, STOPS },
	{ "-A FORWARD -m conntrack ! --ctstate INVALID -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT", "tcp " WAY, MAYBE },
	{ "-A FORWARD -m conntrack --ctstate NEW,DNAT -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -p tcp --syn -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -p tcp ! --syn -j ACCEPT", "tcp " WAY, STOPS },
	{ "-A FORWARD -p tcp --syn -j ACCEPT", "tcp " WAY " state established", MAYBE },
	{ "-A FORWARD -p icmp -m icmp --icmp-type 8 -j ACCEPT",
	  "icmp 10.0.0.5 -> 198.51.100.7 type 8 code 3", PASSES },
	{ "-A FORWARD -p icmp -m icmp --icmp-type 8/0 -j ACCEPT",
	  "icmp 10.0.0.5 -> 198.51.100.7 type 8 code 3", STOPS },
	{ "-A FORWARD -p icmp -m icmp ! --icmp-type any -j ACCEPT",
	  "icmp 10.0.0.5 -> 198.51.100.7 type 8 code 3", STOPS },
	{ "-A FORWARD -p icmp --icmp-type port-unreachable -j ACCEPT",
	  "icmp 10.0.0.5 -> 198.51.100.7 type 3 code 3", PASSES },
	/* what is not modelled takes nothing away from what follows */
	{ "-A FORWARD -m limit --limit 5/min -j ACCEPT", "tcp " WAY, MAYBE },
	{ "-A FORWARD -m limit --limit 5/min -j DROP\n-A FORWARD -j ACCEPT", "tcp " WAY, MAYBE },
	{ "-A FORWARD -m limit --limit 5/min -j LOG\n-A FORWARD -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -m owner --uid-owner 0 -s 10.9.0.0/16 -j DROP\n-A FORWARD -j ACCEPT",
	  "tcp " WAY, PASSES },
	{ "-A FORWARD -m string --string \"-j DROP\" --algo bm -j ACCEPT", "tcp " WAY, MAYBE },
	{ "-A FORWARD -p tcp -m policy --dir in --pol ipsec --proto esp -j ACCEPT", "tcp " WAY,
	  MAYBE },
	{ "-A FORWARD -p tcp -m tcp --tcp-option 3 -j ACCEPT", "tcp " WAY, MAYBE },
	{ "-A FORWARD -j WEIRD --way x", "tcp " WAY, MAYBE },
	{ "-A FORWARD -j NFQUEUE --queue-num 0\n-A FORWARD -j ACCEPT", "tcp " WAY, MAYBE },
	{ "-A FORWARD -j MARK --set-xmark 0x1/0xff\n-A FORWARD -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -p tcp -m comment --comment \"-j DROP \\\"x\\\"\" -j ACCEPT", "tcp " WAY,
	  PASSES },
	{ "[7:420] -A FORWARD -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -j DROP\n-I FORWARD -j ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -j DROP\n-I FORWARD 2 -j ACCEPT", "tcp " WAY, STOPS },
	{ "-A FORWARD -j DROP\n-F FORWARD\n-A FORWARD -j ACCEPT", "tcp " WAY, PASSES },
	{ "-P FORWARD ACCEPT", "tcp " WAY, PASSES },
	{ "-A FORWARD -j REJECT --reject-with tcp-reset\n-A FORWARD -j ACCEPT", "tcp " WAY, STOPS },
	{ "-A FORWARD -p tcp\n-A FORWARD -j ACCEPT", "tcp " WAY, PASSES },
	/* chains */
	{ ":a - [0:0]\n-A a -p udp -j DROP\n-A FORWARD -j a\n-A FORWARD -j ACCEPT", "tcp " WAY,
	  PASSES },
	{ ":a - [0:0]\n-A a -p udp -j DROP\n-A FORWARD -g a\n-A FORWARD -j ACCEPT", "tcp " WAY,
	  STOPS },
	{ ":a - [0:0]\n-A a -j RETURN\n-A a -j DROP\n-A FORWARD -j a\n-A FORWARD -j ACCEPT",
	  "tcp " WAY, PASSES },
	{ "-A FORWARD -j RETURN\n-A FORWARD -j ACCEPT", "tcp " WAY, STOPS },
	{ ":a - [0:0]\n:b - [0:0]\n-A a -g b\n-A a -j DROP\n-A b -j RETURN\n-A FORWARD -j a\n"
	  "-A FORWARD -j ACCEPT",
	  "tcp " WAY, PASSES },
	/* generators' complement: away with all but the list, then accept */
	{ ":a - [0:0]\n-A FORWARD -j a\n-A a ! -d 198.51.100.0/24 -j RETURN\n-A a -j ACCEPT",
	  "tcp " WAY, PASSES },
};

static void constructs_mean_what_they_do(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; i < ARRAY_LEN(constructs); i++) {
		const struct construct *c = &constructs[i];
		struct buf text = BUF_INIT;
		struct reading *r;

		buf_printf(
			&text,
			"# Generated by iptables-save\n*filter\n:FORWARD DROP [0:0]\n%s\nCOMMIT\n",
			c->rules);
		r = read_text(b, text.data);
		if (verdict_of(b, r, c->flow) != c->verdict)
			fail_msg("%s\n%s: %d", c->rules, c->flow, verdict_of(b, r, c->flow));
		reading_free(r);
		buf_release(&text);
	}
}

/* ---- sets ---- */

static const struct set_case {
	const char *set, *match, *flow;
	enum verdict_known verdict;
} set_cases[] = {
	{ "create s hash:net\nadd s 198.51.100.0/24", "s dst", "tcp " WAY, PASSES },
	{ "create s hash:net\nadd s 198.51.100.0/24", "s src", "tcp " WAY, STOPS },
	{ "create s hash:net\nadd s 198.51.0.0/16\nadd s 198.51.100.0/24 nomatch", "s dst",
	  "tcp " WAY, STOPS },
	{ "create s hash:net\nadd s 198.51.100.0/24 nomatch\nadd s 198.51.100.7", "s dst",
	  "tcp " WAY, PASSES },
	{ "create s hash:net timeout 60\nadd s 198.51.100.0/24 timeout 7", "s dst", "tcp " WAY,
	  MAYBE },
	{ "create s hash:net timeout 60\nadd s 198.51.100.0/24 timeout 0", "s dst", "tcp " WAY,
	  PASSES },
	{ "create s hash:net timeout 60\nadd s 198.51.0.0/16 timeout 0\n"
	  "add s 198.51.100.0/24 timeout 9 nomatch",
	  "s dst", "tcp " WAY, MAYBE },
	{ "create s hash:ip netmask 24\nadd s 198.51.100.0", "s dst", "tcp " WAY, PASSES },
	{ "create s hash:ip,port\nadd s 198.51.100.7,443", "s dst,dst", "tcp " WAY, PASSES },
	{ "create s hash:ip,port\nadd s 198.51.100.7,443", "s dst,dst", "udp " WAY, STOPS },
	{ "create s hash:ip,port\nadd s 198.51.100.7,tcp:400-500", "s dst,dst", "tcp " WAY,
	  PASSES },
	{ "create s hash:ip,port\nadd s 198.51.100.7,tcp:1000", "s dst,src", "tcp " WAY, PASSES },
	{ "create s hash:ip,port\nadd s 198.51.100.7,443", "s dst", "tcp " WAY, STOPS },
	{ "create s hash:ip,port\nadd s 198.51.100.7,gre:0", "s dst,dst",
	  "gre 10.0.0.5 -> 198.51.100.7", PASSES },
	{ "create s hash:ip,port\nadd s 198.51.100.7,icmp:echo-request", "s dst,src",
	  "icmp 10.0.0.5 -> 198.51.100.7 type 8 code 0", PASSES },
	{ "create s hash:net,iface\nadd s 10.0.0.0/8,lan", "s src,src", "tcp " WAY, PASSES },
	{ "create s hash:net,iface\nadd s 10.0.0.0/8,lan\nadd s 10.0.0.0/24,wan", "s src,src",
	  "tcp " WAY, STOPS },
	{ "create s hash:net,port,net\nadd s 10.0.0.0/8,tcp:443,198.51.0.0/16\n"
	  "add s 10.0.0.0/8,tcp:443,198.51.100.0/24 nomatch",
	  "s src,dst,dst", "tcp " WAY, STOPS },
	{ "create s hash:net,net\nadd s 10.0.0.0/16,198.51.0.0/16\n"
	  "add s 10.0.0.0/8,198.51.100.7 nomatch",
	  "s src,dst", "tcp " WAY, PASSES },
	{ "create s bitmap:port range 0-1023\nadd s 443", "s dst", "udp " WAY, PASSES },
	{ "create s bitmap:port range 0-1023\nadd s 443", "s dst", "sctp " WAY, STOPS },
	{ "create s hash:net\nadd s 198.51.100.0/24 nomatch", "s dst --return-nomatch", "tcp " WAY,
	  MAYBE },
	{ "create s hash:net counters\nadd s 198.51.100.0/24 packets 7 bytes 700",
	  "s dst --packets-gt 9", "tcp " WAY, MAYBE },
	{ "create s hash:mac\nadd s 00:11:22:33:44:55", "s src", "tcp " WAY, MAYBE },
	{ "create t hash:net\nadd t 198.51.100.0/24\ncreate u hash:net\ncreate s list:set size 8\n"
	  "add s u\nadd s t",
	  "s dst", "tcp " WAY, PASSES },
	{ "create other hash:net", "s dst", "tcp " WAY, MAYBE },
	{ "create s hash:net family inet6\nadd s 2001:db8::/32", "s dst", "tcp " WAY, STOPS },
	{ "create s hash:net\nadd s 198.51.100.1-198.51.100.20", "s dst", "tcp " WAY, PASSES },
};

static void sets_pick_what_the_kernel_picks(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; i < ARRAY_LEN(set_cases); i++) {
		const struct set_case *c = &set_cases[i];
		struct buf text = BUF_INIT;

		for (int not = 0; not < 2; not ++) {
			static const enum verdict_known turned[] = { PASSES, STOPS, MAYBE };
			enum verdict_known want = not ? turned[c->verdict] : c->verdict;
			struct reading *r;

			buf_clear(&text);
			buf_printf(
				&text,
				"%s\n# Generated by iptables-save\n*filter\n:FORWARD DROP [0:0]\n"
				"-A FORWARD -m set %s--match-set %s -j ACCEPT\nCOMMIT\n",
				c->set, not ? "! " : "", c->match);
			r = read_text(b, text.data);
			if (verdict_of(b, r, c->flow) != want)
				fail_msg("%s\n%s: %d", text.data, c->flow,
					 verdict_of(b, r, c->flow));
			reading_free(r);
		}
		buf_release(&text);
	}
}

static void a_set_that_rules_fill_is_unknown(void **state)
{
	struct reading *r = read_text(
		*state,
		"create s hash:net\nadd s 198.51.100.0/24\n# Generated by iptables-save\n*filter\n"
		":FORWARD DROP [0:0]\n-A FORWARD -m set --match-set s dst -j ACCEPT\n"
		"-A FORWARD -p udp -j SET --add-set s src\nCOMMIT\n");

	assert_int_equal(verdict_of(*state, r, "tcp " WAY), MAYBE);
	assert_int_equal(r->unknowns, 2); /* and IPv6 */
	reading_free(r);
}

/* ---- tables ---- */

static void all_tables_on_the_way_have_their_say(void **state)
{
	struct reading *r = read_text(
		*state, "# Generated by iptables-save\n"
			"*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -s 10.0.0.1 -j DROP\n"
			"-A PREROUTING -s 10.0.0.2 -m conntrack --ctstate NEW -j DROP\n"
			"COMMIT\n"
			"*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n"
			"-A PREROUTING -s 10.0.0.3 -j DNAT --to-destination 10.0.0.9\n"
			"-A POSTROUTING -j MASQUERADE\nCOMMIT\n"
			"*mangle\n:FORWARD ACCEPT [0:0]\n-A FORWARD -s 10.0.0.4 -j ACCEPT\nCOMMIT\n"
			"*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -s 10.0.0.4 -j DROP\n"
			"-A FORWARD -d 10.0.0.9 -j REJECT\nCOMMIT\n");

	assert_int_equal(verdict_of(*state, r, "tcp 10.0.0.1:9 -> 198.51.100.7:443"), STOPS);
	/* before conntrack every packet is INVALID */
	assert_int_equal(verdict_of(*state, r, "tcp 10.0.0.2:9 -> 198.51.100.7:443"), PASSES);
	/* it may have got the address that is rejected */
	assert_int_equal(verdict_of(*state, r, "tcp 10.0.0.3:9 -> 198.51.100.7:443"), MAYBE);
	assert_int_equal(verdict_of(*state, r, "tcp 10.0.0.4:9 -> 198.51.100.7:443"), STOPS);
	assert_int_equal(verdict_of(*state, r, "tcp 10.0.0.5:9 -> 198.51.100.7:443"), PASSES);
	reading_free(r);
}

/* -j CT works at once: rules behind it, in the same table, see another state. */
static void state_before_conntrack(void **state)
{
	struct reading *r = read_text(
		*state, "# Generated by iptables-save\n*raw\n:PREROUTING ACCEPT [0:0]\n"
			"-A PREROUTING -s 10.0.0.0/8 -j CT --notrack\n"
			"-A PREROUTING -m conntrack --ctstate UNTRACKED -j DROP\n"
			"-A PREROUTING -m conntrack --ctstate ESTABLISHED -j DROP\nCOMMIT\n");

	assert_int_equal(verdict_of(*state, r, "tcp " WAY), MAYBE);
	reading_free(r);
	r = read_text(*state, "# Generated by iptables-save\n*raw\n:PREROUTING ACCEPT [0:0]\n"
			      "-A PREROUTING -m conntrack --ctstate UNTRACKED -j DROP\nCOMMIT\n");
	assert_int_equal(verdict_of(*state, r, "tcp " WAY), PASSES);
	reading_free(r);
}

static void the_family_is_told_by_heading_address_or_name(void **state)
{
	static const struct {
		const char *file, *text, *flow;
		enum verdict_known verdict;
	} cases[] = {
		{ "x", "# Generated by ip6tables-save\n*filter\n:FORWARD DROP [0:0]\nCOMMIT\n",
		  "tcp 2001:db8::1 -> [2001:db8::2]:443", STOPS },
		{ "x",
		  "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -s 2001:db8::/32 -j ACCEPT\nCOMMIT\n",
		  "tcp 2001:db8::1 -> [2001:db8::2]:443", PASSES },
		{ "rules.v6", "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n",
		  "tcp 2001:db8::1 -> [2001:db8::2]:443", STOPS },
		{ "x", "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n", "tcp 10.0.0.1 -> 10.0.0.2:443",
		  STOPS },
		{ "x", "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n",
		  "tcp 2001:db8::1 -> [2001:db8::2]:443", MAYBE },
	};
	struct bench *b = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reading *r = NULL;

		assert_int_equal(dialect_iptables.read(str_of(cases[i].text), cases[i].file, NULL,
						       b->m, b->d, &r),
				 0);
		assert_int_equal(verdict_of(b, r, cases[i].flow), cases[i].verdict);
		reading_free(r);
	}
}

/* ---- what is told ---- */

static void unknowns_have_their_text_and_line(void **state)
{
	struct bench *b = *state;
	struct flow f;
	struct reading *r =
		read_text(b, "# Generated by iptables-save\n*filter\n:FORWARD DROP [0:0]\n"
			     "-A FORWARD -s 10.0.0.0/8 -m recent --name \"a b\" --rcheck -m time "
			     "--timestart 8:00 "
			     "-j ACCEPT\n-A FORWARD -p tcp -j ACCEPT\nCOMMIT\n");

	assert_int_equal(r->unknowns, 3);
	assert_string_equal(r->unknown[0].what, "-m recent --name \"a b\" --rcheck");
	assert_int_equal(r->unknown[0].at.line, 4);
	assert_string_equal(r->unknown[0].at.file, "x");
	assert_string_equal(r->unknown[1].what, "-m time --timestart 8:00");
	assert_string_equal(r->unknown[2].what, "IPv6: no ip6tables-save is given");
	assert_int_equal(flow_parse(STR("tcp " WAY), zone_id, b->m, b->d, &f), 0);
	assert_int_equal(reading_decides(r, &f)->at.line, 5);
	assert_string_equal(reading_decides(r, &f)->where, "ip filter FORWARD");
	assert_int_equal(flow_parse(STR("udp 11.0.0.1:1 -> 9.9.9.9:53"), zone_id, b->m, b->d, &f),
			 0);
	assert_null(reading_decides(r, &f));
	reading_free(r);
}

#define TABLE "# Generated by iptables-save\n*filter\n:FORWARD DROP [0:0]\n"

static const struct refusal {
	const char *text;
	int code;
	unsigned line;
	const char *message; /* some of it */
} refusals[] = {
	{ TABLE "-A FORWARD -p tcp --dport 70000 -j DROP\nCOMMIT\n", E_SYNTAX, 4, "is no port" },
	{ TABLE "-A FORWARD -m multiport --dports 80 -j DROP\nCOMMIT\n", E_SYNTAX, 4,
	  "ports without a protocol" },
	{ TABLE "-A FORWARD -p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14:15,16 -j "
		"DROP\n",
	  E_LIMIT, 4, "more than 15 ports" },
	{ TABLE "-A FORWARD -s 2001:db8::1 -j DROP\nCOMMIT\n", E_CONFLICT, 4, "other family" },
	{ TABLE "-A FORWARD -s 10.0.0.0/33 -j DROP\nCOMMIT\n", E_SYNTAX, 4, "is no address" },
	{ TABLE "-A FORWARD -g nowhere\nCOMMIT\n", E_UNKNOWN, 4, "no chain nowhere" },
	{ TABLE "-A nowhere -j DROP\nCOMMIT\n", E_UNKNOWN, 4, "no chain nowhere" },
	{ TABLE "-A FORWARD -j DROP -j ACCEPT\nCOMMIT\n", E_SYNTAX, 4, "one target" },
	{ TABLE "-A FORWARD -s ! 10.0.0.1 -j DROP\nCOMMIT\n", E_SYNTAX, 4, "! behind -s" },
	{ TABLE "-A FORWARD -m comment --comment \"x -j DROP\nCOMMIT\n", E_SYNTAX, 4, "quote" },
	{ TABLE "-A FORWARD -j DROP\n", E_SYNTAX, 5, "no COMMIT" },
	{ TABLE "-X a\nCOMMIT\n", E_SYNTAX, 4, "-X is not understood" },
	{ TABLE ":a DROP [0:0]\nCOMMIT\n", E_SYNTAX, 4, "not built in" },
	{ TABLE ":a-name-of-more-than-28-bytes-x - [0:0]\nCOMMIT\n", E_LIMIT, 4, "more than 28" },
	{ TABLE "COMMIT\n*filter\nCOMMIT\n", E_CONFLICT, 5, "there already" },
	{ "*filtre\nCOMMIT\n", E_SYNTAX, 1, "no table filtre" },
	{ TABLE ":a - [0:0]\n:b - [0:0]\n-A FORWARD -j a\n-A a -j b\n-A b -g a\nCOMMIT\n",
	  E_CONFLICT, 8, "leads back to itself" },
	{ "create s hash:net\ncreate s hash:net\n", E_CONFLICT, 2, "created twice" },
	{ "add s 10.0.0.1\n", E_UNKNOWN, 1, "no set s" },
	{ "create s hash:net\nadd s 2001:db8::1\n", E_CONFLICT, 2, "no address of IPv4" },
	{ "create s hash:ip,port\nadd s 10.0.0.1\n", E_SYNTAX, 2, "has 2 parts" },
	{ "create s hash:ip,port\nadd s 10.0.0.1,tcp:x\n", E_SYNTAX, 2, "is no port" },
	{ "create s hash:net\nadd s 10.0.0.1 forever\n", E_SYNTAX, 2, "forever is not understood" },
	{ "create s-with-a-name-of-more-than-31-bytes hash:net\n", E_LIMIT, 1, "more than 31" },
	{ "create s hash:net\ndestroy s\n", E_SYNTAX, 2, "destroy s is not understood" },
};

static void mistakes_are_refused_with_their_line(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		const struct refusal *c = &refusals[i];
		const struct diag_message *m;
		struct reading *r = NULL;

		diag_clear(b->d);
		assert_int_equal(dialect_iptables.read(str_of(c->text), "x", NULL, b->m, b->d, &r),
				 c->code);
		m = diag_get(b->d, 0);
		if (m->at.line != c->line || !strstr(m->text, c->message))
			fail_msg("%s: line %u: %s", c->text, m->at.line, m->text);
	}
}

static void texts_are_known_by_what_is_in_them(void **state)
{
	static const struct {
		const char *text;
		const struct dialect *dialect;
	} cases[] = {
		{ TABLE, &dialect_iptables },
		{ "\n# a gateway\n*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n", &dialect_iptables },
		{ "create s hash:net family inet\nadd s 10.0.0.0/8\n", &dialect_iptables },
		{ "table inet filter {\n}\n", &dialect_nftables },
		{ "*filter is a word\n", NULL },
		{ "create something else\n", NULL },
		{ "10.0.0.0/8\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_ptr_equal(dialect_detect(str_of(cases[i].text)), cases[i].dialect);
}

/* Chains as deep as we go, and one more. */
static void depth_has_a_limit(void **state)
{
	struct bench *b = *state;

	for (unsigned deep = 255; deep <= 256; deep++) {
		struct buf text = BUF_INIT;
		struct reading *r = NULL;
		int got;

		buf_adds(&text, TABLE);
		for (unsigned i = 1; i <= deep; i++)
			buf_printf(&text, ":c%u - [0:0]\n", i);
		buf_adds(&text, "-A FORWARD -j c1\n");
		for (unsigned i = 1; i < deep; i++)
			buf_printf(&text, "-A c%u -j c%u\n", i, i + 1);
		buf_printf(&text, "-A c%u -j ACCEPT\nCOMMIT\n", deep);
		got = dialect_iptables.read(buf_str(&text), "x", NULL, b->m, b->d, &r);
		assert_int_equal(got, deep == 255 ? 0 : E_LIMIT);
		if (r)
			assert_int_equal(verdict_of(b, r, "tcp " WAY), PASSES);
		reading_free(r);
		buf_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(constructs_mean_what_they_do, setup, teardown),
		cmocka_unit_test_setup_teardown(sets_pick_what_the_kernel_picks, setup, teardown),
		cmocka_unit_test_setup_teardown(a_set_that_rules_fill_is_unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(all_tables_on_the_way_have_their_say, setup,
						teardown),
		cmocka_unit_test_setup_teardown(state_before_conntrack, setup, teardown),
		cmocka_unit_test_setup_teardown(the_family_is_told_by_heading_address_or_name,
						setup, teardown),
		cmocka_unit_test_setup_teardown(unknowns_have_their_text_and_line, setup, teardown),
		cmocka_unit_test_setup_teardown(mistakes_are_refused_with_their_line, setup,
						teardown),
		cmocka_unit_test(texts_are_known_by_what_is_in_them),
		cmocka_unit_test_setup_teardown(depth_has_a_limit, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
