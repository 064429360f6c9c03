/* SPDX-License-Identifier: Apache-2.0 */
/* Elements of sets and maps: { 10.0.0.0/8 timeout 1h comment "x" : accept, ... } */
#include "base/err.h"
#include "nft/parse.h"

static struct nft_elem_more *more_of(struct parser *p, struct nft_elem *e)
{
	if (!e->more)
		e->more = arena_alloc(p->rs->arena, sizeof(*e->more));
	if (!e->more)
		parse_nomem(p);
	return e->more;
}

static void read_counter(struct parser *p, struct nft_elem_more *more)
{
	more->has_counter = true;
	if (take_word(p, "packets"))
		more->counter.packets = need_number(p, UINT64_MAX, "a number of packets");
	if (take_word(p, "bytes"))
		more->counter.bytes = need_number(p, UINT64_MAX, "a number of bytes");
}

/* `limit rate 1/second`, `quota ...`, `ct count over 2`, `last ...`: kept as they stand. */
static void read_other(struct parser *p, struct nft_elem_more *more)
{
	enum { OTHER_MAX = 1024 };
	size_t from = p->lex.pos;
	const char *text;

	while (!at_end(p) && !at_punct(p, ",") && !at_punct(p, ":") && !at_word(p, "comment") &&
	       !at_word(p, "timeout") && !at_word(p, "expires") && !at_word(p, "counter"))
		(void)lex_next(&p->lex);
	text = parse_text(p, from, 0);
	if (!text)
		return;
	if (more->other && strlen(more->other) > OTHER_MAX) {
		parse_expected(p, "fewer statements in an element");
		return;
	}
	more->other = more->other ? arena_printf(p->rs->arena, "%s %s", more->other, text) : text;
	if (!more->other)
		parse_nomem(p);
}

static bool read_option(struct parser *p, struct nft_elem *e)
{
	static const char *const others[] = { "limit", "quota", "ct", "last", "connlimit" };
	struct nft_elem_more *more;

	if (take_word(p, "comment")) {
		e->comment = need_string(p, "a comment in quotes");
		return true;
	}
	if (at_word(p, "timeout") || at_word(p, "expires") || at_word(p, "counter")) {
		struct str word = lex_next(&p->lex).text;

		more = more_of(p, e);
		if (!more)
			return false;
		if (str_is(word, "timeout"))
			more->timeout_ms = need_time(p);
		else if (str_is(word, "expires"))
			more->expires_ms = need_time(p);
		else
			read_counter(p, more);
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		if (at_word(p, others[i])) {
			more = more_of(p, e);
			if (more)
				read_other(p, more);
			return true;
		}
	}
	return false;
}

static struct nft_expr *read_verdict(struct parser *p)
{
	struct nft_verdict v;
	struct nft_expr *e;

	if (!parse_verdict(p, &v)) {
		parse_expected(p, "accept, drop, continue, return, jump CHAIN or goto CHAIN");
		return NULL;
	}
	e = nft_verdict(p->rs->arena, v.kind, str_of(v.chain));
	if (!e)
		parse_nomem(p);
	return e;
}

static bool at_verdict(struct parser *p)
{
	static const char *const words[] = {
		"accept", "drop", "continue", "return", "jump", "goto"
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (at_word(p, words[i]))
			return true;
	return false;
}

/* What stands behind the colon. */
static struct nft_expr *read_data(struct parser *p, const struct nft_set *s,
				  const struct want *data)
{
	bool untyped = !data || !data->n;
	struct nft_expr *e;
	struct place at;

	if ((untyped && at_verdict(p)) || (!untyped && data->part[0].type == NFT_T_VERDICT))
		return read_verdict(p);
	if (s->object >= 0) {
		e = nft_object_name(p->rs->arena, need_name(p, "the name of an object"));

		if (!e)
			parse_nomem(p);
		return e;
	}
	at = here(p);
	e = parse_expr(p, data);
	if (!parse_check_parts(p, e, untyped || !s->name ? NULL : data, at))
		return NULL;
	if (parse_is_fixed(e))
		return e;
	parse_error(p, at, "what an element maps to must be a constant");
	return NULL;
}

static struct nft_expr *read_key(struct parser *p, const struct want *key)
{
	struct nft_expr *e;

	if (!at_punct(p, "*"))
		return parse_expr(p, key && key->n ? key : NULL);
	(void)lex_next(&p->lex);
	e = nft_expr_new(p->rs->arena, NFT_E_ANY);
	if (!e)
		parse_nomem(p);
	return e;
}

static void read_elem(struct parser *p, struct nft_set *s, const struct want *key,
		      const struct want *data)
{
	struct nft_elem e = { 0 }, *slot;
	struct place at = here(p);

	e.key = read_key(p, key);
	(void)parse_check_parts(p, e.key, key, at); /* the error is sticky */
	while (p->lex.r >= 0 && read_option(p, &e))
		;
	if (p->lex.r >= 0 && !parse_is_fixed(e.key) && e.key->kind != NFT_E_ANY) {
		parse_error(p, at, "an element must be a constant");
		return;
	}
	if (take_punct(p, ":")) {
		if (!s->name && !s->elems)
			s->map = true;
		skip_newlines(p);
		e.data = read_data(p, s, data);
		while (p->lex.r >= 0 && read_option(p, &e))
			;
	}
	if (p->lex.r < 0)
		return;
	if (s->map != (e.data != NULL)) {
		parse_error(p, at,
			    s->map ? "an element of a map needs `: VALUE`"
				   : "an element of a set has no `: VALUE`");
		return;
	}
	if (p->rs->elems >= NFT_ELEMS_MAX) {
		parse_error(p, at, "more than %d elements", NFT_ELEMS_MAX);
		p->lex.r = E_LIMIT;
		return;
	}
	slot = nft_elem_add(p->rs, s);
	if (slot)
		*slot = e;
	else
		parse_nomem(p);
}

void parse_elems(struct parser *p, struct nft_set *s, const struct want *key,
		 const struct want *data)
{
	need_punct(p, "{");
	if (!parse_deeper(p))
		return;
	skip_newlines(p);
	while (p->lex.r >= 0 && !at_punct(p, "}")) {
		if (at_punct(p, "{")) /* a variable that holds a whole set */
			parse_elems(p, s, key, data);
		else
			read_elem(p, s, key, data);
		skip_newlines(p);
		if (!at_punct(p, "}"))
			need_punct(p, ",");
		skip_newlines(p);
		if (s->name)
			lex_forget(&p->lex);
	}
	p->depth--;
	need_punct(p, "}");
}
