/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of Cisco IOS, construct by construct. */
#include "support/test.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/cisco_words.h"
#include "dialect/ios_limits.h"
#include "support/oom.h"
#include "support/readbench.h"

#define V4 "ip access-list extended A\n"
#define V6 "ipv6 access-list A\n"
#define GROUPS                                                                      \
	"object-group network N\n 10.1.0.0 255.255.0.0\n group-object M\n"          \
	"object-group network M\n host 10.9.0.1\n range 10.8.0.1 10.8.0.9\n"        \
	"object-group service S\n tcp eq www\n udp source 53 1000\n tcp-udp eq 7\n" \
	" group-object T\nobject-group service T\n icmp echo\n"

static const struct {
	const char *text, *flow;
	enum said said;
	unsigned line; /* of the entry that decides; 0: none does for certain */
} cases[] = {
	/* order, the deny at the end */
	{ V4 "permit ip any any\ndeny ip any any", "tcp 10.0.0.1 -> 192.0.2.1:80", YES, 2 },
	{ V4 "20 permit ip any any\n10 deny tcp any any", "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 3 },
	{ V4 "20 deny ip any any\n permit ip any any\n15 permit ip any any",
	  "tcp 10.0.0.1 -> 192.0.2.1:80", YES, 4 },
	{ V4 "permit udp any any", "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ V4 "10 permit ip any any\n20 deny tcp any any\nno 10", "tcp 10.0.0.1 -> 192.0.2.1:80", NO,
	  3 },
	{ V4 "permit ip any any\ndeny ip any any\nno permit ip any any",
	  "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 3 },
	{ V4 "5 deny ip any any\n7 permit udp any any\nip access-list resequence A 100 10\n" V4
	     "101 permit tcp any any\n99 permit gre any any",
	  "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 2 },
	{ "access-list 101 permit tcp any any eq www\naccess-list 101 deny ip any any",
	  "tcp 10.0.0.1 -> 192.0.2.1:80", YES, 1 },
	{ "access-list 2699 permit tcp any any", "tcp 10.0.0.1 -> 192.0.2.1:80", YES, 1 },
	{ "access-list 7 permit 10.0.0.0 0.0.0.255\n", "udp 10.0.0.200 -> 192.0.2.1:80", YES, 1 },
	{ "access-list 7 permit 10.0.0.1\naccess-list 7 deny any log",
	  "udp 10.0.0.2 -> 192.0.2.1:80", NO, 2 },
	{ "ip access-list standard S\n permit host 10.0.0.1 log\n", "gre 10.0.0.1 -> 192.0.2.1",
	  YES, 2 },
	{ V4 " remark permit ip any any\n permit udp any any", "tcp 10.0.0.1 -> 192.0.2.1:80", NO,
	  1 },
	{ "access-list 101 permit ip any any\nno access-list 101\naccess-list 101 deny ip any any",
	  "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 3 },

	/* addresses */
	{ V4 "permit ip 10.0.0.99 0.0.0.255 any", "tcp 10.0.0.1 -> 192.0.2.1:80", YES, 2 },
	{ V4 "permit ip 10.0.0.5 0.0.255.0 any", "tcp 10.0.77.5 -> 192.0.2.1:80", YES, 2 },
	{ V4 "permit ip 10.0.0.5 0.0.255.0 any", "tcp 10.0.77.6 -> 192.0.2.1:80", NO, 1 },
	{ V4 "permit ip 10.0.0.0 0.0.0.254 any", "tcp 10.0.0.130 -> 192.0.2.1:80", YES, 2 },
	{ V4 "permit ip 10.0.0.0 0.0.0.254 any", "tcp 10.0.0.131 -> 192.0.2.1:80", NO, 1 },
	{ V4 "permit ip 0.0.0.1 255.255.255.254 any", "tcp 10.0.0.131 -> 192.0.2.1:80", PERHAPS,
	  0 },
	{ V4 "permit ip any 0.0.0.0 255.255.255.255", "tcp 10.0.0.131 -> 192.0.2.1:80", YES, 2 },
	{ V4 "permit ip any any", "tcp [2001:db8::1] -> [2001:db8::2]:80", PERHAPS, 0 },

	/* ports */
	{ V4 "permit tcp any any eq 80 443 www", "tcp 10.0.0.1 -> 192.0.2.1:443", YES, 2 },
	{ V4 "permit tcp any any neq 80 443", "tcp 10.0.0.1 -> 192.0.2.1:443", NO, 1 },
	{ V4 "permit tcp any any lt 80", "tcp 10.0.0.1 -> 192.0.2.1:79", YES, 2 },
	{ V4 "permit tcp any any lt 80", "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ V4 "permit tcp any any lt 0", "tcp 10.0.0.1 -> 192.0.2.1:0", NO, 1 },
	{ V4 "permit tcp any any gt 80", "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ V4 "permit tcp any any gt 65535", "tcp 10.0.0.1 -> 192.0.2.1:65535", NO, 1 },
	{ V4 "permit udp any range 5 9 any range snmp snmptrap", "udp 10.0.0.1:9 -> 192.0.2.1:162",
	  YES, 2 },
	{ V4 "permit udp any range 5 9 any", "udp 10.0.0.1:10 -> 192.0.2.1:162", NO, 1 },
	{ V4 "permit udp any any eq syslog", "udp 10.0.0.1 -> 192.0.2.1:514", YES, 2 },
	{ V4 "permit tcp any any eq cmd", "tcp 10.0.0.1 -> 192.0.2.1:514", YES, 2 },

	/* protocols and ICMP */
	{ V4 "permit 47 any any", "gre 10.0.0.1 -> 192.0.2.1", YES, 2 },
	{ V4 "permit 0 any any", "gre 10.0.0.1 -> 192.0.2.1", PERHAPS, 0 },
	{ V4 "permit icmp any any echo", "icmp 10.0.0.1 -> 192.0.2.1 type 8 code 0", YES, 2 },
	{ V4 "permit icmp any any 3 4", "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 4", YES, 2 },
	{ V4 "permit icmp any any packet-too-big", "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 3", NO,
	  1 },
	{ V4 "permit icmp any any log", "icmp 10.0.0.1 -> 192.0.2.1 type 3 code 3", YES, 2 },

	/* TCP flags */
	{ V4 "permit tcp any any established", "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ V4 "permit tcp any any established", "tcp 10.0.0.1 -> 192.0.2.1:80 state established",
	  YES, 2 },
	{ V4 "permit tcp any any established", "tcp 10.0.0.1 -> 192.0.2.1:80 state related",
	  PERHAPS, 0 },
	{ V4 "permit tcp any any match-all +syn -ack", "tcp 10.0.0.1 -> 192.0.2.1:80", YES, 2 },
	{ V4 "permit tcp any any match-any +ack +rst", "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ V4 "permit tcp any any match-any +ack +rst",
	  "tcp 10.0.0.1 -> 192.0.2.1:80 state established", PERHAPS, 0 },
	{ V4 "permit tcp any any syn", "tcp 10.0.0.1 -> 192.0.2.1:80", YES, 2 },
	{ V4 "permit tcp any any log ack", "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ V4 "permit tcp any any log cookie", "tcp 10.0.0.1 -> 192.0.2.1:80", YES, 2 },
	{ V4 "permit tcp any any ack", "tcp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },

	/* what is not modelled: never met, never skipped */
	{ V4 "permit tcp any any time-range DAY", "tcp 10.0.0.1 -> 192.0.2.1:80", PERHAPS, 0 },
	{ V4 "permit tcp any any time-range DAY", "udp 10.0.0.1 -> 192.0.2.1:80", NO, 1 },
	{ V4 "deny tcp any any dscp ef\npermit tcp any any", "tcp 10.0.0.1 -> 192.0.2.1:80",
	  PERHAPS, 0 },
	{ V4 "permit tcp any any ttl lt 5\ndeny tcp any any", "tcp 10.0.0.1 -> 192.0.2.1:80",
	  PERHAPS, 0 },
	{ V4 "evaluate BACK\n", "tcp 10.0.0.1 -> 192.0.2.1:80", PERHAPS, 0 },
	{ V4 "permit tcp any any reflect BACK timeout 300\n", "tcp 10.0.0.1 -> 192.0.2.1:80", YES,
	  2 },
	{ V4 "permit tcp any any frobnicate 3\n", "tcp 10.0.0.1 -> 192.0.2.1:80", PERHAPS, 0 },
	{ V4 "permit ip object-group NOWHERE any\n", "tcp 10.0.0.1 -> 192.0.2.1:80", PERHAPS, 0 },
	{ V4 "deny ip object-group NOWHERE any\npermit ip any any", "tcp 10.0.0.1 -> 192.0.2.1:80",
	  PERHAPS, 0 },

	/* object groups */
	{ GROUPS V4 "permit ip object-group N any", "tcp 10.1.5.5 -> 192.0.2.1:80", YES, 15 },
	{ GROUPS V4 "permit ip object-group N any", "tcp 10.8.0.9 -> 192.0.2.1:80", YES, 15 },
	{ GROUPS V4 "permit ip object-group N any", "tcp 10.8.0.10 -> 192.0.2.1:80", NO, 14 },
	{ GROUPS V4 "permit object-group S any any", "tcp 10.8.0.1 -> 192.0.2.1:80", YES, 15 },
	{ GROUPS V4 "permit object-group S any any", "udp 10.8.0.1:53 -> 192.0.2.1:1000", YES, 15 },
	{ GROUPS V4 "permit object-group S any any", "udp 10.8.0.1:54 -> 192.0.2.1:1000", NO, 14 },
	{ GROUPS V4 "permit object-group S any any", "udp 10.8.0.1:54 -> 192.0.2.1:7", YES, 15 },
	{ GROUPS V4 "permit object-group S any any", "icmp 10.8.0.1 -> 192.0.2.1 type 8 code 0",
	  YES, 15 },
	{ V4 "permit ip object-group L any\nobject-group network L\nhost 10.0.0.1\n",
	  "tcp 10.0.0.1 -> 192.0.2.1:80", YES, 2 },

	/* IPv6 */
	{ V6 "permit tcp 2001:DB8::/32 any eq 443", "tcp [2001:db8::1] -> [2001:db8::2]:443", YES,
	  2 },
	{ V6 "sequence 20 permit ipv6 any any\nsequence 10 deny tcp any host 2001:db8::2",
	  "tcp [2001:db8::1] -> [2001:db8::2]:443", NO, 3 },
	{ V6 "permit ipv6 any any sequence 20\ndeny tcp any any sequence 10",
	  "tcp [2001:db8::1] -> [2001:db8::2]:443", NO, 3 },
	{ V6 "permit tcp any any", "icmpv6 [2001:db8::1] -> [2001:db8::2] type 135 code 0", YES,
	  1 },
	{ V6 "permit tcp any any", "icmpv6 [2001:db8::1] -> [2001:db8::2] type 128 code 0", NO, 1 },
	{ V6 "deny ipv6 any any", "icmpv6 [2001:db8::1] -> [2001:db8::2] type 136 code 0", NO, 2 },
	{ V6 "permit icmp any any destination-unreachable",
	  "icmpv6 [2001:db8::1] -> [2001:db8::2] type 1 code 3", PERHAPS, 0 },
	{ V6 "permit tcp any any routing", "tcp [2001:db8::1] -> [2001:db8::2]:443", PERHAPS, 0 },
};

static void each_construct_means_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		readbench_flow_fares(&dialect_ios, cases[i].text, NULL, cases[i].flow,
				     cases[i].said, cases[i].line);
}

/* ---- what is not modelled has its name and line ---- */

static const struct {
	const char *text, *what;
	unsigned line;
} unknowns[] = {
	{ V4 "permit tcp any any\npermit udp any any time-range DAY", "time-range DAY", 3 },
	{ V4 "permit udp any any log dscp ef", "dscp ef", 2 },
	{ V4 "permit udp any any frobnicate 3", "frobnicate 3", 2 },
	{ V4 "evaluate BACK", "evaluate BACK", 2 },
	{ V4 "permit ip 0.0.0.1 255.255.255.254 any", "0.0.0.1 255.255.255.254", 2 },
	{ V4 "permit ip object-group N any", "N", 2 },
	{ "interface Gi0/1\n ip access-group A in\n ip nat inside\n" V4 "permit ip any any",
	  "ip nat inside", 3 },
	{ "interface Gi0/1\n ip access-group A in\n zone-member security X\n" V4
	  "permit ip any any",
	  "zone-member security X", 3 },
};

static void what_is_not_modelled_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unknowns); i++)
		readbench_names_unknown(&dialect_ios, unknowns[i].text, unknowns[i].what,
					unknowns[i].line);
}

/* ---- places ---- */

static const char two_interfaces[] =
	"interface GigabitEthernet0/0\n ip access-group NOTHING in\n!\n"
	"interface GigabitEthernet0/1\n ip access-group OUT out\n ip access-group 101 in\n"
	" ipv6 traffic-filter NOT-DEFINED out\n!\n"
	"ip access-list extended OUT\n permit tcp any any eq 443\n"
	"access-list 101 permit tcp any eq 443 any established\n"
	"ip access-list extended NOTHING\n remark no entries yet\n";

static const struct {
	const char *at, *flow;
	enum said said;
} places[] = {
	{ NULL, "tcp 10.0.0.1 -> 192.0.2.1:443", YES },
	{ "forward", "tcp 10.0.0.1 -> 192.0.2.1:80", NO },
	{ "GigabitEthernet0/1 out", "tcp 10.0.0.1 -> 192.0.2.1:443", YES },
	{ "gi0/1 out", "tcp 10.0.0.1 -> 192.0.2.1:80", NO },
	{ "Gi0/1 in", "tcp 10.0.0.1 -> 192.0.2.1:443", NO },
	{ "Gi0/1 in", "tcp 192.0.2.1:443 -> 10.0.0.1:50000 state established", YES },
	{ "101", "tcp 192.0.2.1:443 -> 10.0.0.1:50000 state established", YES },
	{ "OUT", "tcp 10.0.0.1 -> 192.0.2.1:443", YES },
	/* no entries, no list, and a list that nobody defined: everything passes */
	{ "Gi0/0 in", "tcp 10.0.0.1 -> 192.0.2.1:80", YES },
	{ "Gi0/0 out", "tcp 10.0.0.1 -> 192.0.2.1:80", YES },
	{ "Gi0/1 out", "tcp [2001:db8::1] -> [2001:db8::2]:80", YES },
};

static void the_place_is_chosen(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		readbench_flow_fares(&dialect_ios, two_interfaces, places[i].at, places[i].flow,
				     places[i].said, 0);
}

/* ---- what is refused ---- */

static const struct {
	const char *text, *at, *message;
	unsigned line;
} refused[] = {
	{ "interface Gi0/1\n ip address 192.0.2.1 255.255.255.0\n", NULL,
	  "there is no access list in it: everything passes", 0 },
	{ "hostname r\n", NULL, "there is no access list in it, and no interface", 0 },
	{ "hostname x\n", NULL, "no access list", 0 },
	{ V4 "permit foo any any", NULL, "'foo' is no protocol", 2 },
	{ V4 "permit tcp any", NULL, "an address is expected", 2 },
	{ V4 "permit tcp any any eq https", NULL, "'https' is no port", 2 },
	{ V4 "permit tcp any any eq 65536", NULL, "'65536' is no port", 2 },
	{ V4 "permit tcp any any eq snmp", NULL, "'snmp' is no port", 2 },
	{ V4 "permit gre any any eq 80", NULL, "ports of a protocol", 2 },
	{ V4 "permit udp any any established", NULL, "TCP flags of another protocol", 2 },
	{ V4 "permit tcp any any eq 80 fragments", NULL, "later fragments have no", 2 },
	{ V4 "permit tcp 10.0.0.0/8 any", NULL, "is no IPv4 address", 2 },
	{ V4 "permit tcp 10.0.0.300 0.0.0.0 any", NULL, "is no IPv4 address", 2 },
	{ V4 " allow tcp any any", NULL, "begins no entry", 2 },
	{ V4 "10 permit ip any any\n10 deny ip any any", NULL, "taken by line 2", 3 },
	{ V4 "0 permit ip any any", NULL, "no sequence number", 2 },
	{ V4 "permit ip any any\nno 20", NULL, "no such entry", 3 },
	{ V6 "permit tcp 10.0.0.1 any", NULL, "no IPv6 prefix", 2 },
	{ V6 "permit tcp 2001:db8::/129 any", NULL, "no IPv6 prefix", 2 },
	{ "ip access-list standard A\npermit any\n" V4, NULL, "as standard", 3 },
	{ "access-list 7 permit tcp any any", NULL, "no IPv4 address", 1 },
	{ "access-list OUTSIDE extended permit tcp any any\n", NULL, "Cisco ASA", 1 },
	{ V4 "permit ip object-group A any\nobject-group network A\n group-object B\n"
	     "object-group network B\n group-object A\n",
	  NULL, "in a circle", 6 },
	{ "object-group network A\n 10.0.0.0 255.0.255.0\n", NULL, "holes", 2 },
	{ V4 "permit ip any any\nip access-list extended B\npermit ip any any", NULL,
	  "none of them is applied", 0 },
	{ "interface Gi0/1\n ip access-group 101\n", NULL, "direction", 2 },
	{ "access-list 101 permit ip any any\n", "Gi0/1 out", "no interface", 0 },
	{ "access-list 101 permit ip any any\n", "102", "no access list", 0 },
	{ "access-list 101 permit ip any any\nno access-list 101 permit ip any any", NULL,
	  "removing one entry", 2 },
};

static void mistakes_are_told_with_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		readbench_refuses(&dialect_ios, refused[i].text, refused[i].at, refused[i].message,
				  refused[i].line);
}

/* ---- limits ---- */

static void words_and_entries_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	buf_adds(&text, V4 "remark");
	for (size_t i = 1; i < CISCO_WORDS_MAX; i++)
		buf_adds(&text, " x");
	assert_int_equal(readbench_at(&b, &dialect_ios, buf_str(&text), NULL), 0);
	readbench_end(&b);
	buf_adds(&text, " x");
	assert_int_equal(readbench_at(&b, &dialect_ios, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_clear(&text);
	buf_adds(&text, V4);
	for (size_t i = 0; i <= IOS_ENTRIES_MAX; i++)
		buf_adds(&text, "deny ip any any\n");
	assert_int_equal(readbench_at(&b, &dialect_ios, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_release(&text);
}

/* Object groups that double one another, and groups too deep. */
static void groups_in_groups_have_a_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	for (unsigned i = 0; i < IOS_DEPTH_MAX; i++)
		buf_printf(&text,
			   "object-group service G%u\n group-object G%u\n group-object G%u\n", i,
			   i + 1, i + 1);
	buf_printf(&text, "object-group service G%u\n tcp eq 80\n", IOS_DEPTH_MAX);
	buf_adds(&text, V4 "permit object-group G0 any any\n");
	assert_int_equal(readbench_at(&b, &dialect_ios, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_release(&text);
}

static void inserting_in_front_has_a_limit(void **state)
{
	struct buf text = BUF_INIT;
	struct readbench b;

	(void)state;
	buf_adds(&text, V4);
	for (unsigned i = 40000; i > 0; i--)
		buf_printf(&text, "%u deny ip any any\n", i);
	assert_int_equal(readbench_at(&b, &dialect_ios, buf_str(&text), NULL), E_LIMIT);
	readbench_end(&b);
	buf_release(&text);
}

/* ---- languages ---- */

static const struct {
	const char *text;
	bool is;
} detected[] = {
	{ "hostname r1\n!\naccess-list 101 permit ip any any\n", true },
	{ "ip access-list extended OUT\n", true },
	{ "!\nipv6 access-list OUT\n", true },
	{ "access-list OUT extended permit ip any any\nipv6 access-list X\n", false },
	{ "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n", false },
	{ "table inet filter {\n}\n", false },
	{ "", false },
};

static void the_language_is_found_from_the_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(detected); i++)
		if ((dialect_detect(str_of(detected[i].text)) == &dialect_ios) != detected[i].is)
			fail_msg("%s", detected[i].text);
}

/* ---- memory ---- */

/* Reads a text, writes rules, and reads what it wrote. */
static int round_trip(struct str text, struct flow_mgr *m, struct arena *a, struct diag *d)
{
	EG_AUTO(reading_freep) struct reading *first = NULL;
	EG_AUTO(reading_freep) struct reading *again = NULL;
	EG_AUTO(buf_release) struct buf out = BUF_INIT;
	struct rule rule = { .verdict = VERDICT_ACCEPT };
	struct losses lost = { 0 };
	struct rulelist rules;
	int r = dialect_ios.read(text, "oom.ios", NULL, m, d, &first);

	rulelist_init(&rules, a);
	if (r == 0)
		r = match_one(&rule.match, FLOW_DST4, 0x0a000001, 0x0a000006, a);
	if (r == 0)
		r = match_one(&rule.match, FLOW_PROTO, 6, 17, a);
	if (r == 0)
		r = rulelist_add(&rules, &rule);
	if (r == 0)
		r = dialect_ios.write(&rules, m, a, d, &out, &lost);
	if (r == 0)
		r = dialect_ios.read(buf_str(&out), "oom.ios", NULL, m, d, &again);
	rulelist_release(&rules);
	return r;
}

static int sample(void *data)
{
	struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	struct arena *a = arena_new();
	struct diag *d = diag_new();
	int r = m && a && d ? round_trip(*(struct str *)data, m, a, d) : -ENOMEM;

	diag_free(d);
	arena_free(a);
	flow_mgr_free(m);
	return r;
}

static void every_allocation_may_fail(void **state)
{
	struct str text = STR(GROUPS V4 "permit object-group S object-group N any\n"
					"permit udp any any time-range X\n" V6
					"permit tcp any any established\n"
					"interface Gi0/1\n ip access-group A in\n ip nat inside\n");
	unsigned n = assert_survives_oom(sample, &text);

	(void)state;
	print_message("# %u allocations\n", n);
	assert_true(n > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_construct_means_what_it_says),
		cmocka_unit_test(what_is_not_modelled_is_named),
		cmocka_unit_test(the_place_is_chosen),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(words_and_entries_have_a_limit),
		cmocka_unit_test(groups_in_groups_have_a_limit),
		cmocka_unit_test(inserting_in_front_has_a_limit),
		cmocka_unit_test(the_language_is_found_from_the_content),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
