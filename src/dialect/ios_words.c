/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/ios_parsing.h"

#include <stdarg.h>

#include "base/err.h"

int ios_cut_words(struct ios_parsing *p)
{
	size_t i = 0;

	p->n = p->at = 0;
	while (i < p->text.n) {
		size_t from = i;

		while (i < p->text.n && p->text.p[i] != ' ' && p->text.p[i] != '\t')
			i++;
		if (i > from && p->n == IOS_WORDS_MAX)
			return ios_refuse(p, E_LIMIT, NULL, "more than %d words in a line",
					  IOS_WORDS_MAX);
		if (i > from)
			p->word[p->n++] = (struct str){ p->text.p + from, i - from };
		else
			i++;
	}
	return 0;
}

int ios_refuse(struct ios_parsing *p, int code, const char *hint, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	diag_error(p->d, (struct place){ .file = p->config->file, .line = p->line }, "%s", text);
	if (hint)
		diag_hint(p->d, "%s", hint);
	return code;
}

struct str ios_peek(const struct ios_parsing *p)
{
	return p->at < p->n ? p->word[p->at] : STR("");
}

struct str ios_take(struct ios_parsing *p)
{
	return p->at < p->n ? p->word[p->at++] : STR("");
}

bool ios_accept(struct ios_parsing *p, const char *word)
{
	bool same = p->at < p->n && str_is_nocase(p->word[p->at], word);

	p->at += same;
	return same;
}

struct str ios_rest(const struct ios_parsing *p)
{
	struct str first = ios_peek(p);

	return first.n ? (struct str){ first.p, (size_t)(p->text.p + p->text.n - first.p) } : first;
}

bool ios_begins(const struct ios_parsing *p, size_t at, const char *word)
{
	return at < p->n && str_is_nocase(p->word[at], word);
}
