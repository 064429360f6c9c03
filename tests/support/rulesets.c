/* SPDX-License-Identifier: Apache-2.0 */
#include "support/rulesets.h"

#include "base/attr.h"

enum { CHAINS_MAX = 4, ITEMS_MAX = 12 };

enum table_family { INET, IP, IP6 };

/* nft refuses a rule that looks into two protocols; so each rule has one that it may look into. */
enum rule_protocol { TCP, UDP, SCTP, ICMP, OTHER, RULE_PROTOCOLS };

static const char *const port_word[RULE_PROTOCOLS] = {
	[TCP] = "tcp", [UDP] = "udp", [SCTP] = "sctp"
};

static const char *const family_word[] = { [INET] = "inet", [IP] = "ip", [IP6] = "ip6" };

/* Disjoint pieces of each field: any choice of them is a valid set. */
static const char *const addresses4[] = {
	"10.0.0.1",	 "10.0.0.2-10.0.0.3",	  "10.0.0.4/30",   "10.1.0.0/16", "198.18.0.1",
	"198.18.0.2/31", "198.18.0.4-198.18.0.6", "198.19.0.0/30", "198.19.0.4"
};
static const char *const addresses6[] = { "2001:db8:a::1",
					  "2001:db8:a::2-2001:db8:a::3",
					  "2001:db8:a::4/126",
					  "2001:db8:b::/48",
					  "2001:db8:c::1",
					  "2001:db8:c::2/127",
					  "2001:db8:c::4-2001:db8:c::6",
					  "2001:db8:d::/126",
					  "2001:db8:d::4" };
static const char *const port_pieces[] = { "22",	"53",	     "80",	    "443",
					   "1000-1999", "8801-8810", "40000-65535", "0-21" };
static const char *const protocols[] = { "tcp", "udp", "sctp", "icmp", "ipv6-icmp", "47", "99" };
static const char *const types4[] = { "echo-request", "echo-reply", "destination-unreachable",
				      "timestamp-request", "5-7" };
static const char *const types6[] = { "echo-request", "echo-reply", "destination-unreachable",
				      "nd-neighbor-solicit", "2-4" };
static const char *const in_names[] = { "\"lan0\"", "\"lan1\"", "\"wan0\"" };
static const char *const out_names[] = { "\"wan0\"", "\"wan1\"", "\"lan0\"" };
static const char *const states[] = { "new", "established", "related", "invalid", "untracked" };

struct pieces {
	const char *const *text;
	size_t n;
};

#define PIECES(array) ((struct pieces){ (array), ARRAY_LEN(array) })

/* What can be looked up: its expression, its type in a set, and values for it. */
struct field {
	const char *expr, *type;
	struct pieces values;
	bool interval; /* its values include ranges */
};

struct world {
	struct rand *rng;
	struct ruleset_wish wish;
	struct buf *out;
	enum table_family family;
	enum rule_protocol protocol; /* of the rule in hand */
	bool v6;		     /* the family whose headers it may look into */
	unsigned chains;	     /* regular chains of this table: c0.. */
	unsigned sets;
	struct buf sets_text; /* named sets of this table, in front of its chains */
};

static unsigned below(struct world *w, unsigned n)
{
	return (unsigned)rand_below(w->rng, n);
}

static bool one_in(struct world *w, unsigned n)
{
	return below(w, n) == 0;
}

/* ---- fields ---- */

static struct field address_field(struct world *w)
{
	bool src = one_in(w, 3);

	if (w->v6)
		return (struct field){ src ? "ip6 saddr" : "ip6 daddr", "ipv6_addr",
				       PIECES(addresses6), true };
	return (struct field){ src ? "ip saddr" : "ip daddr", "ipv4_addr", PIECES(addresses4),
			       true };
}

static struct field port_field(struct world *w)
{
	static const char *const expr[RULE_PROTOCOLS][2] = {
		[TCP] = { "tcp dport", "tcp sport" },	 [UDP] = { "udp dport", "udp sport" },
		[SCTP] = { "sctp dport", "sctp sport" }, [ICMP] = { "th dport", "th sport" },
		[OTHER] = { "th dport", "th sport" },
	};

