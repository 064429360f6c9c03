/* SPDX-License-Identifier: Apache-2.0 */
/* Rules: matches, verdicts and maps of them; parse_action.c reads what does something. */
#include <errno.h>

#include "base/err.h"
#include "nft/normal.h"
#include "nft/parse.h"

enum { STMT_TEXT_MAX = 200, RULE_TEXT_MAX = 400 };

static struct nft_stmt *stmt_new(struct parser *p, enum nft_stmt_kind kind)
{
	struct nft_stmt *s = nft_stmt_new(p->rs, kind);

	if (!s)
		parse_nomem(p);
	return s;
}

bool parse_verdict(struct parser *p, struct nft_verdict *ret)
{
	static const struct {
		const char *word;
		enum nft_verdict_kind kind;
	} words[] = {
		{ "accept", NFT_V_ACCEPT }, { "drop", NFT_V_DROP }, { "continue", NFT_V_CONTINUE },
		{ "return", NFT_V_RETURN }, { "jump", NFT_V_JUMP }, { "goto", NFT_V_GOTO },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!take_word(p, words[i].word))
			continue;
		*ret = (struct nft_verdict){ .kind = words[i].kind };
		if (words[i].kind == NFT_V_JUMP || words[i].kind == NFT_V_GOTO) {
			struct str name = need_name(p, "the name of a chain");

			ret->chain = arena_str(p->rs->arena, name);
			if (!ret->chain)
				parse_nomem(p);
		}
		return true;
	}
	return false;
}

static struct nft_stmt *read_verdict(struct parser *p)
{
	struct nft_verdict v;
	struct nft_stmt *s;

	if (!parse_verdict(p, &v))
		return NULL;
	s = stmt_new(p, NFT_S_VERDICT);
	if (s)
		s->verdict = v;
	return s;
}

static bool take_op(struct parser *p, enum nft_op *ret)
{
	static const struct {
		const char *punct, *word;
		enum nft_op op;
	} ops[] = {
		{ "==", "eq", NFT_EQ },	    { "!=", "ne", NFT_NE }, { "<=", "le", NFT_LE },
		{ ">=", "ge", NFT_GE },	    { "<", "lt", NFT_LT },  { ">", "gt", NFT_GT },
		{ "!", "not", NFT_NO_BIT },
	};

	for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
		if (take_punct(p, ops[i].punct) || take_word(p, ops[i].word)) {
			*ret = ops[i].op;
			return true;
		}
	}
	return false;
}

/* `fib ... exists`, `tcp option sack-perm missing`. */
static struct nft_expr *read_presence(struct parser *p)
{
	struct nft_expr *e;

	if (!at_word(p, "exists") && !at_word(p, "missing"))
		return NULL;
	e = nft_value(p->rs->arena, NFT_T_BOOLEAN, at_word(p, "exists"));
	if (!e)
		parse_nomem(p);
	(void)lex_next(&p->lex);
	return e;
}

/* `tcp flags syn / syn,ack`: value / mask. */
static void read_mask(struct parser *p, struct nft_stmt *s, const struct want *w)
{
	bool plain = parse_is_operand(s->match.left) && parse_is_fixed(s->match.right);
	struct nft_expr *mask;

	if (!plain) {
		parse_expected(p, "no mask: only a single value has one");
		return;
	}
	need_punct(p, "/");
	mask = parse_expr(p, w);
	mask = parse_check_parts(p, mask, w, here(p)) ? parse_flags(p, mask, w) : NULL;
	if (mask && (!parse_is_fixed(mask) || !parse_is_operand(mask)))
		parse_error(p, here(p), "a mask must be a constant");
	if (p->lex.r < 0)
		return;
	s->match.left = nft_bits(p->rs->arena, NFT_BIT_AND, s->match.left, mask);
	if (!s->match.left)
		parse_nomem(p);
}

static struct nft_stmt *read_match(struct parser *p, struct nft_expr *left)
{
	struct nft_stmt *s = stmt_new(p, NFT_S_MATCH);
	struct want w = want_like(left);
	bool said;

