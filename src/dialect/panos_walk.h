/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules one after the other, as what they do to packets.
 *
 * First match. A rule that holds for (sure, may) and decides o: May(o) grows by live & may, and
 * live loses sure, never may. Rules in a row that are exact are decided at once, as a rule diagram.
 */
#pragma once

#include "dialect/bounds.h"
#include "dialect/panos_rule.h"

enum { PANOS_OUTCOMES = VERDICT_REJECT + 1 };

/* A construct that is not modelled, and the packets that it makes uncertain. */
struct panos_blame {
	struct panos_unknown what;
	struct union_of sets; /* united once all are there: one by one costs the square of them */
};

struct panos_walk {
	struct flow_mgr *m;
	flow_ref live; /* not decided yet */
	struct union_of may[PANOS_OUTCOMES], decide;
	struct panos_blame *blame;
	size_t blames, blame_cap;
	/* exact rules in a row, waiting to be decided at once */
	struct flow_match *match;
	uint32_t *leaf;
	unsigned *outcomes;
	size_t n, cap, leaf_cap, outcome_cap;
};

#define PANOS_WALK_INIT(mgr) ((struct panos_walk){ .m = (mgr), .live = FLOW_ALL })

void panos_walk_release(struct panos_walk *w);

/* `leaf`: the number of the rule in `decide`. E_BUDGET, -ENOMEM. */
EG_CHECK int panos_walk_rule(struct panos_walk *w, const struct panos_matching *rule,
			     uint32_t leaf);
/* Decides what waits. */
EG_CHECK int panos_walk_flush(struct panos_walk *w);

/* A construct makes `set` uncertain: it may end in any way. */
EG_CHECK int panos_walk_blame(struct panos_walk *w, const struct panos_unknown *what, flow_ref set);
