/* SPDX-License-Identifier: Apache-2.0 */
/* define, redefine, undefine, include: what may stand in every block. */
#include <errno.h>

#include "base/err.h"
#include "nft/parse.h"

/* The value ends with the line, but a set may have many lines. */
static void read_define(struct parser *p, bool again)
{
	struct place at = here(p);
	struct str name = need_name(p, "the name of a variable");
	size_t from;
	int open = 0, r;

	need_punct(p, "=");
	from = p->lex.pos;
	while (p->lex.r >= 0) {
		const struct tok *t = lex_peek(&p->lex);

		if (t->kind == TOK_END || (open <= 0 && t->kind == TOK_NEWLINE))
			break;
		open += at_punct(p, "{");
		open -= at_punct(p, "}");
		(void)lex_next(&p->lex);
	}
	if (p->lex.r >= 0 && p->lex.pos == from)
		parse_expected(p, "a value");
	if (p->lex.r < 0)
		return;
	r = lex_define(&p->lex, name, from, again, at);
	if (r < 0)
		p->lex.r = r == E_CONFLICT ? E_SYNTAX : r;
}

static void read_undefine(struct parser *p)
{
	struct place at = here(p);
	struct str name = need_name(p, "the name of a variable");

	if (p->lex.r >= 0 && lex_undefine(&p->lex, name, at) < 0)
		p->lex.r = E_SYNTAX;
}

static void push_file(struct parser *p, const char *path, struct place at)
{
	struct buf content = BUF_INIT;
	char *copy;
	int r;

	if (lex_is_open(&p->lex, path)) {
		parse_error(p, at, "%s includes itself", path);
		return;
	}
	if (++p->files > NFT_TEXT_FILES_MAX) {
		parse_error(p, at, "more than %d files", NFT_TEXT_FILES_MAX);
		p->lex.r = E_LIMIT;
		return;
	}
	r = p->includes->read(p->includes->data, path, &content, p->d);
	p->bytes += content.n;
	if (r >= 0 && p->bytes > NFT_TEXT_MAX)
		r = E_LIMIT;
	copy = r < 0 ? NULL : arena_str(p->rs->arena, buf_str(&content));
	if (r < 0) {
		parse_error(p, at, "cannot include %s: %s", path, err_text(r));
		if (r == E_LIMIT || r == -ENOMEM)
			p->lex.r = r;
	} else if (!copy) {
		parse_nomem(p);
	} else {
		r = lex_push(&p->lex, (struct str){ copy, content.n }, path);
		if (r < 0)
			p->lex.r = r;
	}
	buf_release(&content);
}

/* The files are pushed last first, so that they are read in order. */
static void read_include(struct parser *p)
{
	const char *const *path = NULL;
	struct place at = here(p);
	const char *pattern = need_string(p, "a file name in quotes");
	size_t n = 0;
	int r;

	if (p->lex.r < 0)
		return;
	if (!p->includes) {
		parse_error(p, at, "include is not followed here");
		diag_hint(p->d,
			  "give the output of `nft list ruleset`, or one file with all of it");
		return;
	}
	if (!at_end(p)) {
		parse_expected(p, "the end of the line");
		return;
	}
	if (++p->files > NFT_TEXT_FILES_MAX) {
		parse_error(p, at, "more than %d files", NFT_TEXT_FILES_MAX);
		p->lex.r = E_LIMIT;
		return;
	}
	r = p->includes->list(p->includes->data, pattern, at.file, p->rs->arena, &path, &n);
	if (r < 0) {
		parse_error(p, at, "cannot include %s: %s", pattern, err_text(r));
		return;
	}
	while (n-- > 0 && p->lex.r >= 0)
		push_file(p, path[n], at);
}

bool parse_common(struct parser *p)
{
	if (take_word(p, "define")) {
		read_define(p, false);
	} else if (take_word(p, "redefine")) {
		read_define(p, true);
	} else if (take_word(p, "undefine")) {
		read_undefine(p);
	} else if (take_word(p, "include")) {
		read_include(p);
	} else {
		return false;
	}
	return true;
}
