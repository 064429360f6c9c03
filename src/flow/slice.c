/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/slice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "flow/mgr.h"

enum { KEPT_MIN = 1 << 10, KEPT_MAX = 1 << 18, MOVES_A_STEP = 16, FEW = 48, BYTES = 256 };

/* A rule on its way down: what is left of its set, and where the sweep leads it just now. */
struct item {
	uint32_t rule;
	flow_ref set, now;
	bool listed; /* among the active ones */
};

/* Past this cut, item number `item` leads to `becomes`. */
struct event {
	uint32_t cut, item;
	flow_ref becomes;
};

/* A list of rules met before, and its diagram. The list itself is at `at` in slicer->text. */
struct kept {
	uint64_t hash;
	size_t at;
	uint32_t n, dim, call;
	flow_ref r;
};

/* The set `set` with the number of its rule for a leaf. */
struct label {
	flow_ref set, made;
};

/* Lists, events and active items are stacks that the recursion shares. */
struct slicer {
	struct flow_mgr *m;
	const flow_ref *sets;
	struct item *item;
	size_t items, item_cap;
	struct event *event;
	size_t events, event_cap;
	uint32_t *active;
	size_t actives, active_cap;
	uint32_t *seen; /* by node: the newest list it was seen in */
	size_t seen_n;
	uint32_t list;
	struct kept *kept;
	size_t kepts;
	struct label *label; /* by rule: the newest answer of only_rule() */
	uint32_t call;	     /* of slice_rules(); what earlier ones kept is void */
	uint32_t *text;
	size_t texts, text_cap;
	uint64_t work, limit;
};

struct slicer *slicer_new(struct flow_mgr *m, const flow_ref *sets, size_t n)
{
	struct slicer *s = mem_zero(1, sizeof(*s));

	if (!s)
		return NULL;
	s->m = m;
	s->sets = sets;
	s->kepts = KEPT_MIN;
	while (s->kepts < n * 2 && s->kepts < KEPT_MAX)
		s->kepts *= 2;
	s->seen_n = m->nodes;
	s->seen = mem_zero(m->nodes, sizeof(*s->seen)); /* nodes made from now on are no sets */
	s->kept = mem_zero(s->kepts, sizeof(*s->kept));
	s->label = mem_zero(n, sizeof(*s->label));
	if (!s->seen || !s->kept || !s->label)
		slicer_freep(&s);
	for (size_t i = 0; s && i < n; i++)
		s->label[i] = (struct label){ FLOW_NONE, FLOW_NONE };
	return s;
}

void slicer_free(struct slicer *s)
{
	if (!s)
		return;
	mem_free(s->item);
	mem_free(s->event);
	mem_free(s->active);
	mem_free(s->seen);
	mem_free(s->label);
	mem_free(s->kept);
	mem_free(s->text);
	mem_free(s);
}

void slicer_freep(struct slicer **s)
{
	slicer_free(*s);
	*s = NULL;
}

/* ---- lists seen before ---- */

/*
 * A list is told by its rules and the first dimension they test: what is left of a rule's set
 * there depends on nothing else, a set being a product (and one family's dimensions apart).
 */
static uint64_t list_hash(const struct slicer *s, size_t base, enum flow_dim dim)
{
	uint64_t h = dim + 1;

	for (size_t i = base; i < s->items; i++)
		h = mix(h, s->item[i].rule);
	return h;
}

static bool recall(const struct slicer *s, size_t base, enum flow_dim dim, flow_ref *ret)
{
	uint64_t hash = list_hash(s, base, dim);
	const struct kept *k = &s->kept[hash & (s->kepts - 1)];

	if (k->hash != hash || k->n != s->items - base || k->dim != dim || k->call != s->call)
		return false;
	for (size_t i = 0; i < k->n; i++)
		if (s->text[k->at + i] != s->item[base + i].rule)
			return false;
	*ret = k->r;
	return true;
}

static int remember(struct slicer *s, size_t base, enum flow_dim dim, flow_ref made)
{
	uint64_t hash = list_hash(s, base, dim);
	size_t n = s->items - base;
	int r = room(&s->text, &s->text_cap, s->texts + n, sizeof(*s->text));

	if (r < 0)
		return r;
	s->kept[hash & (s->kepts - 1)] = (struct kept){ .hash = hash,
							.at = s->texts,
							.n = (uint32_t)n,
							.dim = dim,
							.call = s->call,
							.r = made };
	for (size_t i = base; i < s->items; i++)
		s->text[s->texts++] = s->item[i].rule;
	return 0;
}

/* ---- one dimension ---- */

/* Drops rules that can decide nothing: empty ones, repeated sets, all after one that has all. */
static void prune(struct slicer *s, size_t base)
{
	size_t to = base;

	if (++s->list == 0) { /* gone round: old marks would be taken for new ones */
		memset(s->seen, 0, s->seen_n * sizeof(*s->seen));
		s->list = 1;
	}
	for (size_t i = base; i < s->items; i++) {
		flow_ref set = s->item[i].set;

		if (set == FLOW_NONE)
			continue;
		if (set == FLOW_ALL) {
			s->item[to++] = s->item[i];
			break;
		}
		if (s->seen[set] == s->list)
			continue;
		s->seen[set] = s->list;
		s->item[to++] = s->item[i];
	}
	s->items = to;
}

