/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of FortiOS, construct by construct. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/dialect.h"
#include "dialect/fortios_limits.h"
#include "support/oom.h"

enum said { NO, YES, PERHAPS };

struct bench {
	struct flow_mgr *m;
	struct diag *d;
	struct reading *r;
};

static uint16_t zone_id(void *data, struct str name)
{
	uint16_t id = 0;

	assert_int_equal(flow_zone(data, name, &id), 0);
	return id;
}

static void begin(struct bench *b)
{
	b->m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	b->d = diag_new();
	b->r = NULL;
	assert_true(b->m && b->d);
}

static int read_text(struct bench *b, const char *text, const char *at, bool names)
{
	const struct assume assume = { .hook = at, .names = names };

	return dialect_fortios.read(str_of(text), "test.conf", &assume, b->m, b->d, &b->r);
}

static void end(struct bench *b)
{
	reading_free(b->r);
	diag_free(b->d);
	flow_mgr_free(b->m);
}

static struct flow flow_of(struct bench *b, const char *text)
{
	struct flow f;

	assert_int_equal(flow_parse(str_of(text), zone_id, b->m, b->d, &f), 0);
	return f;
}

static enum said answer(const struct reading *r, const struct flow *f)
{
	if (flow_leaf_at(r->m, r->must_accept, f))
		return YES;
	return flow_leaf_at(r->m, r->may[VERDICT_ACCEPT], f) ? PERHAPS : NO;
}

#define SECTION(path, body) "config " path "\n" body "end\n"
#define ENTRY(name, body) "edit " name "\n" body "next\n"
#define POLICIES(body) SECTION("firewall policy", body)
#define FROM_TO "set srcintf any\nset dstintf any\n"
#define ALWAYS "set schedule always\n"
#define ALL4 "set srcaddr all\nset dstaddr all\n"
#define ALL6 "set srcaddr6 all\nset dstaddr6 all\n"
#define ACCEPT "set action accept\n"
#define REST FROM_TO ALWAYS "set service ALL\n"
#define POLICY(id, body) ENTRY(id, REST body)
#define ADDRESS(name, body) SECTION("firewall address", ENTRY(name, body))
#define ADDRESS6(name, body) SECTION("firewall address6", ENTRY(name, body))
#define SERVICE(name, body) SECTION("firewall service custom", ENTRY(name, body))
#define TO(name) POLICIES(POLICY("1", "set srcaddr all\nset dstaddr " name "\n" ACCEPT))
#define TO6(name) POLICIES(POLICY("1", "set srcaddr6 all\nset dstaddr6 " name "\n" ACCEPT))
#define BY(name) POLICIES(ENTRY("1", FROM_TO ALWAYS ALL4 ACCEPT "set service " name "\n"))
#define BY6(name) POLICIES(ENTRY("1", FROM_TO ALWAYS ALL6 ACCEPT "set service " name "\n"))
#define NETS                                                                           \
	ADDRESS("n", "set subnet 10.1.0.0 255.255.0.0\n")                              \
	ADDRESS("h", "set type iprange\nset start-ip 10.9.0.1\nset end-ip 10.9.0.3\n") \
	SECTION("firewall addrgrp",                                                    \
		ENTRY("g", "set member n h\n")                                         \
			ENTRY("x", "set member g\nset exclude enable\nset exclude-member h\n"))

#define WEB "tcp 10.0.0.1 -> 192.0.2.1:80"
#define WEB6 "tcp [2001:db8::1] -> [2001:db8::2]:80"

