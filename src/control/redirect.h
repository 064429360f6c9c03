/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clients are led to the gateway's resolver: a table of its own, inet egret_dns, beside the
 * policy's.
 *
 *   prerouting   what a zone sends to port 53 of any address but ours, over UDP or TCP, goes to the
 *                address that our resolver listens on; the client sees the answer come from
 *                the address that it asked. A family that nobody listens on is left as it is: the
 *                policy's table closes it.
 *   forward      DNS over TLS and over QUIC (port 853) is rejected, so that programs that may use
 *                something else give up at once. Not when the policy has a rule on that port.
 *
 * Before the policy's table (priority -10 against 0): this one only ever closes.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/diag.h"
#include "net/peer.h"
#include "nft/link.h"
#include "nft/model.h"
#include "policy/policy.h"

#define REDIRECT_TABLE "egret_dns"

struct redirect {
	const struct policy *policy;
	const struct rulelist *rules; /* of its plan */
	const struct peer *listen;    /* where the resolver is asked */
	size_t listens;
};

/* The table, as a ruleset. -ENOMEM. */
EG_CHECK int redirect_model(const struct redirect *w, struct diag *d, struct nft_ruleset **ret);

/* Puts it in place of the one that is there. Errors of nft_replace_table(). */
EG_CHECK int redirect_load(const struct redirect *w, struct nft_link *link, struct diag *d);

/* One that is not there is no error. */
EG_CHECK int redirect_remove(struct nft_link *link, struct diag *d);
