/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set as few maximal products.
 *
 * Greedy: take a point of what is not covered yet, grow it to a product that no dimension can
 * extend without leaving the set, take that off, and go on. Growing goes up the nodes on the
 * point's path: at the last one, all edges to the same leaf; at each one above, all edges whose
 * child has the whole product grown so far at that leaf. Products grow in the whole set, not in
 * the rest, so they may overlap; per leaf their union is the set exactly.
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "flow/mgr.h"
#include "flow/namespans.h"

enum { NOT_ASKED, HOLDS, FAILS };

struct boxer {
	struct flow_mgr *m;
	struct arena *arena;
	flow_ref set, rest;
	flow_ref path[FLOW_DIMS]; /* nodes of `set` that test the point, from the first on */
	size_t path_n;
	size_t on_path[FLOW_DIMS]; /* the edge that each of them takes */
	flow_ref leaf;
	struct flow_match match; /* the product so far */
	struct key_spans names;
	unsigned char *answer; /* by node: has it the product so far? */
	flow_ref *asked;       /* the nodes that have an answer */
	size_t asked_n, asked_cap;
	struct flow_box *box;
	size_t n, cap;
};

/* ---- a point of the rest ---- */

/* The edge to follow: the widest that leads somewhere; names have no width, so their first. */
static size_t widest(const struct flow_mgr *m, const struct node *n)
{
	size_t best = 0;
	u128 most = 0;
	bool found = false;

	for (size_t k = 0; k < n->n; k++) {
		struct flow_span s = { 0, 0 };

		if (m->edge[n->first + k].child == FLOW_NONE)
			continue;
		if (n->dim != FLOW_NAME)
			s = edge_span(m, n, k);
		if (found && s.hi - s.lo <= most)
			continue;
		found = true;
		best = k;
		most = s.hi - s.lo;
	}
	return best;
}

/* The edge of `n` that begins at or before where edge `k` of `other`, of that dimension, does. */
static size_t edge_below(const struct flow_mgr *m, const struct node *n, const struct node *other,
			 size_t k)
{
	return k ? edge_after(m, n, 0, m->edge[other->first + k - 1].hi) : 0;
}

/* Walks set and rest together, along one point of the rest. */
static void choose_point(struct boxer *b)
{
	struct flow_mgr *m = b->m;
	flow_ref set = b->set, rest = b->rest;

	b->path_n = 0;
	while (!is_leaf(set)) {
		struct node n = m->node[set];
		size_t k;

		if (ref_dim(m, rest) < (enum flow_dim)n.dim) { /* only the rest tests it */
			struct node other = m->node[rest];

			rest = m->edge[other.first + widest(m, &other)].child;
			continue;
		}
		if (ref_dim(m, rest) == (enum flow_dim)n.dim) {
			struct node other = m->node[rest];
			size_t j = widest(m, &other);

			k = edge_below(m, &n, &other, j);
			rest = m->edge[other.first + j].child;
		} else {
			k = widest(m, &n);
		}
		b->path[b->path_n] = set;
		b->on_path[b->path_n++] = k;
		set = m->edge[n.first + k].child;
	}
	b->leaf = set;
}

/* ---- does a diagram have the whole product? ---- */

static int covers(struct boxer *b, flow_ref r, bool *ret);

/* Are any names from `lo` to `hi` in the product? As edge_meets(). */
static bool names_meet(const struct boxer *b, uint32_t lo, uint32_t hi, size_t *at)
{
	const struct cuts *c = &b->m->cuts;
	const struct key_span *s = b->names.span;

	while (s && *at < b->names.n && lo != CUT_TOP && cut_cmp(c, lo, s[*at].hi) >= 0)
		++*at;
	return !s || (*at < b->names.n && (s[*at].lo == CUT_TOP || cut_cmp(c, s[*at].lo, hi) < 0));
}

/* Is any value of edge `k` in the product? `*at` is the first span that may still matter. */
static bool edge_meets(const struct boxer *b, const struct node *n, size_t k, size_t *at)
{
	const struct edge *e = &b->m->edge[n->first + k];
	struct flow_spans s;
	struct flow_span here;

	if (n->dim == FLOW_NAME)
		return names_meet(b, k ? e[-1].hi : CUT_TOP, e->hi, at);
	s = b->match.dim[n->dim];
	here = edge_span(b->m, n, k);
	while (s.span && *at < s.n && s.span[*at].hi < here.lo)
		++*at;
	return !s.span || (*at < s.n && s.span[*at].lo <= here.hi);
}

static int covers_node(struct boxer *b, flow_ref r, bool *ret)
{
	struct node n = b->m->node[r];
	size_t at = 0;
	bool yes = true;

	for (size_t k = 0; yes && k < n.n; k++) {
		int r2;

		if (!edge_meets(b, &n, k, &at))
			continue;
		r2 = covers(b, b->m->edge[n.first + k].child, &yes);
		if (r2 < 0)
			return r2;
	}
	*ret = yes;
	return 0;
}