static const struct {
	const char *text, *flow;
	enum said said;
	unsigned line; /* of the policy that decides; 0: none does for certain, or no matter */
} cases[] = {
	/* order, defaults, the deny at the end */
	{ POLICIES(POLICY("1", ALL4 ACCEPT)), WEB, YES, 2 },
	{ POLICIES(POLICY("1", ALL4)), WEB, NO, 2 },
	{ POLICIES(POLICY("1", ALL4 "set action deny\n")), WEB, NO, 2 },
	{ POLICIES(""), WEB, NO, 1 },
	{ POLICIES(POLICY("9", ALL4) POLICY("1", ALL4 ACCEPT)), WEB, NO, 2 },
	{ POLICIES(POLICY("9", ALL4 ACCEPT) POLICY("1", ALL4)), WEB, YES, 2 },
	{ POLICIES(POLICY("1", ALL4 "set status disable\n") POLICY("2", ALL4 ACCEPT)), WEB, YES,
	  11 },
	{ POLICIES(POLICY("1", ALL4 ACCEPT "set status enable\n")), WEB, YES, 2 },
	{ POLICIES(POLICY("1", ALL4 ACCEPT)), "tcp 10.0.0.1 -> 192.0.2.1:80 state established", YES,
	  0 },
	{ POLICIES(POLICY("1", ALL4)), "tcp 10.0.0.1 -> 192.0.2.1:80 state established", YES, 0 },
	{ POLICIES(POLICY("1", ALL4 ACCEPT)), "tcp 10.0.0.1 -> 192.0.2.1:80 state invalid", PERHAPS,
	  0 },

	/* editing */
	{ POLICIES(POLICY("1", ALL4 ACCEPT) POLICY("2", ALL4) "move 2 before 1\n"), WEB, NO, 11 },
	{ POLICIES(POLICY("1", ALL4) POLICY("2", ALL4 ACCEPT) POLICY("3", ALL4) "move 1 after 3\n"),
	  WEB, YES, 10 },
	{ POLICIES(POLICY("1", ALL4) POLICY("2", ALL4 ACCEPT) "delete 1\n"), WEB, YES, 10 },
	{ POLICIES(POLICY("1", ALL4 ACCEPT) "purge\n"), WEB, NO, 1 },
	{ POLICIES(POLICY("1", ALL4) POLICY("2", ALL4 ACCEPT) "delete 1\n" POLICY("1", ALL4)), WEB,
	  YES, 10 },
	{ POLICIES(POLICY("1", ALL4 ACCEPT) "clone 1 to 7\nmove 7 before 1\n" ENTRY(
		  "7", "unset action\n")),
	  WEB, NO, 11 },
	{ POLICIES(POLICY("1", ALL4) ENTRY("1", ACCEPT)), WEB, YES, 2 },
	{ "config firewall policy\n" POLICY("1", ALL4 ACCEPT) "edit 1\nset action deny\nabort\n",
	  WEB, YES, 2 },
	{ POLICIES(POLICY("0", ALL4) POLICY("0", ALL4 ACCEPT) "move 2 before 1\n"), WEB, YES, 10 },
	{ "config firewall policy\nedit 1\n" REST ALL4 ACCEPT "end\n", WEB, YES, 2 },
	{ ADDRESS("a", "set subnet 192.0.2.1/32\n")
		  SECTION("firewall addrgrp", ENTRY("g", "set member a\n"))
			  SECTION("firewall address", "rename a to b\n") TO("g"),
	  WEB, YES, 15 },
	{ NETS TO("h\nappend dstaddr n"), "tcp 10.0.0.1 -> 10.1.2.3:80", YES, 24 },
	{ NETS TO("h n\nunselect dstaddr n"), "tcp 10.0.0.1 -> 10.1.2.3:80", NO, 23 },
	{ NETS TO("h n\nselect dstaddr n"), "tcp 10.0.0.1 -> 10.9.0.1:80", NO, 23 },

	/* quoting */
	{ ADDRESS("\"a \\\"b\\\" c\"", "set subnet 192.0.2.0 255.255.255.0\nset comment \"two\n"
				       "lines, and edit\nnext\"\n") TO("\"a \\\"b\\\" c\""),
	  WEB, YES, 10 },
	{ "#config-version=FGVM64-7.2.4\n#a 'comment\n\r\n" POLICIES(
		  POLICY("1", "set comments 'it is \"so\"'\n" ALL4 ACCEPT)),
	  WEB, YES, 5 },

	/* addresses */
	{ ADDRESS("a", "set subnet 192.0.2.0 255.255.255.0\n") TO("a"), WEB, YES, 7 },
	{ ADDRESS("a", "set subnet 192.0.2.77 255.255.255.0\n") TO("a"), WEB, YES, 7 },
	{ ADDRESS("a", "set subnet 192.0.3.0/24\n") TO("a"), WEB, NO, 6 },
	{ ADDRESS("a", "set type ipmask\n") TO("a"), WEB, YES, 7 },
	{ ADDRESS("none", "set subnet 0.0.0.0 255.255.255.255\n") TO("none"), WEB, NO, 6 },
	{ TO("none"), WEB, NO, 1 },
	{ NETS TO("h"), "tcp 10.0.0.1 -> 10.9.0.3:80", YES, 24 },
	{ NETS TO("h"), "tcp 10.0.0.1 -> 10.9.0.4:80", NO, 23 },
	{ ADDRESS("a", "set type wildcard\nset wildcard 192.0.0.1 255.255.0.255\n") TO("a"),
	  "tcp 10.0.0.1 -> 192.0.77.1:80", YES, 8 },
	{ ADDRESS("a", "set type wildcard\nset wildcard 192.0.0.1 255.255.0.255\n") TO("a"),
	  "tcp 10.0.0.1 -> 192.0.77.2:80", NO, 7 },
	{ ADDRESS("a", "set type wildcard\nset wildcard 0.0.0.1 0.0.0.1\n") TO("a"),
	  "tcp 10.0.0.1 -> 192.0.77.1:80", PERHAPS, 0 },
	{ ADDRESS("a", "set type geography\nset country US\n") TO("a"), WEB, PERHAPS, 0 },
	{ ADDRESS("a", "set type dynamic\nset sub-type sdn\n") TO("a"), WEB, PERHAPS, 0 },
	{ ADDRESS("a", "set type interface-subnet\nset subnet 192.0.2.0 255.255.255.0\n") TO("a"),
	  WEB, PERHAPS, 0 },
	{ ADDRESS("a", "set subnet 192.0.2.0 255.255.255.0\nset associated-interface wan1\n"
		       "set allow-routing enable\nset color 3\n") TO("a"),
	  WEB, YES, 10 },
	{ ADDRESS("a", "set subnet 192.0.2.0 255.255.255.0\nset frobnicate 3\n") TO("a"), WEB,
	  PERHAPS, 0 },
	{ TO("nowhere"), WEB, PERHAPS, 0 },
	{ NETS TO("g"), "tcp 10.0.0.1 -> 10.9.0.1:80", YES, 24 },
	{ NETS TO("x"), "tcp 10.0.0.1 -> 10.9.0.1:80", NO, 23 },
	{ NETS TO("x"), "tcp 10.0.0.1 -> 10.1.0.1:80", YES, 24 },
	{ NETS TO("g\nset dstaddr-negate enable"), "tcp 10.0.0.1 -> 10.9.0.1:80", NO, 23 },
	{ NETS TO("g\nset dstaddr-negate enable"), WEB, YES, 24 },
	{ TO("all\nset srcaddr-negate enable"), WEB, NO, 1 },
	{ ADDRESS("a", "set type geography\n") TO("a\nset dstaddr-negate enable"), WEB, PERHAPS,
	  0 },
	/* what is taken away from a group may be nothing, or all */
	{ ADDRESS("a", "set type geography\n") SECTION(
		  "firewall addrgrp",
		  ENTRY("g", "set member all\nset exclude enable\nset exclude-member a\n")) TO("g"),
	  WEB, PERHAPS, 0 },

	/* IPv6 beside IPv4, and in a list of its own */
	{ POLICIES(POLICY("1", ALL4 ACCEPT)), WEB6, NO, 1 },
	{ POLICIES(POLICY("1", ALL6 ACCEPT)), WEB, NO, 1 },
	{ POLICIES(POLICY("1", ALL4 ALL6 ACCEPT)), WEB6, YES, 2 },
	{ POLICIES(POLICY("1", ALL4 "set srcaddr6 all\n" ACCEPT)), WEB6, NO, 1 },
	{ SECTION("firewall policy6", POLICY("1", ALL4 ACCEPT)), WEB6, YES, 2 },
	{ SECTION("firewall policy6", POLICY("1", ALL4 ACCEPT)), WEB, NO, 1 },
	{ ADDRESS6("a", "set ip6 2001:db8::/64\n") TO6("a"), WEB6, YES, 7 },
	{ ADDRESS6("a", "set type iprange\nset start-ip 2001:db8::1\nset end-ip 2001:db8::9\n")
		  TO6("a"),
	  WEB6, YES, 9 },
	{ ADDRESS6("a", "set ip6 2001:db9::/64\n")
		  SECTION("firewall addrgrp6", ENTRY("g", "set member a\n")) TO6("g"),
	  WEB6, NO, 11 },
	{ ADDRESS6("a", "set ip6 2001:db9::/64\n") TO6("a\nset dstaddr6-negate enable"), WEB6, YES,
	  7 },
	/* some releases mean both families by it */
	{ ADDRESS6("a", "set ip6 2001:db9::/64\n") TO6("a\nset dstaddr-negate enable"), WEB6,
	  PERHAPS, 0 },

	/* services */
	{ SERVICE("s", "set tcp-portrange 80\n") BY("s"), WEB, YES, 7 },
	{ SERVICE("s", "set tcp-portrange 80-90:1024-65535 443\n") BY("s"),
	  "tcp 10.0.0.1:1024 -> 192.0.2.1:85", YES, 7 },
	{ SERVICE("s", "set tcp-portrange 80-90:1024-65535 443\n") BY("s"),
	  "tcp 10.0.0.1:1023 -> 192.0.2.1:85", NO, 6 },
	{ SERVICE("s", "set tcp-portrange 80-90:1024-65535 443\n") BY("s"),
	  "tcp 10.0.0.1:1 -> 192.0.2.1:443", YES, 7 },
	{ SERVICE("s", "set protocol TCP/UDP/SCTP\nset udp-portrange 80\n") BY("s"), WEB, NO, 7 },
	{ SERVICE("s", "set udp-portrange 80\nset sctp-portrange 80\n") BY("s"),
	  "sctp 10.0.0.1:1 -> 192.0.2.1:80", YES, 0 },
	{ SERVICE("s", "set comment nothing\n") BY("s"), WEB, PERHAPS, 0 },
	{ SERVICE("s", "set protocol IP\n") BY("s"), "gre 10.0.0.1 -> 192.0.2.1", YES, 7 },
	{ SERVICE("s", "set protocol IP\nset protocol-number 47\n") BY("s"),
	  "gre 10.0.0.1 -> 192.0.2.1", YES, 8 },
	{ SERVICE("s", "set protocol IP\nset protocol-number 47\n") BY("s"), WEB, NO, 7 },
	{ SERVICE("s", "set protocol ICMP\nset icmptype 8\nunset icmpcode\n") BY("s"),
	  "icmp 10.0.0.1 -> 192.0.2.1 type 8 code 3", YES, 9 },
	{ SERVICE("s", "set protocol ICMP\nset icmptype 3\nset icmpcode 4\n") BY("s"),
	  "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 3", NO, 8 },
	{ SERVICE("s", "set protocol ICMP\nunset icmptype\n") BY("s"),
	  "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 3", YES, 8 },
	{ SERVICE("s", "set protocol ICMP\nunset icmptype\n") BY6("s"),
	  "icmpv6 [2001:db8::1] -> [2001:db8::2] type 3 code 3", NO, 7 },
	{ SERVICE("s", "set protocol ICMP6\nset icmptype 128\n") BY6("s"),
	  "icmpv6 [2001:db8::1] -> [2001:db8::2] type 128 code 0", YES, 8 },
	{ SERVICE("s", "set protocol HTTP\n") BY("s"), WEB, PERHAPS, 0 },
	{ SERVICE("s", "set tcp-portrange 80\nset iprange 192.0.2.7\n") BY("s"), WEB, PERHAPS, 0 },
	{ SERVICE("s", "set tcp-portrange 80\nset iprange 0.0.0.0\nset fqdn ''\nset helper auto\n")
		  BY("s"),
	  WEB, YES, 10 },
	{ SERVICE("s", "set tcp-portrange 80\nset app-service-type app-id\n") BY("s"), WEB, PERHAPS,
	  0 },
	{ SERVICE("s", "set tcp-portrange 80\n")
		  SECTION("firewall service group", ENTRY("g", "set member s HTTPS\n")
							    ENTRY("gg", "set member g\n")) BY("gg"),
	  WEB, YES, 0 },
	{ SERVICE("s", "set tcp-portrange 80\n") BY("s\nset service-negate enable"), WEB, NO, 6 },
	{ SERVICE("s", "set tcp-portrange 80\n") BY("s\nset service-negate enable"),
	  "udp 10.0.0.1 -> 192.0.2.1:80", YES, 7 },
	{ SERVICE("s", "set protocol ALL\n") BY("s\nset service-negate enable"), WEB, PERHAPS, 0 },
	{ BY("HTTP"), WEB, YES, 2 },
	{ BY("HTTPS DNS"), "udp 10.0.0.1 -> 192.0.2.1:53", YES, 2 },
	{ BY("ALL_TCP"), "tcp 10.0.0.1 -> 192.0.2.1:0", NO, 1 },
	{ BY("FROBNICATE"), WEB, PERHAPS, 0 },
	/* the text's own definition comes before the factory's */
	{ SERVICE("HTTP", "set tcp-portrange 8080\n") BY("HTTP"), WEB, NO, 6 },

	/* what is not modelled: never met, never skipped */
	{ POLICIES(POLICY("1", ALL4 ACCEPT "set groups staff\n")), WEB, PERHAPS, 0 },
	{ POLICIES(POLICY("1", ALL4 "set users x\n") POLICY("2", ALL4 ACCEPT)), WEB, PERHAPS, 0 },
	{ POLICIES(POLICY("1", ALL4 ACCEPT "set frobnicate enable\n")), WEB, PERHAPS, 0 },
	{ POLICIES(POLICY("1", ALL4 ACCEPT "set frobnicate disable\nset tos-mask 0x00\n")), WEB,
	  YES, 2 },
	{ POLICIES(POLICY("1", ALL4 ACCEPT "set av-profile default\n") POLICY("2", ALL4)), WEB,
	  PERHAPS, 2 },
	{ POLICIES(POLICY("1", ALL4 "set av-profile default\n")), WEB, NO, 2 },
	{ POLICIES(POLICY("1", ALL4 ACCEPT "set ssl-ssh-profile no-inspection\n"
					   "set profile-protocol-options default\nset nat enable\n"
					   "set logtraffic all\n")),
	  WEB, YES, 2 },
	{ POLICIES(POLICY("1", ALL4 "set action ipsec\nset vpntunnel x\n")), WEB, PERHAPS, 2 },
	{ POLICIES(ENTRY("1", FROM_TO ALL4 ACCEPT "set service ALL\nset schedule night\n")), WEB,
	  PERHAPS, 0 },
	{ SECTION("firewall schedule recurring", ENTRY("always", "set day monday\n"))
		  POLICIES(POLICY("1", ALL4 ACCEPT)),
	  WEB, PERHAPS, 0 },
	{ SECTION("firewall schedule recurring",
		  ENTRY("always",
			"set day sunday monday tuesday wednesday thursday friday saturday\n"))
		  POLICIES(POLICY("1", ALL4 ACCEPT)),
	  WEB, YES, 7 },
	{ POLICIES(ENTRY("1",
			 FROM_TO ALWAYS ACCEPT "set srcaddr all\nset internet-service enable\n"
					       "set internet-service-name Zoom.us-Zoom.Meeting\n")),
	  WEB, PERHAPS, 0 },
	{ POLICIES(ENTRY("1", FROM_TO ALWAYS "set service ALL\nset dstaddr all\n" ACCEPT
					     "set internet-service-src enable\n")),
	  WEB, PERHAPS, 0 },
	{ POLICIES(POLICY("1",
			  ALL4 "config identity-based-policy\nedit 1\nset action accept\nnext\n"
			       "end\n")),
	  WEB, NO, 0 },
	{ SECTION("firewall acl", ENTRY("1", "set interface wan1\n"))
		  POLICIES(POLICY("1", ALL4 ACCEPT)),
	  WEB, PERHAPS, 0 },
	{ SECTION("firewall acl", ENTRY("1", "set status disable\n"))
		  POLICIES(POLICY("1", ALL4 ACCEPT)),
	  WEB, YES, 0 },
	{ SECTION("firewall acl", ENTRY("1", "set interface wan1\n")) POLICIES(""), WEB, NO, 0 },
	{ SECTION("firewall security-policy", ENTRY("1", "")) POLICIES(""), WEB, PERHAPS, 0 },
	{ SECTION("frobnicator thing", ENTRY("1", "set x y\n")) POLICIES(""), WEB, PERHAPS, 0 },
	{ SECTION("frobnicator thing", "") POLICIES(""), WEB, NO, 0 },
	{ SECTION("system settings", "set ngfw-mode policy-based\n") POLICIES(""), WEB, PERHAPS,
	  0 },
	{ SECTION("system settings", "set opmode transparent\n") POLICIES(""), WEB, NO, 0 },

	/* virtual IPs: what is sent to them is translated first */
	{ SECTION("firewall vip", ENTRY("v", "set extip 192.0.2.1\nset mappedip 10.2.0.1\n"
					     "set extintf wan\n")) TO("v"),
	  "tcp 198.51.100.1 -> 192.0.2.1:80 in wan out dmz", PERHAPS, 0 },
	{ SECTION("firewall vip", ENTRY("v", "set extip 192.0.2.1\nset mappedip 10.2.0.1\n"
					     "set extintf wan\n")) TO("v"),
	  "tcp 198.51.100.1 -> 192.0.2.2:80 in wan out dmz", NO, 0 },
	{ SECTION("firewall vip", ENTRY("v", "set extip 192.0.2.1\nset mappedip 10.2.0.1\n"
					     "set extintf wan\n"))
		  POLICIES(POLICY("1", ALL4 ACCEPT)),
	  "tcp 198.51.100.1 -> 192.0.2.1:80 in wan out dmz", YES, 0 },
	{ SECTION("firewall vip", ENTRY("v", "set extip 192.0.2.1\nset mappedip 10.2.0.1\n"
					     "set extintf wan\n"))
		  POLICIES(POLICY("1", ALL4 ACCEPT)
				   POLICY("2", "set srcaddr all\nset dstaddr v\n")),
	  "tcp 198.51.100.1 -> 192.0.2.1:80 in wan out dmz", PERHAPS, 0 },

	/* interfaces and zones */
	{ POLICIES(ENTRY("1", "set srcintf lan guest\nset dstintf wan\n" ALWAYS ALL4 ACCEPT
			      "set service ALL\n")),
	  WEB " in guest out wan", YES, 2 },
	{ POLICIES(ENTRY("1", "set srcintf lan guest\nset dstintf wan\n" ALWAYS ALL4 ACCEPT
			      "set service ALL\n")),
	  WEB " in wan out lan", NO, 1 },
};

