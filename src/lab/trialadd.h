/* SPDX-License-Identifier: Apache-2.0 */
/* One making of trials: what trials_make() and its parts share. Not for others: see trial.h. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "lab/trial.h"

struct making {
	const struct policy *policy;
	const struct plan *plan;
	const struct topology *topology;
	struct flow_mgr *m;
	struct diag *d;
	flow_ref accept; /* what a packet filter can accept of the plan's rules */
	struct trials *to;
};

/* One rule in one family, and its first allowed flow, from which the neighbours are made. */
struct ground {
	size_t outcome;
	const struct rule *rule;
	enum family family;
	const char *zone;
	struct flow flow;
};

/* A finished flow of `kind` from a zone: own port, nodes and interfaces are filled in. */
struct draft {
	enum trial_kind kind;
	struct flow flow;
	const char *zone, *name;
};

/*
 * Adds a trial. 1: added; 0: a neighbour that the rule list allows, or one that would not go
 * through the gateway; E_CONFLICT with a message: an allowed flow that it does not allow.
 */
EG_CHECK int trial_add(struct making *k, const struct ground *g, const struct draft *draft);

/* Wrong ports, addresses, protocols, zones and the unsolicited one, as far as there are any. */
EG_CHECK int trial_neighbours(struct making *k, const struct ground *g);

/* ---- the spans of a rule, in one family ---- */

enum trial_end { TRIAL_SRC, TRIAL_DST };

const struct flow_spans *trial_spans(const struct ground *g, enum trial_end end);

/* Can an ordinary packet have this address? Not loopback, multicast, link-local or reserved. */
bool trial_usable(struct addr a);
