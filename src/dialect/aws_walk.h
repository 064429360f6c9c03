/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules gone through in order, and what becomes of packets.
 *
 * First match. A rule that holds for (lo, hi) and may end in some outcomes: May(o) grows by
 * live & hi for each of them, and live loses lo, never hi. Rules in a row that are exact are
 * decided at once, as a rule diagram.
 */
#pragma once

#include "dialect/aws_model.h"
#include "dialect/doubts.h"

/* What a walk may end in; FORWARD: the next engine decides. */
enum aws_end { AWS_END_DROP, AWS_END_ACCEPT, AWS_END_FORWARD, AWS_ENDS };
#define AWS_MAY(end) (1U << (end))

struct aws_outcome {
	flow_ref may[AWS_ENDS];
	flow_ref decide; /* leaf: the number of the rule that decides for certain */
};

/* Exact rules in a row, waiting to be decided at once. */
struct aws_run {
	struct flow_match *match;
	uint32_t *leaf;
	unsigned char *end;
	size_t n, cap, leaf_cap, end_cap;
};

struct aws_walk {
	struct flow_mgr *m;
	struct arena *arena; /* for matches */
	struct doubts *doubts;
	flow_ref live;
	struct union_of may[AWS_ENDS], decide;
	struct aws_run run;
};

void aws_walk_release(struct aws_walk *w);

/* A rule that is understood. Several products of one rule: call it for each of them. */
EG_CHECK int aws_walk_exact(struct aws_walk *w, const struct flow_match *match, enum aws_end end,
			    uint32_t leaf);
/* A rule that is not: what it may end in (AWS_MAY), what is to blame. Products of one rule. */
EG_CHECK int aws_walk_loose(struct aws_walk *w, const struct flow_match *match, size_t n,
			    unsigned ends, const char *what, struct place at);
/* The same for a set; without `what` nobody is blamed. */
EG_CHECK int aws_walk_loose_set(struct aws_walk *w, flow_ref set, unsigned ends, const char *what,
				struct place at);
/* What of `set` is still live ends so for certain. */
EG_CHECK int aws_walk_rest(struct aws_walk *w, flow_ref set, enum aws_end end, uint32_t leaf);
/* Everything has ended. */
EG_CHECK int aws_walk_end(struct aws_walk *w, struct aws_outcome *ret);

/* The flows with this value in one dimension. */
EG_CHECK int aws_set_of(struct flow_mgr *m, enum flow_dim dim, u128 value, flow_ref *ret);
