/* SPDX-License-Identifier: Apache-2.0 */
/* Commands: table blocks, add, insert, delete, flush, and what only shows. */
#include <errno.h>

#include "base/err.h"
#include "nft/parse.h"
#include "nft/word.h"

enum verb {
	VERB_ADD,
	VERB_CREATE,
	VERB_INSERT,
	VERB_REPLACE,
	VERB_DELETE,
	VERB_DESTROY,
	VERB_FLUSH,
	VERBS
};

static const char *const verbs[VERBS] = { "add",    "create",  "insert", "replace",
					  "delete", "destroy", "flush" };

/* ---- what a command speaks of ---- */

static enum nft_family read_family(struct parser *p)
{
	const struct tok *t = lex_peek(&p->lex);
	enum nft_family family;

	if (t->kind != TOK_WORD || nft_family_find(t->text, &family) < 0)
		return NFT_IP; /* the default */
	(void)lex_next(&p->lex);
	return family;
}

/* [FAMILY] TABLE; makes it when it is not there and `make` says so. */
struct nft_table *parse_table_name(struct parser *p, bool make)
{
	struct place at = here(p);
	enum nft_family family = read_family(p);
	struct str name = need_name(p, "the name of a table");
	struct nft_table *t;

	if (p->lex.r < 0)
		return NULL;
	t = nft_table_find(p->rs, family, name);
	if (t || !make) {
		if (!t) {
			parse_error(p, at, "there is no table %s %.*s", nft_family_name(family),
				    STR_FMT(name));
			diag_hint(p->d, "a script is read as if nothing were loaded before it");
		}
		return t;
	}
	if (p->rs->tables >= NFT_TABLES_MAX) {
		parse_error(p, at, "more than %d tables", NFT_TABLES_MAX);
		p->lex.r = E_LIMIT;
		return NULL;
	}
	t = nft_table_add(p->rs, family, name);
	if (!t)
		parse_nomem(p);
	else
		t->at = at;
	return t;
}

static struct nft_chain *read_chain(struct parser *p, struct nft_table *t)
{
	struct place at = here(p);
	struct str name = need_name(p, "the name of a chain");
	struct nft_chain *c = p->lex.r >= 0 ? nft_chain_find(t, name) : NULL;

	if (!c)
		parse_error(p, at, "there is no chain %.*s in table %s", STR_FMT(name), t->name);
	return c;
}

/* ---- rules ---- */

/* `position N`, `index N`, `handle N`: a place among the rules; only an index can be known here. */
static bool read_position(struct parser *p, const struct nft_chain *c, size_t *ret)
{
	struct place at = here(p);
	bool index = at_word(p, "index");
	uint64_t n;

	if (!take_word(p, "index") && !take_word(p, "position") && !take_word(p, "handle"))
		return false;
	n = need_number(p, UINT64_MAX, "a number");
	if (p->lex.r < 0)
		return false;
	if (index && n < c->rules) {
		*ret = (size_t)n;
		return true;
	}
	for (size_t i = 0; i < c->rules && !index; i++) {
		if (c->rule[i]->handle == n && n) {
			*ret = i;
			return true;
		}
	}
	parse_error(p, at, "chain %s has no such rule", c->name);
	if (!index)
		diag_hint(p->d, "handles are given by the kernel: a script cannot know them");
	return false;
}

static void rule_command(struct parser *p, enum verb verb)
{
	struct nft_table *t = parse_table_name(p, false), *outer = p->table;
	struct nft_chain *c = t ? read_chain(p, t) : NULL;
	struct nft_rule *r;
	size_t at = 0;
	bool placed;

	if (!c)
		return;
	placed = read_position(p, c, &at);
	if (p->lex.r < 0)
		return;
	if (verb == VERB_DELETE || verb == VERB_DESTROY || verb == VERB_REPLACE) {
		if (!placed) {
			parse_expected(p, "handle N");
			return;
		}
		nft_rule_delete(p->rs, c, at);
		if (verb != VERB_REPLACE)
			return;
	} else if (verb == VERB_ADD || verb == VERB_CREATE) {
		at = placed ? at + 1 : c->rules;
	}
	r = nft_rule_insert(p->rs, c, at);
	if (!r) {
		parse_no_rule(p);
		return;
	}
	p->table = t;
	parse_rule(p, r);
	p->table = outer;
	if (p->lex.r < 0)
		nft_rule_delete(p->rs, c, at);
}

/* ---- tables and their parts ---- */

static void drop_at(void *array, size_t *n, size_t i, size_t size)
{
	char *base = array;

	memmove(base + i * size, base + (i + 1) * size, (*n - i - 1) * size);
	--*n;
}

