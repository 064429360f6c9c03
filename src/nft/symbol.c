/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/symbol.h"

#include <errno.h>

#include "base/attr.h"

/*
 * The words of nft for numbers, as `nft describe TYPE` of nftables 1.0.6 lists them. Of several
 * words for one number the first is the one printed.
 */
static const struct {
	enum nft_type type;
	const char *name;
	unsigned num;
} symbols[] = {
	{ NFT_T_NF_PROTO, "ipv4", 2 },
	{ NFT_T_NF_PROTO, "ipv6", 10 },
	{ NFT_T_ETHER_TYPE, "ip", 0x800 },
	{ NFT_T_ETHER_TYPE, "arp", 0x806 },
	{ NFT_T_ETHER_TYPE, "ip6", 0x86dd },
	{ NFT_T_ETHER_TYPE, "8021q", 0x8100 },
	{ NFT_T_ETHER_TYPE, "8021ad", 0x88a8 },
	{ NFT_T_ETHER_TYPE, "vlan", 0x8100 },
	{ NFT_T_ARP_OP, "request", 1 },
	{ NFT_T_ARP_OP, "reply", 2 },
	{ NFT_T_ARP_OP, "rrequest", 3 },
	{ NFT_T_ARP_OP, "rreply", 4 },
	{ NFT_T_ARP_OP, "inrequest", 8 },
	{ NFT_T_ARP_OP, "inreply", 9 },
	{ NFT_T_ARP_OP, "nak", 10 },
	{ NFT_T_ICMP_TYPE, "echo-reply", 0 },
	{ NFT_T_ICMP_TYPE, "destination-unreachable", 3 },
	{ NFT_T_ICMP_TYPE, "source-quench", 4 },
	{ NFT_T_ICMP_TYPE, "redirect", 5 },
	{ NFT_T_ICMP_TYPE, "echo-request", 8 },
	{ NFT_T_ICMP_TYPE, "router-advertisement", 9 },
	{ NFT_T_ICMP_TYPE, "router-solicitation", 10 },
	{ NFT_T_ICMP_TYPE, "time-exceeded", 11 },
	{ NFT_T_ICMP_TYPE, "parameter-problem", 12 },
	{ NFT_T_ICMP_TYPE, "timestamp-request", 13 },
	{ NFT_T_ICMP_TYPE, "timestamp-reply", 14 },
	{ NFT_T_ICMP_TYPE, "info-request", 15 },
	{ NFT_T_ICMP_TYPE, "info-reply", 16 },
	{ NFT_T_ICMP_TYPE, "address-mask-request", 17 },
	{ NFT_T_ICMP_TYPE, "address-mask-reply", 18 },
	{ NFT_T_ICMP_CODE, "net-unreachable", 0 },
	{ NFT_T_ICMP_CODE, "host-unreachable", 1 },
	{ NFT_T_ICMP_CODE, "prot-unreachable", 2 },
	{ NFT_T_ICMP_CODE, "port-unreachable", 3 },
	{ NFT_T_ICMP_CODE, "net-prohibited", 9 },
	{ NFT_T_ICMP_CODE, "host-prohibited", 10 },
	{ NFT_T_ICMP_CODE, "admin-prohibited", 13 },
	{ NFT_T_ICMP_CODE, "frag-needed", 4 },
	{ NFT_T_ICMPV6_TYPE, "destination-unreachable", 1 },
	{ NFT_T_ICMPV6_TYPE, "packet-too-big", 2 },
	{ NFT_T_ICMPV6_TYPE, "time-exceeded", 3 },
	{ NFT_T_ICMPV6_TYPE, "parameter-problem", 4 },
	{ NFT_T_ICMPV6_TYPE, "echo-request", 128 },
	{ NFT_T_ICMPV6_TYPE, "echo-reply", 129 },
	{ NFT_T_ICMPV6_TYPE, "mld-listener-query", 130 },
	{ NFT_T_ICMPV6_TYPE, "mld-listener-report", 131 },
	{ NFT_T_ICMPV6_TYPE, "mld-listener-done", 132 },
	{ NFT_T_ICMPV6_TYPE, "mld-listener-reduction", 132 },
	{ NFT_T_ICMPV6_TYPE, "nd-router-solicit", 133 },
	{ NFT_T_ICMPV6_TYPE, "nd-router-advert", 134 },
	{ NFT_T_ICMPV6_TYPE, "nd-neighbor-solicit", 135 },
	{ NFT_T_ICMPV6_TYPE, "nd-neighbor-advert", 136 },
	{ NFT_T_ICMPV6_TYPE, "nd-redirect", 137 },
	{ NFT_T_ICMPV6_TYPE, "router-renumbering", 138 },
	{ NFT_T_ICMPV6_TYPE, "ind-neighbor-solicit", 141 },
	{ NFT_T_ICMPV6_TYPE, "ind-neighbor-advert", 142 },
	{ NFT_T_ICMPV6_TYPE, "mld2-listener-report", 143 },
	{ NFT_T_ICMPV6_CODE, "no-route", 0 },
	{ NFT_T_ICMPV6_CODE, "admin-prohibited", 1 },
	{ NFT_T_ICMPV6_CODE, "addr-unreachable", 3 },
	{ NFT_T_ICMPV6_CODE, "port-unreachable", 4 },
	{ NFT_T_ICMPV6_CODE, "policy-fail", 5 },
	{ NFT_T_ICMPV6_CODE, "reject-route", 6 },
	{ NFT_T_ICMPX_CODE, "port-unreachable", 1 },
	{ NFT_T_ICMPX_CODE, "admin-prohibited", 3 },
	{ NFT_T_ICMPX_CODE, "no-route", 0 },
	{ NFT_T_ICMPX_CODE, "host-unreachable", 2 },
	{ NFT_T_IGMP_TYPE, "membership-query", 17 },
	{ NFT_T_IGMP_TYPE, "membership-report-v1", 18 },
	{ NFT_T_IGMP_TYPE, "membership-report-v2", 22 },
	{ NFT_T_IGMP_TYPE, "membership-report-v3", 34 },
	{ NFT_T_IGMP_TYPE, "leave-group", 23 },
	{ NFT_T_TCP_FLAG, "fin", 1 },
	{ NFT_T_TCP_FLAG, "syn", 2 },
	{ NFT_T_TCP_FLAG, "rst", 4 },
	{ NFT_T_TCP_FLAG, "psh", 8 },
	{ NFT_T_TCP_FLAG, "ack", 16 },
	{ NFT_T_TCP_FLAG, "urg", 32 },
	{ NFT_T_TCP_FLAG, "ecn", 64 },
	{ NFT_T_TCP_FLAG, "cwr", 128 },
	{ NFT_T_MH_TYPE, "binding-refresh-request", 0 },
	{ NFT_T_MH_TYPE, "home-test-init", 1 },
	{ NFT_T_MH_TYPE, "careof-test-init", 2 },
	{ NFT_T_MH_TYPE, "home-test", 3 },
	{ NFT_T_MH_TYPE, "careof-test", 4 },
	{ NFT_T_MH_TYPE, "binding-update", 5 },
	{ NFT_T_MH_TYPE, "binding-acknowledgement", 6 },
	{ NFT_T_MH_TYPE, "binding-error", 7 },
	{ NFT_T_MH_TYPE, "fast-binding-update", 8 },
	{ NFT_T_MH_TYPE, "fast-binding-acknowledgement", 9 },
	{ NFT_T_MH_TYPE, "fast-binding-advertisement", 10 },
	{ NFT_T_MH_TYPE, "experimental-mobility-header", 11 },
	{ NFT_T_MH_TYPE, "home-agent-switch-message", 12 },
	{ NFT_T_DSCP, "cs0", 0 },
	{ NFT_T_DSCP, "cs1", 8 },
	{ NFT_T_DSCP, "cs2", 16 },
	{ NFT_T_DSCP, "cs3", 24 },
	{ NFT_T_DSCP, "cs4", 32 },
	{ NFT_T_DSCP, "cs5", 40 },
	{ NFT_T_DSCP, "cs6", 48 },
	{ NFT_T_DSCP, "cs7", 56 },
	{ NFT_T_DSCP, "df", 0 },
	{ NFT_T_DSCP, "be", 0 },
	{ NFT_T_DSCP, "lephb", 1 },
	{ NFT_T_DSCP, "af11", 10 },
	{ NFT_T_DSCP, "af12", 12 },
	{ NFT_T_DSCP, "af13", 14 },
	{ NFT_T_DSCP, "af21", 18 },
	{ NFT_T_DSCP, "af22", 20 },
	{ NFT_T_DSCP, "af23", 22 },
	{ NFT_T_DSCP, "af31", 26 },
	{ NFT_T_DSCP, "af32", 28 },
	{ NFT_T_DSCP, "af33", 30 },
	{ NFT_T_DSCP, "af41", 34 },
	{ NFT_T_DSCP, "af42", 36 },
	{ NFT_T_DSCP, "af43", 38 },
	{ NFT_T_DSCP, "va", 44 },
	{ NFT_T_DSCP, "ef", 46 },
	{ NFT_T_IFTYPE, "ether", 0x1 },
	{ NFT_T_IFTYPE, "ppp", 0x200 },
	{ NFT_T_IFTYPE, "ipip", 0x300 },
	{ NFT_T_IFTYPE, "ipip6", 0x301 },
	{ NFT_T_IFTYPE, "loopback", 0x304 },
	{ NFT_T_IFTYPE, "sit", 0x308 },
	{ NFT_T_IFTYPE, "ipgre", 0x30a },
	{ NFT_T_PKT_TYPE, "host", 0 },
	{ NFT_T_PKT_TYPE, "unicast", 0 },
	{ NFT_T_PKT_TYPE, "broadcast", 1 },
	{ NFT_T_PKT_TYPE, "multicast", 2 },
	{ NFT_T_PKT_TYPE, "other", 3 },
	{ NFT_T_CT_STATE, "invalid", 1 },
	{ NFT_T_CT_STATE, "new", 8 },
	{ NFT_T_CT_STATE, "established", 2 },
	{ NFT_T_CT_STATE, "related", 4 },
	{ NFT_T_CT_STATE, "untracked", 64 },
	{ NFT_T_CT_DIR, "original", 0 },
	{ NFT_T_CT_DIR, "reply", 1 },
	{ NFT_T_CT_STATUS, "expected", 1 },
	{ NFT_T_CT_STATUS, "seen-reply", 2 },
	{ NFT_T_CT_STATUS, "assured", 4 },
	{ NFT_T_CT_STATUS, "confirmed", 8 },
	{ NFT_T_CT_STATUS, "snat", 16 },
	{ NFT_T_CT_STATUS, "dnat", 32 },
	{ NFT_T_CT_STATUS, "dying", 512 },
	{ NFT_T_FIB_ADDR, "unspec", 0 },
	{ NFT_T_FIB_ADDR, "unicast", 1 },
	{ NFT_T_FIB_ADDR, "local", 2 },
	{ NFT_T_FIB_ADDR, "broadcast", 3 },
	{ NFT_T_FIB_ADDR, "anycast", 4 },
	{ NFT_T_FIB_ADDR, "multicast", 5 },
	{ NFT_T_FIB_ADDR, "blackhole", 6 },
	{ NFT_T_FIB_ADDR, "unreachable", 7 },
	{ NFT_T_FIB_ADDR, "prohibit", 8 },
	{ NFT_T_BOOLEAN, "exists", 1 },
	{ NFT_T_BOOLEAN, "missing", 0 },
	{ NFT_T_DAY, "Sunday", 0 },
	{ NFT_T_DAY, "Monday", 1 },
	{ NFT_T_DAY, "Tuesday", 2 },
	{ NFT_T_DAY, "Wednesday", 3 },
	{ NFT_T_DAY, "Thursday", 4 },
	{ NFT_T_DAY, "Friday", 5 },
	{ NFT_T_DAY, "Saturday", 6 },
	{ NFT_T_CT_EVENT, "new", 1 },
	{ NFT_T_CT_EVENT, "related", 2 },
	{ NFT_T_CT_EVENT, "destroy", 4 },
	{ NFT_T_CT_EVENT, "reply", 8 },
	{ NFT_T_CT_EVENT, "assured", 16 },
	{ NFT_T_CT_EVENT, "protoinfo", 32 },
	{ NFT_T_CT_EVENT, "helper", 64 },
	{ NFT_T_CT_EVENT, "mark", 128 },
	{ NFT_T_CT_EVENT, "seqadj", 256 },
	{ NFT_T_CT_EVENT, "secmark", 512 },
	{ NFT_T_CT_EVENT, "label", 1024 },
	{ NFT_T_DCCP_PKTTYPE, "request", 0 },
	{ NFT_T_DCCP_PKTTYPE, "response", 1 },
	{ NFT_T_DCCP_PKTTYPE, "data", 2 },
	{ NFT_T_DCCP_PKTTYPE, "ack", 3 },
	{ NFT_T_DCCP_PKTTYPE, "dataack", 4 },
	{ NFT_T_DCCP_PKTTYPE, "closereq", 5 },
	{ NFT_T_DCCP_PKTTYPE, "close", 6 },
	{ NFT_T_DCCP_PKTTYPE, "reset", 7 },
	{ NFT_T_DCCP_PKTTYPE, "sync", 8 },
	{ NFT_T_DCCP_PKTTYPE, "syncack", 9 },
	{ NFT_T_ECN, "not-ect", 0 },
	{ NFT_T_ECN, "ect1", 1 },
	{ NFT_T_ECN, "ect0", 2 },
	{ NFT_T_ECN, "ce", 3 },
	{ NFT_T_INET_PROTO, "tcp", 6 },
	{ NFT_T_INET_PROTO, "udp", 17 },
	{ NFT_T_INET_PROTO, "icmp", 1 },
	{ NFT_T_INET_PROTO, "icmpv6", 58 },
	{ NFT_T_INET_PROTO, "sctp", 132 },
	{ NFT_T_INET_PROTO, "dccp", 33 },
	{ NFT_T_INET_PROTO, "udplite", 136 },
	{ NFT_T_INET_PROTO, "esp", 50 },
	{ NFT_T_INET_PROTO, "ah", 51 },
	{ NFT_T_INET_PROTO, "comp", 108 },
	{ NFT_T_INET_PROTO, "igmp", 2 },
	{ NFT_T_INET_PROTO, "ipv6-icmp", 58 },
	{ NFT_T_INET_PROTO, "gre", 47 },
	{ NFT_T_INET_PROTO, "ipv6", 41 },
	{ NFT_T_INET_PROTO, "ipip", 94 },
	{ NFT_T_INET_PROTO, "ipencap", 4 },
	{ NFT_T_INET_PROTO, "ospf", 89 },
	{ NFT_T_INET_PROTO, "vrrp", 112 },
	{ NFT_T_INET_PROTO, "pim", 103 },
	{ NFT_T_INET_PROTO, "l2tp", 115 },
	{ NFT_T_INET_PROTO, "ip", 0 },
	{ NFT_T_INET_PROTO, "rsvp", 46 },
	{ NFT_T_INET_PROTO, "eigrp", 88 },
	{ NFT_T_INET_PROTO, "etherip", 97 },
	{ NFT_T_INET_PROTO, "ipcomp", 108 },
	{ NFT_T_INET_PROTO, "isis", 124 },
	{ NFT_T_INET_PROTO, "ipv6-route", 43 },
	{ NFT_T_INET_PROTO, "ipv6-frag", 44 },
	{ NFT_T_INET_PROTO, "ipv6-nonxt", 59 },
	{ NFT_T_INET_PROTO, "ipv6-opts", 60 },
	{ NFT_T_INET_PROTO, "hopopt", 0 },
	{ NFT_T_INET_PROTO, "mobility-header", 135 },
};

