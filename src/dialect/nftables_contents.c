/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "base/err.h"
#include "dialect/nftables_learned.h"
#include "dialect/nftables_match.h"

static int find_set(const struct rule_look *l, const struct nft_expr *e, const struct nft_set **ret)
{
	size_t i;

	if (e->kind == NFT_E_SET) {
		*ret = e->set;
		return 0;
	}
	if (e->kind != NFT_E_SETREF || strmap_get(&l->table->set, str_of(e->name), &i) < 0) {
		diag_error(l->d, l->at, "there is no set or map %s in table %s",
			   e->kind == NFT_E_SETREF ? e->name : "of that kind",
			   l->table->table->name);
		return E_UNKNOWN;
	}
	*ret = l->table->table->set[i];
	return 0;
}

int contents_of(const struct rule_look *l, const struct nft_expr *set, struct arena *a,
		struct contents *ret)
{
	struct contents c = { 0 };
	bool shrinks, times_out, learned;
	int r = find_set(l, set, &c.set);
	size_t at;

	if (r < 0)
		return r;
	c.pick = arena_array(a, c.set->elems, sizeof(*c.pick));
	c.elem = arena_array(a, c.set->elems, sizeof(*c.elem));
	if (!c.pick || !c.elem)
		return -ENOMEM;
	times_out = c.set->timeout_ms || (c.set->flags & NFT_SET_DYNAMIC);
	shrinks = c.set->name && strmap_get(&l->table->shrinks, str_of(c.set->name), &at) == 0;
	/* Sets with these flags are there to be filled at run time, by rules or by programs. */
	c.open = (c.set->flags & (NFT_SET_DYNAMIC | NFT_SET_TIMEOUT)) ||
		 (c.set->name && strmap_get(&l->table->grows, str_of(c.set->name), &at) == 0);
	/* Our own are read with what they hold now: who fills them is known, and with what. */
	learned = learned_is_map(l->table->table, c.set) && !shrinks &&
		  strmap_get(&l->table->grows, str_of(c.set->name), &at) < 0;
	c.open = c.open && !learned;
	for (size_t i = 0; i < c.set->elems; i++) {
		const struct nft_elem *e = &c.set->elem[i];
		const struct nft_elem_more *more = e->more;

		if (e->key->kind == NFT_E_ANY) {
			c.rest = e;
			continue;
		}
		c.pick[c.n].key = e->key;
		c.pick[c.n].maybe =
			!learned &&
			(shrinks || times_out ||
			 (more && (more->timeout_ms || more->expires_ms || more->other)));
		c.elem[c.n++] = e;
	}
	*ret = c;
	return 0;
}
