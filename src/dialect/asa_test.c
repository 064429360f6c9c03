/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of Cisco ASA, construct by construct. */
#include "support/test.h"

#include "support/readbench.h"

#define E "access-list A extended "
#define WEB "tcp 10.0.0.1 -> 192.0.2.1:80"
#define WEB6 "tcp [2001:db8::1] -> [2001:db8::2]:80"
#define OBJECTS                                                                                    \
	"object network H\n host 10.0.0.1\n"                                                       \
	"object network S\n subnet 192.0.2.0 255.255.255.0\n"                                      \
	"object network R\n range 10.8.0.1 10.8.0.9\n"                                             \
	"object network V6\n subnet 2001:db8::/32\n"                                               \
	"object service W\n service tcp source range 1024 65535 destination eq www\n"              \
	"object-group network N\n network-object object H\n network-object 10.1.0.0 255.255.0.0\n" \
	" group-object M\n"                                                                        \
	"object-group network M\n network-object host 2001:db8::7\n network-object object R\n"     \
	"object-group service P tcp\n port-object eq www\n port-object range 8801 8810\n"          \
	"object-group service Q tcp-udp\n port-object eq domain\n"                                 \
	"object-group service T\n service-object tcp destination eq https\n"                       \
	" service-object udp source eq 53 destination eq 1000\n service-object icmp echo\n"        \
	" service-object object W\n service-object tcp-udp eq 7\n"                                 \
	"object-group protocol TU\n protocol-object tcp\n protocol-object udp\n"                   \
	"object-group icmp-type I\n icmp-object echo\n icmp-object 3\n"

