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

#include "dialect/doubts.h"
#include "dialect/ios_model.h"
#include "rule/rule.h"

enum { IOS_OUTCOMES = VERDICT_ACCEPT + 1 };

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
		      struct flow_mgr *m, struct diag *d, struct doubts *doubts,
		      struct ios_outcome *ret);

enum { IOS_IMPLICIT6 = 3, IOS_IMPLICIT4 = 1 }; /* entries that nobody wrote */

/* All packets of a family. */
EG_CHECK int ios_family_set(struct flow_mgr *m, enum family family, flow_ref *ret);
