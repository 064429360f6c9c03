/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/type.h"

#include "base/attr.h"

static const struct nft_type_info types[NFT_TYPES] = {
	[NFT_T_INVALID] = { "invalid", 0, false, false, false },
	[NFT_T_VERDICT] = { "verdict", 0, true, false, false },
	[NFT_T_NF_PROTO] = { "nf_proto", 8, false, false, false },
	[NFT_T_INTEGER] = { "integer", 0, false, false, false },
	[NFT_T_STRING] = { "string", 0, true, false, true },
	[NFT_T_LLADDR] = { "ll_addr", 0, false, false, false },
	[NFT_T_IPV4_ADDR] = { "ipv4_addr", 32, false, false, false },
	[NFT_T_IPV6_ADDR] = { "ipv6_addr", 128, false, false, false },
	[NFT_T_ETHER_ADDR] = { "ether_addr", 48, false, false, false },
	[NFT_T_ETHER_TYPE] = { "ether_type", 16, false, false, false },
	[NFT_T_ARP_OP] = { "arp_op", 16, false, false, false },
	[NFT_T_INET_PROTO] = { "inet_proto", 8, false, false, false },
	[NFT_T_INET_SERVICE] = { "inet_service", 16, false, false, false },
	[NFT_T_ICMP_TYPE] = { "icmp_type", 8, false, false, false },
	[NFT_T_ICMP_CODE] = { "icmp_code", 8, false, false, false },
	[NFT_T_ICMPV6_TYPE] = { "icmpv6_type", 8, false, false, false },
	[NFT_T_ICMPV6_CODE] = { "icmpv6_code", 8, false, false, false },
	[NFT_T_ICMPX_CODE] = { "icmpx_code", 8, false, false, false },
	[NFT_T_IGMP_TYPE] = { "igmp_type", 8, false, false, false },
	[NFT_T_TCP_FLAG] = { "tcp_flag", 8, false, true, false },
	[NFT_T_DCCP_PKTTYPE] = { "dccp_pkttype", 4, false, false, false },
	[NFT_T_MH_TYPE] = { "mh_type", 8, false, false, false },
	[NFT_T_DSCP] = { "dscp", 6, false, false, false },
	[NFT_T_ECN] = { "ecn", 2, false, false, false },
	[NFT_T_TIME] = { "time", 32, true, false, false },
	[NFT_T_TIME_TYPE] = { "time", 64, true, false, false },
	[NFT_T_HOUR] = { "hour", 64, true, false, false },
	[NFT_T_DAY] = { "day", 8, true, false, false },
	[NFT_T_MARK] = { "mark", 32, true, false, false },
	[NFT_T_IFINDEX] = { "iface_index", 32, true, false, false },
	[NFT_T_IFNAME] = { "ifname", 128, true, false, true },
	[NFT_T_IFTYPE] = { "iface_type", 16, true, false, false },
	[NFT_T_REALM] = { "realm", 32, true, false, false },
	[NFT_T_CLASSID] = { "classid", 32, true, false, false },
	[NFT_T_UID] = { "uid", 32, true, false, false },
	[NFT_T_GID] = { "gid", 32, true, false, false },
	[NFT_T_CGROUPV2] = { "cgroupsv2", 64, true, false, false },
	[NFT_T_DEVGROUP] = { "devgroup", 32, true, false, false },
	[NFT_T_PKT_TYPE] = { "pkt_type", 8, true, false, false },
	[NFT_T_CT_STATE] = { "ct_state", 32, true, true, false },
	[NFT_T_CT_DIR] = { "ct_dir", 8, false, false, false },
	[NFT_T_CT_STATUS] = { "ct_status", 32, true, true, false },
	[NFT_T_CT_LABEL] = { "ct_label", 128, true, true, false },
	[NFT_T_CT_EVENT] = { "ct_event", 32, true, true, false },
	[NFT_T_FIB_ADDR] = { "fib_addrtype", 32, true, false, false },
	[NFT_T_BOOLEAN] = { "boolean", 8, true, false, false },
};

const struct nft_type_info *nft_type_info(enum nft_type type)
{
	return &types[type < NFT_TYPES ? type : NFT_T_INVALID];
}

enum nft_type nft_type_find(struct str name)
{
	for (unsigned i = NFT_T_VERDICT; i < ARRAY_LEN(types); i++)
		if (str_is(name, types[i].name))
			return i;
	return NFT_T_INVALID;
}
