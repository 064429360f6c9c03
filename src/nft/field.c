/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/field.h"

#include <linux/netfilter/nf_tables.h>

#include "base/attr.h"

enum {
	ETHER,
	VLAN,
	ARP,
	IP,
	IP6,
	ICMP,
	ICMPV6,
	IGMP,
	TCP,
	UDP,
	UDPLITE,
	SCTP,
	DCCP,
	AH,
	ESP,
	COMP,
	TH
};

static const struct nft_header headers[] = {
	[ETHER] = { "ether", NFT_BASE_LINK, -1, -1, -1 },
	[VLAN] = { "vlan", NFT_BASE_LINK, -1, -1, 0x8100 },
	[ARP] = { "arp", NFT_BASE_NETWORK, -1, -1, 0x0806 },
	[IP] = { "ip", NFT_BASE_NETWORK, -1, 2, 0x0800 },
	[IP6] = { "ip6", NFT_BASE_NETWORK, -1, 10, 0x86dd },
	[ICMP] = { "icmp", NFT_BASE_TRANSPORT, 1, -1, -1 },
	[ICMPV6] = { "icmpv6", NFT_BASE_TRANSPORT, 58, -1, -1 },
	[IGMP] = { "igmp", NFT_BASE_TRANSPORT, 2, -1, -1 },
	[TCP] = { "tcp", NFT_BASE_TRANSPORT, 6, -1, -1 },
	[UDP] = { "udp", NFT_BASE_TRANSPORT, 17, -1, -1 },
	[UDPLITE] = { "udplite", NFT_BASE_TRANSPORT, 136, -1, -1 },
	[SCTP] = { "sctp", NFT_BASE_TRANSPORT, 132, -1, -1 },
	[DCCP] = { "dccp", NFT_BASE_TRANSPORT, 33, -1, -1 },
	[AH] = { "ah", NFT_BASE_TRANSPORT, 51, -1, -1 },
	[ESP] = { "esp", NFT_BASE_TRANSPORT, 50, -1, -1 },
	[COMP] = { "comp", NFT_BASE_TRANSPORT, 108, -1, -1 },
	[TH] = { "th", NFT_BASE_TRANSPORT, -1, -1, -1 },
};

