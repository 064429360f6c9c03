/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/ios_walk.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/ios_group.h"
#include "dialect/spans.h"
#include "net/proto.h"

enum { ND_NA = 136, ND_NS = 135, CODES = 256 };

/* Entries in a row that are exact, waiting to be decided at once. */
struct run {
	struct flow_match *match;
	uint32_t *leaf;
	bool *permit;
	size_t n, cap, leaf_cap, permit_cap;
};

struct walk {
	struct ios_config *config;
	const struct ios_list *list;
	struct flow_mgr *m;
	struct diag *d;
	struct arena *arena;
	flow_ref live;
	struct union_of may[IOS_OUTCOMES], decide;
	struct doubts *doubts;
	struct run run;
	size_t products;
	bool loose_states, loose_fragments;
	/* the entry in hand */
	const struct ios_entry *entry;
	uint32_t leaf;
	struct flow_spans src, dst;
	const struct ios_service *service;
	size_t services;
	struct str unknown;
};

int ios_family_set(struct flow_mgr *m, enum family family, flow_ref *ret)
{
	const struct flow_span span = { family == FAMILY_V6, family == FAMILY_V6 };
	struct flow_match match = FLOW_MATCH_ANY;

	match.dim[FLOW_FAMILY] = (struct flow_spans){ &span, 1 };
	return flow_of_match(m, &match, 1, ret);
}

/* ---- runs ---- */

static int run_add(struct walk *w, const struct flow_match *match, bool permit)
{
	struct run *run = &w->run;
	int r = mem_grow(&run->match, &run->cap, run->n + 1, sizeof(*run->match));

	if (r == 0)
		r = mem_grow(&run->leaf, &run->leaf_cap, run->n + 1, sizeof(*run->leaf));
	if (r == 0)
		r = mem_grow(&run->permit, &run->permit_cap, run->n + 1, sizeof(*run->permit));
	if (r < 0)
		return r;
	run->match[run->n] = *match;
	run->leaf[run->n] = w->leaf;
	run->permit[run->n] = permit;
	run->n++;
	return 0;
}

/* Where some of the run decides so, and then whether any does. */
static int run_part(struct walk *w, flow_ref diagram, uint32_t *leaf, bool permit)
{
	flow_ref part;
	int r;

	for (size_t i = 0; i < w->run.n; i++)
		leaf[i + 1] = w->run.permit[i] == permit;
	r = flow_map(w->m, diagram, leaf, w->run.n + 1, &part);
	if (r == 0)
		r = union_add(&w->may[permit ? VERDICT_ACCEPT : VERDICT_DROP], part);
	return r < 0 ? r : flow_minus(w->m, w->live, part, &w->live);
}

static int flush(struct walk *w)
{
	EG_AUTO(mem_freep) uint32_t *leaf = NULL;
	flow_ref diagram, decide;
	int r;

	if (!w->run.n)
		return 0;
	leaf = mem_zero(w->run.n + 1, sizeof(*leaf));
	r = leaf ? flow_first_match(w->m, w->run.match, w->run.n, &diagram) : -ENOMEM;
	if (r == 0)
		r = flow_restrict(w->m, diagram, w->live, &diagram);
	if (r == 0)
		r = run_part(w, diagram, leaf, true);
	if (r == 0)
		r = run_part(w, diagram, leaf, false);
	if (r < 0)
		return r;
	memcpy(leaf + 1, w->run.leaf, w->run.n * sizeof(*leaf));
	r = flow_map(w->m, diagram, leaf, w->run.n + 1, &decide);
	w->run.n = 0;
	return r < 0 ? r : union_add(&w->decide, decide);
}

/* ---- one entry ---- */

static int note_group(struct walk *w, struct str name, enum ios_group_kind kind,
		      const struct ios_group **ret)
{
	int r = ios_group_resolve(w->config, name, kind, w->d, ret);

	if (r == -ENOENT) {
		diag_warning(w->d, (struct place){ w->config->file, w->entry->line, 0 },
			     "object group %s is not defined, is empty, or is of another kind",
			     show(name).text);
		*ret = NULL;
		r = 0;
	}
	if (r == 0 && (!*ret || (*ret)->unknown))
		w->unknown = w->unknown.n ? w->unknown : name;
	return r;
}

