/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules that let learned addresses through: what they do now, and what they could do.
 *
 * Such a rule stands in a base chain, counts by a learned map, and accepts. The packets that come
 * to its lookup are what it could let through, those that the lookup finds something for, what it
 * does.
 */
#include <errno.h>

#include "dialect/nftables_learned.h"
#include "dialect/nftables_walk.h"

static const struct nft_set *learned_map_of(const struct walk *w, const struct nft_expr *name)
{
	const struct nft_table *t = w->cv->table->table;
	size_t i;

	if (!name || name->kind != NFT_E_MAP || name->map.map->kind != NFT_E_SETREF ||
	    strmap_get(&w->cv->table->set, str_of(name->map.map->name), &i) < 0 ||
	    !learned_is_map(t, t->set[i]))
		return NULL;
	return t->set[i];
}

static bool accepts_next(const struct walk *w, const struct nft_stmt *s)
{
	const struct nft_rule *rule = w->rule;

	for (size_t i = 0; i + 1 < rule->stmts; i++)
		if (rule->stmt[i] == s)
			return rule->stmt[i + 1]->kind == NFT_S_VERDICT &&
			       rule->stmt[i + 1]->verdict.kind == NFT_V_ACCEPT;
	return false;
}

static int add(struct flow_mgr *m, flow_ref set, flow_ref live, flow_ref *all)
{
	int r = flow_restrict(m, set, live, &set);

	return r < 0 ? r : flow_override(m, *all, set, all);
}

/* `here` are the packets that come to the lookup. */
int walk_learned(struct walk *w, const struct nft_stmt *s)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct rule_look l = walk_look(w, s);
	struct bounds could, found;
	struct lookup_key key;
	int r = a ? 0 : -ENOMEM;

	if (!learned_map_of(w, s->object.name) || !w->chain->base || !accepts_next(w, s))
		return r;
	if (r == 0)
		r = key_make(&l.look, s->object.name->map.key, a, &key);
	if (r == 0)
		r = bounds_and(l.look.m, w->here, key.guard, &could);
	if (r == 0)
		r = add(l.look.m, could.lo, w->live, &w->rd->learnable);
	if (r == 0)
		r = value_known(&l, s->object.name, &found);
	if (r == 0)
		r = bounds_and(l.look.m, w->here, found, &found);
	return r < 0 ? r : add(l.look.m, found.hi, w->live, &w->rd->learned);
}