static void each_construct_means_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct config_rule *rule;
		struct bench b;
		struct flow f;

		begin(&b);
		f = flow_of(&b, cases[i].flow);
		if (read_text(&b, cases[i].text, NULL, false) < 0) {
			struct buf messages = BUF_INIT;

			diag_format(b.d, &messages);
			fail_msg("%s\n%s", cases[i].text, messages.data);
		}
		rule = reading_decides(b.r, &f);
		if (answer(b.r, &f) != cases[i].said ||
		    (cases[i].line && (!rule || rule->at.line != cases[i].line)))
			fail_msg("%s\n%s: %d, line %u", cases[i].text, cases[i].flow,
				 (int)answer(b.r, &f), rule ? rule->at.line : 0);
		end(&b);
	}
}

/* ---- names ---- */

#define ZOOM ADDRESS("z", "set type fqdn\nset fqdn zoom.us\n")
#define UNDER ADDRESS("u", "set type fqdn\nset fqdn *.zoom.us\n")

static const struct {
	const char *text, *flow;
	bool names;
	enum said said;
} named[] = {
	{ ZOOM TO("z"), WEB " name zoom.us", false, PERHAPS },
	{ ZOOM TO("z"), WEB6 " name zoom.us", false, NO },
	{ ZOOM TO("z"), WEB " name zoom.us", true, YES },
	{ ZOOM TO("z"), WEB " name us01.zoom.us", true, NO },
	{ ZOOM TO("z"), WEB, true, NO },
	{ UNDER TO("u"), WEB " name us01.zoom.us", true, YES },
	{ UNDER TO("u"), WEB " name a.us01.zoom.us", true, YES },
	/* whether *.x has x in it no document says */
	{ UNDER TO("u"), WEB " name zoom.us", true, PERHAPS },
	{ UNDER ZOOM TO("u z"), WEB " name zoom.us", true, YES },
	{ ADDRESS("w", "set type fqdn\nset fqdn us*.zoom.us\n") TO("w"), WEB " name us01.zoom.us",
	  true, PERHAPS },
	{ ADDRESS("w", "set type wildcard-fqdn\nset wildcard-fqdn *.zoom.us\n") TO("w"),
	  WEB " name us01.zoom.us", true, YES },
	{ ADDRESS6("z", "set type fqdn\nset fqdn zoom.us\n") TO6("z"), WEB6 " name zoom.us", true,
	  YES },
	/* an address of the name may be an address of others */
	{ ZOOM TO("z\nset dstaddr-negate enable"), WEB " name example.com", true, PERHAPS },
	{ ZOOM POLICIES(POLICY("1", "set srcaddr z\nset dstaddr all\n" ACCEPT)), WEB, true,
	  PERHAPS },
	{ ZOOM SECTION("firewall addrgrp", ENTRY("g", "set member z none\n")) TO("g"),
	  WEB " name zoom.us", true, YES },
};

