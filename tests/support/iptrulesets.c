/* SPDX-License-Identifier: Apache-2.0 */
#include "support/iptrulesets.h"

#include "base/attr.h"

enum { CHAINS_MAX = 4, RULES_MAX = 6, SETS_MAX = 5, ENTRIES_MAX = 6 };

enum protocol { TCP, UDP, SCTP, ICMP, NONE };

static const char *const addresses4[] = {
	"10.0.0.1",	     "10.0.0.2/31",	"10.0.0.4/30",	 "10.1.0.0/16",
	"198.18.0.0/15",     "198.18.0.1",	"198.19.0.0/30", "198.18.0.0/255.255.0.4",
	"10.0.0.2,10.1.0.3", "0.0.0.1/0.0.0.1",
};
static const char *const addresses6[] = {
	"2001:db8:a::1",     "2001:db8:a::2/127",
	"2001:db8:a::4/126", "2001:db8:b::/48",
	"2001:db8:c::/47",   "2001:db8:c::1",
	"2001:db8:d::/126",  "2001:db8:8::/ffff:ffff:fff8::4",
};
static const char *const ranges4[] = { "10.0.0.2-10.0.0.5", "198.18.0.1-198.19.0.2",
				       "10.0.0.6-10.1.0.2" };
static const char *const ranges6[] = { "2001:db8:a::2-2001:db8:a::5",
				       "2001:db8:c::1-2001:db8:d::2" };
static const char *const nets4[] = { "10.0.0.0/24", "10.0.0.2/31",   "10.0.0.3",
				     "10.0.0.0/8",  "10.1.0.4/30",   "198.18.0.0/16",
				     "198.18.0.2",  "198.18.0.0/30", "198.19.0.0/29" };
static const char *const nets6[] = { "2001:db8:a::/64",	 "2001:db8:a::2/127", "2001:db8:a::3",
				     "2001:db8::/32",	 "2001:db8:c::/48",   "2001:db8:c::2",
				     "2001:db8:c::/126", "2001:db8:d::/125" };
static const char *const ips4[] = { "10.0.0.1",	  "10.0.0.2-10.0.0.4", "10.1.0.1",
				    "198.18.0.1", "198.18.0.4/31",     "198.19.0.3" };
static const char *const hosts4[] = { "198.18.0.1", "198.18.0.3", "198.19.0.3", "10.0.0.1" };
static const char *const hosts6[] = { "2001:db8:c::1", "2001:db8:c::3", "2001:db8:d::3" };
static const char *const ips6[] = { "2001:db8:a::1", "2001:db8:a::2", "2001:db8:b::1",
				    "2001:db8:c::1", "2001:db8:c::4", "2001:db8:d::3" };
static const char *const ports[] = { "22",	  "53",	 "80",	   "443",   "1000:1999",
				     "8801:8810", ":21", "40000:", "0:1500" };
static const char *const set_ports[] = { "tcp:80",	  "udp:53",   "80",    "tcp:1000-2000",
					 "udp:8801-8810", "sctp:443", "gre:0", "99:0" };
static const char *const types4[] = { "8", "echo-reply", "3", "3/1", "13/0", "any", "8/0", "5" };
static const char *const types6[] = { "128", "echo-reply", "1", "1/1", "135", "3", "128/0" };
static const char *const set_types4[] = { "icmp:8/0", "icmp:echo-reply", "icmp:3/1" };
static const char *const set_types6[] = { "icmpv6:128/0", "icmpv6:echo-reply", "icmpv6:1/1" };
static const char *const states[] = {
	"NEW",		 "ESTABLISHED", "RELATED,ESTABLISHED", "INVALID",
	"NEW,UNTRACKED", "RELATED",	"INVALID,RELATED",     "NEW,DNAT"
};
static const char *const unknown[] = { "-m mark --mark 0x1/0xff",
				       "-m length --length 40:60",
				       "-m pkttype --pkt-type unicast",
				       "-m dscp --dscp 0x0a",
				       "-m statistic --mode random --probability 0.5",
				       "-m addrtype ! --dst-type LOCAL" };
