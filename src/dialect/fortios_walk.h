/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies in their order as what they do to packets that begin a conversation.
 *
 * First match. A policy that holds for (lo, hi) and decides o: May(o) grows by live & hi, and live
 * loses lo, never hi. Policies in a row that are exact are decided at once, as a rule diagram.
 */
#pragma once

#include "dialect/doubts.h"
#include "dialect/fortios_policy.h"
#include "rule/rule.h"

enum { FOS_OUTCOMES = VERDICT_ACCEPT + 1 };

/* Policies in a row that are exact, waiting to be decided at once. */
struct fos_step {
	uint32_t leaf;
	enum fos_outcome outcome;
};

struct fos_run {
	struct flow_match *match;
	struct fos_step *step; /* by match */
	size_t n, cap, step_cap;
	struct fos_policy *either; /* those that may end either way, to be blamed */
	size_t eithers, either_cap;
};

struct fos_walk {
	struct flow_mgr *m;
	struct doubts *doubts;
	flow_ref live;
	struct union_of may[FOS_OUTCOMES], decide;
	struct fos_run run;
};

/* Release it whether the walk worked or not. */
void fos_walk_init(struct fos_walk *w, struct flow_mgr *m, struct doubts *doubts);
void fos_walk_release(struct fos_walk *w);

/* What the policy holds for by itself. */
EG_CHECK int fos_policy_bounds(struct flow_mgr *m, const struct fos_policy *p, struct bounds *ret);

EG_CHECK int fos_walk_policy(struct fos_walk *w, const struct fos_policy *p, uint32_t leaf);
/* Of the packets that no policy has decided, those in `set` may end either way. */
EG_CHECK int fos_walk_unknown(struct fos_walk *w, const struct fos_doubt *doubt, flow_ref set);
/* What is left is dropped, by `leaf`. */
EG_CHECK int fos_walk_end(struct fos_walk *w, uint32_t leaf);