static void names_are_known_only_as_far_as_assumed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		struct bench b;
		struct flow f;

		begin(&b);
		f = flow_of(&b, named[i].flow);
		assert_int_equal(read_text(&b, named[i].text, NULL, named[i].names), 0);
		assert_int_equal(b.r->names, named[i].names);
		if (answer(b.r, &f) != named[i].said)
			fail_msg("%s\n%s: %d", named[i].text, named[i].flow, (int)answer(b.r, &f));
		end(&b);
	}
}

/* ---- what is not modelled has its name and line ---- */

static const struct {
	const char *text, *what;
	unsigned line;
} unknowns[] = {
	{ ZOOM TO("z"), "fqdn object z", 4 },
	{ ADDRESS("a", "set type geography\nset country US\n") TO("a"), "geography a", 3 },
	{ ADDRESS("a", "set frobnicate 3\n") TO("a"), "set frobnicate", 3 },
	{ TO("nowhere"), "undefined address nowhere", 8 },
	{ BY("nothing"), "undefined service nothing", 9 },
	{ POLICIES(POLICY("1", ALL4 ACCEPT "set groups staff\n")), "groups staff", 10 },
	{ POLICIES(POLICY("1", ALL4 ACCEPT "set av-profile default\n")), "av-profile default", 10 },
	{ POLICIES(POLICY("1", ALL4 "set action ipsec\n")), "action ipsec", 9 },
	{ POLICIES(ENTRY("1", FROM_TO ALL4 ACCEPT "set service ALL\nset schedule night\n")),
	  "schedule night", 9 },
	{ POLICIES(ENTRY("1",
			 FROM_TO ALWAYS ACCEPT "set srcaddr all\nset internet-service enable\n")),
	  "internet-service", 8 },
	{ SECTION("firewall acl", ENTRY("4", "")) POLICIES(POLICY("1", ALL4 ACCEPT)),
	  "firewall acl 4", 2 },
	{ SECTION("frobnicator thing", ENTRY("1", "set x y\n")) POLICIES(POLICY("1", ALL4)),
	  "config frobnicator thing", 1 },
	{ SECTION("system settings", "set asymroute enable\n") POLICIES(""), "asymroute enable",
	  2 },
	{ SECTION("system zone", ENTRY("z", "set intrazone allow\nset interface a b\n"))
		  POLICIES(""),
	  "intrazone allow of zone z", 3 },
	{ SECTION("system zone", ENTRY("inet", "set interface wan1 wan2\n"))
		  POLICIES(ENTRY("1", "set srcintf lan\nset dstintf wan1\n" ALWAYS ALL4 ACCEPT
				      "set service ALL\n")),
	  "an interface inside a zone: wan1", 9 },
	{ POLICIES(POLICY("1", ALL4 "config identity-based-policy\nedit 1\nnext\nend\n")),
	  "config identity-based-policy identity-based-policy", 9 },
};

