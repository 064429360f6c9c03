/* SPDX-License-Identifier: Apache-2.0 */
/* A lookup of lookup.h as rule and verdict map of the model. */
#pragma once

#include "dialect/nftables_emit.h"

/* Lookup `number` of the class whose chain is `c`; its map is named after both. */
struct emit_class {
	struct nft_chain *chain;
	enum family family;
	const struct target *target;
	const struct flow_mgr *m; /* for names of zones */
};

void emit_lookup(struct emit *e, const struct emit_class *c, const struct lookup *l, size_t number);
