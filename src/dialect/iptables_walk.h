/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking through the rules of a chain with the packets that are still on their way.
 *
 * A chain is walked once for each hook, for all packets, and becomes a summary; a jump takes of it
 * what belongs to the packets that jump. A rule that holds for (lo, hi) and decides o: May(o) grows
 * by live & hi, and live loses lo, never hi. Rules in a row that are exact products and end a
 * packet's way are decided all at once, as a rule diagram: that is what makes long lists cheap.
 */
#pragma once

#include "dialect/iptables_match.h"
#include "dialect/reading.h"

enum {
	IPT_OUTCOMES = VERDICT_REJECT + 1,
	IPT_BLAMES_MAX = 4096 /* constructs told one by one; the last stands for the rest */
};

/* A piece of a rule that is not modelled, and the packets that it makes uncertain. */
struct ipt_blame {
	const struct ipt_rule *rule;
	struct str text;
	const char *file;
	flow_ref set;
};

struct ipt_blames {
	struct ipt_blame *blame;
	size_t n, cap;
	struct union_of
		more; /* what is left to the last of IPT_BLAMES_MAX; see ipt_blames_seal() */
};

enum ipt_summary_state { SUMMARY_NEW, SUMMARY_BUSY, SUMMARY_DONE };

struct ipt_summary {
	enum ipt_summary_state state;
	unsigned height; /* of the chains it jumps to, itself included */
	flow_ref may[IPT_OUTCOMES];
	flow_ref fall;	  /* may reach the end or a return */
	flow_ref decide;  /* leaf: number of the deciding rule + 1 */
	flow_ref altered; /* may go on with other addresses, or without conntrack */
	struct ipt_blames blames;
};

/* The chains of one table as seen from one hook. */
struct ipt_chains {
	struct ipt_reader *rd;
	const struct ipt_table *table;
	struct ipt_view view;
	const size_t *first;	     /* number of the first rule of each chain */
	struct ipt_summary *summary; /* by chain; freed with ipt_chains_release() */
};

EG_CHECK int ipt_chains_init(struct ipt_chains *c, struct ipt_reader *rd, const struct ipt_table *t,
			     const size_t *first);
void ipt_chains_release(struct ipt_chains *c);

/* E_CONFLICT: chains lead in a circle; E_LIMIT: they are nested too deep; E_BUDGET, -ENOMEM. */
EG_CHECK int ipt_chain_summary(struct ipt_chains *c, size_t chain, unsigned depth,
			       const struct ipt_summary **ret);

void ipt_blames_release(struct ipt_blames *b);
/* To be called when all are there: the last one stands for those that found no place. */
EG_CHECK int ipt_blames_seal(struct ipt_blames *b, struct flow_mgr *m);
EG_CHECK int ipt_blames_add(struct ipt_blames *b, struct flow_mgr *m, const struct ipt_blame *one);
EG_CHECK int ipt_blames_take(struct ipt_blames *b, struct flow_mgr *m,
			     const struct ipt_blames *from, flow_ref within);
