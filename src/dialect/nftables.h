/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nftables dialect on the nf_tables model itself: what reads back from a kernel or goes into
 * one does not pass through text. dialect_nftables wraps these two for text and JSON.
 */
#pragma once

#include "dialect/dialect.h"
#include "nft/model.h"

/* The one table that egret owns: inet egret. */
#define NFTABLES_TABLE "egret"

/*
 * Seconds a UDP conversation may pause. An exchange shorter than two seconds is still "unreplied"
 * to the kernel (nf_conntrack_proto_udp.c), so both survive a pause of 60 s.
 */
enum { NFTABLES_UDP_UNREPLIED = 120, NFTABLES_UDP_REPLIED = 300 };

/*
 * The rules as one complete table. It decides only what is forwarded: the gateway's own traffic
 * (input, output) is left to the host's own rules. What cannot be said exactly goes to `lost`, in
 * memory of `a`. E_BUDGET: the rules are too tangled for the node budget or LOOKUP_BOXES_MAX.
 */
EG_CHECK int nftables_write_model(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
				  struct nft_ruleset **ret, struct losses *lost);

/*
 * What a ruleset does to flows at a hook. Everything on the way to it is counted: for "forward"
 * the base chains of ingress, prerouting, forward and postrouting, of all tables.
 * E_UNKNOWN: a chain or set that does not exist; E_CONFLICT: chains that jump in a circle;
 * E_LIMIT: jumps nested deeper than the kernel takes; E_BUDGET.
 */
EG_CHECK int nftables_read_model(const struct nft_ruleset *rs, const struct assume *assume,
				 struct flow_mgr *m, struct diag *d, struct reading **ret);
