/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions of a rule as bounds: matches, and what the lookups of maps imply. */
#pragma once

#include "base/diag.h"
#include "dialect/nftables_key.h"
#include "dialect/nftables_tables.h"

/* Where a statement stands; what is undefined there is told to `d`. */
struct rule_look {
	struct look look;
	const struct table_index *table;
	struct diag *d;
	struct place at;
};

/* The elements of a set or map expression, with their data. */
struct contents {
	const struct nft_set *set;
	struct pick *pick; /* without the catch-all */
	const struct nft_elem **elem;
	size_t n;
	const struct nft_elem *rest; /* the catch-all element, or NULL */
	bool open;		     /* rules add to it: it may hold anything */
};

/* E_UNKNOWN: no such set. */
EG_CHECK int contents_of(const struct rule_look *l, const struct nft_expr *set, struct arena *a,
			 struct contents *ret);

EG_CHECK int match_bounds(const struct rule_look *l, const struct nft_stmt *match,
			  struct bounds *ret);

/* The packets for which an expression has a value at all, be it through maps. */
EG_CHECK int value_known(const struct rule_look *l, const struct nft_expr *e, struct bounds *ret);
