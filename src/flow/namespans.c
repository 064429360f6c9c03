/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/namespans.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_END = 1,	    /* the last byte of a name's key */
	REGIONS_A_NAME = 2, /* itself and what is under it */
};

struct region {
	struct pattern pattern;
	bool in, begins; /* `begins`: other than the region around it */
	unsigned depth;	 /* changes between in and out from the outside down to here; odd is in */
};

struct names {
	const struct flow_mgr *m;
	struct key_spans spans;
	struct name_key *key; /* of the cuts' names, ascending, each once */
	size_t keys;
	struct region *region;
	size_t regions;
};

static bool has_key(const struct names *t, const unsigned char *byte, size_t n)
{
	const struct cuts *c = &t->m->cuts;

	const struct key_span *s = t->spans.span;
	size_t from = 0, to = t->spans.n;

	while (from < to) { /* the first that ends above the key */
		size_t middle = from + (to - from) / 2;

		if (cut_above(c, s[middle].hi, byte, n))
			to = middle;
		else
			from = middle + 1;
	}
	return from < t->spans.n && (s[from].lo == CUT_TOP || !cut_above(c, s[from].lo, byte, n));
}

/* ---- the names of the cuts ---- */

/* A cut is the key of a name, that key and a zero byte, or that key with its end gone over. */
static void add_cut(struct names *t, uint32_t cut)
{
	struct name_key *key = &t->key[t->keys];
	const unsigned char *byte;

	if (cut == CUT_TOP)
		return;
	byte = cut_bytes(&t->m->cuts, cut, &key->n);
	memcpy(key->byte, byte, key->n);
	if (key->byte[key->n - 1] == 0)
		key->n--;
	else
		key->byte[key->n - 1] = KEY_END;
	t->keys += key->n > 0;
}

static int by_key(const void *a, const void *b)
{
	return name_key_cmp(a, b);
}

static int find_names(struct names *t, struct arena *a)
{
	size_t all, to = 0;

	t->key = arena_array(a, t->spans.n * 2, sizeof(*t->key));
	if (!t->key)
		return -ENOMEM;
	for (size_t i = 0; i < t->spans.n; i++) {
		add_cut(t, t->spans.span[i].lo);
		add_cut(t, t->spans.span[i].hi);
	}
	all = t->keys;
	qsort(t->key, all, sizeof(*t->key), by_key);
	for (size_t i = 0; i < all; i++)
		if (!to || name_key_cmp(&t->key[to - 1], &t->key[i]) != 0)
			t->key[to++] = t->key[i];
	t->keys = to;
	return 0;
}

/* ---- the tree, parents first ---- */

static void add_region(struct names *t, const struct region *around, struct pattern p,
		       const struct name_key *probe)
{
	struct region *r = &t->region[t->regions++];
	bool was_in = around && around->in;

	*r = (struct region){ .pattern = p, .in = has_key(t, probe->byte, probe->n) };
	r->begins = r->in != was_in;
	r->depth = (around ? around->depth : 0) + r->begins;
}

static bool is_prefix(const struct name_key *a, const struct name_key *b)
{
	return a->n < b->n && memcmp(a->byte, b->byte, a->n) == 0;
}

/* A name of a cut in the tree: the nearest name above it (itself when none), and its "*.n". */
struct spot {
	size_t above, under;
};

/* The region around name `i`: keys ascend, so what is above it is above or at its neighbour. */
static const struct region *around(const struct names *t, size_t i, struct spot *spot)
{
	size_t k = i ? i - 1 : 0;

	spot[i].above = i;
	if (!i)
		return &t->region[1];
	while (!is_prefix(&t->key[k], &t->key[i]) && spot[k].above != k)
		k = spot[k].above;
	if (!is_prefix(&t->key[k], &t->key[i]))
		return &t->region[1];
	spot[i].above = k;
	return &t->region[spot[k].under];
}

static int grow_tree(struct names *t, struct arena *a)
{
	struct name_key outside = { .n = 0 }, any = { .byte = { 0 }, .n = 1 };
	struct spot *spot = arena_array(a, t->keys, sizeof(*spot));

	t->region = arena_array(a, (t->keys + 1) * REGIONS_A_NAME, sizeof(*t->region));
	if (!spot || !t->region)
		return -ENOMEM;
	add_region(t, NULL, (struct pattern){ .kind = PATTERN_ANY }, &outside); /* no name too */
	add_region(t, &t->region[0], (struct pattern){ .kind = PATTERN_ANY }, &any);
	for (size_t i = 0; i < t->keys; i++) {
		const struct region *parent = around(t, i, spot);
		struct pattern p = { .kind = PATTERN_NAME };
		struct name_key probe = t->key[i];
		int r = name_from_key(probe.byte, probe.n, &p.name);

		if (r < 0)
			return r;
		add_region(t, parent, p, &probe);
		p.kind = PATTERN_UNDER;
		probe.byte[probe.n++] = 0; /* above the name, below all names under it */
		spot[i].under = t->regions;
		add_region(t, parent, p, &probe);
	}
	return 0;
}

/* ---- matches ---- */

/* The regions that begin at this depth: where in and out change. */
static int patterns_at(const struct names *t, unsigned depth, struct arena *a, struct pattern **ret,
		       size_t *ret_n)
{
	struct pattern *p;
	size_t all = 0, n = 0;

	for (size_t i = 1; i < t->regions; i++)
		all += t->region[i].depth == depth && t->region[i].begins;
	p = arena_array(a, all, sizeof(*p));
	if (!p)
		return -ENOMEM;
	for (size_t i = 1; i < t->regions; i++)
		if (t->region[i].depth == depth && t->region[i].begins)
			p[n++] = t->region[i].pattern;
	*ret = p;
	*ret_n = n;
	return 0;
}

int names_of_spans(const struct flow_mgr *m, struct key_spans s, const struct flow_match *match,
		   struct arena *a, struct flow_match **ret, size_t *ret_n)
{
	EG_AUTO(arena_freep) struct arena *scratch = arena_new(); /* for the tree */
	struct names t = { .m = m, .spans = s };
	struct flow_match *made;
	unsigned deepest = 1;
	int r = !scratch ? -ENOMEM : s.span ? find_names(&t, scratch) : 0;

	if (r == 0 && s.span)
		r = grow_tree(&t, scratch);
	for (size_t i = 0; i < t.regions; i++)
		deepest = t.region[i].depth > deepest ? t.region[i].depth : deepest;
	made = r == 0 ? arena_array(a, (deepest + 1) / 2, sizeof(*made)) : NULL;
	if (!made)
		return r ? r : -ENOMEM;
	for (unsigned depth = 1; r == 0 && depth <= deepest; depth += 2) {
		struct flow_match *one = &made[depth / 2];
		bool all = !s.span || (depth == 1 && t.region[0].in);
		struct pattern *name = NULL, *except = NULL;

		*one = *match;
		if (!all)
			r = patterns_at(&t, depth, a, &name, &one->names);
		if (r == 0)
			r = patterns_at(&t, depth + 1, a, &except, &one->excepts);
		one->name = name;
		one->except = one->excepts ? except : NULL;
	}
	if (r < 0)
		return r;
	*ret = made;
	*ret_n = (deepest + 1) / 2;
	return 0;
}
