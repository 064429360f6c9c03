/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First match, of entries that are exact or not: an entry that holds for (lo, hi) and decides o
 * lets May(o) grow by live & hi, and live loses lo, never hi.
 *
 * Exact entries in a row are decided at once, as a rule diagram. An entry of which nothing is
 * certain (lo empty) waits with them: it takes nothing away from those behind it.
 */
#pragma once

#include <stdbool.h>

#include "dialect/doubts.h"
#include "rule/rule.h"

enum { FIRSTMATCH_OUTCOMES = VERDICT_ACCEPT + 1 };

/* What a list does, so far as it was worked out: of flows that some entry could decide. */
struct firstmatch_outcome {
	flow_ref may[FIRSTMATCH_OUTCOMES];
	flow_ref decide; /* the leaf of the entry that decides for certain */
};

struct firstmatch {
	struct flow_mgr *m;
	struct doubts *doubts;
	flow_ref live; /* what no entry has decided yet */
	struct union_of may[FIRSTMATCH_OUTCOMES], decide;
	struct firstmatch_late *late;
	size_t lates, late_cap;
	struct flow_match *match;
	uint32_t *leaf;
	bool *permit;
	size_t n, cap, leaf_cap, permit_cap;
};

/* `live`: the flows that come to the list. Borrows `doubts`. */
void firstmatch_init(struct firstmatch *f, struct flow_mgr *m, flow_ref live,
		     struct doubts *doubts);
void firstmatch_release(struct firstmatch *f);

/* An entry is the union of products; they stay borrowed until the outcome is taken. */
EG_CHECK int firstmatch_exact(struct firstmatch *f, const struct flow_match *match, size_t n,
			      uint32_t leaf, bool permit);

/* An entry that may hold for any of these; `text` at `line` is why that is not known. */
EG_CHECK int firstmatch_unsure(struct firstmatch *f, const struct flow_match *match, size_t n,
			       bool permit, struct str text, unsigned line);

/* What is left is decided so. `leaf` 0: by nobody. */
EG_CHECK int firstmatch_end(struct firstmatch *f, uint32_t leaf, bool permit,
			    struct firstmatch_outcome *ret);
