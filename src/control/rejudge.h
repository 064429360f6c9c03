/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Established conversations after a change of the rules.
 *
 * The table lets through what belongs to an accepted conversation, and the kernel remembers
 * conversations that an earlier table accepted. So when a policy shrinks, what it does not allow
 * any more would go on. Each conversation that the gateway forwards is judged anew as a first
 * packet would be, by the table that the kernel holds now and what has been learned, and forgotten
 * when the table would not let it begin. Its next packet is then a first one.
 *
 * The kernel does not remember interfaces: a conversation stays when some of them would do. What
 * the gateway talks itself is not this table's business and stays.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/diag.h"
#include "nft/link.h"

struct rejudged {
	size_t seen; /* conversations that are forwarded */
	size_t cut;  /* of them, those that were forgotten */
};

/* E_UNSUPPORTED: the kernel does not tell about conversations (no ctnetlink). */
EG_CHECK int rejudge(struct nft_link *l, struct diag *d, struct rejudged *ret);