static const struct {
	const char *text, *flow;
	enum said said;
	unsigned line; /* of the entry that decides; 0: none does for certain */
} cases[] = {
	/* order, the deny at the end, both families in one list */
	{ E "permit ip any any\n" E "deny ip any any", WEB, YES, 1 },
	{ E "permit udp any any", WEB, NO, 1 },
	{ E "permit ip any any", WEB6, YES, 1 },
	{ E "permit ip any4 any4", WEB6, NO, 1 },
	{ E "permit ip any6 any6", WEB6, YES, 1 },
	{ E "permit ip any6 any6", WEB, NO, 1 },
	{ E "permit ip any any\naccess-list A line 1 extended deny tcp any any", WEB, NO, 2 },
	{ "access-list A remark first\n" E "permit ip any any\n"
	  "access-list A line 2 extended deny tcp any any",
	  WEB, NO, 3 },
	{ E "permit ip any any\naccess-list A line 99 extended deny tcp any any", WEB, YES, 1 },
	{ E "permit ip any any\n" E "permit tcp any any\nno " E "permit ip any any", WEB, YES, 2 },
	{ "access-list A permit tcp any any", WEB, YES, 1 },
	{ E "permit ip any any inactive\n" E "deny tcp any any", WEB, NO, 2 },
	{ E "permit tcp any any log warnings interval 600 inactive", WEB, NO, 1 },
	{ E "permit tcp any any log disable\n", WEB, YES, 1 },
	{ E "permit tcp any any log 4\n", WEB, YES, 1 },

	/* addresses: netmasks */
	{ E "permit ip 10.0.0.0 255.255.255.0 any", WEB, YES, 1 },
	{ E "permit ip 10.0.1.0 255.255.255.0 any", WEB, NO, 1 },
	{ E "permit ip 10.0.0.1 255.255.0.255 any", "tcp 10.0.7.1 -> 192.0.2.1:80", YES, 1 },
	{ E "permit ip 10.0.0.1 255.255.0.255 any", "tcp 10.0.7.2 -> 192.0.2.1:80", NO, 1 },
	{ E "permit ip 10.0.0.192 255.0.0.192 any", "tcp 10.7.9.200 -> 192.0.2.1:80", YES, 1 },
	{ E "permit ip 0.0.0.1 0.0.0.1 any", WEB, PERHAPS, 0 },
	{ E "permit ip host 10.0.0.1 host 192.0.2.1", WEB, YES, 1 },
	{ E "permit ip host 10.0.0.1 any", WEB6, NO, 1 },
	{ E "permit ip 2001:db8::/32 host 2001:db8::2", WEB6, YES, 1 },
	{ "names\nname 10.0.0.1 server description x\nname 192.0.2.0 nets\n" E
	  "permit ip host server nets 255.255.255.0",
	  WEB, YES, 4 },
	{ "interface G0\n nameif inside\n ip address 10.0.0.1 255.255.255.0\n" E
	  "permit tcp interface inside any",
	  WEB, PERHAPS, 0 },
	{ "interface G0\n nameif inside\n ip address 10.0.0.2 255.255.255.0\n" E
	  "permit tcp interface inside any",
	  WEB, NO, 4 },
	{ "interface G0\n nameif inside\n ip address dhcp setroute\n" E
	  "permit tcp interface inside any",
	  WEB, PERHAPS, 0 },

	/* ports */
	{ E "permit tcp any any eq 80", WEB, YES, 1 },
	{ E "permit tcp any any eq www", WEB, YES, 1 },
	{ E "permit tcp any any eq https", WEB, NO, 1 },
	{ E "permit tcp any any neq 80", WEB, NO, 1 },
	{ E "permit tcp any any lt 81", WEB, YES, 1 },
	{ E "permit tcp any any gt 80", WEB, NO, 1 },
	{ E "permit tcp any range 1 5 any range 79 81", "tcp 10.0.0.1:5 -> 192.0.2.1:80", YES, 1 },
	{ E "permit tcp any range 1 5 any range 79 81", "tcp 10.0.0.1:6 -> 192.0.2.1:80", NO, 1 },
	{ E "permit udp any any eq sip", "udp 10.0.0.1 -> 192.0.2.1:5060", YES, 1 },

	/* protocols and ICMP */
	{ E "permit 47 any any", "gre 10.0.0.1 -> 192.0.2.1", YES, 1 },
	{ E "permit ah any any", "ah 10.0.0.1 -> 192.0.2.1", YES, 1 },
	{ E "permit 0 any any", "gre 10.0.0.1 -> 192.0.2.1", PERHAPS, 0 },
	{ E "permit icmp any any echo", "icmp 10.0.0.1 -> 192.0.2.1 type 8 code 0", YES, 1 },
	{ E "permit icmp any any 3 4", "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 4", YES, 1 },
	{ E "permit icmp any any 3 4", "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 3", NO, 1 },
	{ E "permit icmp6 any6 any6 echo", "icmpv6 [2001:db8::1] -> [2001:db8::2] type 128 code 0",
	  YES, 1 },
	{ E "permit icmp any any log", "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 3", YES, 1 },

	/* later packets belong to conversations */
	{ E "deny ip any any", WEB " state established", YES, 0 },
	{ E "permit ip any any", WEB " state invalid", PERHAPS, 0 },
	{ E "deny ip any any", "icmp 192.0.2.1 -> 10.0.0.1 type 0 code 0 state established",
	  PERHAPS, 0 },
	{ "policy-map global_policy\n class inspection_default\n  inspect icmp\nservice-policy "
	  "global_policy global\n" E "deny ip any any",
	  "icmp 192.0.2.1 -> 10.0.0.1 type 0 code 0 state established", YES, 0 },

	/* objects and groups */
	{ OBJECTS E "permit tcp object H object S eq www", WEB, YES, 35 },
	{ OBJECTS E "permit tcp object R any", "tcp 10.8.0.9 -> 192.0.2.1:80", YES, 35 },
	{ OBJECTS E "permit tcp object R any", "tcp 10.8.0.10 -> 192.0.2.1:80", NO, 35 },
	{ OBJECTS E "permit tcp object V6 any", WEB6, YES, 35 },
	{ OBJECTS E "permit tcp object V6 any", WEB, NO, 35 },
	{ OBJECTS E "permit ip object-group N any", "gre 10.1.9.9 -> 192.0.2.1", YES, 35 },
	{ OBJECTS E "permit ip object-group N any", "gre 10.8.0.9 -> 192.0.2.1", YES, 35 },
	{ OBJECTS E "permit ip object-group N any", "gre 10.9.0.9 -> 192.0.2.1", NO, 35 },
	{ OBJECTS E "permit ip object-group N any", "gre [2001:db8::7] -> [2001:db8::1]", YES, 35 },
	{ OBJECTS E "permit tcp any object S object-group P", WEB, YES, 35 },
	{ OBJECTS E "permit tcp any object S object-group P", "tcp 10.0.0.1 -> 192.0.2.1:8811", NO,
	  35 },
	{ OBJECTS E "permit tcp any object-group P object-group N",
	  "tcp 192.0.2.1:80 -> 10.1.0.1:9", YES, 35 },
	{ OBJECTS E "permit udp any any object-group Q", "udp 10.0.0.1 -> 192.0.2.1:53", YES, 35 },
	{ OBJECTS E "permit object-group T any any", "tcp 10.0.0.1 -> 192.0.2.1:443", YES, 35 },
	{ OBJECTS E "permit object-group T any any", "udp 10.0.0.1:53 -> 192.0.2.1:1000", YES, 35 },
	{ OBJECTS E "permit object-group T any any", "udp 10.0.0.1:54 -> 192.0.2.1:1000", NO, 35 },
	{ OBJECTS E "permit object-group T any any", "udp 10.0.0.1:54 -> 192.0.2.1:7", YES, 35 },
	{ OBJECTS E "permit object-group T any any", "tcp 10.0.0.1:2000 -> 192.0.2.1:80", YES, 35 },
	{ OBJECTS E "permit object-group T any any", "icmp 10.0.0.1 -> 192.0.2.1 type 8 code 0",
	  YES, 35 },
	{ OBJECTS E "permit object W any any", "tcp 10.0.0.1:2000 -> 192.0.2.1:80", YES, 35 },
	{ OBJECTS E "permit object W any any", "tcp 10.0.0.1:1000 -> 192.0.2.1:80", NO, 35 },
	{ OBJECTS E "permit object-group TU any any eq domain", "udp 10.0.0.1 -> 192.0.2.1:53", YES,
	  35 },
	{ OBJECTS E "permit object-group TU any any object-group Q", "tcp 10.0.0.1 -> 192.0.2.1:53",
	  YES, 35 },
	{ OBJECTS E "permit icmp any any object-group I",
	  "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 1", YES, 35 },
	{ OBJECTS E "permit icmp any any object-group I",
	  "icmp 10.0.0.1 -> 192.0.2.1 type 0 code 0", NO, 35 },
	{ E "permit tcp any object LATER\nobject network LATER\n host 192.0.2.1\n", WEB, YES, 1 },

	/* what is not modelled: never met, never skipped */
	{ E "permit tcp any any time-range DAY", WEB, PERHAPS, 0 },
	{ E "permit tcp any any time-range DAY", "udp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ E "deny tcp any any time-range DAY\n" E "permit tcp any any", WEB, PERHAPS, 0 },
	{ E "permit tcp user CORP\\joe any any", WEB, PERHAPS, 0 },
	{ E "permit tcp security-group name X any security-group tag 7 any", WEB, PERHAPS, 0 },
	{ E "permit tcp object-group-user U any any eq www", WEB, PERHAPS, 0 },
	{ E "permit tcp any any frobnicate 3", WEB, PERHAPS, 0 },
	{ E "permit ip object NOWHERE any", WEB, PERHAPS, 0 },
	{ "object-group service X\n port-object eq 80\n" E "permit object-group X any any", WEB,
	  PERHAPS, 0 },
	{ E "deny ip object-group NOWHERE any\n" E "permit ip any any", WEB, PERHAPS, 0 },
	{ "object network F\n fqdn v4 zoom.us\n" E "permit tcp any object F", WEB, PERHAPS, 0 },
	{ "object network F\n fqdn v4 zoom.us\n" E "permit tcp any object F", WEB6, NO, 3 },
	{ "object network F\n fqdn v4 zoom.us\n" E "permit tcp any object F", WEB " name zoom.us",
	  PERHAPS, 0 },
	{ "object network F\n fqdn zoom.us\nobject-group network G\n network-object object F\n"
	  " network-object host 192.0.2.1\n" E "permit tcp any object-group G",
	  WEB, YES, 6 },
	{ "mystery command\n" E "permit tcp any any", WEB, PERHAPS, 2 },
	{ "shun 10.9.9.9\n" E "deny tcp any any", WEB, NO, 2 },
	{ "nat (inside,outside) source static any any destination static S S\n" E
	  "permit ip any any",
	  WEB, YES, 2 },
	{ OBJECTS "nat (inside,outside) source dynamic any interface destination static S H\n" E
		  "permit ip any any",
	  WEB, PERHAPS, 36 },
	{ OBJECTS "nat (inside,outside) source dynamic any interface destination static S H\n" E
		  "permit ip any any",
	  "tcp 10.0.0.1 -> 192.1.2.1:80", YES, 36 },
	{ OBJECTS "nat (dmz,outside) source static H S service W X\n" E "permit ip any any", WEB,
	  YES, 36 },
	{ OBJECTS
	  "nat (inside,outside) source static any any destination static S S service W X\n" E
	  "permit ip any any",
	  WEB, PERHAPS, 0 },
	{ OBJECTS "nat (inside,outside) source static any any destination static S H inactive\n" E
		  "permit ip any any",
	  WEB, YES, 36 },
	{ "ASA Version 8.4(2)\n" E "permit ip any any", WEB6, PERHAPS, 0 },
	{ "ASA Version 8.4(2)\n" E "permit ip any any", WEB, YES, 2 },
};

static void each_construct_means_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		readbench_flow_fares(&dialect_asa, cases[i].text, "A", cases[i].flow, cases[i].said,
				     cases[i].line);
}