/* How many protocol names nft knows by itself; the others depend on its machine's files. */
enum { PROTO_OWN_MAX = 11 };

static const struct {
	const char *name;
	unsigned num;
} services[] = {
#define SYMBOL(text, port) { text, port },
#include "nft/services.def"
#undef SYMBOL
};

static int service_number(struct str name, u128 *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(services); i++) {
		if (str_is(name, services[i].name)) {
			*ret = services[i].num;
			return 0;
		}
	}
	return -ENOENT;
}

int nft_symbol_number(enum nft_type type, struct str name, u128 *ret)
{
	if (type == NFT_T_INET_SERVICE)
		return service_number(name, ret);
	for (size_t i = 0; i < ARRAY_LEN(symbols); i++) {
		if (symbols[i].type == type && str_is(name, symbols[i].name)) {
			*ret = symbols[i].num;
			return 0;
		}
	}
	return -ENOENT;
}

const char *nft_symbol_name(enum nft_type type, u128 num)
{
	unsigned seen = 0;

	for (size_t i = 0; i < ARRAY_LEN(symbols); i++) {
		if (symbols[i].type != type)
			continue;
		if (type == NFT_T_INET_PROTO && ++seen > PROTO_OWN_MAX)
			return NULL;
		if (symbols[i].num == num)
			return symbols[i].name;
	}
	return NULL;
}