/* A name with two words is written with one blank between them. */
static const struct nft_field fields[] = {
	{ &headers[ETHER], "daddr", 0, 48, NFT_T_ETHER_ADDR },
	{ &headers[ETHER], "saddr", 48, 48, NFT_T_ETHER_ADDR },
	{ &headers[ETHER], "type", 96, 16, NFT_T_ETHER_TYPE },
	{ &headers[VLAN], "pcp", 0, 3, NFT_T_INTEGER },
	{ &headers[VLAN], "dei", 3, 1, NFT_T_INTEGER },
	{ &headers[VLAN], "id", 4, 12, NFT_T_INTEGER },
	{ &headers[VLAN], "type", 16, 16, NFT_T_ETHER_TYPE },
	{ &headers[ARP], "htype", 0, 16, NFT_T_INTEGER },
	{ &headers[ARP], "ptype", 16, 16, NFT_T_ETHER_TYPE },
	{ &headers[ARP], "hlen", 32, 8, NFT_T_INTEGER },
	{ &headers[ARP], "plen", 40, 8, NFT_T_INTEGER },
	{ &headers[ARP], "operation", 48, 16, NFT_T_ARP_OP },
	{ &headers[ARP], "saddr ether", 64, 48, NFT_T_ETHER_ADDR },
	{ &headers[ARP], "saddr ip", 112, 32, NFT_T_IPV4_ADDR },
	{ &headers[ARP], "daddr ether", 144, 48, NFT_T_ETHER_ADDR },
	{ &headers[ARP], "daddr ip", 192, 32, NFT_T_IPV4_ADDR },
	{ &headers[IP], "version", 0, 4, NFT_T_INTEGER },
	{ &headers[IP], "hdrlength", 4, 4, NFT_T_INTEGER },
	{ &headers[IP], "dscp", 8, 6, NFT_T_DSCP },
	{ &headers[IP], "ecn", 14, 2, NFT_T_ECN },
	{ &headers[IP], "length", 16, 16, NFT_T_INTEGER },
	{ &headers[IP], "id", 32, 16, NFT_T_INTEGER },
	{ &headers[IP], "frag-off", 48, 16, NFT_T_INTEGER },
	{ &headers[IP], "ttl", 64, 8, NFT_T_INTEGER },
	{ &headers[IP], "protocol", 72, 8, NFT_T_INET_PROTO },
	{ &headers[IP], "checksum", 80, 16, NFT_T_INTEGER },
	{ &headers[IP], "saddr", 96, 32, NFT_T_IPV4_ADDR },
	{ &headers[IP], "daddr", 128, 32, NFT_T_IPV4_ADDR },
	{ &headers[IP6], "version", 0, 4, NFT_T_INTEGER },
	{ &headers[IP6], "dscp", 4, 6, NFT_T_DSCP },
	{ &headers[IP6], "ecn", 10, 2, NFT_T_ECN },
	{ &headers[IP6], "flowlabel", 12, 20, NFT_T_INTEGER },
	{ &headers[IP6], "length", 32, 16, NFT_T_INTEGER },
	{ &headers[IP6], "nexthdr", 48, 8, NFT_T_INET_PROTO },
	{ &headers[IP6], "hoplimit", 56, 8, NFT_T_INTEGER },
	{ &headers[IP6], "saddr", 64, 128, NFT_T_IPV6_ADDR },
	{ &headers[IP6], "daddr", 192, 128, NFT_T_IPV6_ADDR },
	{ &headers[ICMP], "type", 0, 8, NFT_T_ICMP_TYPE },
	{ &headers[ICMP], "code", 8, 8, NFT_T_ICMP_CODE },
	{ &headers[ICMP], "checksum", 16, 16, NFT_T_INTEGER },
	{ &headers[ICMP], "id", 32, 16, NFT_T_INTEGER },
	{ &headers[ICMP], "sequence", 48, 16, NFT_T_INTEGER },
	{ &headers[ICMP], "gateway", 32, 32, NFT_T_INTEGER },
	{ &headers[ICMP], "mtu", 48, 16, NFT_T_INTEGER },
	{ &headers[ICMPV6], "type", 0, 8, NFT_T_ICMPV6_TYPE },
	{ &headers[ICMPV6], "code", 8, 8, NFT_T_ICMPV6_CODE },
	{ &headers[ICMPV6], "checksum", 16, 16, NFT_T_INTEGER },
	{ &headers[ICMPV6], "parameter-problem", 32, 32, NFT_T_INTEGER },
	{ &headers[ICMPV6], "mtu", 32, 32, NFT_T_INTEGER },
	{ &headers[ICMPV6], "id", 32, 16, NFT_T_INTEGER },
	{ &headers[ICMPV6], "sequence", 48, 16, NFT_T_INTEGER },
	{ &headers[ICMPV6], "max-delay", 32, 16, NFT_T_INTEGER },
	{ &headers[IGMP], "type", 0, 8, NFT_T_IGMP_TYPE },
	{ &headers[IGMP], "mrt", 8, 8, NFT_T_INTEGER },
	{ &headers[IGMP], "checksum", 16, 16, NFT_T_INTEGER },
	{ &headers[IGMP], "group", 32, 32, NFT_T_IPV4_ADDR },
	{ &headers[TCP], "sport", 0, 16, NFT_T_INET_SERVICE },
	{ &headers[TCP], "dport", 16, 16, NFT_T_INET_SERVICE },
	{ &headers[TCP], "sequence", 32, 32, NFT_T_INTEGER },
	{ &headers[TCP], "ackseq", 64, 32, NFT_T_INTEGER },
	{ &headers[TCP], "doff", 96, 4, NFT_T_INTEGER },
	{ &headers[TCP], "reserved", 100, 4, NFT_T_INTEGER },
	{ &headers[TCP], "flags", 104, 8, NFT_T_TCP_FLAG },
	{ &headers[TCP], "window", 112, 16, NFT_T_INTEGER },
	{ &headers[TCP], "checksum", 128, 16, NFT_T_INTEGER },
	{ &headers[TCP], "urgptr", 144, 16, NFT_T_INTEGER },
	{ &headers[UDP], "sport", 0, 16, NFT_T_INET_SERVICE },
	{ &headers[UDP], "dport", 16, 16, NFT_T_INET_SERVICE },
	{ &headers[UDP], "length", 32, 16, NFT_T_INTEGER },
	{ &headers[UDP], "checksum", 48, 16, NFT_T_INTEGER },
	{ &headers[UDPLITE], "sport", 0, 16, NFT_T_INET_SERVICE },
	{ &headers[UDPLITE], "dport", 16, 16, NFT_T_INET_SERVICE },
	{ &headers[UDPLITE], "csumcov", 32, 16, NFT_T_INTEGER },
	{ &headers[UDPLITE], "checksum", 48, 16, NFT_T_INTEGER },
	{ &headers[SCTP], "sport", 0, 16, NFT_T_INET_SERVICE },
	{ &headers[SCTP], "dport", 16, 16, NFT_T_INET_SERVICE },
	{ &headers[SCTP], "vtag", 32, 32, NFT_T_INTEGER },
	{ &headers[SCTP], "checksum", 64, 32, NFT_T_INTEGER },
	{ &headers[DCCP], "sport", 0, 16, NFT_T_INET_SERVICE },
	{ &headers[DCCP], "dport", 16, 16, NFT_T_INET_SERVICE },
	{ &headers[DCCP], "type", 67, 4, NFT_T_DCCP_PKTTYPE },
	{ &headers[AH], "nexthdr", 0, 8, NFT_T_INET_PROTO },
	{ &headers[AH], "hdrlength", 8, 8, NFT_T_INTEGER },
	{ &headers[AH], "reserved", 16, 16, NFT_T_INTEGER },
	{ &headers[AH], "spi", 32, 32, NFT_T_INTEGER },
	{ &headers[AH], "sequence", 64, 32, NFT_T_INTEGER },
	{ &headers[ESP], "spi", 0, 32, NFT_T_INTEGER },
	{ &headers[ESP], "sequence", 32, 32, NFT_T_INTEGER },
	{ &headers[COMP], "nexthdr", 0, 8, NFT_T_INET_PROTO },
	{ &headers[COMP], "flags", 8, 8, NFT_T_INTEGER },
	{ &headers[COMP], "cpi", 16, 16, NFT_T_INTEGER },
	{ &headers[TH], "sport", 0, 16, NFT_T_INET_SERVICE },
	{ &headers[TH], "dport", 16, 16, NFT_T_INET_SERVICE },
};

