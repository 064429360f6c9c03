/* SPDX-License-Identifier: Apache-2.0 */
/* Elements of learned maps as netlink attributes, both ways; used by learned.c and apply.c. */
#pragma once

#include "nft/batch.h"
#include "nft/learned.h"
#include "nft/link.h"

/* Can it be sent? `add` asks for what only an addition needs. */
bool learnwire_valid(const struct learned_element *e, bool add);

/* Appends it to the open list of elements; `all`: with timeout, counter and comment. */
void learnwire_element(struct batch *b, const struct learned_element *e, bool all);

struct learnwire_map {
	enum nft_family family;
	const char *table, *map;
};

/* As learned_list(), over a link. */
EG_CHECK int learnwire_list(struct nft_link *l, struct learnwire_map map, struct arena *a,
			    struct learned_element **ret, size_t *ret_n);
