/* SPDX-License-Identifier: Apache-2.0 */
/* What a table holds, by name: chain x { }, set y { }, counter z { }. In blocks and commands. */
#include "base/err.h"
#include "nft/parse.h"

/* False: an error was told. */
static bool room(struct parser *p, size_t n, struct place at)
{
	if (n < NFT_CHAINS_MAX)
		return true;
	parse_error(p, at, "more than %d of these in a table", NFT_CHAINS_MAX);
	p->lex.r = E_LIMIT;
	return false;
}

static struct nft_chain *chain_of(struct parser *p, struct nft_table *t, struct place at)
{
	struct str name = need_name(p, "the name of a chain");
	struct nft_chain *c;

	if (p->lex.r < 0)
		return NULL;
	c = nft_chain_find(t, name);
	if (c)
		return c;
	if (!room(p, t->chains, at))
		return NULL;
	c = nft_chain_add(p->rs, t, name);
	if (!c)
		parse_nomem(p);
	else
		c->at = at;
	return c;
}

static void read_chain(struct parser *p, struct nft_table *t, struct place at)
{
	struct nft_chain *c = chain_of(p, t, at);

	if (c && at_punct(p, "{"))
		parse_chain_block(p, c);
}

static void read_set(struct parser *p, struct nft_table *t, bool map, struct place at)
{
	struct str name = need_name(p, "the name of a set");
	struct nft_set *s;

	if (p->lex.r < 0)
		return;
	s = nft_set_find(t, name);
	if (!s && !room(p, t->sets, at))
		return;
	if (!s) {
		s = nft_set_add(p->rs, t, name);
		if (!s) {
			parse_nomem(p);
			return;
		}
		s->at = at;
		s->map = map;
	}
	if (at_punct(p, "{"))
		parse_set_block(p, s);
	if (p->lex.r >= 0 && s->map && !s->datas && s->object < 0) {
		parse_error(p, at, "map %s does not say what it maps to", s->name);
		diag_hint(p->d, "write `type KEY : VALUE`");
	} else if (p->lex.r >= 0 && !s->keys) {
		parse_error(p, at, "set %s does not say its type", s->name);
		diag_hint(p->d, "write `type ipv4_addr` or another type in its block");
	}
}

static void read_flowtable(struct parser *p, struct nft_table *t, struct place at)
{
	struct str name = need_name(p, "a flowtable's name");
	struct nft_flowtable *f;

	if (p->lex.r < 0 || !room(p, t->flowtables, at))
		return;
	f = nft_flowtable_add(p->rs, t, name);
	if (!f) {
		parse_nomem(p);
		return;
	}
	f->at = at;
	if (at_punct(p, "{"))
		parse_flowtable_block(p, f);
}

static void read_object(struct parser *p, struct nft_table *t, enum nft_object_kind kind,
			struct place at)
{
	struct str name = need_name(p, "the name of an object");
	struct nft_object *o;

	if (p->lex.r < 0)
		return;
	o = nft_object_find(t, kind, name);
	if (!o && !room(p, t->objects, at))
		return;
	if (!o) {
		o = nft_object_add(p->rs, t, kind, name);
		if (!o) {
			parse_nomem(p);
			return;
		}
		o->at = at;
	}
	if (at_punct(p, "{"))
		parse_object_block(p, o);
	else if (!at_end(p))
		parse_object_line(p, o);
}

bool parse_object_kind(struct parser *p, int *ret)
{
	for (int kind = 0; kind < NFT_O_KINDS; kind++) {
		struct str rest = str_of(nft_object_word(kind));
		struct str first = str_cut(&rest, ' ');
		const struct tok *t = lex_peek(&p->lex);

		if (t->kind != TOK_WORD || !str_eq(t->text, first))
			continue;
		if (rest.p && !str_eq(lex_peek_at(&p->lex, 1)->text, rest))
			continue;
		(void)lex_next(&p->lex);
		if (rest.p)
			(void)lex_next(&p->lex);
		*ret = kind;
		return true;
	}
	return false;
}

bool parse_at_item(struct parser *p)
{
	static const char *const words[] = { "chain", "set", "map", "flowtable" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (at_word(p, words[i]))
			return true;
	for (int kind = 0; kind < NFT_O_KINDS; kind++) {
		struct str rest = str_of(nft_object_word(kind));

		if (str_eq(lex_peek(&p->lex)->text, str_cut(&rest, ' ')))
			return true;
	}
	return false;
}

/* In a command the name of the table stands between the word and the name. */
static void read_one(struct parser *p, struct nft_table *t, struct str word, int kind)
{
	struct nft_table *outer = p->table;
	struct place at;

	if (!t)
		t = parse_table_name(p, false);
	at = here(p);
	if (!t)
		return;
	p->table = t;
	if (str_is(word, "chain"))
		read_chain(p, t, at);
	else if (str_is(word, "set") || str_is(word, "map"))
		read_set(p, t, str_is(word, "map"), at);
	else if (str_is(word, "flowtable"))
		read_flowtable(p, t, at);
	else
		read_object(p, t, kind, at);
	p->table = outer;
}

void parse_item(struct parser *p, struct nft_table *t)
{
	struct str word = lex_peek(&p->lex)->text;
	int kind = 0;

	if (take_word(p, "chain") || take_word(p, "set") || take_word(p, "map") ||
	    take_word(p, "flowtable") || parse_object_kind(p, &kind))
		read_one(p, t, word, kind);
	else
		parse_expected(p, "chain, set, map, counter or another part of a table");
}
