/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/cisco_words.h"

#include <stdarg.h>

#include "base/err.h"

int cisco_cut_words(struct cisco_words *p)
{
	size_t i = 0;

	p->n = p->at = 0;
	if (memchr(p->text.p, '\0', p->text.n))
		return cisco_refuse(p, E_SYNTAX, NULL, "a zero byte: this is no text");
	while (i < p->text.n) {
		size_t from = i;

		while (i < p->text.n && p->text.p[i] != ' ' && p->text.p[i] != '\t')
			i++;
		if (i > from && p->n == CISCO_WORDS_MAX)
			return cisco_refuse(p, E_LIMIT, NULL, "more than %d words in a line",
					    CISCO_WORDS_MAX);
		if (i > from)
			p->word[p->n++] = (struct str){ p->text.p + from, i - from };
		else
			i++;
	}
	return 0;
}

int cisco_refuse(struct cisco_words *p, int code, const char *hint, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	diag_error(p->d, (struct place){ .file = p->file, .line = p->line }, "%s", text);
	if (hint)
		diag_hint(p->d, "%s", hint);
	return code;
}

struct str cisco_peek(const struct cisco_words *p)
{
	return p->at < p->n ? p->word[p->at] : STR("");
}

struct str cisco_take(struct cisco_words *p)
{
	return p->at < p->n ? p->word[p->at++] : STR("");
}

bool cisco_accept(struct cisco_words *p, const char *word)
{
	bool same = p->at < p->n && str_is_nocase(p->word[p->at], word);

	p->at += same;
	return same;
}

struct str cisco_rest(const struct cisco_words *p)
{
	struct str first = cisco_peek(p);

	return first.n ? (struct str){ first.p, (size_t)(p->text.p + p->text.n - first.p) } : first;
}

bool cisco_begins(const struct cisco_words *p, size_t at, const char *word)
{
	return at < p->n && str_is_nocase(p->word[at], word);
}

struct str cisco_since(const struct cisco_words *p, size_t from)
{
	struct str first = p->word[from], last = p->word[p->at > from ? p->at - 1 : from];

	return (struct str){ first.p, (size_t)(last.p - first.p) + last.n };
}