static void table_delete(struct parser *p, const struct nft_table *t)
{
	size_t i = 0;

	while (p->rs->table[i] != t)
		i++;
	for (size_t c = 0; c < t->chains; c++)
		p->rs->rules -= t->chain[c]->rules;
	for (size_t s = 0; s < t->sets; s++)
		p->rs->elems -= t->set[s]->elems;
	drop_at(p->rs->table, &p->rs->tables, i, sizeof(struct nft_table *));
}

static void chain_flush(struct parser *p, struct nft_chain *c)
{
	p->rs->rules -= c->rules;
	c->rules = 0;
}

static void set_flush(struct parser *p, struct nft_set *s)
{
	p->rs->elems -= s->elems;
	s->elems = 0;
}

static void table_command(struct parser *p, enum verb verb)
{
	bool make = verb == VERB_ADD || verb == VERB_CREATE;
	struct nft_table *t;

	if (verb == VERB_DESTROY) {
		enum nft_family family = read_family(p);
		struct str name = need_name(p, "the name of a table");

		t = p->lex.r < 0 ? NULL : nft_table_find(p->rs, family, name);
		if (t)
			table_delete(p, t);
		return;
	}
	t = parse_table_name(p, make);
	if (!t)
		return;
	if (verb == VERB_DELETE)
		table_delete(p, t);
	else if (verb == VERB_FLUSH)
		for (size_t i = 0; i < t->chains; i++)
			chain_flush(p, t->chain[i]);
	else if (at_punct(p, "{"))
		parse_table_block(p, t);
}

static void chain_command(struct parser *p, enum verb verb)
{
	struct nft_table *t = parse_table_name(p, false);
	struct nft_chain *c = t ? read_chain(p, t) : NULL;
	size_t i = 0;

	if (!c)
		return;
	chain_flush(p, c);
	if (verb == VERB_FLUSH)
		return;
	while (t->chain[i] != c)
		i++;
	drop_at(t->chain, &t->chains, i, sizeof(struct nft_chain *));
}

static struct nft_set *read_set(struct parser *p, const struct nft_table *t)
{
	struct place at = here(p);
	struct str name = need_name(p, "the name of a set");
	struct nft_set *s = p->lex.r >= 0 ? nft_set_find(t, name) : NULL;

	if (!s)
		parse_error(p, at, "there is no set %.*s in table %s", STR_FMT(name), t->name);
	return s;
}

static void set_command(struct parser *p, enum verb verb)
{
	struct nft_table *t = parse_table_name(p, false);
	struct nft_set *s = t ? read_set(p, t) : NULL;
	size_t i = 0;

	if (!s)
		return;
	set_flush(p, s);
	if (verb == VERB_FLUSH)
		return;
	while (t->set[i] != s)
		i++;
	drop_at(t->set, &t->sets, i, sizeof(struct nft_set *));
}

static void object_delete(struct parser *p, enum nft_object_kind kind)
{
	struct nft_table *t = parse_table_name(p, false);
	struct place at = here(p);
	struct str name = need_name(p, "the name of an object");

	for (size_t i = 0; t && p->lex.r >= 0 && i < t->objects; i++) {
		if (t->object[i]->kind == kind && str_is(name, t->object[i]->name)) {
			drop_at(t->object, &t->objects, i, sizeof(struct nft_object *));
			return;
		}
	}
	parse_error(p, at, "there is no %s %.*s", nft_object_word(kind), STR_FMT(name));
}

static void flowtable_delete(struct parser *p)
{
	struct nft_table *t = parse_table_name(p, false);
	struct place at = here(p);
	struct str name = need_name(p, "the name of a flowtable");

	for (size_t i = 0; t && p->lex.r >= 0 && i < t->flowtables; i++) {
		if (str_is(name, t->flowtable[i]->name)) {
			drop_at(t->flowtable, &t->flowtables, i, sizeof(struct nft_flowtable *));
			return;
		}
	}
	parse_error(p, at, "there is no flowtable %.*s", STR_FMT(name));
}

/* ---- elements ---- */

enum { WORK_MAX = 1000 * 1000 * 1000 }; /* elements looked at for deletions */

static void elem_delete(struct parser *p, struct nft_set *s, const struct nft_expr *key,
			struct place at)
{
	p->work += s->elems;
	if (p->work > WORK_MAX) {
		parse_error(p, at, "too many elements are deleted one by one");
		p->lex.r = E_LIMIT;
		return;
	}
	for (size_t i = 0; i < s->elems; i++) {
		if (nft_expr_same(s->elem[i].key, key)) {
			drop_at(s->elem, &s->elems, i, sizeof(struct nft_elem));
			p->rs->elems--;
			return;
		}
	}
	parse_error(p, at, "set %s has no such element", s->name);
}