/* ---- what is not modelled has its name and line ---- */

static const struct {
	const char *text, *what;
	unsigned line;
} unknowns[] = {
	{ E "permit tcp any any\n" E "permit udp any any time-range DAY", "time-range DAY", 2 },
	{ E "permit udp any any frobnicate 3", "frobnicate 3", 1 },
	{ E "permit ip user CORP\\joe any any", "user CORP\\joe", 1 },
	{ E "permit ip any security-group tag 7 any", "security-group tag 7", 1 },
	{ E "permit ip object-group N any", "N", 1 },
	{ E "permit ip 0.0.0.1 0.0.0.1 any", "0.0.0.1 0.0.0.1", 1 },
	{ "object network F\n fqdn zoom.us\n" E "permit tcp any object F", "fqdn object F", 3 },
	{ "object network F\n fqdn zoom.us\n" E "permit tcp object F any", "fqdn object F", 3 },
	{ "wccp web-cache\n" E "permit ip any any", "wccp web-cache", 1 },
	{ "policy-map P\n class c\n  police output 1000\n" E "permit ip any any",
	  "police output 1000", 3 },
	{ "policy-map P\nclass c\npolice output 1000\n" E "permit ip any any", "police output 1000",
	  3 },
	{ "interface BVI1\n nameif inside\ninterface G0\n bridge-group 1\n nameif one\n"
	  "access-group A in interface inside\n" E "permit ip any any",
	  "a bridge group", 1 },
	{ "object-group-search threshold\n" E "permit ip any any", "object-group-search threshold",
	  1 },
	{ "interface G0\n nameif inside\n zone-member z\naccess-group A in interface inside\n" E
	  "permit ip any any",
	  "zone-member z", 3 },
	{ "access-group A in interface inside per-user-override\n" E "permit ip any any",
	  "per-user-override", 1 },
	{ "access-group B in interface inside\n" E "permit ip any any", "B", 1 },
	{ "access-list B ethertype permit any\naccess-group B in interface inside\n", "B", 2 },
	{ "access-list B remark nothing\naccess-group B in interface inside\n", "B", 2 },
};

