/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/iptables_words.h"

#include <errno.h>

#include "base/err.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The word that begins with a quote at line.p[at]; `ret_end` is just behind its closing quote. */
static int cut_quoted(struct str line, size_t at, struct arena *a, struct word *ret,
		      size_t *ret_end)
{
	char *text = arena_alloc(a, line.n - at + 1);
	size_t n = 0, i;

	if (!text)
		return -ENOMEM;
	for (i = at + 1; i < line.n && line.p[i] != '"'; i++) {
		if (line.p[i] == '\\' && i + 1 < line.n)
			i++;
		text[n++] = line.p[i];
	}
	if (i >= line.n)
		return E_SYNTAX;
	*ret = (struct word){ { text, n }, { line.p + at, i + 1 - at }, true };
	*ret_end = i + 1;
	return 0;
}

int words_cut(struct str line, struct arena *a, struct words *ret)
{
	size_t i = 0;

	ret->n = 0;
	for (;;) {
		struct word *w = &ret->word[ret->n];
		size_t from;

		while (i < line.n && is_blank(line.p[i]))
			i++;
		if (i == line.n)
			return 0;
		if (ret->n == IPTABLES_TOKENS_MAX)
			return E_LIMIT;
		ret->n++;
		from = i;
		if (line.p[i] == '"') {
			int r = cut_quoted(line, i, a, w, &i);

			if (r < 0)
				return r;
			continue;
		}
		while (i < line.n && !is_blank(line.p[i]))
			i++;
		*w = (struct word){ { line.p + from, i - from },
				    { line.p + from, i - from },
				    false };
	}
}

struct str words_raw(const struct words *w, size_t from, size_t to)
{
	const char *end = w->word[to].raw.p + w->word[to].raw.n;

	return (struct str){ w->word[from].raw.p, (size_t)(end - w->word[from].raw.p) };
}
