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
#include "flow/mgr.h"
#include "flow/slice.h"

enum {
	SLICE_STEPS = 256,  /* per rule, for the whole list */
	BLOCK_STEPS = 1024, /* per rule, for a block */
	BLOCK_RULES = 32,
	PIECE_RULES = 256 /* the first piece */
};

struct first {
	struct flow_mgr *m;
	struct slicer *slicer;
	flow_ref *set;	 /* of each rule */
	uint32_t *alive; /* rules of the piece in hand */
};

static int conquer(struct first *f, const uint32_t *rule, size_t n, flow_ref *ret)
{
	flow_ref before, after;
	int r;

	if (n == 1)
		return flow_apply(f->m, OP_RESTRICT, FLOW_LEAF(rule[0] + 1), f->set[rule[0]], ret);
	if (n <= BLOCK_RULES) {
		r = slice_rules(f->slicer, rule, n, n * BLOCK_STEPS, ret);
		if (r != SLICE_GAVE_UP)
			return r;
	}
	r = conquer(f, rule, n / 2, &before);
	if (r == 0)
		r = conquer(f, rule + n / 2, n - n / 2, &after);
	return r < 0 ? r : flow_override(f->m, before, after, ret);
}

/* Puts the rules [from, to) after those in `*all`. */
static int add_piece(struct first *f, size_t from, size_t to, flow_ref *all)
{
	flow_ref piece;
	size_t n = 0;
	int r;

	for (size_t i = from; i < to; i++)
		if (!flow_covered(f->m, f->set[i], *all))
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

		to = from + (from > PIECE_RULES ? from : PIECE_RULES);
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
	r = slice_rules(f->slicer, f->alive, n, n * SLICE_STEPS, ret);
	return r == SLICE_GAVE_UP ? piece_by_piece(f, n, ret) : r;
}

int flow_first_match(struct flow_mgr *m, const struct flow_match *match, size_t n, flow_ref *ret)
{
	EG_AUTO(mem_freep) flow_ref *set = mem_zero(n, sizeof(*set));
	EG_AUTO(mem_freep) uint32_t *alive = mem_zero(n, sizeof(*alive));
	EG_AUTO(slicer_freep) struct slicer *slicer = NULL;

	if (!set || !alive)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		int r = flow_of_match(m, &match[i], 1, &set[i]);

		if (r < 0)
			return r;
	}
	slicer = slicer_new(m, set, n);
	if (!slicer)
		return -ENOMEM;
	return build(&(struct first){ m, slicer, set, alive }, n, ret);
}