static const struct nft_key metas[] = {
	{ "length", NFT_META_LEN, 32, NFT_T_INTEGER },
	{ "protocol", NFT_META_PROTOCOL, 16, NFT_T_ETHER_TYPE },
	{ "priority", NFT_META_PRIORITY, 32, NFT_T_CLASSID },
	{ "mark", NFT_META_MARK, 32, NFT_T_MARK },
	{ "iif", NFT_META_IIF, 32, NFT_T_IFINDEX },
	{ "oif", NFT_META_OIF, 32, NFT_T_IFINDEX },
	{ "iifname", NFT_META_IIFNAME, 128, NFT_T_IFNAME },
	{ "oifname", NFT_META_OIFNAME, 128, NFT_T_IFNAME },
	{ "iiftype", NFT_META_IIFTYPE, 16, NFT_T_IFTYPE },
	{ "oiftype", NFT_META_OIFTYPE, 16, NFT_T_IFTYPE },
	{ "skuid", NFT_META_SKUID, 32, NFT_T_UID },
	{ "skgid", NFT_META_SKGID, 32, NFT_T_GID },
	{ "nftrace", NFT_META_NFTRACE, 1, NFT_T_INTEGER },
	{ "rtclassid", NFT_META_RTCLASSID, 32, NFT_T_REALM },
	{ "nfproto", NFT_META_NFPROTO, 8, NFT_T_NF_PROTO },
	{ "l4proto", NFT_META_L4PROTO, 8, NFT_T_INET_PROTO },
	{ "ibrname", NFT_META_BRI_IIFNAME, 128, NFT_T_IFNAME },
	{ "obrname", NFT_META_BRI_OIFNAME, 128, NFT_T_IFNAME },
	{ "pkttype", NFT_META_PKTTYPE, 8, NFT_T_PKT_TYPE },
	{ "cpu", NFT_META_CPU, 32, NFT_T_INTEGER },
	{ "iifgroup", NFT_META_IIFGROUP, 32, NFT_T_DEVGROUP },
	{ "oifgroup", NFT_META_OIFGROUP, 32, NFT_T_DEVGROUP },
	{ "cgroup", NFT_META_CGROUP, 32, NFT_T_INTEGER },
	{ "random", NFT_META_PRANDOM, 32, NFT_T_INTEGER },
	{ "ipsec", NFT_META_SECPATH, 8, NFT_T_BOOLEAN },
	{ "iifkind", NFT_META_IIFKIND, 128, NFT_T_IFNAME },
	{ "oifkind", NFT_META_OIFKIND, 128, NFT_T_IFNAME },
	{ "ibrpvid", NFT_META_BRI_IIFPVID, 16, NFT_T_INTEGER },
	{ "ibrvproto", NFT_META_BRI_IIFVPROTO, 16, NFT_T_ETHER_TYPE },
	{ "time", NFT_META_TIME_NS, 64, NFT_T_TIME_TYPE },
	{ "day", NFT_META_TIME_DAY, 8, NFT_T_DAY },
	{ "hour", NFT_META_TIME_HOUR, 64, NFT_T_HOUR },
	{ "secmark", NFT_META_SECMARK, 32, NFT_T_INTEGER },
	{ "sdif", NFT_META_SDIF, 32, NFT_T_IFINDEX },
	{ "sdifname", NFT_META_SDIFNAME, 128, NFT_T_IFNAME },
};

