/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/firstmatch.h"

#include <errno.h>

#include "base/alloc.h"

/* An entry that may or may not hold, waiting among those that do. */
struct firstmatch_late {
	struct str text;
	unsigned line;
	bool permit;
	flow_ref hi;	/* what it may hold for */
	uint32_t after; /* so many products of the run come before it */
};

void firstmatch_init(struct firstmatch *f, struct flow_mgr *m, flow_ref live, struct doubts *doubts)
{
	*f = (struct firstmatch){ .m = m, .live = live, .doubts = doubts };
}

void firstmatch_release(struct firstmatch *f)
{
	for (size_t i = 0; i < FIRSTMATCH_OUTCOMES; i++)
		union_release(&f->may[i]);
	union_release(&f->decide);
	mem_free(f->late);
	mem_free(f->match);
	mem_free(f->leaf);
	mem_free(f->permit);
}

static int add_one(struct firstmatch *f, const struct flow_match *match, uint32_t leaf, bool permit)
{
	int r = mem_grow(&f->match, &f->cap, f->n + 1, sizeof(*f->match));

	if (r == 0)
		r = mem_grow(&f->leaf, &f->leaf_cap, f->n + 1, sizeof(*f->leaf));
	if (r == 0)
		r = mem_grow(&f->permit, &f->permit_cap, f->n + 1, sizeof(*f->permit));
	if (r < 0)
		return r;
	f->match[f->n] = *match;
	f->leaf[f->n] = leaf;
	f->permit[f->n] = permit;
	f->n++;
	return 0;
}

int firstmatch_exact(struct firstmatch *f, const struct flow_match *match, size_t n, uint32_t leaf,
		     bool permit)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_one(f, &match[i], leaf, permit);
	return r;
}

int firstmatch_unsure(struct firstmatch *f, const struct flow_match *match, size_t n, bool permit,
		      struct str text, unsigned line)
{
	struct firstmatch_late late = { text, line, permit, FLOW_NONE, (uint32_t)f->n };
	int r = flow_of_matches(f->m, match, n, &late.hi);

	if (r == 0)
		r = mem_grow(&f->late, &f->late_cap, f->lates + 1, sizeof(*f->late));
	if (r == 0)
		f->late[f->lates++] = late;
	return r;
}

/* ---- deciding ---- */

/* The flows of `diagram` whose product is so; `leaf` is room for one number a product and one. */
static int part_of(struct firstmatch *f, flow_ref diagram, uint32_t *leaf, bool permit,
		   flow_ref *ret)
{
	for (size_t i = 0; i < f->n; i++)
		leaf[i + 1] = f->permit[i] == permit;
	return flow_map(f->m, diagram, leaf, f->n + 1, ret);
}

/* The flows that come to an uncertain entry: none before it decided them. `leaf` is 1 for those. */
static int comes_to(struct firstmatch *f, const struct firstmatch_late *late, flow_ref diagram,
		    const uint32_t *leaf, flow_ref *ret)
{
	flow_ref taken = FLOW_NONE, hi = FLOW_NONE;
	int r = flow_restrict(f->m, diagram, late->hi, &taken);

	if (r == 0)
		r = flow_map(f->m, taken, leaf, f->n + 1, &taken);
	if (r == 0)
		r = flow_restrict(f->m, late->hi, f->live, &hi);
	return r < 0 ? r : flow_minus(f->m, hi, taken, ret);
}

/* They are in order, so what comes before one comes before the next. */
static int decide_lates(struct firstmatch *f, flow_ref diagram, uint32_t *leaf)
{
	size_t before = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < f->lates; i++) {
		const struct firstmatch_late *late = &f->late[i];
		flow_ref part = FLOW_NONE;

		while (before < late->after)
			leaf[++before] = 1;
		r = comes_to(f, late, diagram, leaf, &part);
		if (r == 0)
			r = union_add(&f->may[late->permit ? VERDICT_ACCEPT : VERDICT_DROP], part);
		if (r == 0)
			r = doubts_add(f->doubts, f->m, late->text,
				       (struct place){ .line = late->line }, part);
	}
	f->lates = 0;
	return r;
}

/* Adds where some product decides so, and takes that from what is live. */
static int decide_part(struct firstmatch *f, flow_ref diagram, uint32_t *leaf, bool permit)
{
	flow_ref part = FLOW_NONE;
	int r = part_of(f, diagram, leaf, permit, &part);

	if (r == 0)
		r = union_add(&f->may[permit ? VERDICT_ACCEPT : VERDICT_DROP], part);
	return r < 0 ? r : flow_minus(f->m, f->live, part, &f->live);
}

static int decide_run(struct firstmatch *f)
{
	EG_AUTO(mem_freep) uint32_t *leaf = mem_zero(f->n + 1, sizeof(*leaf));
	flow_ref diagram = FLOW_NONE, decide = FLOW_NONE;
	int r = leaf ? flow_first_match(f->m, f->match, f->n, &diagram) : -ENOMEM;

	if (r == 0)
		r = decide_lates(f, diagram, leaf);
	if (r == 0)
		r = flow_restrict(f->m, diagram, f->live, &diagram);
	if (r == 0)
		r = decide_part(f, diagram, leaf, true);
	if (r == 0)
		r = decide_part(f, diagram, leaf, false);
	if (r < 0)
		return r;
	if (f->n)
		memcpy(leaf + 1, f->leaf, f->n * sizeof(*leaf));
	r = flow_map(f->m, diagram, leaf, f->n + 1, &decide);
	f->n = 0;
	return r < 0 ? r : union_add(&f->decide, decide);
}

int firstmatch_end(struct firstmatch *f, uint32_t leaf, bool permit, struct firstmatch_outcome *ret)
{
	struct firstmatch_outcome o = { 0 };
	flow_ref rest = FLOW_NONE;
	int r = decide_run(f);

	if (r == 0)
		r = union_add(&f->may[permit ? VERDICT_ACCEPT : VERDICT_DROP], f->live);
	if (r == 0)
		r = flow_restrict(f->m, FLOW_LEAF(leaf), f->live, &rest);
	if (r == 0)
		r = union_add(&f->decide, rest);
	for (size_t i = 0; r == 0 && i < FIRSTMATCH_OUTCOMES; i++)
		r = union_take(&f->may[i], f->m, &o.may[i]);
	if (r == 0)
		r = union_take(&f->decide, f->m, &o.decide);
	if (r == 0)
		*ret = o;
	return r;
}