static void element_command(struct parser *p, enum verb verb)
{
	struct nft_table *t = parse_table_name(p, false), *outer = p->table;
	struct nft_set *s = t ? read_set(p, t) : NULL, *gone;
	struct place at = here(p);
	struct want key, data;

	if (!s)
		return;
	key = want_key(s);
	data = want_data(s);
	p->table = t;
	if (verb == VERB_ADD || verb == VERB_CREATE) {
		parse_elems(p, s, &key, s->map ? &data : NULL);
		p->table = outer;
		return;
	}
	gone = nft_set_new(p->rs);
	if (!gone) {
		parse_nomem(p);
		return;
	}
	gone->object = s->object;
	parse_elems(p, gone, &key, &data);
	p->table = outer;
	for (size_t i = 0; i < gone->elems && p->lex.r >= 0; i++)
		elem_delete(p, s, gone->elem[i].key, at);
	set_flush(p, gone);
}

/* ---- all ---- */

static void flush_ruleset(struct parser *p)
{
	enum nft_family family = NFT_INET;
	bool one = nft_family_find(lex_peek(&p->lex)->text, &family) == 0;

	if (one)
		(void)lex_next(&p->lex);
	else
		p->rs->flushes = true;
	for (size_t i = p->rs->tables; i-- > 0;)
		if (!one || p->rs->table[i]->family == family)
			table_delete(p, p->rs->table[i]);
}

static void skip_command(struct parser *p)
{
	while (lex_peek(&p->lex)->kind != TOK_NEWLINE && lex_peek(&p->lex)->kind != TOK_END)
		(void)lex_next(&p->lex);
}

static void rename_chain(struct parser *p)
{
	struct nft_table *t;
	struct nft_chain *c;
	struct place at;
	struct str name;
	const char *copy;

	need_word(p, "chain");
	t = parse_table_name(p, false);
	c = t ? read_chain(p, t) : NULL;
	at = here(p);
	name = need_name(p, "the new name of the chain");
	if (!c || p->lex.r < 0)
		return;
	if (nft_chain_find(t, name)) {
		parse_error(p, at, "there is a chain %.*s already", STR_FMT(name));
		return;
	}
	copy = arena_str(p->rs->arena, name);
	if (copy)
		c->name = copy;
	else
		parse_nomem(p);
}

/* `delete` and `flush` of what is not a rule. */
static void remove_command(struct parser *p, enum verb verb)
{
	int kind;

	if (take_word(p, "chain"))
		chain_command(p, verb);
	else if (take_word(p, "set") || take_word(p, "map") || take_word(p, "meter"))
		set_command(p, verb);
	else if (take_word(p, "element"))
		element_command(p, verb);
	else if (verb == VERB_FLUSH && take_word(p, "ruleset"))
		flush_ruleset(p);
	else if (take_word(p, "flowtable"))
		flowtable_delete(p);
	else if (parse_object_kind(p, &kind))
		object_delete(p, kind);
	else
		parse_expected(p, "table, chain, rule, set, map, element or an object");
}

static void verb_command(struct parser *p, enum verb verb)
{
	bool adds = verb == VERB_ADD || verb == VERB_CREATE;

	if (take_word(p, "table"))
		table_command(p, verb);
	else if (take_word(p, "rule") || verb == VERB_INSERT || verb == VERB_REPLACE)
		rule_command(p, verb);
	else if (!adds)
		remove_command(p, verb);
	else if (take_word(p, "element"))
		element_command(p, verb);
	else if (parse_at_item(p))
		parse_item(p, NULL);
	else
		rule_command(p, verb);
}

static void read_command(struct parser *p)
{
	static const char *const harmless[] = { "list", "reset", "describe", "export", "get" };

	if (parse_common(p))
		return;
	for (int verb = 0; verb < VERBS; verb++) {
		if (take_word(p, verbs[verb])) {
			verb_command(p, (enum verb)verb);
			return;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(harmless); i++) {
		if (take_word(p, harmless[i])) {
			skip_command(p);
			return;
		}
	}
	if (take_word(p, "rename"))
		rename_chain(p);
	else if (at_word(p, "table") || at_word(p, "rule") || at_word(p, "element") ||
		 parse_at_item(p))
		verb_command(p, VERB_ADD);
	else
		parse_expected(p, "a command such as table, add, delete or flush");
}

void parse_script(struct parser *p)
{
	for (;;) {
		size_t from;

		skip_lines(p);
		if (p->lex.r >= 0 && lex_peek(&p->lex)->kind == TOK_END)
			return;
		from = p->lex.pos;
		read_command(p);
		if (p->lex.r >= 0 && at_punct(p, "}"))
			parse_error(p, here(p), "this `}` closes nothing");
		need_end(p);
		if (p->lex.r >= 0)
			continue;
		if (!parse_recover(p, from))
			return;
		(void)take_punct(p, "}");
	}
}
