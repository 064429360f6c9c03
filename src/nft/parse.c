/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/parse.h"

#include <errno.h>
#include <stdarg.h>

#include "base/err.h"
#include "nft/value.h"

static bool is_text(const struct tok *t, enum tok_kind kind, const char *text)
{
	return t->kind == kind && str_is(t->text, text);
}

bool at_word(struct parser *p, const char *word)
{
	return is_text(lex_peek(&p->lex), TOK_WORD, word);
}

bool at_punct(struct parser *p, const char *punct)
{
	return is_text(lex_peek(&p->lex), TOK_PUNCT, punct);
}

bool at_end(struct parser *p)
{
	const struct tok *t = lex_peek(&p->lex);

	return t->kind == TOK_END || t->kind == TOK_NEWLINE || is_text(t, TOK_PUNCT, "}");
}

bool take_word(struct parser *p, const char *word)
{
	if (!at_word(p, word))
		return false;
	(void)lex_next(&p->lex);
	return true;
}

bool take_punct(struct parser *p, const char *punct)
{
	if (!at_punct(p, punct))
		return false;
	(void)lex_next(&p->lex);
	return true;
}

void need_punct(struct parser *p, const char *punct)
{
	char what[16];

	if (take_punct(p, punct))
		return;
	(void)snprintf(what, sizeof(what), "`%s`", punct);
	parse_expected(p, what);
}

void need_word(struct parser *p, const char *word)
{
	char what[64];

	if (take_word(p, word))
		return;
	(void)snprintf(what, sizeof(what), "`%s`", word);
	parse_expected(p, what);
}

void need_end(struct parser *p)
{
	const struct tok *t = lex_peek(&p->lex);

	if (t->kind == TOK_NEWLINE)
		(void)lex_next(&p->lex);
	else if (!at_end(p))
		parse_expected(p, "the end of the line");
}

void skip_newlines(struct parser *p)
{
	while (lex_peek(&p->lex)->kind == TOK_NEWLINE)
		(void)lex_next(&p->lex);
}

void skip_lines(struct parser *p)
{
	lex_forget(&p->lex);
	while (lex_peek(&p->lex)->kind == TOK_NEWLINE) {
		(void)lex_next(&p->lex);
		lex_forget(&p->lex);
	}
}

struct str need_name(struct parser *p, const char *what)
{
	const struct tok *t = lex_peek(&p->lex);

	if (t->kind != TOK_WORD && t->kind != TOK_QUOTED) {
		parse_expected(p, what);
		return STR("");
	}
	if (t->text.n > NFT_NAME_MAX) {
		parse_error(p, t->at, "a name longer than %d bytes", NFT_NAME_MAX);
		return STR("");
	}
	return lex_next(&p->lex).text;
}

uint64_t need_number(struct parser *p, uint64_t max, const char *what)
{
	const struct tok *t = lex_peek(&p->lex);
	u128 num;

	if (t->kind != TOK_NUM) {
		parse_expected(p, what);
		return 0;
	}
	if (nft_number_read(t->text, &num) < 0 || num > max) {
		parse_error(p, t->at, "%.*s is too large for %s", STR_FMT(t->text), what);
		return 0;
	}
	(void)lex_next(&p->lex);
	return (uint64_t)num;
}

uint64_t need_time(struct parser *p)
{
	const struct tok *t = lex_peek(&p->lex);
	uint64_t ms = 0;

	if ((t->kind != TOK_NUM && t->kind != TOK_WORD && t->kind != TOK_QUOTED) ||
	    nft_time_read(t->text, &ms) < 0)
		parse_expected(p, "a time such as 1h30m or 90s");
	else
		(void)lex_next(&p->lex);
	return ms;
}

const char *need_string(struct parser *p, const char *what)
{
	const struct tok *t = lex_peek(&p->lex);
	const char *text;

	if (t->kind != TOK_WORD && t->kind != TOK_QUOTED) {
		parse_expected(p, what);
		return NULL;
	}
	text = arena_str(p->rs->arena, t->text);
	if (!text)
		parse_nomem(p);
	(void)lex_next(&p->lex);
	return text;
}

