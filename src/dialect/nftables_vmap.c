/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verdict maps: elements with the same verdict are one group, decided at once. Without the key the
 * rule ends (the kernel's NFT_BREAK), whatever statements follow.
 */
#include <errno.h>

#include "dialect/nftables_walk.h"

struct group {
	const struct nft_verdict *verdict;
	struct pick *pick;
	size_t n;
	struct bounds bounds;
};

struct vmap {
	struct arena *arena;
	struct contents c;
	struct group *group;
	size_t groups;
	size_t *of; /* of[i]: the group of element i */
	struct strmap by_chain[NFT_V_QUEUE + 1];
};

static int group_of(struct vmap *v, const struct nft_elem *e, size_t *ret)
{
	static const struct nft_verdict odd = { NFT_V_QUEUE, NULL };
	const struct nft_verdict *verdict =
		e->data && e->data->kind == NFT_E_VERDICT ? &e->data->verdict : &odd;
	struct strmap *map = &v->by_chain[verdict->kind];
	struct str chain = str_of(verdict->chain ? verdict->chain : "");
	int r;

	if (strmap_get(map, chain, ret) == 0)
		return 0;
	*ret = v->groups;
	r = strmap_add(map, chain, v->groups);
	if (r == 0)
		v->group[v->groups++].verdict = verdict;
	return r;
}

/* Sorts the elements by group. */
static int make_groups(struct vmap *v)
{
	struct pick *pick = arena_array(v->arena, v->c.n, sizeof(*pick));
	int r = 0;

	v->group = arena_array(v->arena, v->c.n + 1, sizeof(*v->group));
	v->of = arena_array(v->arena, v->c.n, sizeof(*v->of));
	if (!pick || !v->group || !v->of)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < v->c.n; i++) {
		r = group_of(v, v->c.elem[i], &v->of[i]);
		if (r == 0)
			v->group[v->of[i]].n++;
	}
	for (size_t g = 0; r == 0 && g < v->groups; g++) {
		v->group[g].pick = pick;
		pick += v->group[g].n;
		v->group[g].n = 0;
	}
	for (size_t i = 0; r == 0 && i < v->c.n; i++) {
		struct group *g = &v->group[v->of[i]];

		g->pick[g->n++] = v->c.pick[i];
	}
	return r;
}

static int find_bounds(struct vmap *v, const struct rule_look *l, const struct lookup_key *key)
{
	struct bounds rest = key->guard;
	size_t g = 0;
	int r = 0;

	for (; r == 0 && g < v->groups; g++) {
		struct group *group = &v->group[g];

		r = key_pick(&l->look, key, group->pick, group->n, &group->bounds);
		if (r == 0 && v->c.rest)
			r = bounds_minus(l->look.m, rest, group->bounds, &rest);
	}
	if (r < 0 || !v->c.rest)
		return r;
	r = group_of(v, v->c.rest, &g);
	if (r < 0)
		return r;
	if (v->group[g].n == 0)
		v->group[g].bounds = BOUNDS_NONE;
	return bounds_or(l->look.m, v->group[g].bounds, rest, &v->group[g].bounds);
}

static int decide(struct walk *w, struct vmap *v, const struct lookup_key *key,
		  const struct nft_stmt *s)
{
	struct bounds on = BOUNDS_NONE; /* packets that an element lets go on in the rule */
	struct bounds any;
	int r = 0;

	for (size_t g = 0; r == 0 && g < v->groups; g++) {
		struct group *group = &v->group[g];
		struct bounds part;

		r = bounds_and(w->rd->m, w->here, group->bounds, &part);
		if (r == 0 && group->bounds.lo != group->bounds.hi)
			r = walk_blame(w, s, part);
		if (r < 0)
			return r;
		if (group->verdict->kind == NFT_V_CONTINUE)
			on = part;
		else
			r = walk_verdict(w, group->verdict, part, s);
	}
	if (r == 0 && v->c.open) {
		r = bounds_and(w->rd->m, w->here, (struct bounds){ FLOW_NONE, key->guard.hi },
			       &any);
		if (r == 0)
			r = walk_anything(w, any, s);
		on = (struct bounds){ on.lo, any.hi };
	}
	w->here = on;
	return r;
}

int walk_vmap(struct walk *w, const struct nft_stmt *s)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct rule_look l = walk_look(w, s);
	struct vmap v = { .arena = a };
	struct lookup_key key;
	int r = a ? key_make(&l.look, s->vmap.key, a, &key) : -ENOMEM;

	if (r == 0)
		r = contents_of(&l, s->vmap.map, a, &v.c);
	if (r == 0)
		r = make_groups(&v);
	if (r == 0)
		r = find_bounds(&v, &l, &key);
	if (r == 0)
		r = decide(w, &v, &key, s);
	for (size_t i = 0; i < ARRAY_LEN(v.by_chain); i++)
		strmap_release(&v.by_chain[i]);
	return r;
}
