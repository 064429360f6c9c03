/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/model.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"

static const char *const object_words[NFT_O_KINDS] = {
	[NFT_O_COUNTER] = "counter",	   [NFT_O_QUOTA] = "quota",
	[NFT_O_LIMIT] = "limit",	   [NFT_O_CT_HELPER] = "ct helper",
	[NFT_O_CT_TIMEOUT] = "ct timeout", [NFT_O_CT_EXPECTATION] = "ct expectation",
	[NFT_O_SYNPROXY] = "synproxy",	   [NFT_O_SECMARK] = "secmark",
};

const char *nft_object_word(enum nft_object_kind kind)
{
	return object_words[kind];
}

const char *nft_family_name(enum nft_family family)
{
	switch (family) {
	case NFT_INET:
		return "inet";
	case NFT_IP:
		return "ip";
	case NFT_ARP:
		return "arp";
	case NFT_NETDEV:
		return "netdev";
	case NFT_BRIDGE:
		return "bridge";
	case NFT_IP6:
		return "ip6";
	}
	return "?";
}

struct nft_ruleset *nft_ruleset_new(void)
{
	struct nft_ruleset *rs = mem_zero(1, sizeof(*rs));

	if (!rs)
		return NULL;
	rs->arena = arena_new();
	if (!rs->arena) {
		mem_free(rs);
		return NULL;
	}
	return rs;
}

void nft_ruleset_free(struct nft_ruleset *rs)
{
	if (!rs)
		return;
	arena_free(rs->arena);
	mem_free(rs);
}

void nft_ruleset_freep(struct nft_ruleset **rs)
{
	nft_ruleset_free(*rs);
}

/* Room for one more element in an array that lives in the arena; the old array is left to it. */
static bool more(struct nft_ruleset *rs, void *array, size_t *cap, size_t n, size_t size)
{
	void *old, *grown;
	size_t want;

	if (n < *cap)
		return true;
	want = *cap ? *cap * 2 : 8;
	grown = arena_array(rs->arena, want, size);
	if (!grown)
		return false;
	memcpy(&old, array, sizeof(old));
	if (n)
		memcpy(grown, old, n * size);
	memcpy(array, &grown, sizeof(grown));
	*cap = want;
	return true;
}

struct nft_table *nft_table_find(const struct nft_ruleset *rs, enum nft_family family,
				 struct str name)
{
	for (size_t i = 0; i < rs->tables; i++)
		if (rs->table[i]->family == family && str_is(name, rs->table[i]->name))
			return rs->table[i];
	return NULL;
}

struct nft_chain *nft_chain_find(const struct nft_table *t, struct str name)
{
	for (size_t i = 0; i < t->chains; i++)
		if (str_is(name, t->chain[i]->name))
			return t->chain[i];
	return NULL;
}

struct nft_set *nft_set_find(const struct nft_table *t, struct str name)
{
	for (size_t i = 0; i < t->sets; i++)
		if (str_is(name, t->set[i]->name))
			return t->set[i];
	return NULL;
}

struct nft_object *nft_object_find(const struct nft_table *t, enum nft_object_kind kind,
				   struct str name)
{
	for (size_t i = 0; i < t->objects; i++)
		if (t->object[i]->kind == kind && str_is(name, t->object[i]->name))
			return t->object[i];
	return NULL;
}

struct nft_table *nft_table_add(struct nft_ruleset *rs, enum nft_family family, struct str name)
{
	struct nft_table *t;

	if (rs->tables >= NFT_TABLES_MAX ||
	    !more(rs, &rs->table, &rs->cap, rs->tables, sizeof(struct nft_table *)))
		return NULL;
	t = arena_alloc(rs->arena, sizeof(*t));
	if (!t)
		return NULL;
	t->family = family;
	t->name = arena_str(rs->arena, name);
	if (!t->name)
		return NULL;
	rs->table[rs->tables++] = t;
	return t;
}

struct nft_chain *nft_chain_add(struct nft_ruleset *rs, struct nft_table *t, struct str name)
{
	struct nft_chain *c;

	if (t->chains >= NFT_CHAINS_MAX ||
	    !more(rs, &t->chain, &t->chain_cap, t->chains, sizeof(struct nft_chain *)))
		return NULL;
	c = arena_alloc(rs->arena, sizeof(*c));
	if (!c)
		return NULL;
	c->name = arena_str(rs->arena, name);
	if (!c->name)
		return NULL;
	t->chain[t->chains++] = c;
	return c;
}