static void what_is_not_modelled_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unknowns); i++) {
		bool found = false;
		struct bench b;

		begin(&b);
		assert_int_equal(read_text(&b, unknowns[i].text, NULL, false), 0);
		for (size_t k = 0; k < b.r->unknowns; k++)
			found = found || (strcmp(b.r->unknown[k].what, unknowns[i].what) == 0 &&
					  b.r->unknown[k].at.line == unknowns[i].line);
		if (!found)
			fail_msg("%s: %s at %u, not %s", unknowns[i].text,
				 b.r->unknowns ? b.r->unknown[0].what : "nothing",
				 b.r->unknowns ? b.r->unknown[0].at.line : 0, unknowns[i].what);
		end(&b);
	}
}

static void what_is_not_defined_is_warned_of(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	assert_int_equal(read_text(&b, TO("nowhere"), NULL, false), 0);
	assert_int_equal(diag_warnings(b.d), 1);
	assert_string_equal(diag_get(b.d, 0)->text, "dstaddr nowhere is not defined");
	assert_int_equal(diag_get(b.d, 0)->at.line, 8);
	end(&b);
}

/* ---- places ---- */

#define VDOM(name, body) "config vdom\nedit " name "\n" body "end\n"
#define LAN_WAN(id) \
	ENTRY(id, "set srcintf lan\nset dstintf inet\n" ALWAYS ALL4 ACCEPT "set service ALL\n")

