/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking through a chain's rules with the set of packets that are still on their way.
 *
 * A chain is walked once for each view, for all packets, and becomes a summary: what may happen to
 * a packet that enters it. A jump intersects the summary with the packets that take it, so the cost
 * is that of the chains, not of the ways through them.
 *
 * `live` are the packets that reach the rule in hand. For a statement that holds for (lo, hi) and
 * decides o: May(o) grows by live & hi, and live loses lo, never hi. See SEMANTICS in
 * docs/architecture.md.
 */
#pragma once

#include "dialect/bounds.h"
#include "dialect/nftables_match.h"
#include "dialect/nftables_tables.h"
#include "dialect/nftables_view.h"
#include "dialect/reading.h"

enum {
	JUMPS_MAX = 16, /* chains in one another; NFT_JUMP_STACK_SIZE of the kernel */
	OUTCOMES = VERDICT_REJECT + 1
};

/* A statement that is not modelled and the packets that it makes uncertain. */
struct blame {
	const struct nft_stmt *stmt;
	flow_ref set;
};

struct blames {
	struct blame *blame;
	size_t n, cap;
};

enum summary_state { SUMMARY_NEW, SUMMARY_BUSY, SUMMARY_DONE };

struct summary {
	enum summary_state state;
	unsigned height; /* of the chains it jumps to, itself included */
	flow_ref may[OUTCOMES];
	flow_ref fall;	  /* may reach the end or a return */
	flow_ref decide;  /* leaf: number of the deciding rule + 1 */
	flow_ref altered; /* may get other addresses or ports */
	struct blames blames;
};

/* The chains of one table as seen from one kind of hook. */
struct chain_view {
	const struct table_index *table;
	struct view view;
	struct summary *summary; /* by chain */
};

struct reader {
	struct flow_mgr *m;
	struct diag *d;
	struct tables tables;
	struct chain_view **view;
	size_t views, view_cap;
	flow_ref learned, learnable; /* as in struct reading, whatever becomes of them later */
	struct bounds *apart;	     /* by rule, as in struct reading */
	size_t aparts;		     /* so many are asked for */
};

/* One chain being walked. */
struct walk {
	struct reader *rd;
	struct chain_view *cv;
	const struct nft_chain *chain;
	unsigned depth, height;
	flow_ref live;
	struct union_of may[OUTCOMES], fall, decide, altered;
	struct blames blames;
	/* the rule in hand */
	const struct nft_rule *rule;
	uint32_t leaf;
	struct bounds here; /* the packets that come to the statement in hand, of those alive */
	bool l4_said, decides;
	struct union_of gone, back; /* what settle() takes off `live` and puts back */
};

void reader_release(struct reader *rd);

/* The summary of chain `i`; depth is the number of chains it is called through. */
EG_CHECK int chain_summary(struct reader *rd, struct chain_view *cv, size_t i, unsigned depth,
			   const struct summary **ret);

/* nftables_rule.c: one rule. */
EG_CHECK int walk_rule(struct walk *w);

/* nftables_vmap.c: a verdict map. */
EG_CHECK int walk_vmap(struct walk *w, const struct nft_stmt *s);

/* nftables_walk_learned.c: the map of a statement that counts by it, if it is one of ours. */
EG_CHECK int walk_learned(struct walk *w, const struct nft_stmt *s);

struct rule_look walk_look(const struct walk *w, const struct nft_stmt *s);

/* The packets in `part` of those here are decided so. */
EG_CHECK int walk_decide(struct walk *w, enum verdict outcome, struct bounds part);
/* They do what a verdict says; `continue` and queue are the caller's. */
EG_CHECK int walk_verdict(struct walk *w, const struct nft_verdict *v, struct bounds part,
			  const struct nft_stmt *s);
/* They may be decided in any way, or go on. */
EG_CHECK int walk_anything(struct walk *w, struct bounds part, const struct nft_stmt *s);
/* Remembers that `s` is why the packets in hi but not in lo are uncertain. */
EG_CHECK int walk_blame(struct walk *w, const struct nft_stmt *s, struct bounds part);
/* Carries out what the decisions since the last call did to the packets alive. */
EG_CHECK int walk_settle(struct walk *w);

EG_CHECK int blames_add(struct blames *b, struct flow_mgr *m, const struct nft_stmt *stmt,
			flow_ref set);
