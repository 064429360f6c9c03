/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list as what it does to the packets of its family.
 *
 * First match. An entry that holds for (lo, hi) and decides o: May(o) grows by live & hi, and live
 * loses lo, never hi. Entries in a row that are exact are decided at once, as a rule diagram.
 *
 * Later fragments, as IOS documents them: an entry that asks for ports, types or flags is matched
 * against a later fragment by addresses and protocol alone when it permits, and never when it
 * denies. Of IPv6 nobody wrote that down: there such entries may go either way.
 */
#pragma once

#include "dialect/bounds.h"
#include "dialect/ios_model.h"
#include "rule/rule.h"

enum { IOS_OUTCOMES = VERDICT_ACCEPT + 1 };

/* A part of an entry that is not modelled, and the packets that it makes uncertain. */
struct ios_blame {
	struct str text;
	unsigned line;
	flow_ref set;
};

struct ios_blames {
	struct ios_blame *blame; /* mem_free() it */
	size_t n, cap;
};

struct ios_outcome {
	struct bounds *apart; /* in: filled for so many entries, each by itself */
	size_t aparts;
	flow_ref may[IOS_OUTCOMES];
	flow_ref decide;		    /* leaf: number of the deciding entry, from `first` */
	bool loose_states, loose_fragments; /* asked for flags; for ports of later IPv6 fragments */
};

/*
 * Leaves: entry i is first + i; behind them the two neighbour discovery entries at the end of an
 * IPv6 list, then what is done with the rest. E_CONFLICT, E_LIMIT, E_BUDGET, -ENOMEM.
 */
EG_CHECK int ios_walk(struct ios_config *c, const struct ios_list *list, uint32_t first,
		      struct flow_mgr *m, struct diag *d, struct ios_blames *blames,
		      struct ios_outcome *ret);

enum { IOS_IMPLICIT6 = 3, IOS_IMPLICIT4 = 1 }; /* entries that nobody wrote */

EG_CHECK int ios_blames_add(struct ios_blames *b, struct flow_mgr *m, struct str text,
			    unsigned line, flow_ref set);

/* All packets of a family. */
EG_CHECK int ios_family_set(struct flow_mgr *m, enum family family, flow_ref *ret);
