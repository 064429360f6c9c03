/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_tables.h"

#include <errno.h>

#include "base/alloc.h"

void tables_release(struct tables *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct table_index *x = &t->index[i];

		strmap_release(&x->chain);
		strmap_release(&x->set);
		strmap_release(&x->grows);
		strmap_release(&x->shrinks);
		mem_free(x->chain_rule);
	}
	mem_free(t->index);
	*t = TABLES_INIT;
}

static int name(struct strmap *map, const char *text, size_t value)
{
	int r = text ? strmap_add(map, str_of(text), value) : 0;

	return r == -EEXIST ? 0 : r;
}

/* Does the expression ask conntrack anything? Depth is bounded by NFT_DEPTH_MAX. */
static bool asks_ct(const struct nft_expr *e)
{
	bool yes = false;

	if (!e)
		return false;
	switch (e->kind) {
	case NFT_E_CT:
		return true;
	case NFT_E_CONCAT:
		for (size_t i = 0; i < e->concat.n; i++)
			yes = yes || asks_ct(e->concat.part[i]);
		return yes;
	case NFT_E_MAP:
		return asks_ct(e->map.key);
	case NFT_E_BITS:
		return asks_ct(e->bits_of.a) || asks_ct(e->bits_of.b);
	default:
		return false;
	}
}

static bool uses_ct(const struct nft_stmt *s)
{
	switch (s->kind) {
	case NFT_S_MATCH:
		return asks_ct(s->match.left);
	case NFT_S_VMAP:
		return asks_ct(s->vmap.key);
	case NFT_S_MANGLE:
		return asks_ct(s->mangle.target) || asks_ct(s->mangle.value);
	case NFT_S_SET:
		return asks_ct(s->update.key);
	case NFT_S_OBJECT:
		return s->object.kind == NFT_O_CT_HELPER || s->object.kind == NFT_O_CT_TIMEOUT ||
		       s->object.kind == NFT_O_CT_EXPECTATION || asks_ct(s->object.name);
	case NFT_S_CT_COUNT:
	case NFT_S_NAT:
		return true;
	default:
		return false;
	}
}

static int index_rule(const struct nft_rule *rule, struct table_index *x, bool *ct)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < rule->stmts; i++) {
		const struct nft_stmt *s = rule->stmt[i];

		*ct = *ct || uses_ct(s);
		if (s->kind == NFT_S_SET && s->update.op == NFT_SET_DELETE)
			r = name(&x->shrinks, s->update.set, 0);
		else if (s->kind == NFT_S_SET)
			r = name(&x->grows, s->update.set, 0);
	}
	return r;
}

static int index_table(const struct nft_table *t, struct table_index *x, size_t *rules, bool *ct)
{
	int r = 0;

	x->table = t;
	x->first_rule = *rules;
	x->chain_rule = mem_zero(t->chains, sizeof(*x->chain_rule));
	if (!x->chain_rule)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < t->sets; i++)
		r = name(&x->set, t->set[i]->name, i);
	for (size_t i = 0; r == 0 && i < t->chains; i++) {
		const struct nft_chain *c = t->chain[i];

		r = name(&x->chain, c->name, i);
		x->chain_rule[i] = *rules;
		*rules += c->rules;
		*ct = *ct || (c->base && c->type && strcmp(c->type, "nat") == 0);
		for (size_t k = 0; r == 0 && k < c->rules; k++)
			r = index_rule(c->rule[k], x, ct);
	}
	return r;
}

int tables_index(const struct nft_ruleset *rs, struct tables *ret)
{
	struct tables t = { .index = mem_zero(rs->tables, sizeof(*t.index)) };
	int r = t.index ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < rs->tables; i++) {
		enum nft_family family = rs->table[i]->family;
		bool ct = false;

		t.n++;
		r = index_table(rs->table[i], &t.index[i], &t.rules, &ct);
		t.ct4 = t.ct4 || (ct && family != NFT_IP6);
		t.ct6 = t.ct6 || (ct && family != NFT_IP);
	}
	if (r == 0)
		*ret = t;
	else
		tables_release(&t);
	return r;
}
