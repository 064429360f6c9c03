/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading a policy into the kernel of the current network namespace, with proof: written as an
 * nf_tables model, replaced as a whole in one transaction, read back over netlink, and compared
 * with the policy as flow sets.
 *
 * Addresses that the resolver has learned outlive it, each with what is left of its time, in the
 * same transaction: those whose name, protocol and port the new policy still allows the same side.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "flow/flowset.h"
#include "nft/model.h"
#include "policy/policy.h"

struct load_report {
	size_t chains, rules, sets, elements; /* of the table, as the kernel gave it back */
	size_t lost;			      /* rules that nftables cannot say */
	size_t kept;	/* elements of learned addresses that went over from the old table */
	size_t learned; /* distinct addresses that are let through by name now */
	uint64_t replace_ns, read_ns;
};

/*
 * E_INEXACT with the gap in `d`: what the kernel holds is not the policy (the table stays, so that
 * it can be looked at). Errors of writing, loading and reading otherwise; then the old table stays.
 */
EG_CHECK int load_policy(const struct plan *plan, struct flow_mgr *m, struct diag *d,
			 struct load_report *ret);

/* Is a written model the plan? E_INEXACT with the gap in `d` when not. */
EG_CHECK int load_prove_model(const struct plan *plan, const struct nft_ruleset *model,
			      struct flow_mgr *m, struct diag *d);

/* Does it let every packet through? E_INEXACT with one that it would not in `d`. */
EG_CHECK int load_prove_open(const struct nft_ruleset *model, struct flow_mgr *m, struct diag *d);
