/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Terms: what an expression of a rule looks at, in the dimensions of a flow.
 *
 * Every expression can be looked at only in some packets (`tcp dport` in TCP), and there its value
 * is a dimension, a constant, or not modelled. So a term is a list of disjoint cases, each with the
 * packets it speaks of. `th dport` has two: the port of protocols that have ports, and some bytes
 * of the others. Packets in no case never match, whatever is asked: a load that fails ends the
 * rule.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "dialect/nftables_view.h"
#include "nft/expr.h"

enum term_kind {
	TERM_DIM,     /* the value is that of a dimension, as `map` says */
	TERM_CONST,   /* the value is `constant` */
	TERM_UNKNOWN, /* not modelled */
	TERM_NEXTHDR  /* of IPv6: the protocol, or an extension header before it */
};

/* How values of the expression and of the dimension go together. */
enum term_map {
	MAP_PLAIN,  /* the same number */
	MAP_STATE,  /* a bit of ct state */
	MAP_FAMILY, /* NFPROTO_IPV4, NFPROTO_IPV6 */
	MAP_ETHER,  /* ETH_P_IP, ETH_P_IPV6 */
	MAP_TYPE,   /* the high byte of DPORT */
	MAP_CODE,   /* the low byte of DPORT */
	MAP_ZONE    /* interface names; values are zone ids */
};

struct term_case {
	struct flow_match guard;
	bool sure; /* the value can be loaded from every such packet */
	enum term_kind kind;
	enum term_map map;
	enum flow_dim dim;
	u128 constant;
};

enum { TERM_CASES = 6 };

struct term {
	struct term_case at[TERM_CASES];
	size_t n;
	u128 max;   /* highest value */
	bool zones; /* values are interface names */
};

/*
 * `l4_said`: the rule has tested meta l4proto before, so an ICMP header is not tied to its family.
 * -ENOMEM alone; what is not modelled gives an unknown case.
 */
EG_CHECK int term_of(const struct nft_expr *e, const struct view *v, bool l4_said, struct arena *a,
		     struct term *ret);