static const struct nft_key cts[] = {
	{ "state", NFT_CT_STATE, 32, NFT_T_CT_STATE },
	{ "direction", NFT_CT_DIRECTION, 8, NFT_T_CT_DIR },
	{ "status", NFT_CT_STATUS, 32, NFT_T_CT_STATUS },
	{ "mark", NFT_CT_MARK, 32, NFT_T_MARK },
	{ "expiration", NFT_CT_EXPIRATION, 32, NFT_T_TIME },
	{ "helper", NFT_CT_HELPER, 0, NFT_T_STRING },
	{ "l3proto", NFT_CT_L3PROTOCOL, 8, NFT_T_NF_PROTO },
	{ "saddr", NFT_CT_SRC, 0, NFT_T_INVALID },
	{ "daddr", NFT_CT_DST, 0, NFT_T_INVALID },
	{ "protocol", NFT_CT_PROTOCOL, 8, NFT_T_INET_PROTO },
	{ "proto-src", NFT_CT_PROTO_SRC, 16, NFT_T_INET_SERVICE },
	{ "proto-dst", NFT_CT_PROTO_DST, 16, NFT_T_INET_SERVICE },
	{ "label", NFT_CT_LABELS, 128, NFT_T_CT_LABEL },
	{ "packets", NFT_CT_PKTS, 64, NFT_T_INTEGER },
	{ "bytes", NFT_CT_BYTES, 64, NFT_T_INTEGER },
	{ "avgpkt", NFT_CT_AVGPKT, 64, NFT_T_INTEGER },
	{ "zone", NFT_CT_ZONE, 16, NFT_T_INTEGER },
	{ "event", NFT_CT_EVENTMASK, 32, NFT_T_CT_EVENT },
	{ "secmark", NFT_CT_SECMARK, 32, NFT_T_INTEGER },
	{ "id", NFT_CT_ID, 32, NFT_T_INTEGER },
};

const struct nft_header *nft_header_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		if (str_is(name, headers[i].name))
			return &headers[i];
	return NULL;
}

const struct nft_field *nft_field_find(struct str header, struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (str_is(header, fields[i].header->name) && str_is(name, fields[i].name))
			return &fields[i];
	return NULL;
}

const struct nft_field *nft_field_at(size_t i)
{
	return i < ARRAY_LEN(fields) ? &fields[i] : NULL;
}

static const struct nft_key *key_find(const struct nft_key *keys, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, keys[i].name))
			return &keys[i];
	return NULL;
}

const struct nft_key *nft_meta_find(struct str name)
{
	return key_find(metas, ARRAY_LEN(metas), name);
}

const struct nft_key *nft_ct_find(struct str name)
{
	return key_find(cts, ARRAY_LEN(cts), name);
}

const struct nft_key *nft_meta_at(size_t i)
{
	return i < ARRAY_LEN(metas) ? &metas[i] : NULL;
}

const struct nft_key *nft_ct_at(size_t i)
{
	return i < ARRAY_LEN(cts) ? &cts[i] : NULL;
}
