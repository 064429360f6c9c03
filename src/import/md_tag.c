/* SPDX-License-Identifier: Apache-2.0 */
/* HTML within a text of Markdown: what is dropped, what ends a line, what is a footnote mark. */
#include "import/md_reading.h"
#include "import/md_text.h"

enum tag_kind { TAG_NONE, TAG_DROP, TAG_BREAK, TAG_MARK, TAG_ANCHOR };

enum { TAG_NAME_MAX = 10 };

static const struct {
	const char *name;
	enum tag_kind kind;
} tags[] = {
	{ "a", TAG_ANCHOR },	     { "abbr", TAG_DROP },   { "b", TAG_DROP },
	{ "bdi", TAG_DROP },	     { "bdo", TAG_DROP },    { "big", TAG_DROP },
	{ "blockquote", TAG_BREAK }, { "br", TAG_BREAK },    { "center", TAG_BREAK },
	{ "cite", TAG_DROP },	     { "code", TAG_DROP },   { "dd", TAG_BREAK },
	{ "details", TAG_BREAK },    { "dfn", TAG_DROP },    { "div", TAG_BREAK },
	{ "dl", TAG_BREAK },	     { "dt", TAG_BREAK },    { "em", TAG_DROP },
	{ "font", TAG_DROP },	     { "hr", TAG_BREAK },    { "i", TAG_DROP },
	{ "img", TAG_DROP },	     { "ins", TAG_DROP },    { "kbd", TAG_DROP },
	{ "li", TAG_BREAK },	     { "mark", TAG_DROP },   { "nobr", TAG_DROP },
	{ "ol", TAG_BREAK },	     { "p", TAG_BREAK },     { "pre", TAG_BREAK },
	{ "q", TAG_DROP },	     { "samp", TAG_DROP },   { "small", TAG_DROP },
	{ "span", TAG_DROP },	     { "strong", TAG_DROP }, { "sub", TAG_MARK },
	{ "summary", TAG_BREAK },    { "sup", TAG_MARK },    { "time", TAG_DROP },
	{ "tt", TAG_DROP },	     { "u", TAG_DROP },	     { "ul", TAG_BREAK },
	{ "var", TAG_DROP },	     { "wbr", TAG_DROP },
};

struct tag {
	enum tag_kind kind;
	bool closing;
	struct str attributes;
};

static enum tag_kind kind_of(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
		if (str_is_nocase(name, tags[i].name))
			return tags[i].kind;
	}
	return TAG_NONE;
}

/* The ">" that ends the attributes at the start of `s`, or s.n. */
static size_t attributes_end(struct str s)
{
	for (size_t n = 0; n < s.n; n++) {
		if (s.p[n] == '>')
			return n;
		if (s.p[n] == '<')
			return s.n;
		if (s.p[n] == '"' || s.p[n] == '\'') {
			struct str rest = { s.p + n + 1, s.n - n - 1 };

			n += str_find(rest, s.p[n]) + 1;
		}
	}
	return s.n;
}

/* The tag that `s` starts with, its length; 0: none that we know. */
static size_t tag_of(struct str s, struct tag *ret)
{
	struct tag t = { .closing = s.n > 1 && s.p[1] == '/' };
	size_t from = t.closing ? 2 : 1, n = from, end;

	while (n < s.n && n <= from + TAG_NAME_MAX && md_is_alnum(s.p[n]))
		n++;
	t.kind = n == from ? TAG_NONE : kind_of((struct str){ s.p + from, n - from });
	if (t.kind == TAG_NONE || n >= s.n ||
	    (!md_is_space(s.p[n]) && s.p[n] != '>' && s.p[n] != '/'))
		return 0;
	t.attributes = (struct str){ s.p + n, s.n - n };
	end = attributes_end(t.attributes);
	if (end == t.attributes.n)
		return 0;
	t.attributes.n = end;
	*ret = t;
	return n + end + 1;
}

/* The value of href, or p == NULL. */
static struct str href_of(struct str attributes)
{
	for (size_t n = 0; n + 6 < attributes.n; n++) {
		struct str value = { attributes.p + n + 6, attributes.n - n - 6 };
		char quote = value.p[0];

		if (!md_is_space(attributes.p[n]) ||
		    !str_is_nocase((struct str){ attributes.p + n + 1, 5 }, "href="))
			continue;
		if (quote != '"' && quote != '\'') {
			size_t end = 0;

			while (end < value.n && !md_is_space(value.p[end]))
				end++;
			return (struct str){ value.p, end };
		}
		value = (struct str){ value.p + 1, value.n - 1 };
		return str_cut(&value, quote);
	}
	return (struct str){ NULL, 0 };
}

static void anchor(struct md_reading *r, const struct tag *t)
{
	if (!t->closing) {
		struct str href = href_of(t->attributes);

		r->anchor = (struct md_anchor){ r->out->n, r->s->links, href };
	} else if (r->anchor.href.p) {
		r->s->links = r->anchor.links;
		md_link_add(r, r->anchor.from, r->anchor.href);
		r->anchor.href.p = NULL;
	}
}

static bool step_comment(struct md_reading *r)
{
	struct str left = md_left(r);
	const char *end = r->no_comment_end ? NULL : memmem(left.p + 2, left.n - 2, "-->", 3);

	if (!end) {
		r->no_comment_end = true;
		return false;
	}
	r->i += (size_t)(end - left.p) + 3;
	return true;
}

/* "<https://x>" */
static bool step_autolink(struct md_reading *r)
{
	struct str left = md_left(r);
	size_t n = 1, from = r->out->n;
	struct str url;

	while (n < left.n && !md_is_space(left.p[n]) && left.p[n] != '<' && left.p[n] != '>')
		n++;
	if (n >= left.n || left.p[n] != '>')
		return false;
	url = (struct str){ left.p + 1, n - 1 };
	md_add_unescaped(r->out, url);
	md_link_add(r, from, url);
	r->i += n + 1;
	return true;
}

bool md_step_tag(struct md_reading *r)
{
	struct str left = md_left(r);
	struct tag t;
	size_t n;

	if (str_starts(left, "<!--"))
		return step_comment(r);
	if (str_starts(left, "<https://") || str_starts(left, "<http://"))
		return step_autolink(r);
	n = tag_of(left, &t);
	if (!n)
		return false;
	r->i += n;
	if (t.kind == TAG_BREAK)
		buf_addc(r->out, '\n');
	else if (t.kind == TAG_MARK)
		buf_addc(r->out, (char)(t.closing ? MD_MARK_CLOSE : MD_MARK_OPEN));
	else if (t.kind == TAG_ANCHOR)
		anchor(r, &t);
	return true;
}