struct nft_set *nft_set_new(struct nft_ruleset *rs)
{
	struct nft_set *s = arena_alloc(rs->arena, sizeof(*s));

	if (s)
		s->object = -1;
	return s;
}

struct nft_set *nft_set_add(struct nft_ruleset *rs, struct nft_table *t, struct str name)
{
	struct nft_set *s;

	if (t->sets >= NFT_CHAINS_MAX ||
	    !more(rs, &t->set, &t->set_cap, t->sets, sizeof(struct nft_set *)))
		return NULL;
	s = nft_set_new(rs);
	if (!s)
		return NULL;
	s->name = arena_str(rs->arena, name);
	if (!s->name)
		return NULL;
	t->set[t->sets++] = s;
	return s;
}

struct nft_elem *nft_elem_add(struct nft_ruleset *rs, struct nft_set *s)
{
	struct nft_elem *e;

	if (rs->elems >= NFT_ELEMS_MAX ||
	    !more(rs, &s->elem, &s->cap, s->elems, sizeof(struct nft_elem)))
		return NULL;
	rs->elems++;
	e = &s->elem[s->elems++];
	*e = (struct nft_elem){ 0 };
	return e;
}

struct nft_object *nft_object_add(struct nft_ruleset *rs, struct nft_table *t,
				  enum nft_object_kind kind, struct str name)
{
	struct nft_object *o;

	if (t->objects >= NFT_CHAINS_MAX ||
	    !more(rs, &t->object, &t->object_cap, t->objects, sizeof(struct nft_object *)))
		return NULL;
	o = arena_alloc(rs->arena, sizeof(*o));
	if (!o)
		return NULL;
	o->kind = kind;
	o->name = arena_str(rs->arena, name);
	if (!o->name)
		return NULL;
	t->object[t->objects++] = o;
	return o;
}

struct nft_flowtable *nft_flowtable_add(struct nft_ruleset *rs, struct nft_table *t,
					struct str name)
{
	struct nft_flowtable *f;

	if (t->flowtables >= NFT_CHAINS_MAX || !more(rs, &t->flowtable, &t->flowtable_cap,
						     t->flowtables, sizeof(struct nft_flowtable *)))
		return NULL;
	f = arena_alloc(rs->arena, sizeof(*f));
	if (!f)
		return NULL;
	f->name = arena_str(rs->arena, name);
	if (!f->name)
		return NULL;
	t->flowtable[t->flowtables++] = f;
	return f;
}

struct nft_rule *nft_rule_insert(struct nft_ruleset *rs, struct nft_chain *c, size_t at)
{
	struct nft_rule *r;

	if (rs->rules >= NFT_RULES_MAX ||
	    !more(rs, &c->rule, &c->cap, c->rules, sizeof(struct nft_rule *)))
		return NULL;
	r = arena_alloc(rs->arena, sizeof(*r));
	if (!r)
		return NULL;
	memmove(&c->rule[at + 1], &c->rule[at], (c->rules - at) * sizeof(struct nft_rule *));
	c->rule[at] = r;
	c->rules++;
	rs->rules++;
	return r;
}

struct nft_rule *nft_rule_add(struct nft_ruleset *rs, struct nft_chain *c)
{
	return nft_rule_insert(rs, c, c->rules);
}

void nft_rule_delete(struct nft_ruleset *rs, struct nft_chain *c, size_t at)
{
	memmove(&c->rule[at], &c->rule[at + 1], (c->rules - at - 1) * sizeof(struct nft_rule *));
	c->rules--;
	rs->rules--;
}

struct nft_stmt *nft_stmt_new(struct nft_ruleset *rs, enum nft_stmt_kind kind)
{
	struct nft_stmt *s = arena_alloc(rs->arena, sizeof(*s));

	if (s)
		s->kind = kind;
	return s;
}

int nft_stmt_append(struct nft_ruleset *rs, struct nft_rule *r, struct nft_stmt *s)
{
	if (!more(rs, &r->stmt, &r->cap, r->stmts, sizeof(struct nft_stmt *)))
		return -ENOMEM;
	r->stmt[r->stmts++] = s;
	return 0;
}

struct nft_stmt *nft_stmt_add(struct nft_ruleset *rs, struct nft_rule *r, enum nft_stmt_kind kind)
{
	struct nft_stmt *s = nft_stmt_new(rs, kind);

	return s && nft_stmt_append(rs, r, s) == 0 ? s : NULL;
}
