/* SPDX-License-Identifier: Apache-2.0 */
#include "import/html_note.h"

#include <errno.h>

#include "base/alloc.h"
#include "import/page.h"

void html_notes_release(struct html_notes *n)
{
	strmap_release(&n->by_name);
	mem_free(n->mark);
	*n = HTML_NOTES_INIT;
}

static bool starts_with_one(struct str s, const char *const *words)
{
	for (; *words; words++) {
		if (str_starts(s, *words))
			return true;
	}
	return false;
}

struct str html_note_name(struct str href)
{
	static const char *const there[] = { "fn",   "_ftn",	  "ftn", "footnote",
					     "note", "cite_note", NULL };
	static const char *const back[] = { "fnref", "_ftnref", "ftnref", NULL };
	size_t hash = str_find(href, '#');
	struct str name;

	if (hash == href.n)
		return (struct str){ 0 };
	name = (struct str){ href.p + hash + 1, href.n - hash - 1 };
	return starts_with_one(name, there) && !starts_with_one(name, back) ? name
									    : (struct str){ 0 };
}

bool html_note_is_mark(struct str s)
{
	return s.n > 0 && s.n <= 8 && str_find(s, ' ') == s.n && str_find(s, '\n') == s.n &&
	       !memchr(s.p, PAGE_MARK_OPEN[0], s.n);
}

struct str html_note_mark(struct str s)
{
	static const char pairs[][3] = { "[]", "()" };

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		if (s.n > 2 && s.p[0] == pairs[i][0] && s.p[s.n - 1] == pairs[i][1])
			return str_trim((struct str){ s.p + 1, s.n - 2 });
	}
	return s;
}

int html_notes_add(struct html_notes *n, struct str name, struct str mark)
{
	int r;

	if (n->n >= HTML_NOTES_MAX)
		return 0;
	r = mem_grow(&n->mark, &n->cap, n->n + 1, sizeof(*n->mark));
	if (r == 0)
		r = strmap_add(&n->by_name, name, n->n);
	if (r == 0)
		n->mark[n->n++] = html_note_mark(mark);
	return r == -EEXIST ? 0 : r;
}

struct str html_notes_find(const struct html_notes *n, const char *id)
{
	size_t i;

	if (!id || !n->n || strmap_get(&n->by_name, str_of(id), &i) < 0)
		return (struct str){ 0 };
	return n->mark[i];
}

/* Behind the mark that `text` begins with, as "1. text", "[1] text" do; else all of it. */
static struct str behind_mark(struct str text, struct str mark)
{
	struct str rest = text;
	size_t bracket = rest.n && (rest.p[0] == '[' || rest.p[0] == '(');

	if (rest.n <= mark.n + bracket || memcmp(rest.p + bracket, mark.p, mark.n) != 0)
		return text;
	rest.p += bracket + mark.n;
	rest.n -= bracket + mark.n;
	if (!strchr("])., :\n", rest.p[0]))
		return text;
	return str_trim((struct str){ rest.p + 1, rest.n - 1 });
}

const char *html_note_text(struct str text, struct str mark, struct arena *a)
{
	struct str rest = behind_mark(text, mark);

	if (str_starts(text, PAGE_MARK_OPEN))
		return arena_str(a, text);
	return arena_printf(a, PAGE_MARK_OPEN "%.*s" PAGE_MARK_CLOSE " %.*s", STR_FMT(mark),
			    STR_FMT(rest));
}