static int covers(struct boxer *b, flow_ref ref, bool *ret)
{
	int r;

	if (is_leaf(ref)) {
		*ret = ref == b->leaf;
		return 0;
	}
	if (b->answer[ref] != NOT_ASKED) {
		*ret = b->answer[ref] == HOLDS;
		return 0;
	}
	r = covers_node(b, ref, ret);
	if (r < 0)
		return r;
	r = room(&b->asked, &b->asked_cap, b->asked_n + 1, sizeof(*b->asked));
	if (r < 0)
		return r;
	b->asked[b->asked_n++] = ref;
	b->answer[ref] = *ret ? HOLDS : FAILS;
	return 0;
}

static void forget_answers(struct boxer *b)
{
	while (b->asked_n)
		b->answer[b->asked[--b->asked_n]] = NOT_ASKED;
}

/* ---- growing ---- */

static int grow_names(struct boxer *b, const struct node *n)
{
	struct key_span *span = arena_array(b->arena, n->n, sizeof(*span));
	size_t to = 0;

	if (!span)
		return -ENOMEM;
	for (size_t k = 0; k < n->n; k++) {
		const struct edge *e = &b->m->edge[n->first + k];

		if (e->child == b->leaf)
			span[to++] = (struct key_span){ k ? e[-1].hi : CUT_TOP, e->hi };
	}
	b->names = (struct key_spans){ span, to };
	return 0;
}

/* Two families are told apart unless the product looks at no address of the one it grew in. */
static bool one_family(const struct boxer *b)
{
	return b->match.dim[FLOW_DST4].span || b->match.dim[FLOW_DST6].span ||
	       b->match.dim[FLOW_SRC4].span || b->match.dim[FLOW_SRC6].span;
}

static int grow_node(struct boxer *b, size_t i)
{
	struct node n = b->m->node[b->path[i]];
	struct flow_span *span = arena_array(b->arena, n.n, sizeof(*span));
	size_t to = 0, edges = 0;

	if (!span)
		return -ENOMEM;
	for (size_t k = 0; k < n.n; k++) {
		struct flow_span s = edge_span(b->m, &n, k);
		bool yes = k == b->on_path[i];
		int r = 0;

		if (!yes && !(n.dim == FLOW_FAMILY && one_family(b)))
			r = covers(b, b->m->edge[n.first + k].child, &yes);
		if (r < 0)
			return r;
		edges += yes;
		if (yes && to && span[to - 1].hi + 1 == s.lo)
			span[to - 1].hi = s.hi;
		else if (yes)
			span[to++] = s;
	}
	if (edges < n.n)
		b->match.dim[n.dim] = (struct flow_spans){ span, to };
	return 0;
}

/* A maximal product around the point of choose_point(), at its leaf. */
static int grow(struct boxer *b)
{
	int r = 0;

	b->match = FLOW_MATCH_ANY;
	b->names = (struct key_spans){ NULL, 0 };
	for (size_t i = b->path_n; r == 0 && i-- > 0;) {
		struct node n = b->m->node[b->path[i]];

		r = n.dim == FLOW_NAME ? grow_names(b, &n) : grow_node(b, i);
	}
	forget_answers(b);
	return r;
}

/* ---- the list ---- */

static int add_box(struct boxer *b, const struct flow_match *match)
{
	flow_ref box;
	int r = room(&b->box, &b->cap, b->n + 1, sizeof(*b->box));

	if (r == 0)
		r = flow_of_match(b->m, match, 1, &box);
	if (r == 0)
		r = flow_minus(b->m, b->rest, box, &b->rest);
	if (r == 0)
		b->box[b->n++] = (struct flow_box){ *match, leaf_id(b->leaf) };
	return r;
}

static int next_boxes(struct boxer *b)
{
	struct flow_match *match;
	size_t n;
	int r;

	choose_point(b);
	r = grow(b);
	if (r == 0)
		r = names_of_spans(b->m, b->names, &b->match, b->arena, &match, &n);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_box(b, &match[i]);
	return r;
}

int flow_boxes(struct flow_mgr *m, flow_ref set, size_t most, struct arena *a,
	       struct flow_boxes *ret)
{
	struct boxer b = { .m = m, .arena = a, .set = set, .rest = set };
	struct flow_box *made = NULL;
	int r = 0;

	b.answer = mem_zero(is_leaf(set) ? 0 : (size_t)set + 1, sizeof(*b.answer));
	if (!b.answer)
		return -ENOMEM;
	while (r == 0 && b.rest != FLOW_NONE && b.n < most)
		r = next_boxes(&b);
	b.n = b.n < most ? b.n : most;
	if (r == 0) {
		made = arena_copy(a, b.box, b.n * sizeof(*b.box));
		r = made ? 0 : -ENOMEM;
	}
	mem_free(b.box);
	mem_free(b.asked);
	mem_free(b.answer);
	if (r < 0)
		return r;
	*ret = (struct flow_boxes){ made, b.n, b.rest == FLOW_NONE };
	return 0;
}