static const char domains[] =
	"#config-version=FGT60F-7.2.4:opmode=0:vdom=1\nconfig vdom\nedit root\nnext\nedit a\nnext\n"
	"end\nconfig global\n" SECTION("system global", "set hostname x\n") "end\n" VDOM(
		"root", SECTION("system zone", ENTRY("inet", "set interface wan1 wan2\n"))
				POLICIES(LAN_WAN("1"))) VDOM("a", POLICIES(POLICY("1", ALL4)));

static const struct {
	const char *text, *at, *flow;
	enum said said;
	bool one_place;
} places[] = {
	{ domains, "root", WEB " in lan out wan1", YES, false },
	{ domains, "root", WEB " in lan out lan", NO, false },
	{ domains, "a", WEB " in lan out wan1", NO, false },
	{ domains, "root: lan -> wan2", WEB, YES, true },
	{ domains, "root: lan -> inet", WEB, YES, true },
	{ domains, "root: inet -> lan", WEB, NO, true },
	{ POLICIES(LAN_WAN("1")), "lan -> inet", WEB, YES, true },
	{ POLICIES(LAN_WAN("1")), "lan -> dmz", WEB, NO, true },
	{ POLICIES(LAN_WAN("1")), "forward", WEB " in lan out inet", YES, false },
	{ VDOM("a", POLICIES(LAN_WAN("1"))), NULL, WEB " in lan out inet", YES, false },
	/* SD-WAN: members are in the zone that they name, or in the usual one */
	{ SECTION("system sdwan",
		  SECTION("zone", ENTRY("inet", ""))
			  SECTION("members", ENTRY("1", "set interface wan1\nset zone inet\n")
						     ENTRY("2", "set interface wan2\n")))
		  POLICIES(LAN_WAN("1")),
	  NULL, WEB " in lan out wan1", YES, false },
	{ SECTION("system sdwan", SECTION("members", ENTRY("1", "set interface wan1\n"))) POLICIES(
		  ENTRY("1", "set srcintf lan\nset dstintf virtual-wan-link\n" ALWAYS ALL4 ACCEPT
			     "set service ALL\n")),
	  "lan -> wan1", WEB, YES, true },
	/* between the interfaces of a zone, behind what policies decide */
	{ SECTION("system zone", ENTRY("z", "set intrazone allow\nset interface a b\n"))
		  POLICIES(""),
	  NULL, WEB " in z out z", PERHAPS, false },
	{ SECTION("system zone", ENTRY("z", "set intrazone allow\nset interface a b\n"))
		  POLICIES(POLICY("1", ALL4)),
	  NULL, WEB " in z out z", NO, false },
	{ SECTION("system zone", ENTRY("z", "set interface a b\n")) POLICIES(""), "a -> b", WEB, NO,
	  true },
	{ SECTION("system zone", ENTRY("z", "set intrazone allow\nset interface a b\n"))
		  POLICIES(""),
	  "a -> b", WEB, PERHAPS, true },
};

static void the_place_is_chosen(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct bench b;
		struct flow f;

		begin(&b);
		f = flow_of(&b, places[i].flow);
		assert_int_equal(read_text(&b, places[i].text, places[i].at, false), 0);
		assert_int_equal(b.r->one_place, places[i].one_place);
		if (answer(b.r, &f) != places[i].said)
			fail_msg("%s: %s: %d", places[i].at ? places[i].at : "-", places[i].flow,
				 (int)answer(b.r, &f));
		end(&b);
	}
}

/* ---- what is refused ---- */

