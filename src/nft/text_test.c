/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "base/err.h"
#include "nft/print.h"
#include "nft/text.h"

static struct nft_ruleset *must_read(const char *text)
{
	struct nft_ruleset *rs = NULL;
	struct diag *d = diag_new();
	struct buf told = BUF_INIT;
	int r = nft_text_read(str_of(text), "t.nft", NULL, d, &rs);

	if (r < 0) {
		diag_format(d, &told);
		print_message("%s\n%s", text, told.data ? told.data : "");
	}
	assert_int_equal(r, 0);
	buf_release(&told);
	diag_free(d);
	return rs;
}

/* A rule as written, and as it is printed again. */
static const struct {
	const char *rule, *printed; /* NULL: the same */
} printed_rules[] = {
	{ "accept", NULL },
	{ "tcp dport 443 accept", NULL },
	{ "tcp dport https accept", "tcp dport 443 accept" },
	{ "tcp dport 0x50 accept", "tcp dport 80 accept" },
	{ "tcp dport 010 drop", "tcp dport 8 drop" },
	{ "udp dport 8801-8810 accept", NULL },
	{ "udp dport != { 53, 8801-8810 } drop", NULL },
	{ "iifname lan oifname \"wan*\" accept",
	  "meta iifname \"lan\" meta oifname \"wan*\" accept" },
	{ "ip saddr 10.1.2.3/8 accept", "ip saddr 10.0.0.0/8 accept" },
	{ "ip saddr 10.0.0.1/32 accept", "ip saddr 10.0.0.1 accept" },
	{ "ip saddr & 255.0.0.0 == 10.0.0.0 accept", "ip saddr 10.0.0.0/8 accept" },
	{ "ip saddr & 255.0.0.255 == 10.0.0.1 accept", NULL },
	{ "ip6 daddr != 2001:DB8::/32 drop", "ip6 daddr != 2001:db8::/32 drop" },
	{ "ip6 daddr ::/0 drop", NULL },
	{ "ct state established,related accept", NULL },
	{ "ct state { established, related } accept", NULL },
	{ "ct state vmap { established : accept, related : accept, invalid : drop }", NULL },
	{ "ct state != established | related drop", NULL },
	{ "ct state & (new | untracked) != 0 accept", "ct state new,untracked accept" },
	{ "tcp flags syn accept", NULL },
	{ "tcp flags == syn accept", NULL },
	{ "tcp flags ! syn accept", NULL },
	{ "tcp flags & (syn | ack) == 0 accept", "tcp flags & (syn | ack) == 0x0 accept" },
	{ "tcp flags & (fin|syn|rst|ack) == syn accept",
	  "tcp flags & (fin | syn | rst | ack) == syn accept" },
	{ "tcp flags syn / fin,syn,rst,ack accept",
	  "tcp flags & (fin | syn | rst | ack) == syn accept" },
	{ "meta l4proto { tcp, udp } th dport . ip daddr @dst accept", NULL },
	{ "meta l4proto ipv6-icmp accept", "meta l4proto icmpv6 accept" },
	{ "ip protocol icmp icmp type { echo-request, 3 } accept",
	  "ip protocol icmp icmp type { echo-request, destination-unreachable } accept" },
	{ "ip daddr . tcp dport { 10.0.0.0/8 . 80-90, 1.2.3.4 . 443 } accept", NULL },
	{ "tcp dport vmap { 22 : jump ssh, 80-90 : goto web, * : drop }", NULL },
	{ "meta mark set ip saddr map { 10.0.0.1 : 1, 10.0.0.2-10.0.0.9 : 2 }",
	  "meta mark set ip saddr map { 10.0.0.1 : 0x00000001, "
	  "10.0.0.2-10.0.0.9 : 0x00000002 }" },
	{ "ct mark set meta mark & 0xff | 0x10",
	  "ct mark set meta mark & 0x000000ff | 0x00000010" },
	{ "counter name zoom accept comment \"zoom/meetings\"",
	  "counter name \"zoom\" accept comment \"zoom/meetings\"" },
	{ "counter packets 5 bytes 300 accept", NULL },
	{ "limit rate 10/second burst 5 packets accept", "limit rate 10/second accept" },
	{ "limit rate over 1 mbytes/second burst 2 kbytes drop", NULL },
	{ "log prefix \"no: \" level warn flags all drop", "log prefix \"no: \" flags all drop" },
	{ "reject with icmpx type port-unreachable", "reject" },
	{ "reject with icmpx admin-prohibited", "reject with icmpx type admin-prohibited" },
	{ "reject with tcp reset", NULL },
	{ "queue num 1-3 bypass", "queue flags bypass to 1-3" },
	{ "ct timeout set \"udp-long\"", NULL },
	{ "add @learned { ip daddr . tcp dport timeout 1h30m }", NULL },
	{ "@th,16,16 22 accept", "th dport 22 accept" },
	{ "@nh,96,32 & 0xff000000 == 0x0a000000 accept",
	  "@nh,96,32 & 4278190080 == 167772160 accept" },
	{ "fib daddr type local accept", NULL },
	{ "fib saddr . iif oif missing drop", NULL },
	{ "dnat ip6 to [2001:db8::1]:8080", NULL },
	{ "dnat ip to 10.0.0.1-10.0.0.9:80-90", NULL },
	{ "masquerade random,persistent", NULL },
	{ "meta priority 1:20 accept", NULL },
	{ "ct original ip saddr 10.0.0.1 accept", NULL },
	{ "xt target \"TEE\"", NULL },
	{ "frobnicate { 1, 2 } sideways accept comment \"x\"", NULL },
	/* Of an unknown statement's rule nothing is said in other words. */
	{ "iifname lan reject with icmpx type port-unreachable with frobs",
	  "iifname lan reject with icmpx type port-unreachable with frobs" },
	{ "meta priority 1:20 or-solicit, 1vlan acce drop", NULL },
	{ "limit rate 1/second burst 5 packets burst { a; b } comment \"x\"", NULL },
	{ "xt match \"comment\" tcp dport https accept",
	  "xt match \"comment\" tcp dport 443 accept" },
	/* Parentheses go, and what follows must not grow into what stood in them. */
	{ "(tcp option 5) vmap { 1 : accept }", "tcp option 5 vmap { exists : accept }" },
	{ "masquerade (ip option lsrr ptr) 5", "masquerade ip option lsrr ptr 5" },
	{ "ct label ! 1,2 accept", NULL },
	{ "ip saddr somewhere accept", "ip saddr \"somewhere\" accept" },
	{ "ip saddr \"exists\" accept", NULL },
	{ "ether type vlan accept", "ether type 8021q accept" },
	{ "ether type 8021ad accept", NULL },
	{ "dnat ip6 to [::1]-[::1]:80", "dnat ip6 to [::1]:80" },
	{ "dnat ip6 to ip6 saddr & ::1 : 80", "dnat ip6 to ip6 saddr & ::1 :80" },
	{ "redirect to 8080", "redirect to :8080" },
	{ "ct event set new,destroy", "ct event set new | destroy" },
};