static const char *const interfaces[] = { "lan0", "lan1", "wan0", "wan1", "lan+", "wan+", "+" };

/* Types that even small kernels have: hash:net,net and hash:net,port,net are often missing. */
static const char *const set_types[] = { "hash:net",	    "hash:net",		"hash:ip",
					 "hash:ip,port",    "hash:net,port",	"hash:net,iface",
					 "hash:ip,port,ip", "hash:ip,port,net", "bitmap:port",
					 "list:set" };

struct world {
	struct rand *rng;
	struct ruleset_wish wish;
	struct buf *sets, *out;
	bool v6;
	const char *table;
	unsigned chains, n_sets, kind[SETS_MAX];
};

static unsigned below(struct world *w, unsigned n)
{
	return (unsigned)rand_below(w->rng, n);
}

static bool one_in(struct world *w, unsigned n)
{
	return below(w, n) == 0;
}

#define ANY_OF(w, array) ((array)[below((w), ARRAY_LEN(array))])
#define ANY_BY_FAMILY(w, name) ((w)->v6 ? ANY_OF(w, name##6) : ANY_OF(w, name##4))

static const char *maybe_not(struct world *w)
{
	return one_in(w, 3) ? "! " : "";
}

/* ---- sets ---- */

static void set_port(struct world *w)
{
	if (one_in(w, 4))
		buf_adds(w->sets, ANY_BY_FAMILY(w, set_types));
	else
		buf_adds(w->sets, ANY_OF(w, set_ports));
}

static void set_entry(struct world *w, unsigned set)
{
	const char *type = set_types[w->kind[set]];
	struct str parts = str_of(strchr(type, ':') + 1);
	bool net = strstr(type, "net") != NULL;
	unsigned number = 0;

	buf_printf(w->sets, "add s%d%u ", w->v6 ? 6 : 4, set);
	if (strcmp(type, "bitmap:port") == 0) {
		static const char *const entries[] = { "80", "443", "1000-1999", "53" };

		buf_printf(w->sets, "%s\n", ANY_OF(w, entries));
		return;
	}
	if (strcmp(type, "list:set") == 0) {
		buf_printf(w->sets, "s%d%u\n", w->v6 ? 6 : 4, below(w, set));
		return;
	}
	while (parts.p) {
		struct str part = str_cut(&parts, ',');

		buf_adds(w->sets, number++ ? "," : "");
		if (str_is(part, "port"))
			set_port(w);
		else if (str_is(part, "iface"))
			buf_adds(w->sets, interfaces[below(w, 4)]);
		else if (str_is(part, "net"))
			buf_adds(w->sets, ANY_BY_FAMILY(w, nets));
		else
			buf_adds(w->sets,
				 number > 2 ? ANY_BY_FAMILY(w, hosts) : ANY_BY_FAMILY(w, ips));
	}
	buf_adds(w->sets, net && one_in(w, 4) ? " nomatch" : "");
	buf_adds(w->sets, " -exist\n");
}

static void make_sets(struct world *w)
{
	w->n_sets = below(w, SETS_MAX + 1);
	for (unsigned i = 0; i < w->n_sets; i++) {
		unsigned kind = below(w, ARRAY_LEN(set_types));

		if (i == 0 && strcmp(set_types[kind], "list:set") == 0)
			kind = 0;
		/* Lists hold no lists. */
		for (unsigned k = 0; k < i; k++)
			if (strcmp(set_types[kind], "list:set") == 0 && w->kind[k] == kind)
				kind = 0;
		w->kind[i] = kind;
		buf_printf(w->sets, "create s%d%u %s", w->v6 ? 6 : 4, i, set_types[kind]);
		if (strncmp(set_types[kind], "hash", 4) == 0)
			buf_adds(w->sets, w->v6 ? " family inet6" : " family inet");
		if (strcmp(set_types[kind], "bitmap:port") == 0)
			buf_adds(w->sets, " range 0-65535");
		buf_addc(w->sets, '\n');
		for (unsigned k = below(w, ENTRIES_MAX); k-- > 0;)
			set_entry(w, i);
	}
}