static int event_order(const void *a, const void *b, void *mgr)
{
	const struct event *x = a, *y = b;
	const struct flow_mgr *m = mgr;

	if (x->cut == y->cut)
		return (x->item > y->item) - (x->item < y->item);
	return cut_cmp(&m->cuts, x->cut, y->cut);
}

/* One pass of a radix sort, by the byte at `shift`, from `e` to `to`. Keeps the order of equals. */
static void sort_pass(const struct event *e, size_t n, unsigned shift, struct event *to)
{
	size_t place[BYTES + 1] = { 0 };

	for (size_t i = 0; i < n; i++)
		place[(e[i].cut >> shift & 0xff) + 1]++;
	for (size_t i = 0; i < BYTES; i++)
		place[i + 1] += place[i];
	for (size_t i = 0; i < n; i++)
		to[place[e[i].cut >> shift & 0xff]++] = e[i];
}

static void sort_few(struct event *e, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct event x = e[i];
		size_t to = i;

		for (; to && e[to - 1].cut > x.cut; to--)
			e[to] = e[to - 1];
		e[to] = x;
	}
}

/* By cut; equal cuts by item, in which order the events come. */
static int sort_events(struct slicer *s, size_t from, enum flow_dim dim)
{
	size_t n = s->events - from;
	struct event *e;
	int r;

	if (dim_wide(dim)) {
		qsort_r(s->event + from, n, sizeof(*s->event), event_order, s->m);
		return 0;
	}
	if (n <= FEW) {
		sort_few(s->event + from, n);
		return 0;
	}
	r = room(&s->event, &s->event_cap, s->events + n, sizeof(*s->event));
	if (r < 0)
		return r;
	e = s->event + from;
	for (unsigned shift = 0; shift < 32 && dim_top(dim) >> shift; shift += 16) {
		sort_pass(e, n, shift, e + n);
		sort_pass(e + n, n, shift + 8, e);
	}
	return 0;
}

/* Where the item stands before the first cut, and an event for each of its cuts. */
static int item_events(struct slicer *s, size_t i, enum flow_dim dim)
{
	struct item *item = &s->item[i];
	struct node node;
	int r;

	item->now = item->set;
	if (ref_dim(s->m, item->set) != dim)
		return 0;
	node = s->m->node[item->set];
	item->now = s->m->edge[node.first].child;
	r = room(&s->event, &s->event_cap, s->events + node.n, sizeof(*s->event));
	if (r < 0)
		return r;
	for (size_t k = 1; k < node.n; k++) {
		const struct edge *e = &s->m->edge[node.first + k];

		s->event[s->events++] = (struct event){ e[-1].hi, (uint32_t)i, e->child };
	}
	s->work += node.n;
	return 0;
}

static int dimension_events(struct slicer *s, size_t base, size_t from, enum flow_dim dim)
{
	for (size_t i = base; i < s->items; i++) {
		int r = item_events(s, i, dim);

		if (r < 0)
			return r;
	}
	return sort_events(s, from, dim);
}

/* ---- the active items, ascending ---- */

/*
 * Items that become inactive stay listed until the next walk over the list drops them, which
 * happens anyway; items that become active at one cut come in ascending order and are merged in.
 */
static int list_item(struct slicer *s, size_t i)
{
	int r;

	if (s->item[i].listed || s->item[i].now == FLOW_NONE)
		return 0;
	r = room(&s->active, &s->active_cap, s->actives + 1, sizeof(*s->active));
	if (r < 0)
		return r;
	s->item[i].listed = true;
	s->active[s->actives++] = (uint32_t)i;
	return 0;
}

/* Merges the ascending runs [from, mid) and [mid, actives) of the active list. */
static int merge_runs(struct slicer *s, size_t from, size_t mid)
{
	size_t fresh = s->actives - mid, to = s->actives;
	uint32_t *at;
	int r;

	if (!fresh || mid == from || s->active[mid - 1] < s->active[mid])
		return 0;
	r = room(&s->active, &s->active_cap, s->actives + fresh, sizeof(*s->active));
	if (r < 0)
		return r;
	at = s->active + s->actives;
	memcpy(at, s->active + mid, fresh * sizeof(*at));
	while (fresh) {
		bool old = mid > from && s->active[mid - 1] > at[fresh - 1];

		s->active[--to] = old ? s->active[--mid] : at[--fresh];
		s->work += old;
	}
	return 0;
}