	return (struct field){ expr[w->protocol][one_in(w, 4)], "inet_service", PIECES(port_pieces),
			       true };
}

static struct field protocol_field(struct world *w)
{
	const char *header = w->v6 ? "ip6 nexthdr" : "ip protocol";

	return (struct field){ one_in(w, 3) ? header : "meta l4proto", "inet_proto",
			       PIECES(protocols), false };
}

static struct field type_field(struct world *w)
{
	if (w->v6)
		return (struct field){ "icmpv6 type", "icmpv6_type", PIECES(types6), true };
	return (struct field){ "icmp type", "icmp_type", PIECES(types4), true };
}

static struct field interface_field(struct world *w)
{
	if (one_in(w, 2))
		return (struct field){ "iifname", "ifname", PIECES(in_names), false };
	return (struct field){ "oifname", "ifname", PIECES(out_names), false };
}

static struct field any_field(struct world *w)
{
	unsigned kind = below(w, 8);

	if (kind < 3)
		return address_field(w);
	if (kind == 3)
		return interface_field(w);
	if (w->protocol == ICMP)
		return type_field(w);
	return w->protocol == OTHER && one_in(w, 2) ? protocol_field(w) : port_field(w);
}

/* ---- elements ---- */

static void verdict(struct world *w, unsigned from, struct buf *to)
{
	unsigned kind = below(w, 10);

	if (kind < 4)
		buf_adds(to, "accept");
	else if (kind < 6)
		buf_adds(to, "drop");
	else if (kind < 7)
		buf_adds(to, "continue");
	else if (kind < 8 || from >= w->chains)
		buf_adds(to, "return");
	else
		buf_printf(to, "%s c%u", kind == 8 ? "jump" : "goto",
			   from + below(w, w->chains - from));
}

/* A choice of distinct element numbers, as a bit mask; never empty. */
static uint64_t choose(struct world *w, size_t n)
{
	uint64_t all = n < 64 ? ((uint64_t)1 << n) - 1 : UINT64_MAX, mask;

	do
		mask = rand_next(w->rng) & rand_next(w->rng) & all;
	while (!mask);
	return mask;
}

static void element(const struct field *f, size_t fields, size_t number, struct buf *to)
{
	for (size_t i = 0; i < fields; i++) {
		buf_printf(to, "%s%s", i ? " . " : "", f[i].values.text[number % f[i].values.n]);
		number /= f[i].values.n;
	}
}

/* The elements of a set, or of a verdict map when `from` says which chains it may call. */
static void elements(struct world *w, const struct field *f, size_t fields, int from,
		     struct buf *to)
{
	size_t all = 1, n = 0;
	uint64_t mask, at;

	for (size_t i = 0; i < fields; i++)
		all *= f[i].values.n;
	mask = choose(w, all < 64 ? all : 64);
	at = rand_below(w->rng, all);
	buf_adds(to, "{ ");
	for (size_t i = 0; i < 64 && n < ITEMS_MAX; i++) {
		if (!(mask >> i & 1))
			continue;
		buf_adds(to, n++ ? ", " : "");
		element(f, fields, (size_t)((at + i) % all), to);
		if (from >= 0) {
			buf_adds(to, " : ");
			verdict(w, (unsigned)from, to);
		}
	}
	if (from >= 0 && one_in(w, 6)) {
		buf_adds(to, ", * : ");
		verdict(w, (unsigned)from, to);
	}
	buf_adds(to, " }");
}

/* A set or map by name, told in front of the chains. */
static unsigned named(struct world *w, const struct field *f, size_t fields, int from)
{
	struct buf *to = &w->sets_text;
	bool interval = false;

	buf_printf(to, "\t%s s%u {\n\t\ttype ", from >= 0 ? "map" : "set", w->sets);
	for (size_t i = 0; i < fields; i++) {
		buf_printf(to, "%s%s", i ? " . " : "", f[i].type);
		interval = interval || f[i].interval;
	}
	buf_printf(to, "%s\n", from >= 0 ? " : verdict" : "");
	if (interval)
		buf_adds(to, "\t\tflags interval\n");
	buf_adds(to, "\t\telements = ");
	elements(w, f, fields, from, to);
	buf_adds(to, "\n\t}\n");
	return w->sets++;
}

