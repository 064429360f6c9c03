/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/squid_words.h"

#include "base/err.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void drop(struct str *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

static struct str skip_blanks(struct str s)
{
	while (s.n && is_blank(s.p[0]))
		drop(&s, 1);
	return s;
}

/* How long the word at the front is. */
static size_t word_length(struct str s, bool regex)
{
	size_t n = 0;

	while (n < s.n && !is_blank(s.p[n]))
		n += regex && s.p[n] == '\\' && n + 1 < s.n ? 2 : 1;
	return n;
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* "FILE" as squid reads it: up to any quote of the word. */
static struct str file_name(struct str word)
{
	size_t n = 0;

	drop(&word, 1);
	while (n < word.n && !is_quote(word.p[n]))
		n++;
	return (struct str){ word.p, n };
}

/* "TEXT" with configuration_includes_quoted_values; takes it off `rest`. */
static int take_quoted(struct str *rest, struct str *ret)
{
	struct str s = *rest;
	size_t n = 1;

	while (n < s.n && s.p[n] != s.p[0]) {
		if (s.p[n] == '\\')
			return E_SYNTAX;
		n++;
	}
	if (n == s.n)
		return E_SYNTAX;
	*ret = (struct str){ s.p + 1, n - 1 };
	drop(rest, n + 1);
	return 0;
}

/* parameters("FILE") */
static int take_parameters(struct str *rest, struct str *ret)
{
	int r;

	*rest = skip_blanks(*rest);
	if (!rest->n || !is_quote(rest->p[0]))
		return E_SYNTAX;
	r = take_quoted(rest, ret);
	*rest = skip_blanks(*rest);
	if (r < 0 || !rest->n || rest->p[0] != ')')
		return E_SYNTAX;
	drop(rest, 1);
	return 0;
}

int squid_word_next(struct squid_words *w, struct squid_word *ret)
{
	static const char parameters[] = "parameters(";
	struct str rest = skip_blanks(w->rest);
	struct squid_word word = { .kind = SQUID_PLAIN };
	int r = 1;

	if (!rest.n || rest.p[0] == '#') {
		w->rest = (struct str){ rest.p, 0 };
		return 0;
	}
	if (w->quoted && is_quote(rest.p[0])) {
		word.kind = SQUID_QUOTED;
		r = take_quoted(&rest, &word.text);
	} else if (w->quoted && str_starts(rest, parameters)) {
		word.kind = SQUID_FILE;
		drop(&rest, sizeof(parameters) - 1);
		r = take_parameters(&rest, &word.text);
	} else {
		word.text = (struct str){ rest.p, word_length(rest, w->regex) };
		drop(&rest, word.text.n);
		if (is_quote(word.text.p[0])) {
			word.kind = SQUID_FILE;
			word.text = file_name(word.text);
		}
	}
	if (r < 0)
		return r;
	w->rest = rest;
	*ret = word;
	return 1;
}

struct str squid_word_peek(const struct squid_words *w)
{
	struct str rest = skip_blanks(w->rest);

	if (!rest.n || rest.p[0] == '#')
		return STR("");
	return (struct str){ rest.p, word_length(rest, false) };
}

int squid_word_bare(struct squid_words *w, struct str *ret)
{
	struct str rest = skip_blanks(w->rest), word = squid_word_peek(w);

	if (!word.n)
		return 0;
	if (w->quoted && is_quote(word.p[0])) {
		int r = take_quoted(&rest, &word);

		if (r < 0)
			return r;
	} else {
		drop(&rest, word.n);
	}
	w->rest = rest;
	*ret = word;
	return 1;
}
