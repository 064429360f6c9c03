/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flow sets: hash-consed multi-terminal interval decision diagrams.
 *
 * A node tests one dimension and sends each of its intervals to a child. Children test later
 * dimensions; neighbours differ; no two nodes are alike. Hence equal diagrams have equal refs and
 * "is it empty?" is one comparison. Leaves are numbers: a *set* has leaves 0 and 1, a *rule
 * diagram* (flow_first_match) has the id of the deciding rule, 0 where none does.
 *
 * Refs are indices into a manager, valid until flow_collect() moves them: only refs whose address
 * was given to flow_root() survive (and are updated). Operations never collect by themselves.
 *
 * Every operation that builds returns 0, -ENOMEM, or E_BUDGET when the manager's node budget is
 * used up ("too complex"); `ret` is untouched then and everything built before stays valid.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "flow/flow.h"
#include "flow/match.h"

typedef uint32_t flow_ref;

#define FLOW_LEAF(id) ((flow_ref)0x80000000U | (flow_ref)(id))
#define FLOW_NONE FLOW_LEAF(0)
#define FLOW_ALL FLOW_LEAF(1)

enum { FLOW_BUDGET_DEFAULT = 20 * 1000 * 1000 /* nodes; some 2 GiB when used up */ };

struct flow_mgr;

struct flow_mgr *flow_mgr_new(size_t node_budget); /* NULL: out of memory */
void flow_mgr_free(struct flow_mgr *m);
void flow_mgr_freep(struct flow_mgr **m);

/* Zone and interface names: the same name gives the same id, from 1. E_LIMIT above ZONE_MAX. */
EG_CHECK int flow_zone(struct flow_mgr *m, struct str name, uint16_t *ret);
const char *flow_zone_name(const struct flow_mgr *m, uint16_t id); /* NULL: unknown id */

/* flow_print() and flow_match_print() with names of zones, not numbers. `m` may be NULL. */
void flow_show(const struct flow_mgr *m, const struct flow *f, struct buf *out);
void flow_match_show(const struct flow_mgr *m, const struct flow_match *match, size_t most,
		     struct buf *out);

/* ---- building ---- */

/* The diagram with `leaf` where the match holds and 0 elsewhere. */
EG_CHECK int flow_of_match(struct flow_mgr *m, const struct flow_match *match, uint32_t leaf,
			   flow_ref *ret);

/* First-match semantics: leaf i + 1 where match[i] is the first that holds. */
EG_CHECK int flow_first_match(struct flow_mgr *m, const struct flow_match *match, size_t n,
			      flow_ref *ret);

/* a where a is not 0, else b. On sets this is union. */
EG_CHECK int flow_override(struct flow_mgr *m, flow_ref a, flow_ref b, flow_ref *ret);

/* a where the set `s` holds, else 0. On sets this is intersection. */
EG_CHECK int flow_restrict(struct flow_mgr *m, flow_ref a, flow_ref s, flow_ref *ret);

/* a where the set `s` does not hold, else 0. On sets this is difference. */
EG_CHECK int flow_minus(struct flow_mgr *m, flow_ref a, flow_ref s, flow_ref *ret);

/* The set without `s`: all that is not in it. */
EG_CHECK int flow_not(struct flow_mgr *m, flow_ref s, flow_ref *ret);

/* Each leaf x becomes leaf[x] (x >= n: 0): "which verdict" from "which rule". */
EG_CHECK int flow_map(struct flow_mgr *m, flow_ref a, const uint32_t *leaf, size_t n,
		      flow_ref *ret);

/* The flows of the set `s`, whatever their value in `dim`: those that some value of it puts there.
 */
EG_CHECK int flow_forget(struct flow_mgr *m, flow_ref s, enum flow_dim dim, flow_ref *ret);

/* ---- questions ---- */

uint32_t flow_leaf_at(const struct flow_mgr *m, flow_ref a, const struct flow *f);
static inline bool flow_empty(flow_ref s)
{
	return s == FLOW_NONE;
}

/*
 * Some flow that is not at leaf 0, as ordinary looking as the set allows. -ENOENT: empty, or only
 * of names that no host can have.
 */
EG_CHECK int flow_witness(const struct flow_mgr *m, flow_ref a, struct flow *ret);

/* Marks seen[x] for every leaf x < n that occurs: what stays unmarked is a dead rule. */
EG_CHECK int flow_leaves(const struct flow_mgr *m, flow_ref a, bool *seen, size_t n);

/*
 * How many points are not at leaf 0, exactly, in decimal; names and zones count as one point each
 * span that the diagram tells apart, so the number is over addresses, ports, protocol and state.
 */
EG_CHECK int flow_count(const struct flow_mgr *m, flow_ref a, struct buf *decimal);

/*
 * The set as few maximal products (see match.h), each with the leaf it leads to, in memory of `a`.
 * Boxes of one leaf may overlap. Stops after `most` and says in ret->all whether that was all. Each
 * box costs a walk over the diagram.
 */
struct flow_box {
	struct flow_match match;
	uint32_t leaf;
};
struct flow_boxes {
	struct flow_box *box;
	size_t n;
	bool all;
};
EG_CHECK int flow_boxes(struct flow_mgr *m, flow_ref set, size_t most, struct arena *a,
			struct flow_boxes *ret);

/* ---- memory ---- */

/* Registers / forgets the address of a ref that must survive collections; once each. */
EG_CHECK int flow_root(struct flow_mgr *m, flow_ref *root);
void flow_unroot(struct flow_mgr *m, flow_ref *root);
void flow_collect(struct flow_mgr *m);	     /* mark and compact; clears the memo tables */
size_t flow_nodes(const struct flow_mgr *m); /* nodes in the table now */
