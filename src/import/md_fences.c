/* SPDX-License-Identifier: Apache-2.0 */
#include "import/md_fences.h"

static struct str inner(struct str line, bool quotes)
{
	line = str_trim(line);
	while (quotes && line.n && line.p[0] == '>')
		line = str_trim((struct str){ line.p + 1, line.n - 1 });
	return line;
}

/* "```c": its length, and the character; 0: none. */
static size_t fence(struct str line, char *ret)
{
	size_t n = 0;
	struct str rest;

	if (!line.n || (line.p[0] != '`' && line.p[0] != '~'))
		return 0;
	while (n < line.n && line.p[n] == line.p[0])
		n++;
	rest = (struct str){ line.p + n, line.n - n };
	/* "```x```" is code in a line. */
	if (n < 3 || (line.p[0] == '`' && str_find(rest, '`') < rest.n))
		return 0;
	*ret = line.p[0];
	return n < MD_FENCE_MAX ? n : MD_FENCE_MAX;
}

/* The length of a fence that ends code: nothing stands behind it. */
static size_t fence_end(struct str line, char *ret)
{
	size_t n = fence(line, ret);

	for (size_t i = 0; n && i < line.n; i++)
		n = line.p[i] == *ret ? n : 0;
	return n;
}

static void look(struct md_fences *f, struct md_lines l)
{
	struct md_line line;

	while (md_lines_raw(&l, &line)) {
		char c = 0;
		size_t n = fence_end(inner(line.text, l.quotes), &c);

		for (size_t i = 3; i <= n; i++)
			f->last[c == '~'][i] = line.text.p;
	}
	f->looked = true;
}

bool md_fences_take(struct md_fences *f, struct md_lines *l, struct str *ret,
		    struct md_line *ret_line)
{
	struct md_lines at = *l;
	struct md_line line;
	char c, end;
	size_t n;
	const char *from;

	if (!md_lines_next(&at, &line))
		return false;
	n = fence(line.text, &c);
	if (!n)
		return false;
	if (!f->looked)
		look(f, at);
	if (!f->last[c == '~'][n] || f->last[c == '~'][n] < at.p)
		return false;
	from = at.p;
	*ret_line = (struct md_line){ { from, 0 }, from, at.line, false };
	do {
		if (!md_lines_raw(&at, &line))
			return false;
	} while (fence_end(inner(line.text, at.quotes), &end) < n || end != c);
	*ret = (struct str){ from, (size_t)(line.text.p - from) };
	*l = at;
	return true;
}
