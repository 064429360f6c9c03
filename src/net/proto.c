/* SPDX-License-Identifier: Apache-2.0 */
#include "net/proto.h"

#include <stddef.h>

#include "base/err.h"

/* The first name of a number is the one we print; the others are read as well. */
static const struct {
	uint8_t proto;
	const char *name;
} names[] = {
	{ PROTO_ICMP, "icmp" },
	{ PROTO_IGMP, "igmp" },
	{ 4, "ipip" },
	{ 4, "ipv4" },
	{ 4, "ipencap" },
	{ PROTO_TCP, "tcp" },
	{ 8, "egp" },
	{ 9, "igp" },
	{ PROTO_UDP, "udp" },
	{ PROTO_DCCP, "dccp" },
	{ PROTO_IPV6, "ipv6" },
	{ PROTO_GRE, "gre" },
	{ PROTO_ESP, "esp" },
	{ PROTO_AH, "ah" },
	{ PROTO_ICMPV6, "icmpv6" },
	{ PROTO_ICMPV6, "ipv6-icmp" },
	{ PROTO_ICMPV6, "icmp6" },
	{ 88, "eigrp" },
	{ 89, "ospf" },
	{ 89, "ospfigp" },
	{ 103, "pim" },
	{ 108, "ipcomp" },
	{ 108, "comp" },
	{ 112, "vrrp" },
	{ 115, "l2tp" },
	{ PROTO_SCTP, "sctp" },
	{ PROTO_UDPLITE, "udplite" },
	{ 137, "mpls-in-ip" },
};

int proto_parse(struct str text, uint8_t *ret)
{
	uint64_t v;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is_nocase(text, names[i].name)) {
			*ret = names[i].proto;
			return 0;
		}
	if (str_u64(text, UINT8_MAX, &v) < 0)
		return E_UNKNOWN;
	*ret = (uint8_t)v;
	return 0;
}

const char *proto_name(uint8_t proto)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].proto == proto)
			return names[i].name;
	return NULL;
}

bool proto_has_ports(uint8_t proto)
{
	return proto == PROTO_TCP || proto == PROTO_UDP || proto == PROTO_SCTP ||
	       proto == PROTO_DCCP || proto == PROTO_UDPLITE;
}