static void ask_set(struct world *w)
{
	static const char *const directions[] = { "src",	 "dst",	       "src,dst",
						  "dst,dst",	 "dst,src",    "dst,dst,src",
						  "src,src,dst", "dst,dst,dst" };

	if (!w->n_sets)
		return;
	buf_printf(w->out, " -m set %s--match-set s%d%u %s", maybe_not(w), w->v6 ? 6 : 4,
		   below(w, w->n_sets), ANY_OF(w, directions));
}

/* ---- rules ---- */

static void port_list(struct world *w)
{
	unsigned n = 1 + below(w, 4);

	for (unsigned i = 0; i < n; i++)
		buf_printf(w->out, "%s%s", i ? "," : "", ports[below(w, 6)]);
}

static void ask_ports(struct world *w, enum protocol p)
{
	static const char *const module[] = { [TCP] = "tcp", [UDP] = "udp", [SCTP] = "sctp" };
	static const char *const kind[] = { "--dports", "--sports", "--ports" };

	switch (below(w, 4)) {
	case 0:
		buf_printf(w->out, " -m multiport %s%s ", maybe_not(w), ANY_OF(w, kind));
		port_list(w);
		break;
	case 1:
		buf_printf(w->out, " -m %s %s--sport %s", module[p], maybe_not(w),
			   ANY_OF(w, ports));
		break;
	case 2:
		buf_printf(w->out, " -m %s %s--dport %s", module[p], maybe_not(w),
			   ANY_OF(w, ports));
		break;
	default:
		break;
	}
	if (p == TCP && one_in(w, 6))
		buf_printf(w->out, " -m tcp %s--tcp-flags SYN,RST,ACK SYN", maybe_not(w));
}

static void ask_protocol(struct world *w)
{
	static const char *const name[] = { [TCP] = "tcp", [UDP] = "udp", [SCTP] = "sctp" };
	static const char *const others[] = { "47", "99", "gre", "icmp", "ipv6-icmp" };
	enum protocol p = below(w, NONE + 1);

	if (p == NONE) {
		buf_printf(w->out, " %s-p %s", maybe_not(w), ANY_OF(w, others));
	} else if (p == ICMP) {
		buf_adds(w->out, w->v6 ? " -p ipv6-icmp" : " -p icmp");
		if (one_in(w, 2))
			buf_printf(w->out, " -m %s %s--%s %s", w->v6 ? "icmp6" : "icmp",
				   maybe_not(w), w->v6 ? "icmpv6-type" : "icmp-type",
				   ANY_BY_FAMILY(w, types));
	} else {
		buf_printf(w->out, " -p %s", name[p]);
		ask_ports(w, p);
	}
}

static void ask_addresses(struct world *w)
{
	static const char *const option[] = { "-s", "-d" };
	static const char *const range[] = { "--src-range", "--dst-range" };
	const char *value = ANY_BY_FAMILY(w, addresses);

	if (one_in(w, 4))
		buf_printf(w->out, " -m iprange %s%s %s", maybe_not(w), ANY_OF(w, range),
			   ANY_BY_FAMILY(w, ranges));
	else /* several addresses cannot be turned round */
		buf_printf(w->out, " %s%s %s", strchr(value, ',') ? "" : maybe_not(w),
			   ANY_OF(w, option), value);
}

static void ask_interface(struct world *w, const char *chain)
{
	bool in =
		strcmp(chain, "PREROUTING") == 0 || (strcmp(chain, "POSTROUTING") && one_in(w, 2));

	buf_printf(w->out, " %s%s %s", maybe_not(w), in ? "-i" : "-o", ANY_OF(w, interfaces));
}

