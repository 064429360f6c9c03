/* SPDX-License-Identifier: Apache-2.0 */
/* Lookups as rules and maps of the model: those of nftables_lookup.h, and learned addresses. */
#pragma once

#include "dialect/nftables_emit.h"
#include "dialect/nftables_learned.h"

/* Lookup `number` of the class whose chain is `c`; its map is named after both. */
struct emit_class {
	struct nft_chain *chain;
	enum family family;
	const struct target *target;
	const struct flow_mgr *m; /* for names of zones */
};

void emit_lookup(struct emit *e, const struct emit_class *c, const struct lookup *l, size_t number);

/* The rule that looks up learned addresses, and its map, without elements. */
void emit_learned(struct emit *e, struct nft_chain *chain, const struct learned_map *map,
		  const struct flow_mgr *m);