static int find_end(struct walk *w, const struct ios_end *end, struct flow_spans *ret)
{
	enum ios_group_kind kind = w->list->family == FAMILY_V6 ? IOS_NETWORK6 : IOS_NETWORK;
	const struct ios_group *g = NULL;
	int r;

	*ret = end->spans;
	if (!end->group.n)
		return 0;
	r = note_group(w, end->group, kind, &g);
	*ret = g && !g->unknown ? g->spans : SPANS_ANY;
	return r;
}

/* What the entry in hand stands for; where that is not known, everything it could be. */
static int find_parts(struct walk *w)
{
	static const struct ios_service anything = { .transport = true };
	const struct ios_group *g = NULL;
	int r = find_end(w, &w->entry->src, &w->src);

	if (r == 0)
		r = find_end(w, &w->entry->dst, &w->dst);
	w->service = &w->entry->service;
	w->services = 1;
	if (r < 0 || !w->entry->service_group.n)
		return r;
	r = note_group(w, w->entry->service_group, IOS_SERVICE, &g);
	w->service = g && !g->unknown ? g->service : &anything;
	w->services = g && !g->unknown ? g->services : 1;
	return r;
}

/* The products of one service: `out` has room for two. Returns how many. */
static int products_of(struct walk *w, const struct ios_service *s, struct flow_match *out,
		       size_t *ret)
{
	bool v6 = w->list->family == FAMILY_V6;
	const struct ios_entry *e = w->entry;
	bool transport = s->transport || e->established || e->flags;
	struct flow_match *m = out;
	int r;

	*m = FLOW_MATCH_ANY;
	m->dim[FLOW_PROTO] = s->proto;
	m->dim[v6 ? FLOW_SRC6 : FLOW_SRC4] = w->src;
	m->dim[v6 ? FLOW_DST6 : FLOW_DST4] = w->dst;
	r = match_one(m, FLOW_FAMILY, v6, v6, w->arena);
	if (r == 0 && e->fragments)
		r = match_one(m, FLOW_FRAG, 1, 1, w->arena);
	*ret = 1;
	if (r < 0 || !transport)
		return r;
	w->loose_fragments = w->loose_fragments || v6;
	w->loose_states = w->loose_states || e->established || e->flags;
	if (e->permit) {
		out[1] = *m;
		r = match_one(&out[1], FLOW_FRAG, 1, 1, w->arena);
		*ret = 2;
	}
	m->dim[FLOW_SPORT] = s->sport;
	m->dim[FLOW_DPORT] = s->dport;
	if (r == 0)
		r = match_one(m, FLOW_FRAG, 0, 0, w->arena);
	if (r == 0 && e->established)
		r = match_one(m, FLOW_STATE, STATE_ESTABLISHED, STATE_ESTABLISHED, w->arena);
	return r;
}

static int find_products(struct walk *w, struct flow_match **ret, size_t *ret_n)
{
	struct flow_match *match = arena_array(w->arena, 2 * w->services, sizeof(*match));
	size_t n = 0, more = 0;
	int r = match ? 0 : -ENOMEM;

	w->products += w->services;
	if (w->products > IOS_ALTERNATIVES_MAX) {
		diag_error(w->d, (struct place){ w->config->file, w->entry->line, 0 },
			   "the entries of this list stand for more than %d products",
			   IOS_ALTERNATIVES_MAX);
		return E_LIMIT;
	}
	for (size_t i = 0; r == 0 && i < w->services; i++) {
		r = products_of(w, &w->service[i], &match[n], &more);
		n += more;
	}
	*ret = match;
	*ret_n = n;
	return r;
}