static void ask(struct world *w, const char *chain)
{
	if (one_in(w, 2))
		ask_addresses(w);
	if (one_in(w, 5))
		ask_interface(w, chain);
	if (one_in(w, 2))
		ask_protocol(w);
	if (one_in(w, 3))
		ask_set(w);
	if (w->wish.conntrack && one_in(w, 4))
		buf_printf(w->out, " -m conntrack %s--ctstate %s", maybe_not(w), ANY_OF(w, states));
	if (!w->v6 && one_in(w, 12))
		buf_printf(w->out, " %s-f", maybe_not(w));
	if (w->wish.unknown && one_in(w, 16))
		buf_printf(w->out, " %s", ANY_OF(w, unknown));
	if (one_in(w, 8))
		buf_adds(w->out, " -m comment --comment \"a \\\"word\\\" -j DROP\"");
}

/* `from`: regular chains from this one on may be jumped to, so that none leads back. */
static void target(struct world *w, unsigned from)
{
	bool filter = strcmp(w->table, "filter") == 0, nat = strcmp(w->table, "nat") == 0;

	switch (below(w, 10)) {
	case 0:
	case 1:
	case 2:
		buf_adds(w->out, " -j ACCEPT");
		break;
	case 3:
	case 4:
		buf_adds(w->out, nat ? " -j RETURN" : " -j DROP");
		break;
	case 5:
		buf_adds(w->out, filter ? " -j REJECT" : " -j RETURN");
		break;
	case 6:
		buf_adds(w->out, strcmp(w->table, "mangle") == 0 ? " -j MARK --set-mark 0x1" : "");
		break;
	default:
		if (from < w->chains)
			buf_printf(w->out, " %s c%u", one_in(w, 3) ? "-g" : "-j",
				   from + below(w, w->chains - from));
		else
			buf_adds(w->out, " -j RETURN");
	}
}

static void fill_chain(struct world *w, const char *chain, unsigned from)
{
	for (unsigned n = below(w, RULES_MAX + 1); n-- > 0;) {
		buf_printf(w->out, "-A %s", chain);
		ask(w, chain);
		if (strcmp(w->table, "raw") == 0 && one_in(w, 12))
			buf_adds(w->out, " -j CT --notrack");
		else
			target(w, from);
		buf_addc(w->out, '\n');
	}
}

static void make_table(struct world *w, const char *table, const char *const *builtin, size_t n)
{
	w->table = table;
	w->chains = below(w, CHAINS_MAX + 1);
	buf_printf(w->out, "*%s\n", table);
	for (size_t i = 0; i < n; i++)
		buf_printf(w->out, ":%s %s [0:0]\n", builtin[i],
			   strcmp(table, "filter") == 0 && one_in(w, 2) ? "DROP" : "ACCEPT");
	for (unsigned i = 0; i < w->chains; i++)
		buf_printf(w->out, ":c%u - [0:0]\n", i);
	for (size_t i = 0; i < n; i++)
		fill_chain(w, builtin[i], 0);
	for (unsigned i = 0; i < w->chains; i++) {
		char chain[16];

		(void)snprintf(chain, sizeof(chain), "c%u", i);
		fill_chain(w, chain, i + 1);
	}
	buf_adds(w->out, "COMMIT\n");
}

static void make_family(struct world *w)
{
	static const char *const pre[] = { "PREROUTING" };
	static const char *const forward[] = { "FORWARD" };
	static const char *const mangle[] = { "PREROUTING", "FORWARD", "POSTROUTING" };

	buf_printf(w->out, "# Generated by %s-save\n", w->v6 ? "ip6tables" : "iptables");
	make_sets(w);
	if (one_in(w, 5))
		make_table(w, "raw", pre, 1);
	if (one_in(w, 4))
		make_table(w, "mangle", mangle, 3);
	if (w->wish.conntrack && one_in(w, 5))
		make_table(w, "nat", pre, 1);
	make_table(w, "filter", forward, 1);
	if (one_in(w, 6))
		make_table(w, "security", forward, 1);
}

void iptables_random(struct rand *rng, struct ruleset_wish wish, struct buf *sets, struct buf *v4,
		     struct buf *v6)
{
	struct world w = { .rng = rng, .wish = wish, .sets = sets, .out = v4 };

	make_family(&w);
	w.v6 = true;
	w.out = v6;
	make_family(&w);
}
