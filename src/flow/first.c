/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First-match lists become rule diagrams.
 *
 * The fast path slices the whole list (slice.h). Where that gives up, the list is taken in pieces
 * of doubling size: rules that the pieces before already cover are dropped (in tangled lists most
 * are), the rest is divided and conquered with OVERRIDE, small blocks by slicing again.
 */
#include <errno.h>

#include "base/alloc.h"
#include "flow/first.h"
#include "flow/mgr.h"
#include "flow/slice.h"

static const struct first_limits usual_limits = {
	.slice_steps = 256, .block_steps = 1024, .block_rules = 32, .piece_rules = 256
};

struct first {
	struct flow_mgr *m;
	const struct first_limits *limits;
	struct slicer *slicer;
	flow_ref *set;	 /* of each rule */
	uint32_t *alive; /* rules of the piece in hand */
	uint32_t *one;	 /* leaf 1 for every leaf but 0: what is decided at all */
};

static int conquer(struct first *f, const uint32_t *rule, size_t n, flow_ref *ret)
{
	flow_ref before, after;
	int r;

	if (n == 1)
		return flow_apply(f->m, OP_RESTRICT, FLOW_LEAF(rule[0] + 1), f->set[rule[0]], ret);
	if (n <= f->limits->block_rules) {
		r = slice_rules(f->slicer, rule, n, n * f->limits->block_steps, ret);
		if (r != SLICE_GAVE_UP)
			return r;
	}
	r = conquer(f, rule, n / 2, &before);
	if (r == 0)
		r = conquer(f, rule + n / 2, n - n / 2, &after);
	return r == 0 ? flow_override(f->m, before, after, ret) : r;
}

/* Puts the rules [from, to) after those in `*all`. */
static int add_piece(struct first *f, size_t from, size_t to, flow_ref *all)
{
	flow_ref piece, covered;
	size_t n = 0;
	int r = flow_map(f->m, *all, f->one, from + 1, &covered);

	if (r < 0)
		return r;
	for (size_t i = from; i < to; i++)
		if (!flow_within(f->m, f->set[i], covered))
			f->alive[n++] = (uint32_t)i;
	if (!n)
		return 0;
	r = conquer(f, f->alive, n, &piece);
	return r < 0 ? r : flow_override(f->m, *all, piece, all);
}

static int piece_by_piece(struct first *f, size_t n, flow_ref *ret)
{
	flow_ref all = FLOW_NONE;
	size_t to;

	for (size_t from = 0; from < n; from = to) {
		int r;

		to = from + (from > f->limits->piece_rules ? from : f->limits->piece_rules);
		to = to < n ? to : n;
		r = add_piece(f, from, to, &all);
		if (r < 0)
			return r;
	}
	*ret = all;
	return 0;
}

static int build(struct first *f, size_t n, flow_ref *ret)
{
	int r;

	for (size_t i = 0; i < n; i++)
		f->alive[i] = (uint32_t)i;
	r = slice_rules(f->slicer, f->alive, n, n * f->limits->slice_steps, ret);
	return r == SLICE_GAVE_UP ? piece_by_piece(f, n, ret) : r;
}

int first_match(struct flow_mgr *m, const struct flow_match *match, size_t n,
		const struct first_limits *limits, flow_ref *ret)
{
	EG_AUTO(mem_freep) flow_ref *set = mem_zero(n, sizeof(*set));
	EG_AUTO(mem_freep) uint32_t *alive = mem_zero(n, sizeof(*alive));
	EG_AUTO(mem_freep) uint32_t *one = mem_zero(n + 1, sizeof(*one));
	EG_AUTO(slicer_freep) struct slicer *slicer = NULL;

	if (!set || !alive || !one)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		int r = flow_of_match(m, &match[i], 1, &set[i]);

		one[i + 1] = 1;
		if (r < 0)
			return r;
	}
	slicer = slicer_new(m, set, n);
	if (!slicer)
		return -ENOMEM;
	return build(&(struct first){ m, limits, slicer, set, alive, one }, n, ret);
}

int flow_first_match(struct flow_mgr *m, const struct flow_match *match, size_t n, flow_ref *ret)
{
	return first_match(m, match, n, &usual_limits, ret);
}