static const struct {
	const char *text, *at, *message;
	unsigned line;
} refused[] = {
	{ "", NULL, "no firewall section", 0 },
	{ "config system global\nset hostname x\nend\n", NULL, "no firewall section", 0 },
	{ "FGT # show firewall policy\n", NULL, "'FGT' begins no statement", 1 },
	{ "set x y\n", NULL, "set outside a section", 1 },
	{ "edit 1\n", NULL, "edit 1 outside a section", 1 },
	{ "end\n", NULL, "end outside a section", 1 },
	{ POLICIES("next\n"), NULL, "next outside an entry", 2 },
	{ POLICIES("edit 1\nedit 2\nnext\nnext\n"), NULL, "edit 2 outside a section", 3 },
	{ "config firewall policy\nedit 1\nset action accept\n", NULL, "the text is over", 2 },
	{ "config firewall policy\nedit 1\nset comments \"x\nnext\nend\n", NULL, "quoted text", 3 },
	{ POLICIES("set action accept\n"), NULL, "set outside an entry", 2 },
	{ POLICIES(ENTRY("1", "set\n")), NULL, "'set' with 0 words", 3 },
	{ POLICIES("edit 1 2\nnext\n"), NULL, "'edit' with 2 words", 2 },
	{ POLICIES("delete 7\n"), NULL, "no entry 7", 2 },
	{ POLICIES(POLICY("1", ALL4) "move 1 before 2\n"), NULL, "no entry 2", 10 },
	{ POLICIES(POLICY("1", ALL4) "move 1 beside 1\n"), NULL, "'move' with 3 words", 10 },
	{ POLICIES(POLICY("1", ALL4) "clone 1 to 1\n"), NULL, "1 is there already", 10 },
	{ SECTION("firewall address", ENTRY("a", "") "rename a to b\n" ENTRY("a", "")), NULL,
	  "a was renamed", 5 },
	{ POLICIES(ENTRY("1", FROM_TO ALL4 "set service ALL\n")), NULL, "has no schedule", 2 },
	{ POLICIES(ENTRY("1", FROM_TO ALL4 ALWAYS)), NULL, "has no service", 2 },
	{ POLICIES(ENTRY("1", "set srcintf any\n" ALL4 ALWAYS)), NULL, "has no dstintf", 2 },
	{ POLICIES(ENTRY("1", REST "set srcaddr all\n")), NULL, "has no addresses", 2 },
	{ ADDRESS("a", "set subnet 10.0.0.0 255.0.255.0\n") TO("a"), NULL, "no subnet with", 3 },
	{ ADDRESS("a", "set subnet 10.0.0.300/8\n") TO("a"), NULL, "no IPv4 subnet", 3 },
	{ ADDRESS("a", "set type iprange\nset start-ip 10.0.0.1\n") TO("a"), NULL, "has no end-ip",
	  2 },
	{ ADDRESS("a", "set type iprange\nset start-ip 10.0.0.2\nset end-ip 10.0.0.1\n") TO("a"),
	  NULL, "ends before it begins", 5 },
	{ ADDRESS6("a", "set ip6 10.0.0.0/8\n") TO6("a"), NULL, "no IPv6 prefix", 3 },
	{ SERVICE("s", "set tcp-portrange 90-80\n") BY("s"), NULL, "no port range", 3 },
	{ SERVICE("s", "set tcp-portrange 65536\n") BY("s"), NULL, "no port range", 3 },
	{ SERVICE("s", "set protocol IP\nset protocol-number 256\n") BY("s"), NULL, "no number",
	  4 },
	{ SECTION("firewall addrgrp", ENTRY("g", "set member h\n") ENTRY("h", "set member g\n"))
		  TO("g"),
	  NULL, "in a circle", 2 },
	{ SECTION("firewall service group",
		  ENTRY("g", "set member h\n") ENTRY("h", "set member g\n")) BY("g"),
	  NULL, "in a circle", 2 },
	{ POLICIES(POLICY("1", ALL4 ALL6)) SECTION("firewall policy6", POLICY("1", ALL4)), NULL,
	  "IPv6 is in firewall policy and", 9 },
	{ domains, NULL, "several virtual domains", 0 },
	{ domains, "b", "no virtual domain b", 0 },
	{ "config vdom\ndelete a\nend\n", NULL, "deleted or renamed", 2 },
};

static void mistakes_are_told_with_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		const struct diag_message *m;
		struct bench b;

		begin(&b);
		if (read_text(&b, refused[i].text, refused[i].at, false) >= 0)
			fail_msg("%s: read", refused[i].text);
		m = diag_get(b.d, 0);
		if (!m || !strstr(m->text, refused[i].message) || m->at.line != refused[i].line)
			fail_msg("%s: %u: %s", refused[i].text, m ? m->at.line : 0,
				 m ? m->text : "nothing said");
		end(&b);
	}
}

static void a_nul_is_no_text(void **state)
{
	static const char text[] = "config firewall policy\nedit \"1\0\"\nnext\nend\n";
	struct bench b;

	(void)state;
	begin(&b);
	assert_int_equal(dialect_fortios.read((struct str){ text, sizeof(text) - 1 }, "nul", NULL,
					      b.m, b.d, &b.r),
			 E_SYNTAX);
	assert_int_equal(diag_get(b.d, 0)->at.line, 2);
	end(&b);
}

/* ---- several files ---- */

static void files_of_one_device_are_read_together(void **state)
{
	static const struct config_file files[] = {
		{ "policies.conf", { TO("n"), sizeof(TO("n")) - 1 } },
		{ "objects.conf", { NETS, sizeof(NETS) - 1 } },
	};
	const struct config_rule *rule;
	struct bench b;
	struct flow f;

	(void)state;
	begin(&b);
	f = flow_of(&b, "tcp 10.0.0.1 -> 10.1.2.3:80");
	assert_int_equal(dialect_fortios.read_files(files, 2, NULL, b.m, b.d, &b.r), 0);
	assert_int_equal(answer(b.r, &f), YES);
	rule = reading_decides(b.r, &f);
	assert_string_equal(rule->at.file, "policies.conf");
	end(&b);
}

/* ---- limits ---- */

static int read_built(struct buf *text)
{
	struct bench b;
	int r;

	begin(&b);
	r = read_text(&b, text->data, NULL, false);
	end(&b);
	return r;
}

static void repeat(struct buf *text, const char *what, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		buf_adds(text, what);
}