/* Of first packets it is known which TCP flags they have; of later ones not. */
static int lower_bound(struct walk *w, flow_ref hi, struct bounds *ret)
{
	const struct flow_span span = { STATE_NEW, STATE_NEW };
	struct flow_match first = FLOW_MATCH_ANY;
	flow_ref set;
	int r;

	*ret = (struct bounds){ FLOW_NONE, hi };
	if (!w->entry->flags)
		return 0;
	first.dim[FLOW_STATE] = (struct flow_spans){ &span, 1 };
	r = flow_of_match(w->m, &first, 1, &set);
	if (r == 0 && !w->entry->flags_of_first)
		r = flow_minus(w->m, hi, set, &ret->hi);
	else if (r == 0 && !w->unknown.n)
		r = flow_restrict(w->m, hi, set, &ret->lo);
	return r;
}

/* An entry of which not everything is known. */
static int decide_loosely(struct walk *w, const struct flow_match *match, size_t n)
{
	struct bounds b = BOUNDS_NONE;
	flow_ref hi = FLOW_NONE, decide, unsure;
	int r = flush(w);

	if (r == 0)
		r = flow_of_matches(w->m, match, n, &hi);
	if (r == 0)
		r = flow_restrict(w->m, hi, w->live, &hi);
	if (r == 0)
		r = lower_bound(w, hi, &b);
	if (r == 0)
		r = union_add(&w->may[w->entry->permit ? VERDICT_ACCEPT : VERDICT_DROP], b.hi);
	if (r == 0)
		r = flow_restrict(w->m, FLOW_LEAF(w->leaf), b.lo, &decide);
	if (r == 0)
		r = union_add(&w->decide, decide);
	if (r == 0)
		r = flow_minus(w->m, w->live, b.lo, &w->live);
	if (r == 0)
		r = flow_minus(w->m, b.hi, b.lo, &unsure);
	return r < 0 ? r
		     : doubts_add(w->doubts, w->m,
				  w->unknown.n ? w->unknown : STR("TCP flags of later packets"),
				  (struct place){ .line = w->entry->line }, unsure);
}

static int walk_entry(struct walk *w)
{
	struct flow_match *match = NULL;
	size_t n = 0;
	int r;

	w->unknown = w->entry->unknown;
	r = find_parts(w);
	if (r == 0)
		r = find_products(w, &match, &n);
	if (r == 0 && (w->unknown.n || w->entry->flags))
		return decide_loosely(w, match, n);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = run_add(w, &match[i], w->entry->permit);
	return r;
}

/* ---- the end of a list ---- */

static int add_discovery(struct walk *w, unsigned type)
{
	struct flow_match match = FLOW_MATCH_ANY;
	int r = match_one(&match, FLOW_FAMILY, 1, 1, w->arena);

	if (r == 0)
		r = match_one(&match, FLOW_PROTO, PROTO_ICMPV6, PROTO_ICMPV6, w->arena);
	if (r == 0)
		r = match_one(&match, FLOW_DPORT, type * CODES, type * CODES + CODES - 1, w->arena);
	if (r == 0)
		r = run_add(w, &match, true);
	w->leaf++;
	return r;
}

/* A list without entries lets everything through; others have a deny at their end. */
static int walk_end(struct walk *w)
{
	bool empty = !w->list->n;
	flow_ref decide;
	int r = 0;

	if (!empty && w->list->family == FAMILY_V6) {
		r = add_discovery(w, ND_NA);
		if (r == 0)
			r = add_discovery(w, ND_NS);
	}
	if (r == 0)
		r = flush(w);
	if (r == 0)
		r = union_add(&w->may[empty ? VERDICT_ACCEPT : VERDICT_DROP], w->live);
	if (r == 0)
		r = flow_restrict(w->m, FLOW_LEAF(w->leaf), w->live, &decide);
	return r < 0 ? r : union_add(&w->decide, decide);
}

static int loosen(struct walk *w, const struct flow_match *match, flow_ref of,
		  struct ios_outcome *o)
{
	flow_ref set;
	int r = flow_of_match(w->m, match, 1, &set);

	if (r == 0)
		r = flow_restrict(w->m, set, of, &set);
	for (size_t i = 0; r == 0 && i < IOS_OUTCOMES; i++)
		r = flow_override(w->m, o->may[i], set, &o->may[i]);
	return r < 0 ? r : flow_minus(w->m, o->decide, set, &o->decide);
}