	if (!s)
		return NULL;
	s->match.left = left;
	s->match.op = NFT_EQ;
	said = take_op(p, &s->match.op);
	if (s->match.op == NFT_NO_BIT && !nft_type_info(left->type)->bitmask) {
		parse_expected(p, "another operator: `!` is for flags");
		return NULL;
	}
	if (at_end(p)) {
		parse_expected(p, "a value to compare with");
		return NULL;
	}
	s->match.right = read_presence(p);
	if (!s->match.right)
		s->match.right = parse_right(p, &w);
	if (p->lex.r < 0)
		return NULL;
	if (s->match.op == NFT_NO_BIT &&
	    (s->match.right->kind != NFT_E_VALUE || s->match.right->type != left->type)) {
		parse_error(p, here(p), "`!` takes flags, not a set");
		return NULL;
	}
	if (at_punct(p, "/")) {
		said = true;
		read_mask(p, s, &w);
	}
	if (p->lex.r < 0)
		return NULL;
	if (nft_match_normal(p->rs->arena, s, said) < 0)
		parse_nomem(p);
	return s;
}

static struct nft_stmt *read_vmap(struct parser *p, struct nft_expr *key)
{
	struct want data = want_type(NFT_T_VERDICT, 0);
	struct nft_stmt *s = stmt_new(p, NFT_S_VMAP);

	if (!s)
		return NULL;
	s->vmap.key = key;
	s->vmap.map = parse_mapping(p, key, &data);
	return s;
}

/* `ct helper set` is no change of a field: it names an object. */
static bool is_settable(const struct nft_expr *e)
{
	return e->kind != NFT_E_CONCAT && e->kind != NFT_E_BITS &&
	       (e->kind != NFT_E_CT || e->type != NFT_T_STRING);
}

static struct nft_stmt *read_mangle(struct parser *p, struct nft_expr *target)
{
	struct want w = want_like(target);
	struct nft_stmt *s = stmt_new(p, NFT_S_MANGLE);
	struct place at = here(p);

	if (!s)
		return NULL;
	if (!is_settable(target)) {
		parse_error(p, at, "only a field can be set");
		return NULL;
	}
	at = here(p);
	s->mangle.target = target;
	s->mangle.value = parse_value(p, &w);
	if (!parse_check_parts(p, s->mangle.value, &w, at))
		return NULL;
	s->mangle.value = parse_flags(p, s->mangle.value, &w); /* ct event set new,destroy */
	return s->mangle.value ? s : NULL;
}

/* What begins with an expression: a match, a verdict map, or a change of the packet. */
static struct nft_stmt *read_expr_stmt(struct parser *p)
{
	struct place at = here(p);
	struct nft_expr *e = parse_expr(p, NULL);

	if (!e || p->lex.r < 0)
		return NULL;
	if (!parse_is_observed(e)) {
		parse_error(p, at, "nothing of the packet is looked at here");
		return NULL;
	}
	if (take_word(p, "vmap"))
		return read_vmap(p, e);
	if (take_word(p, "set"))
		return read_mangle(p, e);
	if (take_word(p, "map")) {
		struct nft_expr *map = nft_expr_new(p->rs->arena, NFT_E_MAP);
		struct want none = { 0 };

		if (!map) {
			parse_nomem(p);
			return NULL;
		}
		map->map.key = e;
		map->map.map = parse_mapping(p, e, &none);
		e = map;
	}
	return p->lex.r < 0 ? NULL : read_match(p, e);
}

struct nft_stmt *parse_stmt(struct parser *p)
{
	struct place at = here(p);
	size_t from = p->lex.pos;
	struct nft_stmt *s = read_verdict(p);

	if (!s)
		s = parse_action(p);
	if (!s && p->lex.r >= 0 && at_expr(p))
		s = read_expr_stmt(p);
	if (!s || p->lex.r < 0)
		return NULL;
	s->at = at;
	if (!s->text)
		s->text = parse_text(p, from, STMT_TEXT_MAX);
	return s;
}

struct nft_stmt *parse_elem_stmt(struct parser *p)
{
	struct place at = here(p);
	struct nft_stmt *s = parse_stmt(p);

	if (!s || p->lex.r < 0)
		return NULL;
	if (s->kind == NFT_S_COUNTER || s->kind == NFT_S_LIMIT || s->kind == NFT_S_QUOTA ||
	    s->kind == NFT_S_CT_COUNT)
		return s;
	parse_error(p, at, "only counter, limit, quota and ct count go with an element");
	return NULL;
}