static void words_and_fields_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, POLICIES("") "config system x\nset");
	repeat(&text, " x", FOS_WORDS_MAX - 1);
	buf_adds(&text, "\nend\n");
	assert_int_equal(read_built(&text), 0);
	buf_clear(&text);
	buf_adds(&text, POLICIES("") "config system x\nset");
	repeat(&text, " x", FOS_WORDS_MAX);
	buf_adds(&text, "\nend\n");
	assert_int_equal(read_built(&text), E_LIMIT);
	buf_clear(&text);
	buf_adds(&text, "config firewall policy\nedit 1\nset status disable\n");
	for (unsigned i = 0; i < FOS_FIELDS_MAX; i++)
		buf_printf(&text, "set f%u x\n", i);
	buf_adds(&text, "end\n");
	assert_int_equal(read_built(&text), E_LIMIT);
	buf_release(&text);
}

static void nesting_has_a_limit(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	repeat(&text, "config x\nedit 1\n", FOS_NESTING_MAX);
	repeat(&text, "end\n", FOS_NESTING_MAX);
	buf_adds(&text, POLICIES(""));
	assert_int_equal(read_built(&text), 0);
	buf_clear(&text);
	repeat(&text, "config x\nedit 1\n", FOS_NESTING_MAX + 1);
	assert_int_equal(read_built(&text), E_LIMIT);
	buf_release(&text);
}

/* Groups that double one another. */
static void groups_in_groups_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, "config firewall service group\n");
	for (unsigned i = 0; i < FOS_GROUP_DEPTH_MAX - 1; i++)
		buf_printf(&text, "edit g%u\nset member g%u g%u\nnext\n", i, i + 1, i + 1);
	buf_printf(&text, "edit g%u\nset member s\nnext\nend\n", FOS_GROUP_DEPTH_MAX - 1);
	buf_adds(&text, SERVICE("s", "set tcp-portrange 80:1-5\n") BY("g0"));
	assert_int_equal(read_built(&text), E_LIMIT);
	buf_clear(&text);
	buf_adds(&text, "config firewall addrgrp\n");
	for (unsigned i = 0; i < FOS_GROUP_DEPTH_MAX; i++)
		buf_printf(&text, "edit g%u\nset member g%u\nnext\n", i, i + 1);
	buf_printf(&text, "edit g%u\nset member all\nnext\nend\n", FOS_GROUP_DEPTH_MAX);
	buf_adds(&text, TO("g0"));
	assert_int_equal(read_built(&text), E_LIMIT);
	buf_release(&text);
}

static void moving_has_a_limit(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, "config firewall policy\n");
	for (unsigned i = 1; i <= 20000; i++)
		buf_printf(&text, "edit %u\nnext\nmove %u before 1\n", i, i);
	buf_adds(&text, "end\n");
	assert_int_equal(read_built(&text), E_LIMIT);
	buf_release(&text);
}

/* ---- languages ---- */

static const struct {
	const char *text;
	bool is;
} detected[] = {
	{ "#config-version=FGT60F-7.0.5-FW-build0304\n", true },
	{ "config firewall policy\nend\n", true },
	{ "config vdom\nedit root\nconfig firewall address\nend\nend\n", true },
	{ "config system global\n    set hostname x\nend\n", true },
	{ "hostname r1\naccess-list 101 permit ip any any\n", false },
	{ "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n", false },
	{ "table inet filter {\n}\n", false },
	{ "", false },
};

static void the_language_is_found_from_the_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(detected); i++)
		if ((dialect_detect(str_of(detected[i].text)) == &dialect_fortios) !=
		    detected[i].is)
			fail_msg("%s", detected[i].text);
}

/* ---- memory ---- */

static int sample(void *data)
{
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct diag *d = diag_new();
	struct reading *reading = NULL;
	const struct assume assume = { .names = true };
	int r = m && d ? dialect_fortios.read(*(struct str *)data, "oom.conf", &assume, m, d,
					      &reading)
		       : -ENOMEM;

	reading_free(reading);
	diag_free(d);
	flow_mgr_free(m);
	return r;
}

static void every_allocation_may_fail(void **state)
{
	struct str text =
		STR(NETS UNDER ZOOM SERVICE("s", "set tcp-portrange 80:1-5 90\n") SECTION(
			"firewall vip",
			ENTRY("v",
			      "set extip 192.0.2.1\nset mappedip "
			      "10.0.0.1-10.0.0.5\n")) SECTION("system zone",
							      ENTRY("z", "set intrazone allow\n"
									 "set interface a b\n"))
			    SECTION("frobnicator", ENTRY("1", "")) POLICIES(
				    POLICY("1",
					   "set srcaddr x\nset dstaddr u z v\n"
					   "append dstaddr g\n" ACCEPT) POLICY("2", ALL4 ALL6 ACCEPT
									       "set comments \"a "
									       "\\\" b\"\n"
									       "set groups x\n")
					    ENTRY("3", FROM_TO ALL4 ALWAYS
						  "set service s\n"
						  "set service-negate enable\n") "clone 3 to "
										 "4\nmove 4 before "
										 "1\ndelete 3\n"));
	unsigned n = assert_survives_oom(sample, &text);

	(void)state;
	print_message("# %u allocations\n", n);
	assert_true(n > 150);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_construct_means_what_it_says),
		cmocka_unit_test(names_are_known_only_as_far_as_assumed),
		cmocka_unit_test(what_is_not_modelled_is_named),
		cmocka_unit_test(what_is_not_defined_is_warned_of),
		cmocka_unit_test(the_place_is_chosen),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(a_nul_is_no_text),
		cmocka_unit_test(files_of_one_device_are_read_together),
		cmocka_unit_test(words_and_fields_have_a_limit),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(groups_in_groups_have_a_limit),
		cmocka_unit_test(moving_has_a_limit),
		cmocka_unit_test(the_language_is_found_from_the_content),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
