/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Established conversations across a change of the rules.
 *
 * The table lets through what belongs to an accepted conversation, and the kernel remembers
 * conversations that an earlier table accepted. So when a policy shrinks, what it does not allow
 * any more would go on. Each conversation that the gateway forwards is judged before the change and
 * after it, as a first packet would be, by the table and what has been learned: what could begin
 * before and could not any more is forgotten, and its next packet is then a first one.
 *
 * What could not begin before either may be one whose address was learned and has been forgotten
 * since: live connections outlive that. Nobody knows its name any more; it goes on when the new
 * policy has a rule on names that some name at this address would have. So does a conversation
 * whose address was forgotten between the two looks, when its name is still allowed.
 *
 * The kernel does not remember interfaces: a conversation stays when some of them would do. What
 * the gateway talks itself is not this table's business and stays.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/diag.h"
#include "nft/apply.h"
#include "nft/link.h"
#include "policy/policy.h"

struct rejudge;

/* Looks at the table and the conversations as they are. E_UNSUPPORTED: no ctnetlink. */
EG_CHECK int rejudge_begin(struct nft_link *l, struct diag *d, struct rejudge **ret);
void rejudge_free(struct rejudge *j);
void rejudge_freep(struct rejudge **j);

struct rejudged {
	size_t seen; /* conversations that are forwarded */
	size_t cut;  /* of them, those that were forgotten */
};

/* What the change was made of. */
struct rejudge_policy {
	const struct plan *plan;
	struct flow_mgr *m;	     /* of the plan */
	const struct nft_keep *keep; /* which learned addresses went over */
};

/*
 * The change is made. `p` NULL: only the table is known (an older one was put back); then what
 * could not begin before goes on.
 */
EG_CHECK int rejudge_end(struct rejudge *j, struct nft_link *l, const struct rejudge_policy *p,
			 struct diag *d, struct rejudged *ret);
