/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data types of nf_tables (the names that follow `type` in a set), as one table.
 *
 * A type tells how many bits a value has, in which byte order the kernel compares it, and whether
 * its values are bit sets. Source: nft(8) "DATA TYPES" and `nft describe TYPE`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum nft_type {
	NFT_T_INVALID,	/* not known */
	NFT_T_VERDICT,	/* data of a verdict map */
	NFT_T_NF_PROTO, /* meta nfproto: NFPROTO_IPV4 2, NFPROTO_IPV6 10 */
	NFT_T_INTEGER,	/* `bits` of the expression or set key tell its size */
	NFT_T_STRING,
	NFT_T_LLADDR,
	NFT_T_IPV4_ADDR,
	NFT_T_IPV6_ADDR,
	NFT_T_ETHER_ADDR,
	NFT_T_ETHER_TYPE,
	NFT_T_ARP_OP,
	NFT_T_INET_PROTO,
	NFT_T_INET_SERVICE,
	NFT_T_ICMP_TYPE,
	NFT_T_ICMP_CODE,
	NFT_T_ICMPV6_TYPE,
	NFT_T_ICMPV6_CODE,
	NFT_T_ICMPX_CODE,
	NFT_T_IGMP_TYPE,
	NFT_T_TCP_FLAG,
	NFT_T_DCCP_PKTTYPE,
	NFT_T_MH_TYPE,
	NFT_T_DSCP,
	NFT_T_ECN,
	NFT_T_TIME,	 /* milliseconds */
	NFT_T_TIME_TYPE, /* meta time, nanoseconds */
	NFT_T_HOUR,	 /* meta hour, seconds of the day */
	NFT_T_DAY,
	NFT_T_MARK,
	NFT_T_IFINDEX, /* iif, oif: a name that the kernel resolved when the rule was loaded */
	NFT_T_IFNAME,
	NFT_T_IFTYPE,
	NFT_T_REALM,
	NFT_T_CLASSID,
	NFT_T_UID,
	NFT_T_GID,
	NFT_T_CGROUPV2,
	NFT_T_DEVGROUP,
	NFT_T_PKT_TYPE,
	NFT_T_CT_STATE,
	NFT_T_CT_DIR,
	NFT_T_CT_STATUS,
	NFT_T_CT_LABEL,
	NFT_T_CT_EVENT,
	NFT_T_FIB_ADDR,
	NFT_T_BOOLEAN,
	NFT_TYPES
};

struct nft_type_info {
	const char *name; /* as in `type ipv4_addr` and in JSON */
	unsigned bits;	  /* 0: depends on the expression */
	bool host_order;  /* the kernel holds it in host byte order */
	bool bitmask;	  /* values are sets of bits: a match without an operator tests any bit */
	bool text;	  /* values are strings */
};

const struct nft_type_info *nft_type_info(enum nft_type type);

/* NFT_T_INVALID for a name that is none. */
enum nft_type nft_type_find(struct str name);
