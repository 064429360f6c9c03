/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations on two diagrams, by walking both at once.
 *
 * Results are remembered under their whole question (op, a, b), so a wrong answer cannot come from
 * two questions that share a place. The memory is lossy: forgetting costs time, never correctness,
 * and failing to grow it is no error.
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "flow/mgr.h"

enum { FIRST_MEMOS = 4096, MEMOS_MAX = 1 << 23 };

/* ---- memo ---- */

static size_t memo_place(const struct flow_mgr *m, enum op op, flow_ref a, flow_ref b)
{
	uint64_t h = mix(mix(op, a), b);

	return (size_t)(h ^ (h >> 32)) & (m->memos - 1);
}

bool memo_find(const struct flow_mgr *m, enum op op, flow_ref a, flow_ref b, flow_ref *ret)
{
	const struct memo *have;

	if (!m->memos)
		return false;
	have = &m->memo[memo_place(m, op, a, b)];
	if (have->op != op || have->a != a || have->b != b)
		return false;
	*ret = have->r;
	return true;
}

static void memo_grow(struct flow_mgr *m)
{
	struct flow_mgr bigger = { .memos = m->memos ? m->memos * 2 : FIRST_MEMOS };

	bigger.memo = mem_zero(bigger.memos, sizeof(*bigger.memo));
	if (!bigger.memo)
		return;
	for (size_t i = 0; i < m->memos; i++) {
		const struct memo *have = &m->memo[i];

		if (have->op)
			bigger.memo[memo_place(&bigger, have->op, have->a, have->b)] = *have;
	}
	mem_free(m->memo);
	m->memo = bigger.memo;
	m->memos = bigger.memos;
}

void memo_keep(struct flow_mgr *m, enum op op, flow_ref a, flow_ref b, flow_ref result)
{
	struct memo *place;

	if (m->memos < MEMOS_MAX && m->memos_used * 2 >= m->memos)
		memo_grow(m);
	if (!m->memos)
		return;
	place = &m->memo[memo_place(m, op, a, b)];
	m->memos_used += place->op == OP_NOTHING;
	*place = (struct memo){ a, b, op, result };
}

void memo_clear(struct flow_mgr *m)
{
	mem_free(m->memo);
	m->memo = NULL;
	m->memos = 0;
	m->memos_used = 0;
}

/* ---- two operands ---- */

/* Answers that need no walk. */
static bool at_once(enum op op, flow_ref a, flow_ref b, flow_ref *ret)
{
	bool decided = is_leaf(op == OP_OVERRIDE ? a : b);

	if (!decided && a != b && a != FLOW_NONE && b != FLOW_NONE)
		return false;
	if (op == OP_OVERRIDE)
		*ret = a == FLOW_NONE ? b : a;
	else if (op == OP_RESTRICT)
		*ret = b == FLOW_NONE ? b : a;
	else
		*ret = b == FLOW_NONE ? a : FLOW_NONE;
	return true;
}

/* Is the result known from `a` alone, whatever the other operand has? And from `b` alone? */
static bool settled_by_a(enum op op, flow_ref a)
{
	return op == OP_OVERRIDE ? is_leaf(a) && a != FLOW_NONE : a == FLOW_NONE;
}

static bool settled_by_b(enum op op, flow_ref b)
{
	return op == OP_RESTRICT ? b == FLOW_NONE
	       : op == OP_MINUS	 ? is_leaf(b) && b != FLOW_NONE
				 : false;
}

/*
 * On to the first edge that ends after `begin`, in growing steps: a narrow set must not cost a walk
 * over every edge of a wide one.
 */
static void walk_past(const struct flow_mgr *m, struct walk *w, flow_ref r, uint32_t begin)
{
	const struct node *n;
	size_t lo, step = 1;

	if (w->at == SIZE_MAX)
		return;
	n = &m->node[r];
	lo = w->at - n->first;
	while (lo + step < n->n &&
	       hi_cmp(m, n->dim, m->edge[n->first + lo + step].hi, begin) <= 0) {
		lo += step;
		step *= 2;
	}
	w->at = n->first + edge_until(m, n, lo, lo + step < n->n ? lo + step : n->n - 1U, begin);
}