static void rules_are_read_and_printed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(printed_rules); i++) {
		char script[512];
		struct buf out = BUF_INIT;
		struct nft_ruleset *rs;

		(void)snprintf(script, sizeof(script), "table inet t {\n chain c {\n  %s\n }\n}\n",
			       printed_rules[i].rule);
		rs = must_read(script);
		assert_int_equal(rs->table[0]->chain[0]->rules, 1);
		nft_print_rule(rs->table[0]->chain[0]->rule[0], NFT_INET, 0, &out);
		assert_string_equal(out.data, printed_rules[i].printed ? printed_rules[i].printed
								       : printed_rules[i].rule);
		buf_release(&out);
		nft_ruleset_free(rs);
	}
}

/* What a script leaves behind. */
static void scripts_are_carried_out(void **state)
{
	static const struct {
		const char *script, *left; /* the rules that are left, one a line */
	} cases[] = {
		{ "table t { chain c { accept\n } }\ntable t { chain c { drop\n } }",
		  "accept\ndrop\n" },
		{ "add table t\nadd chain t c\nadd rule t c accept\ninsert rule t c drop",
		  "drop\naccept\n" },
		{ "add table t; add chain t c; add rule t c accept; add t c index 0 drop; "
		  "insert rule t c index 1 return",
		  "accept\nreturn\ndrop\n" },
		{ "table t { chain c { accept\n } }\nflush chain t c\nadd rule t c drop",
		  "drop\n" },
		{ "table t { chain c { accept\n } }\nflush ruleset\ntable t { chain c { drop\n } }",
		  "drop\n" },
		{ "table t {}\ndelete table t\ntable t { chain c { accept\n } }", "accept\n" },
		{ "table t { chain c { accept\n } }\nflush table t", "" },
		{ "define p = 22\ntable t { chain c { tcp dport $p accept\n } }",
		  "tcp dport 22 accept\n" },
		{ "define a = { 1, 2 }\ndefine b = { $a, 3 }\ntable t { chain c {\n"
		  "tcp dport $b accept\n } }",
		  "tcp dport { 1, 2, 3 } accept\n" },
		{ "define a = 1\ndefine b = $a\nredefine a = 2\ntable t { chain c {\n"
		  "tcp dport { $a, $b } accept\n } }",
		  "tcp dport { 2, 1 } accept\n" },
		{ "define a = 1\ntable t { define a = 2\nchain c { tcp dport $a accept\n }\n}\n"
		  "add rule t c udp dport $a drop",
		  "tcp dport 2 accept\nudp dport 1 drop\n" },
		{ "define i = \"lan0\"\ntable t { chain c { iifname $i \\\n accept # why\n }\n}",
		  "meta iifname \"lan0\" accept\n" },
		{ "define m = 1 | 2\ntable t { chain c { meta mark & $m == 1 accept\n } }",
		  "meta mark & 0x00000003 == 0x00000001 accept\n" },
		{ "table t { chain c { tcp dport {\n 1, # one\n 2,\n } accept; drop; }; }",
		  "tcp dport { 1, 2 } accept\ndrop\n" },
		/* Words of different sources stay apart. */
		{ "define w = no\ndefine x = 1:\ntable t { chain c { frob $x:2 $w$w\n } }",
		  "frob 1: :2 no no\n" },
		{ "table t { chain c { frob { a;\n b\n c }\n }\n}", "frob { a; b c }\n" },
		/* The next line decides nothing: this is the statement `json` and a comment. */
		{ "table t { chain c { json\n comment \"x\"\n }\n}", "json\n" },
		/* The type of a set decides, wherever the set stands. */
		{ "table t { chain c { update @m { ip saddr : 5 }\n }\n"
		  "map m { type ipv4_addr : mark; }\n}",
		  "update @m { ip saddr : 0x00000005 }\n" },
		{ "list ruleset\nreset counters\ntable t { chain c { accept\n } }", "accept\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct nft_ruleset *rs = must_read(cases[i].script);
		const struct nft_chain *c = rs->table[0]->chain[0];
		struct buf out = BUF_INIT;

		assert_int_equal(rs->tables, 1);
		assert_int_equal(rs->rules, c->rules);
		for (size_t r = 0; r < c->rules; r++) {
			nft_print_rule(c->rule[r], NFT_IP, 0, &out);
			buf_addc(&out, '\n');
		}
		assert_string_equal(out.data ? out.data : "", cases[i].left);
		buf_release(&out);
		nft_ruleset_free(rs);
	}
}

static void mistakes_are_told_with_their_place(void **state)
{
	static const struct {
		const char *script, *told;
	} cases[] = {
		{ "table t {\n chain c {\n  tcp dprot 22 accept\n }\n}",
		  "t.nft:3:7: error: tcp has no field dprot" },
		{ "table t {\n chain c {\n  tcp dport 65536 accept\n }\n}",
		  "t.nft:3:13: error: 65536 is too large for inet_service" },
		{ "table t {\n chain c {\n  ip saddr 10.0.0.0/33 accept\n }\n}",
		  "t.nft:3:21: error: a prefix length above 32" },
		{ "table t {\n chain c {\n  ip saddr 10.0.0.256 accept\n }\n}",
		  "t.nft:3:12: error: 10.0.0.256 is no ipv4_addr" },
		{ "table t {\n chain c {\n  tcp dport 90-80 accept\n }\n}",
		  "t.nft:3:16: error: this range ends before it begins" },
		{ "table t {\n chain c {\n  tcp dport { 22 80 } accept\n }\n}",
		  "t.nft:3:18: error: expected `,`, found `80`" },
		{ "table t {\n chain c {\n  tcp dport ! 22 accept\n }\n}",
		  "t.nft:3:15: error: expected another operator: `!` is for flags" },
		{ "table t {\n chain c {\n }\n}\nadd rule t c in m { 22",
		  "t.nft:5:14: warning: `in` is not known here: this rule may do anything\n"
		  "t.nft:5:23: error: expected `}`, found the end of the file" },
		{ "table t {\n chain c {\n  (1 | 2) == 2 accept\n }\n}",
		  "t.nft:3:3: error: nothing of the packet is looked at here" },
		{ "table t {\n chain c {\n  ct state new,related . 5 drop\n }\n}",
		  "t.nft:3:16: error: 2 parts where 1 is expected" },
		{ "table t {\n chain c {\n  ct state new,ct state drop\n }\n}",
		  "t.nft:3:16: error: a flag must be a constant" },
		{ "table t {\n chain c {\n  tcp dport tcp sport drop\n }\n}",
		  "t.nft:3:13: error: what is compared with must be a constant" },
		{ "table t {\n chain c {\n  tcp flags syn / { syn } drop\n }\n}",
		  "t.nft:3:19: error: expected a value" },
		{ "table t {\n chain c {\n  ip saddr . ip ttl 1.2.3.4 . 5 / 1.1.1.1 drop\n }\n}",
		  "t.nft:3:33: error: expected no mask" },
		{ "table t {\n chain c {\n  ip saddr & 10.0.0.0/8 == 10.0.0.0 drop\n }\n}",
		  "t.nft:3:25: error: bit operators take single values" },
		{ "table t {\n chain c {\n  ip saddr . ip ttl set 5\n }\n}",
		  "t.nft:3:25: error: only a field can be set" },
		{ "table t {\n chain c {\n  dnat to 5\n }\n}", "t.nft:3:11: error: 5 is no ipv4" },
		{ "table t {\n chain c {\n  queue to (1) . 2\n }\n}",
		  "t.nft:3:12: error: 2 parts where 1 is expected" },
		{ "table t {\n chain c {\n  log level loud\n }\n}",
		  "t.nft:3:13: error: expected a level such as info, found `loud`" },
		{ "table t {\n chain c { }\n}\nadd rule t c comment \"x\"",
		  "t.nft:4:14: error: expected a rule" },
		{ "table t {\n chain c { }\n chain d { }\n}\nrename chain t c d",
		  "t.nft:5:18: error: there is a chain d already" },
		{ "table t {\n chain c { type filter hook input priority \"2147483647\" + 1; }\n}",
		  "t.nft:2:44: error: a priority has 32 bits" },
		{ "table t {\n set s { type mark; type ipv4_addr; }\n}",
		  "t.nft:2:26: error: s has another type already" },
		{ "table t {\n set s { type mark; reject; }\n}",
		  "t.nft:2:21: error: only counter, limit, quota and ct count go with an element" },
		{ "table t {\n chain c { add @s { 5 }\n }\n set s { type ipv4_addr; }\n}",
		  "t.nft:2:12: error: 5 is no ipv4_addr" },
		{ "add table t\nadd quota t q over { 5\n", "t.nft:3:1: error: expected `}`" },
		{ "table t {\n chain c {\n  tcp dport $x accept\n }\n}",
		  "t.nft:3:13: error: $x is not defined" },
		{ "tabel inet t {\n}", "t.nft:1:1: error: expected a command such as table" },
		{ "table t {\n chain c {\n  accept\n", "t.nft:4:1: error: expected `}`" },
		{ "table t { chain c { type filter hook input priority dstnut; } }",
		  "t.nft:1:53: error: dstnut is no priority here" },
		{ "table t { set s { elements = { 1 } } }",
		  "t.nft:1:30: error: the elements stand before the type" },
		{ "table t { set s { type ipv4_addr; elements = { 1.2.3.4 : drop }; }; }",
		  "t.nft:1:48: error: an element of a set has no `: VALUE`" },
		{ "include \"x\"", "t.nft:1:9: error: include is not followed here" },
		{ "table t { chain c { log prefix \"x accept\n } }",
		  "t.nft:1:32: error: this string does not end" },
		{ "add rule t c accept", "t.nft:1:10: error: there is no table ip t" },
		{ "}", "t.nft:1:1: error: expected a command" },
		{ "define x = 1\ndefine x = 2", "t.nft:2:8: error: x is defined already" },
		{ "table t { chain c { tcp dport 1,2 accept\n } }",
		  "t.nft:1:32: error: a list outside of { } is only for flags" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct nft_ruleset *rs = NULL;
		struct diag *d = diag_new();
		struct buf told = BUF_INIT;
		int r;

		r = nft_text_read(str_of(cases[i].script), "t.nft", NULL, d, &rs);
		if (r >= 0)
			print_message("read without an error: %s\n", cases[i].script);
		assert_true(r < 0);
		assert_null(rs);
		diag_format(d, &told);
		if (!str_starts(buf_str(&told), cases[i].told))
			print_message("want %s\ngot  %s", cases[i].told, told.data);
		assert_true(str_starts(buf_str(&told), cases[i].told));
		buf_release(&told);
		diag_free(d);
	}
}

static void several_mistakes_are_told_at_once(void **state)
{
	struct nft_ruleset *rs = NULL;
	struct diag *d = diag_new();

	(void)state;
	assert_int_equal(
		nft_text_read(STR("table t {\n chain c {\n  tcp dport { 22, bogus } accept\n"
				  "  accept\n  ip saddr 1.2.3.4.5 drop\n }\n"
				  " chain e {\n  udp dport 99999 drop\n }\n}\n"),
			      "t.nft", NULL, d, &rs),
		E_SYNTAX);
	assert_int_equal(diag_errors(d), 3);
	assert_int_equal(diag_get(d, 0)->at.line, 3);
	assert_int_equal(diag_get(d, 1)->at.line, 5);
	assert_int_equal(diag_get(d, 2)->at.line, 8);
	diag_free(d);
}

static const char office[] =
	"flush ruleset\n"
	"table inet egret {\n"
	"	comment \"made by hand\"\n"
	"	counter zoom { }\n"
	"	ct timeout udp-long {\n"
	"		protocol udp; l3proto ip\n"
	"		policy = { unreplied : 60s, replied : 180 }\n"
	"	}\n"
	"	set dst4 {\n"
	"		type ipv4_addr . inet_proto . inet_service\n"
	"		flags interval\n"
	"		elements = { 3.7.35.0/25 . udp . 8801-8810 comment \"zoom\",\n"
	"			     170.114.0.0/16 . tcp . 443 }\n"
	"	}\n"
	"	map verdicts {\n"
	"		typeof ip saddr . meta iifname : verdict\n"
	"		elements = { 10.0.0.1 . \"lan\" : jump out, * : drop }\n"
	"	}\n"
	"	set learned {\n"
	"		type ipv6_addr\n		size 65535; flags dynamic,timeout\n"
	"		timeout 1h\n"
	"		elements = { 2001:db8::1 timeout 5m expires 4m59s }\n"
	"	}\n"
	"	chain forward {\n"
	"		type filter hook forward priority filter - 10; policy drop;\n"
	"		ct state established,related accept\n"
	"		ip saddr . iifname vmap @verdicts\n"
	"	}\n"
	"	chain out {\n"
	"		ip daddr . meta l4proto . th dport @dst4 counter name zoom accept\n"
	"	}\n"
	"}\n";

static void a_whole_table_is_understood(void **state)
{
	struct nft_ruleset *rs = must_read(office);
	const struct nft_table *t = nft_table_find(rs, NFT_INET, STR("egret"));
	const struct nft_object *timeout = nft_object_find(t, NFT_O_CT_TIMEOUT, STR("udp-long"));
	const struct nft_set *dst = nft_set_find(t, STR("dst4"));
	const struct nft_set *map = nft_set_find(t, STR("verdicts"));
	const struct nft_chain *forward = nft_chain_find(t, STR("forward"));

	(void)state;
	assert_true(rs->flushes);
	assert_int_equal(timeout->timeout.l4proto, 17);
	assert_int_equal(timeout->timeout.l3proto, NFT_IP);
	assert_int_equal(timeout->timeout.policy[1].seconds, 180);
	assert_int_equal(dst->keys, 3);
	assert_int_equal(dst->flags, NFT_SET_INTERVAL);
	assert_int_equal(dst->elem[0].key->concat.part[0]->kind, NFT_E_PREFIX);
	assert_int_equal(dst->elem[0].key->concat.part[2]->kind, NFT_E_RANGE);
	assert_string_equal(dst->elem[0].comment, "zoom");
	assert_true(map->map);
	assert_int_equal(map->key[0].type, NFT_T_IPV4_ADDR);
	assert_int_equal(map->data[0].type, NFT_T_VERDICT);
	assert_int_equal(map->elem[1].key->kind, NFT_E_ANY);
	assert_int_equal(nft_set_find(t, STR("learned"))->elem[0].more->expires_ms, 299000);
	assert_int_equal(forward->priority, -10);
	assert_true(forward->policy_drop);
	assert_int_equal(forward->rule[0]->at.line, 27);
	assert_string_equal(forward->rule[1]->text, "ip saddr . iifname vmap @verdicts");
	nft_ruleset_free(rs);
}

static void what_is_printed_reads_back(void **state)
{
	static const unsigned flags[] = { 0, NFT_PRINT_STATELESS, NFT_PRINT_REPLACE };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		struct nft_ruleset *first = must_read(office), *second;
		struct buf a = BUF_INIT, b = BUF_INIT;

		nft_print(first, flags[i], &a);
		second = must_read(a.data);
		nft_print(second, flags[i], &b);
		assert_string_equal(a.data, b.data);
		buf_release(&a);
		buf_release(&b);
		nft_ruleset_free(first);
		nft_ruleset_free(second);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_read_and_printed),
		cmocka_unit_test(scripts_are_carried_out),
		cmocka_unit_test(mistakes_are_told_with_their_place),
		cmocka_unit_test(several_mistakes_are_told_at_once),
		cmocka_unit_test(a_whole_table_is_understood),
		cmocka_unit_test(what_is_printed_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
