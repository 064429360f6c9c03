/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access lists in a row, as what they do to first packets: the list of an interface, then the
 * global one, then everything is denied. Each entry is of both families as far as its ends are.
 *
 * Names that the device resolves itself are a part of an entry of which nothing is certain, unless
 * they are assumed to stand for the addresses that clients get. Fragments are put together before a
 * list sees them.
 */
#pragma once

#include "dialect/asa_model.h"
#include "dialect/firstmatch.h"

/* What stays the same for all lists of a reading. */
struct asa_walk {
	struct asa_config *config;
	struct flow_mgr *m;
	struct diag *d;
	struct doubts *doubts;
	bool names;	       /* assumed */
	size_t products, work; /* of all entries so far */
	bool met_used;	       /* an entry speaks of names, and they were assumed */
	struct bounds *apart;  /* by leaf - 1: what an entry is by itself, if that was asked */
	size_t aparts;	       /* for so many leaves */
};

/* A list and the leaf of the first entry that decides something; the others have the next ones. */
struct asa_walked {
	const struct asa_list *list;
	uint32_t first;
};

/* `end`: the leaf of the deny behind them. E_CONFLICT, E_LIMIT, E_BUDGET, -ENOMEM. */
EG_CHECK int asa_walk(struct asa_walk *w, const struct asa_walked *lists, size_t n, uint32_t end,
		      struct firstmatch_outcome *ret);
