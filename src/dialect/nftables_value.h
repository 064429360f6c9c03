/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule compares with, as spans of the values of a term, and back into spans of the
 * dimension that a case of the term speaks of. Interface names become zone ids.
 */
#pragma once

#include "dialect/nftables_term.h"
#include "dialect/spans.h"
#include "nft/model.h"

/* Values that are certainly, and values that are perhaps, among those compared with. */
struct value_bounds {
	struct flow_spans lo, hi;
};

/* Gathers several constants; hi also holds what is in lo. */
struct value_list {
	struct spanlist lo, hi;
};

#define VALUE_LIST_INIT(a) ((struct value_list){ SPANLIST_INIT(a), SPANLIST_INIT(a) })

/*
 * Adds a value, prefix or range as the term sees it; `maybe`: it may not be there. A constant that
 * is not resolved (a user's name, an interface by number) may be any value.
 */
EG_CHECK int value_list_add(struct value_list *l, const struct nft_expr *e, const struct term *t,
			    struct flow_mgr *m, bool maybe);
struct value_bounds value_list_seal(struct value_list *l);

/*
 * Constrains `match`, which has the case's guard, to the values `s`. `lower`: fewer rather than
 * more flows where the case is not exact.
 */
EG_CHECK int value_constrain(struct flow_match *match, const struct term_case *c,
			     struct flow_spans s, bool lower, struct arena *a);

/* Values of a case that are few enough to try one by one; -E2BIG when not, -ENOENT when unknown. */
EG_CHECK int value_domain(const struct term_case *c, struct arena *a, u128 **ret, size_t *ret_n);
