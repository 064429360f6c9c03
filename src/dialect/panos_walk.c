/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_walk.h"

#include <errno.h>

#include "base/alloc.h"

void panos_walk_release(struct panos_walk *w)
{
	for (size_t i = 0; i < PANOS_OUTCOMES; i++)
		union_release(&w->may[i]);
	union_release(&w->decide);
	for (size_t i = 0; i < w->blames; i++)
		union_release(&w->blame[i].sets);
	mem_free(w->blame);
	mem_free(w->match);
	mem_free(w->leaf);
	mem_free(w->outcomes);
}

/* The blame of this construct, or NULL. */
static struct panos_blame *find_blame(struct panos_walk *w, const struct panos_unknown *what)
{
	for (size_t i = w->blames; i-- > 0;) {
		struct panos_blame *b = &w->blame[i];

		if (b->what.line == what->line && b->what.file == what->file &&
		    strcmp(b->what.text, what->text) == 0)
			return b;
	}
	return NULL;
}

int panos_walk_blame(struct panos_walk *w, const struct panos_unknown *what, flow_ref set)
{
	struct panos_blame *b = find_blame(w, what);
	int r = 0;

	if (flow_empty(set))
		return 0;
	if (!b && w->blames == PANOS_BLAMES_MAX) {
		b = &w->blame[w->blames - 1];
		b->what.text = "this and more that is not modelled";
	}
	if (!b) {
		r = mem_grow(&w->blame, &w->blame_cap, w->blames + 1, sizeof(*w->blame));
		if (r < 0)
			return r;
		b = &w->blame[w->blames++];
		*b = (struct panos_blame){ .what = *what };
	}
	return union_add(&b->sets, set);
}

/* ---- exact rules ---- */

static int wait_for(struct panos_walk *w, const struct flow_match *match, uint32_t leaf,
		    unsigned outcomes)
{
	int r = mem_grow(&w->match, &w->cap, w->n + 1, sizeof(*w->match));

	if (r == 0)
		r = mem_grow(&w->leaf, &w->leaf_cap, w->n + 1, sizeof(*w->leaf));
	if (r == 0)
		r = mem_grow(&w->outcomes, &w->outcome_cap, w->n + 1, sizeof(*w->outcomes));
	if (r < 0)
		return r;
	w->match[w->n] = *match;
	w->leaf[w->n] = leaf;
	w->outcomes[w->n++] = outcomes;
	return 0;
}

/* Where some of them decides so. */
static int take_outcome(struct panos_walk *w, flow_ref diagram, uint32_t *leaf,
			enum verdict outcome)
{
	flow_ref part;
	bool some = false;
	int r;

	for (size_t i = 0; i < w->n; i++) {
		leaf[i + 1] = w->outcomes[i] >> outcome & 1;
		some = some || leaf[i + 1];
	}
	if (!some)
		return 0;
	r = flow_map(w->m, diagram, leaf, w->n + 1, &part);
	if (r == 0)
		r = union_add(&w->may[outcome], part);
	return r < 0 ? r : flow_minus(w->m, w->live, part, &w->live);
}

int panos_walk_flush(struct panos_walk *w)
{
	EG_AUTO(mem_freep) uint32_t *leaf = NULL;
	flow_ref diagram, decide;
	int r;

	if (!w->n)
		return 0;
	leaf = mem_zero(w->n + 1, sizeof(*leaf));
	r = leaf ? flow_first_match(w->m, w->match, w->n, &diagram) : -ENOMEM;
	if (r == 0)
		r = flow_restrict(w->m, diagram, w->live, &diagram);
	for (unsigned i = 0; r == 0 && i < PANOS_OUTCOMES; i++)
		r = take_outcome(w, diagram, leaf, (enum verdict)i);
	if (r < 0)
		return r;
	memcpy(leaf + 1, w->leaf, w->n * sizeof(*leaf));
	r = flow_map(w->m, diagram, leaf, w->n + 1, &decide);
	w->n = 0;
	return r < 0 ? r : union_add(&w->decide, decide);
}

/* ---- others ---- */

static int walk_loosely(struct panos_walk *w, const struct panos_matching *rule, uint32_t leaf)
{
	flow_ref sure = FLOW_NONE, may = FLOW_NONE, decide = FLOW_NONE, open = FLOW_NONE;
	int r = panos_walk_flush(w);

	if (r == 0)
		r = flow_of_matches(w->m, rule->sure, rule->sures, &sure);
	if (r == 0)
		r = flow_of_matches(w->m, rule->may, rule->mays, &may);
	if (r == 0)
		r = flow_restrict(w->m, sure, w->live, &sure);
	if (r == 0)
		r = flow_restrict(w->m, may, w->live, &may);
	for (unsigned i = 0; r == 0 && i < PANOS_OUTCOMES; i++)
		if (rule->outcomes >> i & 1)
			r = union_add(&w->may[i], may);
	if (r == 0)
		r = flow_restrict(w->m, FLOW_LEAF(leaf), sure, &decide);
	if (r == 0)
		r = union_add(&w->decide, decide);
	if (r == 0)
		r = flow_minus(w->m, w->live, sure, &w->live);
	if (r == 0)
		r = flow_minus(w->m, may, sure, &open);
	for (size_t i = 0; r == 0 && i < rule->unknowns.n; i++)
		r = panos_walk_blame(w, &rule->unknowns.unknown[i], open);
	return r;
}

int panos_walk_rule(struct panos_walk *w, const struct panos_matching *rule, uint32_t leaf)
{
	int r = 0;

	if (!rule->exact)
		return walk_loosely(w, rule, leaf);
	for (size_t i = 0; r == 0 && i < rule->mays; i++)
		r = wait_for(w, &rule->may[i], leaf, rule->outcomes);
	return r;
}