static void key(const struct field *f, size_t fields, struct buf *to)
{
	for (size_t i = 0; i < fields; i++)
		buf_printf(to, "%s%s", i ? " . " : "", f[i].expr);
}

static size_t concatenation(struct world *w, struct field f[static 3])
{
	size_t n = 0;

	f[n++] = one_in(w, 4) ? interface_field(w) : address_field(w);
	if (w->protocol == OTHER) {
		f[n] = protocol_field(w);
		f[n++].expr = "meta l4proto";
	}
	f[n++] = w->protocol == ICMP ? type_field(w) : port_field(w);
	return n;
}

/* ---- matches ---- */

static void match_field(struct world *w)
{
	struct field f[3];
	size_t n = 1;
	const char *no = one_in(w, 4) ? "!= " : "";
	struct buf *to = w->out;

	if (one_in(w, 5))
		n = concatenation(w, f);
	else
		f[0] = any_field(w);
	key(f, n, to);
	buf_printf(to, " %s", no);
	if (n > 1 || one_in(w, 3)) {
		if (one_in(w, 2))
			buf_printf(to, "@s%u ", named(w, f, n, -1));
		else
			elements(w, f, n, -1, to);
	} else {
		buf_adds(to, f[0].values.text[below(w, (unsigned)f[0].values.n)]);
	}
	buf_addc(to, ' ');
}

static void match_state(struct world *w)
{
	static const char *const form[] = { "ct state %s ", "ct state != %s ",
					    "ct state { %s, %s } ", "ct state %s,%s ",
					    "ct state ! %s,%s " };
	unsigned i = below(w, ARRAY_LEN(form)), a = below(w, 5), b = (a + 1 + below(w, 4)) % 5;
	const char *one = states[a], *two = states[b];

	switch (i) {
	case 0:
		buf_printf(w->out, "ct state %s ", one);
		break;
	case 1:
		buf_printf(w->out, "ct state != %s ", one);
		break;
	case 2:
		buf_printf(w->out, "ct state { %s, %s } ", one, two);
		break;
	case 3:
		buf_printf(w->out, "ct state %s,%s ", one, two);
		break;
	default:
		buf_printf(w->out, "ct state ! %s,%s ", one, two);
	}
}

static void match_special(struct world *w)
{
	static const char *const tcp[] = {
		"tcp dport > 1000 ",
		"tcp dport & 1 == 1 ",
		"tcp flags syn ",
		"tcp flags & (syn | ack) == syn ",
		"tcp flags != syn ",
		"tcp flags & fin == fin ",
		"meta mark set tcp dport map { 22 : 1, 80 : 2, 443 : 3 } ",
		"meta l4proto tcp ",
	};
	static const char *const icmp4[] = {
		"meta l4proto icmp icmp type echo-request ",
		"icmp type . icmp code { echo-request . 0, 3 . 0-9 } ",
	};
	static const char *const icmp6[] = {
		"meta l4proto ipv6-icmp icmpv6 type echo-request ",
		"icmpv6 type . icmpv6 code { echo-request . 0, 1 . 0-9 } ",
	};
	static const char *const other[] = {
		"th dport != 1-1024 ",
		"meta l4proto != { tcp, udp } ",
		"meta l4proto > 20 ",
		"meta l4proto { tcp, udp } th dport 53-443 ",
	};
	static const char *const any[] = {
		"iifname \"lan*\" ",	"oifname \"wan*\" ",
		"oifname != \"wan*\" ", "iifname != { \"lan0\", \"wan0\" } ",
		"meta mark set 7 ",	"counter ",
	};

	if (one_in(w, 3))
		buf_adds(w->out, any[below(w, ARRAY_LEN(any))]);
	else if (w->family == INET && one_in(w, 4))
		buf_adds(w->out, w->v6 ? "meta nfproto ipv6 " : "meta nfproto != ipv6 ");
	else if (w->family == INET && one_in(w, 4))
		buf_adds(w->out, w->v6 ? "meta protocol ip6 " : "meta protocol ip ");
	else if (!w->v6 && one_in(w, 5))
		buf_adds(w->out, "ip daddr & 255.255.0.0 == 198.18.0.0 ");
	else if (w->protocol == TCP)
		buf_adds(w->out, tcp[below(w, ARRAY_LEN(tcp))]);
	else if (w->protocol == ICMP)
		buf_adds(w->out, (w->v6 ? icmp6 : icmp4)[below(w, 2)]);
	else if (w->protocol == OTHER)
		buf_adds(w->out, other[below(w, ARRAY_LEN(other))]);
	else
		buf_printf(w->out, "%s sport <= 1000 ", port_word[w->protocol]);
}

