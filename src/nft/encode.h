/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of the model as netlink messages: what `nft -f` would send for it.
 *
 * The messages are written so that `nft list ruleset` shows the table as it would after `nft -f`:
 * same expressions in the same registers, comments and nft's own notes (key byte order, automatic
 * merging) as user data. What the model keeps only as text (fib, numgen, quotas, ...) has no
 * encoding here: E_UNSUPPORTED, and the diag says where; nothing is left out silently.
 *
 * Sources: linux/netfilter/nf_tables.h; the expressions of nft 1.0.6 as `nft --debug=netlink` shows
 * them; nft(8).
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "nft/batch.h"
#include "nft/link.h"
#include "nft/model.h"

/*
 * Appends the messages that make table `t`. `names` resolves interface names of `iif` and `oif`
 * in its namespace, and may be NULL when there are none. E_UNSUPPORTED, E_CONFLICT (intervals that
 * overlap), E_UNKNOWN (an interface that does not exist), -ENOMEM; the batch is then of no use.
 */
EG_CHECK int encode_table(const struct nft_table *t, struct nft_link *names, struct batch *out,
			  struct diag *d);

/* "delete table" that does not mind a missing table: add it first. */
void encode_delete_table(enum nft_family family, const char *name, struct batch *out);
