/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of FortiOS, construct by construct. */
#include "support/test.h"

#include "support/fosbench.h"

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
	{ POLICIES(POLICY("1", ALL4 ACCEPT "set groups x\n") POLICY("2", ALL4 ACCEPT)), WEB,
	  PERHAPS, 0 },
	{ POLICIES(POLICY("1", ALL4 ACCEPT "set tos-mask 0x10\n") POLICY("2", ALL4 ACCEPT)), WEB,
	  YES, 0 },
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
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		readbench_flow_fares(&dialect_fortios, cases[i].text, NULL, cases[i].flow,
				     cases[i].said, cases[i].line);
}

/* ---- names ---- */

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
		struct readbench b;
		struct flow f;

		assert_int_equal(fosbench_read(&b, named[i].text, NULL, named[i].names), 0);
		f = readbench_flow(&b, named[i].flow);
		assert_int_equal(b.r->names, named[i].names);
		if (readbench_says(&b, &f) != named[i].said)
			fail_msg("%s\n%s: %d", named[i].text, named[i].flow,
				 (int)readbench_says(&b, &f));
		readbench_end(&b);
	}
}

/* Profiles may stop anything, unless it is taken for granted that they do not; users always may. */
static void profiles_are_known_only_as_far_as_assumed(void **state)
{
	static const char *const text[] = {
		POLICIES(
			POLICY("1", ALL4 ACCEPT "set av-profile default\nset utm-status enable\n")),
		POLICIES(POLICY("1", ALL4 ACCEPT "set users bob\n")),
	};
	static const enum said want[2][2] = { { PERHAPS, YES }, { PERHAPS, PERHAPS } };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct assume assume = { .content = i % 2 };
		struct readbench b;
		struct flow f;

		assert_int_equal(readbench_with(&b, &dialect_fortios, str_of(text[i / 2]), &assume),
				 0);
		f = readbench_flow(&b, WEB);
		assert_int_equal(readbench_says(&b, &f), want[i / 2][i % 2]);
		readbench_end(&b);
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
	for (size_t i = 0; i < ARRAY_LEN(unknowns); i++)
		readbench_names_unknown(&dialect_fortios, unknowns[i].text, unknowns[i].what,
					unknowns[i].line);
}

static void what_is_not_defined_is_warned_of(void **state)
{
	struct readbench b;

	(void)state;
	assert_int_equal(fosbench_read(&b, TO("nowhere"), NULL, false), 0);
	assert_int_equal(diag_warnings(b.d), 1);
	assert_string_equal(diag_get(b.d, 0)->text, "dstaddr nowhere is not defined");
	assert_int_equal(diag_get(b.d, 0)->at.line, 8);
	readbench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_construct_means_what_it_says),
		cmocka_unit_test(names_are_known_only_as_far_as_assumed),
		cmocka_unit_test(profiles_are_known_only_as_far_as_assumed),
		cmocka_unit_test(what_is_not_modelled_is_named),
		cmocka_unit_test(what_is_not_defined_is_warned_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