static void match_unknown(struct world *w)
{
	static const char *const any[] = { "meta mark 0 ", "limit rate 1/second ",
					   "meta length > 60 ", "meta pkttype host ",
					   "meta random < 1000000000 " };

	buf_adds(w->out, any[below(w, ARRAY_LEN(any))]);
}

static void match(struct world *w)
{
	unsigned kind = below(w, 12);

	if (kind == 0 && w->wish.unknown && one_in(w, 3))
		match_unknown(w);
	else if (kind < 3)
		match_special(w);
	else if (kind < 5 && w->wish.conntrack)
		match_state(w);
	else
		match_field(w);
}

/* ---- chains ---- */

static void rule(struct world *w, unsigned from)
{
	struct field f[3];
	size_t n = 1;

	w->v6 = w->family == IP6 || (w->family == INET && one_in(w, 2));
	w->protocol = (enum rule_protocol)below(w, RULE_PROTOCOLS);
	buf_adds(w->out, "\t\t");
	for (unsigned i = below(w, 3); i; i--)
		match(w);
	if (one_in(w, 3)) {
		if (one_in(w, 2))
			n = concatenation(w, f);
		else
			f[0] = any_field(w);
		key(f, n, w->out);
		buf_adds(w->out, " vmap ");
		if (one_in(w, 2))
			buf_printf(w->out, "@s%u", named(w, f, n, (int)from));
		else
			elements(w, f, n, (int)from, w->out);
		buf_adds(w->out, one_in(w, 8) ? " counter drop" : "");
	} else {
		match(w);
		if (one_in(w, 12))
			buf_adds(w->out, "reject");
		else
			verdict(w, from, w->out);
	}
	buf_addc(w->out, '\n');
}

static void base_chain(struct world *w, unsigned number)
{
	static const char *const hook[] = { "forward", "forward",    "forward",
					    "forward", "prerouting", "postrouting" };
	static const int priority[] = { -450, -300, -150, -10, 0, 10, 100, 300 };

	buf_printf(w->out, "\tchain b%u {\n\t\ttype filter hook %s priority %d; policy %s;\n",
		   number, hook[below(w, ARRAY_LEN(hook))], priority[below(w, ARRAY_LEN(priority))],
		   one_in(w, 4) ? "drop" : "accept");
	for (unsigned i = 1 + below(w, 5); i; i--)
		rule(w, 0);
	buf_adds(w->out, "\t}\n");
}

static void table(struct world *w, unsigned number, struct buf *out)
{
	struct buf chains = BUF_INIT;

	w->family = (enum table_family)(one_in(w, 2) ? INET : below(w, 3));
	w->chains = below(w, CHAINS_MAX + 1);
	w->sets = 0;
	w->sets_text = BUF_INIT;
	w->out = &chains;
	for (unsigned i = w->chains; i-- > 0;) {
		buf_printf(&chains, "\tchain c%u {\n", i);
		for (unsigned k = below(w, 4); k; k--)
			rule(w, i + 1);
		buf_adds(&chains, "\t}\n");
	}
	for (unsigned i = 1 + one_in(w, 3); i; i--)
		base_chain(w, i);
	buf_printf(out, "table %s t%u {\n", family_word[w->family], number);
	buf_addstr(out, buf_str(&w->sets_text));
	buf_addstr(out, buf_str(&chains));
	buf_adds(out, "}\n");
	buf_release(&w->sets_text);
	buf_release(&chains);
}

void ruleset_random(struct rand *rng, struct ruleset_wish wish, struct buf *out)
{
	struct world w = { .rng = rng, .wish = wish };
	unsigned tables = 1 + one_in(&w, 3) + one_in(&w, 6);

	for (unsigned i = 0; i < tables; i++)
		table(&w, i, out);
}