/* Words that begin another line of a chain: nft takes them nowhere in a rule. */
static bool is_line_word(struct str word)
{
	static const char *const words[] = { "define", "redefine", "undefine", "include",
					     "type",   "policy",   "flags",    "devices" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

/* To the end of the rule, over the lines of what it holds in braces, which must close. */
static void skip_unknown(struct parser *p)
{
	int open = 0;

	while (!(open == 0 && (at_end(p) || at_word(p, "comment"))) &&
	       lex_peek(&p->lex)->kind != TOK_END) {
		open += at_punct(p, "{");
		open -= at_punct(p, "}");
		(void)lex_next(&p->lex);
	}
	if (open)
		parse_expected(p, "`}`");
}

/* The rest of a rule that begins with an unknown word. */
static struct nft_stmt *read_unknown(struct parser *p)
{
	struct place at = here(p);
	size_t from = p->lex.pos;
	struct tok first = *lex_peek(&p->lex), second = *lex_peek_at(&p->lex, 1);
	bool named = second.kind == TOK_WORD && lex_peek_at(&p->lex, 2)->kind == TOK_QUOTED;
	bool json = named && str_is(first.text, "json");
	bool match = named && str_is(second.text, "match") && (json || str_is(first.text, "xt"));
	struct nft_stmt *s = stmt_new(p, match ? NFT_S_UNKNOWN_MATCH : NFT_S_UNKNOWN);

	if (!s)
		return NULL;
	if (first.kind != TOK_WORD || is_line_word(first.text)) {
		parse_expected(p, "a statement");
		return NULL;
	}
	if (json || match) { /* xt match "name": what follows is the next statement */
		for (int i = 0; i < 3; i++)
			(void)lex_next(&p->lex);
	} else {
		if (!p->again)
			diag_warning(p->d, at,
				     "`%.*s` is not known here: this rule may do anything",
				     STR_FMT(first.text));
		skip_unknown(p);
	}
	s->at = at;
	s->text = parse_text(p, from, 0);
	return s;
}

static void append(struct parser *p, struct nft_rule *r, struct nft_stmt *s)
{
	if (s && p->lex.r >= 0 && nft_stmt_append(p->rs, r, s) < 0)
		parse_nomem(p);
}

void parse_rule(struct parser *p, struct nft_rule *r)
{
	size_t from = p->lex.pos;
	bool unknown = false;

	p->unsettled = false;
	r->at = here(p);
	if (at_end(p) || at_word(p, "comment"))
		parse_expected(p, "a rule");
	while (p->lex.r >= 0 && !at_end(p) && !at_word(p, "comment")) {
		struct nft_stmt *s = parse_stmt(p);

		if (!s && p->lex.r >= 0)
			s = read_unknown(p);
		unknown |= s && s->kind == NFT_S_UNKNOWN;
		append(p, r, s);
	}
	if (unknown)
		r->verbatim = parse_text(p, from, 0);
	if (p->unsettled && !p->again)
		r->unsettled = parse_text(p, from, 0);
	if (take_word(p, "comment"))
		r->comment = need_string(p, "a comment in quotes");
	r->text = parse_text(p, from, RULE_TEXT_MAX);
}

static void settle(struct parser *p, struct nft_table *t, struct nft_rule *r)
{
	const char *text = r->text;

	p->lex.r = lex_push_at(&p->lex, str_of(r->unsettled), r->at);
	if (p->lex.r < 0)
		return;
	skip_lines(p); /* a pushed text begins on a new line */
	r->stmts = 0;
	r->unsettled = NULL;
	r->verbatim = NULL;
	p->table = t;
	parse_rule(p, r);
	p->table = NULL;
	r->text = text;
	skip_lines(p);
}

void parse_settle(struct parser *p)
{
	p->again = true;
	for (size_t i = 0; i < p->rs->tables; i++) {
		struct nft_table *t = p->rs->table[i];

		for (size_t c = 0; c < t->chains; c++)
			for (size_t n = 0; n < t->chain[c]->rules; n++)
				if (p->lex.r >= 0 && t->chain[c]->rule[n]->unsettled)
					settle(p, t, t->chain[c]->rule[n]);
	}
}