/* All events at one cut, from *at on; moves *at behind them. */
static int cut_happens(struct slicer *s, size_t from, size_t *at)
{
	size_t mid = s->actives;
	uint32_t cut = s->event[*at].cut;

	for (; *at < s->events && s->event[*at].cut == cut; ++*at) {
		const struct event *e = &s->event[*at];
		int r;

		s->item[e->item].now = e->becomes;
		r = list_item(s, e->item);
		if (r < 0)
			return r;
	}
	return merge_runs(s, from, mid);
}

/* ---- recursion ---- */

/* What a list of one rule comes to. */
static int only_rule(struct slicer *s, uint32_t rule, flow_ref set, flow_ref *ret)
{
	struct label *l = &s->label[rule];

	if (l->set != set) {
		int r = flow_apply(s->m, OP_RESTRICT, FLOW_LEAF(rule + 1), set, &l->made);

		if (r < 0)
			return r;
		l->set = set;
	}
	*ret = l->made;
	return 0;
}

static int slice(struct slicer *s, size_t base, flow_ref *ret);

/* Puts what the active items lead to just now above `base`, up to one that has all. */
static int push_active(struct slicer *s, size_t from)
{
	size_t to = from, i = from;
	bool all = false;

	while (i < s->actives && !all) {
		struct item *item = &s->item[s->active[i]];
		struct item below = { .rule = item->rule, .set = item->now };
		int r;

		if (item->now == FLOW_NONE) {
			item->listed = false;
			i++;
			continue;
		}
		s->active[to++] = s->active[i++];
		all = item->now == FLOW_ALL;
		r = room(&s->item, &s->item_cap, s->items + 1, sizeof(*s->item));
		if (r < 0)
			return r;
		s->item[s->items++] = below;
	}
	s->work += i - from;
	if (to == i)
		return 0;
	memmove(s->active + to, s->active + i, (s->actives - i) * sizeof(*s->active));
	s->work += (s->actives - i) / MOVES_A_STEP;
	s->actives -= i - to;
	return 0;
}

/* The diagram between two cuts: that of the active items, each with what it leads to there. */
static int segment(struct slicer *s, size_t from, flow_ref *ret)
{
	size_t base = s->items;
	int r = push_active(s, from);

	s->work++;
	if (r == 0 && s->items == base + 1)
		r = only_rule(s, s->item[base].rule, s->item[base].set, ret);
	else if (r == 0)
		r = slice(s, base, ret);
	s->items = base;
	return r;
}

struct sweep {
	size_t event_from, active_from, edge_from;
	enum flow_dim dim;
};

static int sweep_events(struct slicer *s, const struct sweep *w)
{
	size_t at = w->event_from, end = s->events;

	for (;;) {
		uint32_t cut = at < end ? s->event[at].cut : dim_top(w->dim);
		flow_ref child;
		int r = segment(s, w->active_from, &child);

		if (r == 0)
			r = edge_push(s->m, w->edge_from, cut, child);
		if (r != 0 || at == end)
			return r;
		r = cut_happens(s, w->active_from, &at);
		if (r < 0)
			return r;
	}
}

static int sweep(struct slicer *s, size_t base, enum flow_dim dim, flow_ref *ret)
{
	struct sweep w = { s->events, s->actives, s->m->top, dim };
	int r = dimension_events(s, base, w.event_from, dim);

	for (size_t i = base; r == 0 && i < s->items; i++)
		r = list_item(s, i);
	if (r == 0)
		r = sweep_events(s, &w);
	s->events = w.event_from;
	s->actives = w.active_from;
	if (r == 0)
		return node_make(s->m, dim, w.edge_from, ret);
	s->m->top = w.edge_from;
	return r;
}

static enum flow_dim first_dim(const struct slicer *s, size_t base)
{
	enum flow_dim dim = FLOW_DIMS;

	for (size_t i = base; i < s->items; i++)
		if (ref_dim(s->m, s->item[i].set) < dim)
			dim = ref_dim(s->m, s->item[i].set);
	return dim;
}

/* The items from `base` to the top of their stack; they are used up. */
static int slice(struct slicer *s, size_t base, flow_ref *ret)
{
	enum flow_dim dim;
	int r;

	prune(s, base);
	if (s->items == base) {
		*ret = FLOW_NONE;
		return 0;
	}
	if (s->items == base + 1)
		return only_rule(s, s->item[base].rule, s->item[base].set, ret);
	if (s->work > s->limit)
		return SLICE_GAVE_UP;
	dim = first_dim(s, base);
	if (recall(s, base, dim, ret))
		return 0;
	r = sweep(s, base, dim, ret);
	return r ? r : remember(s, base, dim, *ret);
}

int slice_rules(struct slicer *s, const uint32_t *rule, size_t n, uint64_t limit, flow_ref *ret)
{
	int r = room(&s->item, &s->item_cap, n, sizeof(*s->item));

	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		s->item[i] = (struct item){ .rule = rule[i], .set = s->sets[rule[i]] };
	s->items = n;
	s->work = 0;
	s->limit = limit;
	s->texts = 0;
	s->call++;
	r = slice(s, 0, ret);
	s->items = 0;
	return r;
}
