/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flow: one first packet of a conversation, as a point in every dimension that a firewall, a
 * resolver or a proxy can look at. The dimensions, their order in the diagrams and their values:
 *
 *   STATE    connection state, enum flow_state        PROTO    IP protocol number
 *   IIF OIF  input and output zone: a number that     DPORT    destination port, or ICMP type * 256
 *            the manager gives an interface or zone            + code; 0..65535
 *   FRAG     1 for a fragment that is not the first   FAMILY   0 IPv4, 1 IPv6
 *   DST4 SRC4 / DST6 SRC6  addresses of that family; the other family does not have the dimension
 *   SPORT    source port                              NAME     server name, as net/name.h keys;
 *                                                              the empty key: no name is known
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/int128.h"
#include "base/str.h"
#include "net/addr.h"
#include "net/name.h"

enum flow_dim {
	FLOW_STATE,
	FLOW_IIF,
	FLOW_OIF,
	FLOW_FRAG,
	FLOW_PROTO,
	FLOW_DPORT,
	FLOW_FAMILY,
	FLOW_DST4,
	FLOW_DST6,
	FLOW_SRC4,
	FLOW_SRC6,
	FLOW_SPORT,
	FLOW_NAME,
	FLOW_DIMS
};

enum flow_state {
	STATE_NEW,
	STATE_ESTABLISHED,
	STATE_RELATED,
	STATE_INVALID,
	STATE_UNTRACKED,
	STATE_COUNT
};

enum { ZONE_MAX = 65535 }; /* zone ids are 1..ZONE_MAX; 0 is "no interface" (the host itself) */

struct flow {
	enum flow_state state;
	uint16_t iif, oif;
	bool fragment;
	uint8_t proto;
	uint16_t dport, sport;
	struct addr dst, src; /* one family */
	struct name name;     /* text "" when none is known */
};

/* Highest value of a dimension other than FLOW_NAME, and its word for people ("dst"). */
u128 flow_dim_max(enum flow_dim dim);
const char *flow_dim_name(enum flow_dim dim);

/* The value of a dimension other than FLOW_NAME; the family must have the dimension. */
u128 flow_value(const struct flow *f, enum flow_dim dim);

/*
 * The notation of `egret why`, one line, later parts optional:
 *   tcp 10.1.2.3 -> 170.114.10.1:443
 *   udp [2001:db8::1]:50000 -> [2407:30c0::1]:8801 name zoom.us state new in lan out wan
 *   icmp 10.1.2.3 -> 192.0.2.1 type 8 code 0
 * State defaults to new, ports to 0 (source) and are needed for tcp and udp (destination).
 * Zones are given as numbers by `zone` (NULL: `in` and `out` are refused); it returns 0 for
 * unknown. E_SYNTAX with column and hint in `d`.
 */
EG_CHECK int flow_parse(struct str text, uint16_t (*zone)(void *data, struct str name), void *data,
			struct diag *d, struct flow *ret);
void flow_print(const struct flow *f, struct buf *out); /* flow_parse() reads it back */
