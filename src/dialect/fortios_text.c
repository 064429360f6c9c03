/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_text.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "dialect/fortios_limits.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* How a word is written: how far it goes, and whether it is what it looks like. */
struct shape {
	size_t n;
	bool quotes, escapes;
	char open; /* the quote that nothing closes; 0: none */
	unsigned lines;
};

static struct shape find_shape(struct str s)
{
	struct shape shape = { 0 };
	size_t i = 0;

	for (; i < s.n; i++) {
		char c = s.p[i];

		if (!shape.open && (is_blank(c) || c == '\n'))
			break;
		shape.lines += c == '\n';
		if (c == '\\' && shape.open != '\'' && i + 1 < s.n) {
			shape.escapes = true;
			shape.lines += s.p[++i] == '\n';
		} else if (shape.open) {
			if (c == shape.open)
				shape.open = '\0';
		} else if (c == '"' || c == '\'') {
			shape.quotes = true;
			shape.open = c;
		}
	}
	shape.n = i;
	return shape;
}

/* Is it one quoted piece and nothing else? */
static bool is_one_piece(struct str s)
{
	return s.n >= 2 && s.p[s.n - 1] == s.p[0] && (s.p[0] == '"' || s.p[0] == '\'') &&
	       str_find((struct str){ s.p + 1, s.n - 2 }, s.p[0]) == s.n - 2;
}

static int decode(struct fos_text *t, struct str s, struct str *ret)
{
	char *out = arena_alloc(t->arena, s.n), open = '\0';
	size_t n = 0;

	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\\' && open != '\'' && i + 1 < s.n)
			out[n++] = s.p[++i];
		else if (open && c == open)
			open = '\0';
		else if (!open && (c == '"' || c == '\''))
			open = c;
		else
			out[n++] = c;
	}
	*ret = (struct str){ out, n };
	return 0;
}

/* A NUL would end names early, where they are names for others. */
static int check_word(struct fos_text *t, struct str word)
{
	if (!word.n || !memchr(word.p, 0, word.n))
		return 0;
	diag_error(t->d, (struct place){ t->at.file, t->line, 0 },
		   "a NUL is in it: this is no text");
	return E_SYNTAX;
}

static int take_word(struct fos_text *t)
{
	struct shape shape = find_shape(t->rest);
	struct str word = { t->rest.p, shape.n };
	int r = 0;

	if (shape.open) {
		diag_error(t->d, (struct place){ t->at.file, t->line, 0 },
			   "a quoted text begins here and does not end");
		diag_hint(t->d, "close it with %c, or give the whole file", shape.open);
		return E_SYNTAX;
	}
	r = check_word(t, word);
	if (r < 0)
		return r;
	if (t->n == FOS_WORDS_MAX) {
		diag_error(t->d, t->at, "more than %d words in one statement", FOS_WORDS_MAX);
		return E_LIMIT;
	}
	if (!shape.escapes && is_one_piece(word))
		word = (struct str){ word.p + 1, word.n - 2 };
	else if (shape.escapes || shape.quotes)
		r = decode(t, word, &word);
	if (r == 0)
		r = mem_grow(&t->word, &t->cap, t->n + 1, sizeof(*t->word));
	if (r < 0)
		return r;
	t->word[t->n++] = word;
	t->line += shape.lines;
	t->rest.p += shape.n;
	t->rest.n -= shape.n;
	return 0;
}

static void drop(struct fos_text *t, size_t n)
{
	t->rest.p += n;
	t->rest.n -= n;
}

/* Goes to the first word of the next statement. */
static void find_statement(struct fos_text *t)
{
	while (t->rest.n) {
		char c = *t->rest.p;

		if (c == '#') {
			drop(t, str_find(t->rest, '\n'));
		} else if (c == '\n' || is_blank(c)) {
			t->line += c == '\n';
			drop(t, 1);
		} else {
			return;
		}
	}
}

int fos_next_statement(struct fos_text *t)
{
	int r = 0;

	find_statement(t);
	t->at.line = t->line;
	t->n = 0;
	while (r == 0 && t->rest.n && *t->rest.p != '\n') {
		if (is_blank(*t->rest.p))
			drop(t, 1);
		else
			r = take_word(t);
	}
	return r < 0 ? r : t->n > 0;
}
