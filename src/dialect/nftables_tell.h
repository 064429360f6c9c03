/* SPDX-License-Identifier: Apache-2.0 */
/* Rules and unknowns as people see them, in the memory of the reading: the ruleset may go before.
 */
#pragma once

#include "base/attr.h"
#include "dialect/reading.h"
#include "nft/model.h"

struct teller {
	struct arena *arena;
	const char *file, *copy; /* the last file name and its copy */
};

EG_CHECK int tell_rule(struct teller *t, const struct nft_rule *rule, const char *where,
		       struct config_rule *ret);
EG_CHECK int tell_unknown(struct teller *t, const struct nft_stmt *stmt, struct unknown *ret);