static void what_is_not_modelled_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unknowns); i++)
		readbench_names_unknown(&dialect_asa, unknowns[i].text, unknowns[i].what,
					unknowns[i].line);
}

static void harmless_lines_change_nothing(void **state)
{
	static const char text[] =
		": Saved\n:\nASA Version 9.16(4)\n!\nhostname fw\nenable password x pbkdf2\nnames\n"
		"no mac-address auto\n!\ninterface GigabitEthernet0/0\n shutdown\n no nameif\n"
		" no security-level\n no ip address\n!\nboot system disk0:/asa.bin\n"
		"ftp mode passive\nclock timezone UTC 0\ndns domain-lookup outside\n"
		"dns server-group DefaultDNS\n name-server 192.0.2.53\n"
		"object-group-search access-control\n"
		"access-list A remark Zoom\n" E "permit tcp any any eq www\n"
		"access-list split standard permit 10.0.0.0 255.0.0.0\n"
		"pager lines 24\nlogging enable\nmtu inside 1500\nno failover\n"
		"ip verify reverse-path interface inside\nfilter java 80 0 0 0 0\n"
		"icmp unreachable rate-limit 1 burst-size 1\nasdm image disk0:/asdm.bin\n"
		"arp timeout 14400\nobject network inside-net\n subnet 10.0.0.0 255.0.0.0\n"
		" nat (inside,outside) dynamic interface\n"
		"route outside 0.0.0.0 0.0.0.0 192.0.2.254 1\ntimeout xlate 3:00:00\n"
		"timeout conn 1:00:00 half-closed 0:10:00\naaa authentication ssh console LOCAL\n"
		"http server enable\nsnmp-server community x\nservice resetinbound\n"
		"crypto ca certificate chain X\n certificate 01\n    308202d2 308201ba\n  quit\n"
		"telnet timeout 5\nssh stricthostkeycheck\nconsole timeout 0\n"
		"threat-detection basic-threat\nthreat-detection statistics access-list\n"
		"username u password p\nclass-map inspection_default\n"
		" match default-inspection-traffic\npolicy-map type inspect dns preset_dns_map\n"
		" parameters\n  message-length maximum client auto\npolicy-map global_policy\n"
		" class inspection_default\n  inspect ftp\n  inspect sip\n"
		"service-policy global_policy global\nclass-map typed\nmatch any\n"
		"policy-map typed\nclass typed\ninspect icmp\nprompt hostname context\n"
		"firewall transparent\ninterface BVI1\n ip address 192.0.2.1 255.255.255.0\n"
		"interface G7\n nameif bridged\n bridge-group 1\n security-level 5\n"
		"Cryptochecksum:0123456789abcdef\n: end\n";
	struct readbench b;
	struct flow f;

	(void)state;
	readbench_must(&b, &dialect_asa, text, NULL);
	assert_int_equal(b.r->unknowns, 0);
	f = readbench_flow(&b, WEB);
	assert_int_equal(readbench_says(&b, &f), YES);
	assert_string_equal(reading_decides(b.r, &f)->comment, "Zoom");
	readbench_end(&b);
}

