/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules into the kernel: table inet egret written and replaced in one transaction.
 *
 * Addresses that the resolver has learned outlive it, each with what is left of its time, in the
 * same transaction: those whose name, protocol and port some rule still allows the same side.
 */
#pragma once

#include "dialect/dialect.h"
#include "nft/apply.h"
#include "nft/link.h"

struct nftables_loaded {
	size_t lost; /* rules that nftables cannot say */
	size_t kept; /* elements of learned addresses that went over from the old table */
	uint64_t replace_ns;
};

/* Errors of nftables_write_model() and nft_replace_table(); then the old table stays. */
EG_CHECK int nftables_load(const struct rulelist *rules, struct flow_mgr *m, struct nft_link *link,
			   enum nft_commit mode, struct diag *d, struct nftables_loaded *ret);

/*
 * Which learned addresses stay when another table comes that these rules were written for. The
 * result is valid as long as `rules` and `a`. Errors of learned_places().
 */
EG_CHECK int nftables_keep(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
			   struct nft_keep *ret);