struct place here(struct parser *p)
{
	return lex_peek(&p->lex)->at;
}

static void failed(struct parser *p, int r)
{
	if (p->lex.r >= 0)
		p->lex.r = r;
}

void parse_error(struct parser *p, struct place at, const char *fmt, ...)
{
	char text[256];
	va_list args;

	if (p->lex.r < 0)
		return;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args); /* a long one is cut */
	va_end(args);
	diag_error(p->d, at, "%s", text);
	failed(p, E_SYNTAX);
}

void parse_expected(struct parser *p, const char *what)
{
	const struct tok *t = lex_peek(&p->lex);
	bool newline = t->kind == TOK_NEWLINE && t->text.p[0] == '\n';

	if (p->lex.r < 0)
		return;
	if (t->kind == TOK_END)
		diag_error(p->d, t->at, "expected %s, found the end of the file", what);
	else if (newline)
		diag_error(p->d, t->at, "expected %s, found the end of the line", what);
	else
		diag_error(p->d, t->at, "expected %s, found `%.*s`", what,
			   (int)(t->text.n < 60 ? t->text.n : 60), t->text.p);
	failed(p, E_SYNTAX);
}

void parse_nomem(struct parser *p)
{
	failed(p, -ENOMEM);
}

void parse_no_rule(struct parser *p)
{
	if (p->rs->rules < NFT_RULES_MAX) {
		parse_nomem(p);
		return;
	}
	parse_error(p, here(p), "more than %d rules", NFT_RULES_MAX);
	p->lex.r = E_LIMIT;
}

bool parse_deeper(struct parser *p)
{
	if (p->depth >= NFT_DEPTH_MAX) {
		parse_error(p, here(p), "nested more than %d deep", NFT_DEPTH_MAX);
		p->lex.r = E_LIMIT;
		return false;
	}
	p->depth++;
	return true;
}

/* How many braces are open at the error, in what began at `from`. */
static int open_braces(const struct lex *l, size_t from)
{
	int open = 0;

	for (size_t i = from; i < l->pos && i < l->n; i++) {
		if (is_text(&l->tok[i], TOK_PUNCT, "{"))
			open++;
		else if (is_text(&l->tok[i], TOK_PUNCT, "}") && open)
			open--;
	}
	return open;
}

bool parse_recover(struct parser *p, size_t from)
{
	int open = open_braces(&p->lex, from);

	if (p->r == 0)
		p->r = p->lex.r;
	if (p->lex.r != E_SYNTAX || ++p->errors >= NFT_TEXT_ERRORS_MAX)
		return false;
	p->lex.r = 0;
	for (;;) {
		const struct tok *t = lex_peek(&p->lex);

		if (t->kind == TOK_END)
			return p->lex.r >= 0;
		if (is_text(t, TOK_PUNCT, "{"))
			open++;
		if (is_text(t, TOK_PUNCT, "}") && open-- == 0)
			return true;
		if (lex_next(&p->lex).kind == TOK_NEWLINE && open == 0)
			return true;
		lex_forget(&p->lex);
	}
}

const char *need_one_of(struct parser *p, const char *const *words, const char *what)
{
	const struct tok *t = lex_peek(&p->lex);

	for (; *words && (t->kind == TOK_WORD || t->kind == TOK_QUOTED); words++) {
		if (str_is(t->text, *words)) {
			(void)lex_next(&p->lex);
			return *words;
		}
	}
	parse_expected(p, what);
	return NULL;
}

const char *parse_text(struct parser *p, size_t from, size_t most)
{
	const char *text;

	if (p->lex.r < 0)
		return NULL;
	buf_clear(&p->scratch);
	lex_join(&p->lex, from, p->lex.pos, &p->scratch);
	if (most && p->scratch.n > most) {
		p->scratch.n = most;
		buf_adds(&p->scratch, "...");
	}
	text = p->scratch.r < 0 ? NULL : arena_str(p->rs->arena, str_trim(buf_str(&p->scratch)));
	if (!text)
		parse_nomem(p);
	return text;
}
