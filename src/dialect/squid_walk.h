/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An access list as what it does to requests.
 *
 * First match. A line that holds for (lo, hi) and decides o: May(o) grows by live & hi, and live
 * loses lo, never hi. What no line decides gets the opposite of the last line. Lines in a row that
 * are exact are decided at once, as a tree.
 *
 * Where a line comes to an ACL that asks for a password, the request may end there, denied,
 * whatever the line says.
 */
#pragma once

#include "dialect/doubts.h"
#include "dialect/squid_acl.h"
#include "rule/rule.h"

enum { SQUID_OUTCOMES = VERDICT_ACCEPT + 1 };

/* A list that is to be walked. */
struct squid_task {
	const struct squid_list *list;
	enum verdict empty;    /* without any line */
	flow_ref scope;	       /* the flows that come to this list */
	uint32_t first;	       /* the first line's leaf; behind them all: none of them */
	struct doubts *doubts; /* grows */
	struct bounds *apart;  /* filled for so many lines, each by itself */
	size_t aparts;
};

struct squid_outcome {
	flow_ref may[SQUID_OUTCOMES];
	flow_ref decide; /* by leaf */
};

EG_CHECK int squid_walk(struct squid_world *w, const struct squid_task *task,
			struct squid_outcome *ret);
