/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_words.h"

#include "base/err.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static int take_quoted(struct panos_words *w, struct panos_word *ret)
{
	char quote = *w->p;
	const char *p = w->p + 1;
	unsigned lines = 0;

	while (p < w->end && *p != quote)
		lines += *p++ == '\n';
	if (p == w->end)
		return E_SYNTAX;
	*ret = (struct panos_word){ .kind = PANOS_WORD,
				    .quoted = true,
				    .text = { w->p + 1, (size_t)(p - w->p - 1) },
				    .at = w->p };
	w->p = p + 1;
	w->line += lines;
	return 0;
}

static void take_plain(struct panos_words *w, struct panos_word *ret)
{
	const char *from = w->p;

	while (w->p < w->end && !is_blank(*w->p) && *w->p != '\n' && *w->p != ']')
		w->p++;
	*ret = (struct panos_word){ .kind = PANOS_WORD,
				    .text = { from, (size_t)(w->p - from) },
				    .at = from };
}

int panos_next_word(struct panos_words *w, struct panos_word *ret)
{
	while (w->p < w->end && is_blank(*w->p))
		w->p++;
	*ret = (struct panos_word){ .kind = PANOS_END, .at = w->p };
	if (w->p == w->end || *w->p == '\n')
		return 0;
	if (*w->p == '"' || *w->p == '\'')
		return take_quoted(w, ret);
	if (*w->p == '[' || *w->p == ']') {
		ret->kind = *w->p == '[' ? PANOS_OPEN : PANOS_CLOSE;
		ret->text = (struct str){ w->p++, 1 };
		return 0;
	}
	take_plain(w, ret);
	return 0;
}

bool panos_next_line(struct panos_words *w)
{
	while (w->p < w->end && *w->p != '\n')
		w->p++;
	if (w->p == w->end)
		return false;
	w->p++;
	w->line++;
	return true;
}