static int apply_edges(struct flow_mgr *m, enum op op, flow_ref a, flow_ref b, flow_ref *ret)
{
	enum flow_dim dim_a = ref_dim(m, a), dim_b = ref_dim(m, b);
	enum flow_dim dim = dim_a < dim_b ? dim_a : dim_b;
	struct walk wa = walk_begin(m, a, dim), wb = walk_begin(m, b, dim);
	size_t base = m->top;
	uint32_t top = dim_top(dim);

	for (;;) {
		struct edge ea = walk_edge(m, &wa), eb = walk_edge(m, &wb);
		int order = hi_cmp(m, dim, ea.hi, eb.hi);
		bool past_b = order > 0 && settled_by_a(op, ea.child);
		bool past_a = order < 0 && settled_by_b(op, eb.child);
		uint32_t hi = past_b || (order <= 0 && !past_a) ? ea.hi : eb.hi;
		flow_ref child;
		int r = flow_apply(m, op, ea.child, eb.child, &child);

		if (r == 0)
			r = edge_push(m, base, hi, child);
		if (r < 0) {
			m->top = base;
			return r;
		}
		if (hi == top)
			return node_make(m, dim, base, ret);
		if (past_a)
			walk_past(m, &wa, a, hi);
		else if (order <= 0 || past_b)
			walk_next(&wa);
		if (past_b)
			walk_past(m, &wb, b, hi);
		else if (order >= 0 || past_a)
			walk_next(&wb);
	}
}

int flow_apply(struct flow_mgr *m, enum op op, flow_ref a, flow_ref b, flow_ref *ret)
{
	int r;

	if (at_once(op, a, b, ret) || memo_find(m, op, a, b, ret))
		return 0;
	r = apply_edges(m, op, a, b, ret);
	if (r == 0)
		memo_keep(m, op, a, b, *ret);
	return r;
}

int flow_override(struct flow_mgr *m, flow_ref a, flow_ref b, flow_ref *ret)
{
	return flow_apply(m, OP_OVERRIDE, a, b, ret);
}

int flow_restrict(struct flow_mgr *m, flow_ref a, flow_ref s, flow_ref *ret)
{
	return flow_apply(m, OP_RESTRICT, a, s, ret);
}

int flow_minus(struct flow_mgr *m, flow_ref a, flow_ref s, flow_ref *ret)
{
	return flow_apply(m, OP_MINUS, a, s, ret);
}

int flow_not(struct flow_mgr *m, flow_ref s, flow_ref *ret)
{
	return flow_apply(m, OP_MINUS, FLOW_ALL, s, ret);
}

/* ---- one operand ---- */

struct map {
	struct flow_mgr *m;
	const uint32_t *leaf;
	size_t n;
	flow_ref serial; /* stands for this map in the memo */
};

static int map_ref(struct map *map, flow_ref a, flow_ref *ret);

static int map_edges(struct map *map, flow_ref a, flow_ref *ret)
{
	struct flow_mgr *m = map->m;
	struct node node = m->node[a];
	size_t base = m->top;

	for (size_t i = 0; i < node.n; i++) {
		struct edge e = m->edge[node.first + i];
		flow_ref child;
		int r = map_ref(map, e.child, &child);

		if (r == 0)
			r = edge_push(m, base, e.hi, child);
		if (r < 0) {
			m->top = base;
			return r;
		}
	}
	return node_make(m, node.dim, base, ret);
}

static int map_ref(struct map *map, flow_ref a, flow_ref *ret)
{
	int r;

	if (is_leaf(a)) {
		uint32_t id = leaf_id(a);

		*ret = FLOW_LEAF(id < map->n ? map->leaf[id] : 0);
		return 0;
	}
	if (memo_find(map->m, OP_MAP, a, map->serial, ret))
		return 0;
	r = map_edges(map, a, ret);
	if (r == 0)
		memo_keep(map->m, OP_MAP, a, map->serial, *ret);
	return r;
}

int flow_map(struct flow_mgr *m, flow_ref a, const uint32_t *leaf, size_t n, flow_ref *ret)
{
	struct map map = { m, leaf, n, ++m->map_serial };

	if (!m->map_serial) /* gone round: old answers would be taken for new ones */
		memo_clear(m);
	return map_ref(&map, a, ret);
}
