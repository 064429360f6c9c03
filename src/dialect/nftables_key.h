/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys: one term, or several joined by dots, and which packets a list of elements picks by it.
 *
 * A concatenation is a product: all parts must match together. Packets whose parts cannot all be
 * loaded are outside: they match neither the key nor its negation (`guard`).
 */
#pragma once

#include "dialect/bounds.h"
#include "dialect/nftables_term.h"
#include "nft/model.h"

struct lookup_key {
	struct term part[NFT_CONCAT_MAX];
	size_t n;
	struct bounds guard; /* packets it can be loaded from */
};

/* What to look for: a constant, prefix, range, or a concatenation of them. */
struct pick {
	const struct nft_expr *key;
	bool maybe; /* it may be missing when the packet comes: an element that times out */
};

/* Who evaluates and where: handed through all of the reading of one expression. */
struct look {
	struct flow_mgr *m;
	const struct view *view;
	bool l4_said; /* see term_of() */
};

EG_CHECK int key_make(const struct look *l, const struct nft_expr *e, struct arena *a,
		      struct lookup_key *ret);

/* The packets that one of the elements picks. */
EG_CHECK int key_pick(const struct look *l, const struct lookup_key *k, const struct pick *pick,
		      size_t n, struct bounds *ret);

/* The packets whose only part has a value among these. */
EG_CHECK int key_spans(const struct look *l, const struct lookup_key *k, size_t term_case,
		       struct flow_spans values, struct bounds *ret);
