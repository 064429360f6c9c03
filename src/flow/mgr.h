/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the flow set manager; only the files of this folder include it.
 *
 * A node is a run of edges in one array; an edge says where an interval ends and what it leads to,
 * and begins where the edge before it ended. `hi` is the last value of the interval in dimensions
 * of up to 32 bits, and the number of a cut (cut.h; excluded end) in wide ones. node_make() alone
 * makes nodes and keeps:
 *   - edges ascend, and the last one ends at the top of the dimension;
 *   - neighbours lead to different children, so a node has two edges or more;
 *   - children test later dimensions and are older: their index is lower;
 *   - no two nodes have the same dimension and edges.
 * Below FLOW_FAMILY a path meets the address dimensions of one family only, because of_match
 * makes no others and every operation walks both its operands through the same edges.
 *
 * Nodes are put together on a stack of edges that recursive operations share: each works above the
 * `top` that it found and leaves it there.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/hash.h"
#include "flow/cut.h"
#include "flow/flow.h"
#include "flow/flowset.h"

enum {
	LEAF_BIT = 0x80000000U,
	LEAF_MAX = 0x7fffffff,
	EDGES_PER_NODE = 8 /* the edge budget, as a multiple of the node budget */
};

struct edge {
	uint32_t hi;
	flow_ref child;
};

struct node {
	uint32_t first; /* in mgr->edge */
	uint32_t n : 28, dim : 4;
};

struct slot {
	uint32_t hash;
	uint32_t node; /* index + 1; 0 is free */
};

/* The lossy memory of results: the newest of those that share a place. `op` 0 is an empty place. */
struct memo {
	flow_ref a, b;
	uint32_t op;
	flow_ref r;
};

struct flow_mgr {
	struct node *node;
	size_t nodes, node_cap, node_budget;
	struct edge *edge;
	size_t edges, edge_cap, edge_budget;
	struct slot *slot; /* unique table: open addressing, a power of two, at most half full */
	size_t slots;
	struct edge *stack;
	size_t top, stack_cap;
	struct memo *memo;
	size_t memos;	     /* a power of two, or 0 */
	size_t memos_used;   /* places that are not empty, roughly */
	uint32_t map_serial; /* each flow_map() has its own memo key */
	struct cuts cuts;
	flow_ref **root;
	size_t roots, root_cap;
	struct arena *names; /* of zones */
	struct strmap zone_id;
	const char **zone;
	size_t zones, zone_cap;
};

/* As hash_mix(), inlined: it runs once for every edge of every node that is made. */
static inline uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9fb21c651e98df25ULL;
	return h ^ (h >> 28);
}

/* As mem_grow(), without a call where there is room. */
static inline int room(void *array, size_t *cap, size_t need, size_t size)
{
	return need <= *cap ? 0 : mem_grow(array, cap, need, size);
}

/* ---- dimensions ---- */

static inline bool dim_wide(enum flow_dim dim)
{
	return dim == FLOW_DST6 || dim == FLOW_SRC6 || dim == FLOW_NAME;
}

uint32_t dim_top(enum flow_dim dim); /* `hi` of the last edge */

static inline int hi_cmp(const struct flow_mgr *m, enum flow_dim dim, uint32_t a, uint32_t b)
{
	if (dim_wide(dim))
		return cut_cmp(&m->cuts, a, b);
	return (a > b) - (a < b);
}

/* ---- refs ---- */

static inline bool is_leaf(flow_ref r)
{
	return r & LEAF_BIT;
}

static inline uint32_t leaf_id(flow_ref r)
{
	return r & ~LEAF_BIT;
}

/* The dimension that is tested first; FLOW_DIMS for a leaf. */
static inline enum flow_dim ref_dim(const struct flow_mgr *m, flow_ref r)
{
	return is_leaf(r) ? FLOW_DIMS : (enum flow_dim)m->node[r].dim;
}

/* The edges of a ref in one dimension: its own, or one that covers all when it tests later ones. */
struct walk {
	struct edge whole; /* used when at == SIZE_MAX */
	size_t at;
};

struct walk walk_begin(const struct flow_mgr *m, flow_ref r, enum flow_dim dim);

static inline struct edge walk_edge(const struct flow_mgr *m, const struct walk *w)
{
	return w->at == SIZE_MAX ? w->whole : m->edge[w->at];
}

static inline void walk_next(struct walk *w)
{
	w->at += w->at != SIZE_MAX;
}

/* The interval of edge `k` of a node, in a dimension other than FLOW_NAME. */
struct flow_span edge_span(const struct flow_mgr *m, const struct node *n, size_t k);

/* The first edge of `n`, from edge `lo` on, that ends after `begin`; the last one when none does.
 */
size_t edge_after(const struct flow_mgr *m, const struct node *n, size_t lo, uint32_t begin);

/* The same among edges lo to hi alone. */
size_t edge_until(const struct flow_mgr *m, const struct node *n, size_t lo, size_t hi,
		  uint32_t begin);

/* ---- making nodes ---- */

/* Puts an edge on the stack; joins it with the one before, down to `base`, that leads there too. */
EG_CHECK int edge_push(struct flow_mgr *m, size_t base, uint32_t hi, flow_ref child);

/* Takes the edges above `base` from the stack, also when it fails. */
EG_CHECK int node_make(struct flow_mgr *m, enum flow_dim dim, size_t base, flow_ref *ret);

void slots_fill(struct flow_mgr *m); /* the unique table anew, from the nodes */

/* ---- operations ---- */

enum op { OP_NOTHING, OP_OVERRIDE, OP_RESTRICT, OP_MINUS, OP_MAP, OP_WITHIN, OP_FORGET };

EG_CHECK int flow_apply(struct flow_mgr *m, enum op op, flow_ref a, flow_ref b, flow_ref *ret);

bool memo_find(const struct flow_mgr *m, enum op op, flow_ref a, flow_ref b, flow_ref *ret);
void memo_keep(struct flow_mgr *m, enum op op, flow_ref a, flow_ref b, flow_ref result);
void memo_clear(struct flow_mgr *m);

/* Is the set `s` within the set `a`? Builds nothing. */
bool flow_within(struct flow_mgr *m, flow_ref s, flow_ref a);

/* A name that the node of the name dimension leads somewhere from; none known, if that is one. */
bool name_within(const struct flow_mgr *m, flow_ref a, struct name *ret);
