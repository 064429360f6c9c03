/* SPDX-License-Identifier: Apache-2.0 */
#include "import/md_line.h"

enum {
	SEPARATOR_MAX = 4096, /* bytes; longer lines of dashes are text */
	LABEL_MAX = 64
};

/* ---- one after the other ---- */

struct md_lines md_lines_over(struct str text, bool quotes)
{
	struct md_lines l = { .p = text.p, .start = text.p, .line = 1, .quotes = quotes };

	l.end = text.n ? text.p + text.n : text.p;
	for (size_t i = text.n; i >= 3 && !l.last_comment; i--) {
		if (text.p[i - 1] == '>' && text.p[i - 2] == '-' && text.p[i - 3] == '-')
			l.last_comment = text.p + i - 3;
	}
	return l;
}

bool md_lines_raw(struct md_lines *l, struct md_line *ret)
{
	const char *eol;

	if (l->p == l->end)
		return false;
	eol = memchr(l->p, '\n', (size_t)(l->end - l->p));
	*ret = (struct md_line){
		.text = { l->p, (size_t)((eol ? eol : l->end) - l->p) },
		.start = l->start,
		.line = l->line,
	};
	l->p = l->start = eol ? eol + 1 : l->end;
	l->line++;
	return true;
}

static struct str without_quotes(struct str s, bool *quoted)
{
	s = str_trim(s);
	while (s.n && s.p[0] == '>') {
		*quoted = true;
		s = str_trim((struct str){ s.p + 1, s.n - 1 });
	}
	return s;
}

/* Moves behind the comment that starts at `p`. false: it does not end. */
static bool skip_comment(struct md_lines *l, const char *p)
{
	const char *close;

	if (!l->last_comment || p + 2 > l->last_comment)
		return false;
	close = memmem(p + 2, (size_t)(l->end - p - 2), "-->", 3);
	for (const char *eol; (eol = memchr(p, '\n', (size_t)(close - p))); p = eol + 1) {
		l->start = eol + 1;
		l->line++;
	}
	l->p = close + 3;
	return true;
}

bool md_lines_next(struct md_lines *l, struct md_line *ret)
{
	bool behind_comment = false;

	for (;;) {
		struct md_lines before = *l;
		struct md_line line;

		if (!md_lines_raw(l, &line))
			return false;
		line.text =
			l->quotes ? without_quotes(line.text, &line.quoted) : str_trim(line.text);
		if (behind_comment && !line.text.n) {
			behind_comment = false;
			continue;
		}
		if (str_starts(line.text, "<!--") && skip_comment(&before, line.text.p)) {
			*l = before;
			behind_comment = true;
			continue;
		}
		*ret = line;
		return true;
	}
}

bool md_lines_peek(const struct md_lines *l, struct md_line *ret)
{
	struct md_lines ahead = *l;

	return md_lines_next(&ahead, ret);
}

struct place md_place(const char *file, unsigned line, const char *start, const char *p)
{
	return (struct place){ file, line, (unsigned)(p - start) + 1 };
}

/* ---- what a line is ---- */

bool md_starts(const struct md_line *l, char c)
{
	return l->text.n && l->text.p[0] == c;
}

size_t md_pipes(struct str line)
{
	size_t n = 0;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '\\')
			i++;
		else
			n += line.p[i] == '|';
	}
	return n;
}

bool md_ends_with_pipe(struct str line)
{
	size_t slashes = 0;

	if (!line.n || line.p[line.n - 1] != '|')
		return false;
	while (slashes + 1 < line.n && line.p[line.n - 2 - slashes] == '\\')
		slashes++;
	return slashes % 2 == 0;
}

bool md_separator(struct str line, size_t *ret_columns, size_t *ret_dashes)
{
	size_t columns = 0, fewest = SIZE_MAX;
	bool pipes = line.n && line.n <= SEPARATOR_MAX && str_find(line, '|') < line.n;

	if (!pipes)
		return false;
	if (line.p[0] == '|')
		line = (struct str){ line.p + 1, line.n - 1 };
	if (line.n && line.p[line.n - 1] == '|')
		line.n--;
	while (line.p) {
		struct str cell = str_trim(str_cut(&line, '|'));
		size_t dashes = 0;

		if (cell.n && cell.p[0] == ':')
			cell = (struct str){ cell.p + 1, cell.n - 1 };
		if (cell.n && cell.p[cell.n - 1] == ':')
			cell.n--;
		while (dashes < cell.n && cell.p[dashes] == '-')
			dashes++;
		if (!dashes || dashes < cell.n)
			return false;
		fewest = dashes < fewest ? dashes : fewest;
		columns++;
	}
	*ret_columns = columns;
	*ret_dashes = fewest;
	return columns > 0;
}

bool md_divides(const struct md_line *line)
{
	size_t columns, dashes;

	return md_separator(line->text, &columns, &dashes) && dashes >= 3;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

unsigned md_heading(struct str line, struct str *ret)
{
	unsigned level = 0;

	while (level < line.n && line.p[level] == '#')
		level++;
	if (level < 1 || level > 6 || (level < line.n && !is_blank(line.p[level])))
		return 0;
	line = str_trim((struct str){ line.p + level, line.n - level });
	if (line.n && line.p[line.n - 1] == '#') {
		size_t n = line.n;

		while (n && line.p[n - 1] == '#')
			n--;
		if (!n || is_blank(line.p[n - 1]))
			line = str_trim((struct str){ line.p, n });
	}
	*ret = line;
	return level;
}

/* All of `line` is `c`, at least three of them; blanks between them where `spaced`. */
static bool only(struct str line, char c, bool spaced)
{
	size_t n = 0;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == c)
			n++;
		else if (!spaced || !is_blank(line.p[i]))
			return false;
	}
	return n >= 3;
}

unsigned md_underline(struct str line)
{
	return only(line, '=', false) ? 1 : only(line, '-', false) ? 2 : 0;
}

bool md_rule(struct str line)
{
	return only(line, '*', true) || only(line, '-', true) || only(line, '_', true);
}

bool md_item(struct str line, struct str *ret)
{
	size_t digits = 0;

	if (line.n >= 2 && (line.p[0] == '-' || line.p[0] == '*' || line.p[0] == '+') &&
	    is_blank(line.p[1])) {
		*ret = str_trim((struct str){ line.p + 1, line.n - 1 });
		return true;
	}
	while (digits < line.n && line.p[digits] >= '0' && line.p[digits] <= '9')
		digits++;
	if (digits < 1 || digits > 9 || digits + 1 >= line.n ||
	    (line.p[digits] != '.' && line.p[digits] != ')') || !is_blank(line.p[digits + 1]))
		return false;
	*ret = line; /* people see the number */
	return true;
}

bool md_note(struct str line, struct str *ret_label, struct str *ret)
{
	size_t n;

	if (!str_starts(line, "[^"))
		return false;
	n = str_find((struct str){ line.p, line.n < LABEL_MAX ? line.n : LABEL_MAX }, ']');
	if (n < 3 || n + 1 >= line.n || line.p[n] != ']' || line.p[n + 1] != ':')
		return false;
	*ret_label = (struct str){ line.p + 2, n - 2 };
	*ret = str_trim((struct str){ line.p + n + 2, line.n - n - 2 });
	return true;
}