/*
 * What conntrack calls related, invalid or untracked, IOS has no word for: such TCP packets may
 * have any flags. And later fragments of IPv6.
 */
static int loosen_all(struct walk *w, flow_ref of, struct ios_outcome *o)
{
	struct flow_match match = FLOW_MATCH_ANY;
	int r = 0;

	if (w->loose_states) {
		r = match_one(&match, FLOW_STATE, STATE_RELATED, STATE_COUNT - 1, w->arena);
		if (r == 0)
			r = match_one(&match, FLOW_PROTO, PROTO_TCP, PROTO_TCP, w->arena);
		if (r == 0)
			r = loosen(w, &match, of, o);
	}
	match = FLOW_MATCH_ANY;
	if (r == 0 && w->loose_fragments) {
		r = match_one(&match, FLOW_FRAG, 1, 1, w->arena);
		if (r == 0)
			r = loosen(w, &match, of, o);
	}
	o->loose_states = w->loose_states;
	o->loose_fragments = w->loose_fragments;
	return r;
}

/* What the entry in hand does by itself; nothing of it stays in the walk. */
static int set_apart(struct walk *w, struct bounds *ret)
{
	flow_ref decide, all = FLOW_NONE, may;
	int r = flush(w);

	if (r == 0)
		r = ios_family_set(w->m, w->list->family, &w->live);
	if (r == 0)
		r = union_take(&w->decide, w->m, &decide);
	for (size_t i = 0; r == 0 && i < IOS_OUTCOMES; i++) {
		r = union_take(&w->may[i], w->m, &may);
		if (r == 0)
			r = flow_override(w->m, may, all, &all);
	}
	if (r == 0) /* a set, not a diagram of rules */
		r = flow_restrict(w->m, all, decide, &ret->lo);
	ret->hi = all;
	return r;
}

static int walk_apart(struct walk *w, struct bounds *apart, size_t n)
{
	int r = ios_family_set(w->m, w->list->family, &w->live);

	for (size_t i = 0; r == 0 && i < n && i < w->list->n; i++) {
		w->entry = &w->list->entry[i];
		w->leaf = 1;
		r = walk_entry(w);
		if (r == 0)
			r = set_apart(w, &apart[i]);
	}
	return r;
}

static int walk_list(struct walk *w, uint32_t first, struct ios_outcome *ret)
{
	struct ios_outcome o = { .apart = ret->apart };
	flow_ref all = FLOW_NONE;
	size_t n = w->list->n;
	int r = o.apart ? walk_apart(w, o.apart, ret->aparts) : 0;

	if (r == 0)
		r = ios_family_set(w->m, w->list->family, &all);
	w->products = 0;
	w->live = all;
	for (size_t i = 0; r == 0 && i < n; i++) {
		w->entry = &w->list->entry[i];
		w->leaf = first + (uint32_t)i;
		r = walk_entry(w);
	}
	w->leaf = first + (uint32_t)n;
	if (r == 0)
		r = walk_end(w);
	for (size_t i = 0; r == 0 && i < IOS_OUTCOMES; i++)
		r = union_take(&w->may[i], w->m, &o.may[i]);
	if (r == 0)
		r = union_take(&w->decide, w->m, &o.decide);
	if (r == 0)
		r = loosen_all(w, all, &o);
	if (r == 0)
		*ret = o;
	return r;
}

int ios_walk(struct ios_config *c, const struct ios_list *list, uint32_t first, struct flow_mgr *m,
	     struct diag *d, struct doubts *doubts, struct ios_outcome *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct walk w = { .config = c, .list = list, .m = m, .d = d, .arena = a, .doubts = doubts };
	int r = a ? walk_list(&w, first, ret) : -ENOMEM;

	for (size_t i = 0; i < IOS_OUTCOMES; i++)
		union_release(&w.may[i]);
	union_release(&w.decide);
	mem_free(w.run.match);
	mem_free(w.run.leaf);
	mem_free(w.run.permit);
	return r;
}