/* ---- names that the device resolves ---- */

#define NAMES                                                                          \
	"object network F\n fqdn zoom.us\nobject network G\n fqdn v6 ipv6.zoom.us\n"   \
	"object-group network B\n network-object object F\n network-object object G\n" \
	" network-object host 192.0.2.9\n" E "permit tcp any object-group B eq 80\n"

static const struct {
	const char *flow;
	enum said said;
} named[] = {
	{ WEB " name zoom.us", YES },
	{ WEB6 " name zoom.us", YES },
	{ WEB6 " name ipv6.zoom.us", YES },
	{ WEB " name ipv6.zoom.us", NO },
	{ WEB " name www.zoom.us", NO },
	{ WEB, NO },
	{ "tcp 10.0.0.1 -> 192.0.2.9:80 name www.zoom.us", YES },
	{ "tcp 10.0.0.1 -> 192.0.2.9:81 name zoom.us", NO },
};

static void names_are_seen_when_they_are_assumed(void **state)
{
	const struct assume assume = { .hook = "forward", .names = true };
	struct readbench b;

	(void)state;
	assert_int_equal(readbench_with(&b, &dialect_asa, STR(NAMES), &assume), 0);
	assert_true(b.r->names);
	assert_int_equal(b.r->unknowns, 0);
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		struct flow f = readbench_flow(&b, named[i].flow);

		if (readbench_says(&b, &f) != named[i].said)
			fail_msg("%s: %d", named[i].flow, (int)readbench_says(&b, &f));
	}
	readbench_end(&b);
	/* of sources nothing can be assumed */
	assert_int_equal(readbench_with(&b, &dialect_asa,
					STR("object network F\n fqdn zoom.us\n" E
					    "permit tcp object F any\n"),
					&assume),
			 0);
	assert_int_equal(b.r->unknowns, 1);
	assert_false(b.r->names);
	readbench_end(&b);
}

