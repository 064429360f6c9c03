/* SPDX-License-Identifier: Apache-2.0 */
/* IP protocol numbers and their names (IANA "protocol numbers"), as firewalls spell them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

enum {
	PROTO_ICMP = 1,
	PROTO_IGMP = 2,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_DCCP = 33,
	PROTO_IPV6 = 41,
	PROTO_GRE = 47,
	PROTO_ESP = 50,
	PROTO_AH = 51,
	PROTO_ICMPV6 = 58,
	PROTO_SCTP = 132,
	PROTO_UDPLITE = 136
};

/* A name ("tcp", "icmpv6", "ipv6-icmp"), ASCII case folded, or a decimal number. E_UNKNOWN. */
EG_CHECK int proto_parse(struct str text, uint8_t *ret);

const char *proto_name(uint8_t proto); /* NULL when we have no name for the number */
bool proto_has_ports(uint8_t proto);   /* tcp, udp, sctp, dccp, udplite */