/* ---- rules by themselves ---- */

static void rules_are_known_apart(void **state)
{
	const struct assume assume = { .hook = "forward", .apart = 2 };
	flow_ref more = FLOW_ALL;
	struct readbench b;

	(void)state;
	assert_int_equal(
		readbench_with(&b, &dialect_asa,
			       STR("access-list A remark all\n" E "permit ip any any\n" E
				   "permit udp any any inactive\n" E
				   "permit tcp any any time-range X\n" E "deny ip any any\n"),
			       &assume),
		0);
	assert_int_equal(b.r->rules, 4); /* with the deny at the end */
	assert_int_equal(b.r->rule[1].at.line, 4);
	assert_non_null(b.r->apart);
	assert_true(b.r->apart[0].lo == FLOW_ALL && b.r->apart[0].hi == FLOW_ALL);
	assert_true(flow_empty(b.r->apart[1].lo) && !flow_empty(b.r->apart[1].hi));
	assert_int_equal(flow_minus(b.m, b.r->apart[1].hi, b.r->apart[0].lo, &more), 0);
	assert_true(flow_empty(more));
	assert_true(flow_empty(b.r->apart[2].hi)); /* nobody asked */
	readbench_end(&b);
}

/* ---- languages ---- */

static const struct {
	const char *text;
	const struct dialect *is;
} detected[] = {
	{ ": Saved\nASA Version 9.16(4)\nhostname r1\n", &dialect_asa },
	{ "access-list OUT extended permit ip any any\n", &dialect_asa },
	{ "access-list 101 extended permit ip any any\n", &dialect_asa },
	{ "access-list OUT line 3 extended permit ip any any\n", &dialect_asa },
	{ "access-list 101 permit ip any any\naccess-group 101 in interface inside\n",
	  &dialect_asa },
	{ "object network H\n host 10.0.0.1\n", &dialect_asa },
	{ "access-list OUT permit tcp any any\n", &dialect_asa },
	{ "access-list 101 permit ip any any\n", &dialect_ios },
	{ "interface Gi0/1\n ip access-group OUT in\nip access-list extended OUT\n", &dialect_ios },
	{ "object-group network H\n host 10.0.0.1\nip access-list extended OUT\n", &dialect_ios },
	{ "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n", &dialect_iptables },
	{ "table inet filter {\n}\n", &dialect_nftables },
	{ "", NULL },
};

static void the_language_is_found_from_the_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(detected); i++)
		if (dialect_detect(str_of(detected[i].text)) != detected[i].is)
			fail_msg("%s", detected[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_construct_means_what_it_says),
		cmocka_unit_test(what_is_not_modelled_is_named),
		cmocka_unit_test(harmless_lines_change_nothing),
		cmocka_unit_test(names_are_seen_when_they_are_assumed),
		cmocka_unit_test(rules_are_known_apart),
		cmocka_unit_test(the_language_is_found_from_the_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
