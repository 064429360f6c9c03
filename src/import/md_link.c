/* SPDX-License-Identifier: Apache-2.0 */
/* Links and footnote marks within a text of Markdown, and the pairs of "**". */
#include "import/md_reading.h"
#include "import/md_text.h"

enum { LABEL_MAX = 64, MARK_MAX = 5 /* bytes of a link's text that is a footnote mark */ };

/* ---- brackets ---- */

static bool is_label_char(char c)
{
	return !md_is_space(c) && c != '[' && c != ']';
}

/* "[^1]" */
static bool step_note(struct md_reading *r)
{
	size_t n = 2;

	while (n < LABEL_MAX && is_label_char(md_ahead(r, n)))
		n++;
	if (n == 2 || md_ahead(r, n) != ']')
		return false;
	buf_addc(r->out, (char)MD_MARK_OPEN);
	md_text_add(r->out, (struct str){ r->in.p + r->i + 2, n - 2 });
	buf_addc(r->out, (char)MD_MARK_CLOSE);
	r->i += n + 1;
	return true;
}

bool md_step_open(struct md_reading *r)
{
	bool image = md_ahead(r, 0) == '!';

	if (image && md_ahead(r, 1) != '[')
		return false;
	if (!image && md_ahead(r, 1) == '^' && step_note(r))
		return true;
	if (r->brackets == MD_OPEN_MAX) {
		r->brackets--;
		memmove(r->bracket, r->bracket + 1, r->brackets * sizeof(*r->bracket));
	}
	r->bracket[r->brackets++] = (struct md_bracket){ r->out->n, r->s->links, image };
	buf_adds(r->out, image ? "![" : "[");
	r->i += image ? 2 : 1;
	return true;
}

/* The length of a link's target at the start of `s`, and the target; 0: none. */
static size_t target(struct str s, struct str *ret)
{
	size_t n = 0, parens = 0;

	if (s.n && s.p[0] == '<') {
		for (n = 1; n < s.n && s.p[n] != '>' && s.p[n] != '<' && s.p[n] != '\n'; n++)
			n += s.p[n] == '\\' && n + 1 < s.n && s.p[n + 1] != '\n';
		if (n >= s.n || s.p[n] != '>')
			return 0;
		*ret = (struct str){ s.p + 1, n - 1 };
		return n + 1;
	}
	for (; n < s.n && !md_is_space(s.p[n]); n++) {
		if (s.p[n] == '\\' && n + 1 < s.n && md_is_punct(s.p[n + 1]))
			n++;
		else if (s.p[n] == '(' && ++parens > MD_PARENS_MAX)
			return 0;
		else if (s.p[n] == ')' && parens-- == 0)
			break;
	}
	*ret = (struct str){ s.p, n };
	return n;
}

static size_t blanks(struct str s, size_t n)
{
	while (n < s.n && md_is_space(s.p[n]))
		n++;
	return n;
}

/* Behind a title that starts at n, if one does. */
static size_t title(struct str s, size_t n)
{
	char end = s.p[n] == '(' ? ')' : s.p[n];
	size_t i = n + 1;

	if (end != '"' && end != '\'' && end != ')')
		return n;
	for (; i < s.n && s.p[i] != end; i++) {
		if (s.p[i] == '(' && end == ')')
			return n;
		i += s.p[i] == '\\';
	}
	return i < s.n ? i + 1 : n;
}

/* "(href "title")" at the start of `s`: its length, or 0. */
static size_t destination(struct str s, struct str *ret)
{
	struct str href = { s.p, 0 };
	size_t n;

	if (!s.n || s.p[0] != '(')
		return 0;
	n = blanks(s, 1);
	n += target((struct str){ s.p + n, s.n - n }, &href);
	if (n < s.n && md_is_space(s.p[n])) {
		n = blanks(s, n);
		if (n < s.n && href.n)
			n = blanks(s, title(s, n));
	}
	if (n >= s.n || s.p[n] != ')')
		return 0;
	*ret = href;
	return n + 1;
}

/* "1", "[12]", "(a)", "*": what stands for a note when it links to a place on the page. */
static bool is_mark(struct str text)
{
	size_t digits = 0, letters = 0;

	if (!text.n || text.n > MARK_MAX)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		digits += (c >= '0' && c <= '9') || c == '*';
		letters += ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
		if (!md_is_alnum(c) && !strchr("*[]()", c))
			return false;
	}
	return (digits && !letters) || (letters == 1 && !digits);
}

/* out[from..] becomes a footnote mark, without the brackets around it. */
static void make_mark(struct buf *out, size_t from)
{
	for (size_t i = from; i < out->n; i++) {
		if (strchr("[]()", out->data[i]))
			out->data[i] = (char)MD_GONE;
	}
	buf_addc(out, (char)MD_MARK_CLOSE);
}

bool md_step_close(struct md_reading *r)
{
	struct md_bracket open;
	struct str href, left = md_left(r);
	size_t n, from;

	if (!r->brackets || r->out->r < 0)
		return false;
	open = r->bracket[--r->brackets];
	n = destination((struct str){ left.p + 1, left.n - 1 }, &href);
	if (!n)
		return false;
	from = open.at + (open.image ? 2 : 1);
	r->i += n + 1;
	r->s->links = open.links;
	memset(r->out->data + open.at, MD_GONE, from - open.at);
	if (open.image)
		return true;
	md_link_add(r, from, href);
	r->brackets = 0; /* no link has a link inside */
	if (href.n && href.p[0] == '#' &&
	    is_mark((struct str){ r->out->data + from, r->out->n - from })) {
		r->out->data[open.at] = (char)MD_MARK_OPEN;
		make_mark(r->out, from);
	}
	return true;
}

/* ---- addresses as they are ---- */

static bool is_url_char(char c)
{
	return c > ' ' && c < 0x7f && !strchr("<>\"|\\^`{}[],", c);
}

/* Without what more likely belongs to the sentence around it. */
static size_t url_end(struct str s)
{
	size_t open = 0, close = 0, n = s.n;

	for (size_t i = 0; i < s.n; i++) {
		open += s.p[i] == '(';
		close += s.p[i] == ')';
	}
	for (; n; n--) {
		if (s.p[n - 1] == ')' && close > open)
			close--;
		else if (!strchr("?!.:;'*_~", s.p[n - 1]))
			break;
	}
	return n;
}

bool md_step_url(struct md_reading *r)
{
	struct str left = md_left(r);
	size_t scheme = 0, n, from = r->out->n;

	if (left.n > 8 && str_is_nocase((struct str){ left.p, 8 }, "https://"))
		scheme = 8;
	else if (left.n > 7 && str_is_nocase((struct str){ left.p, 7 }, "http://"))
		scheme = 7;
	if (!scheme || md_is_alnum(md_behind(r, 1)))
		return false;
	n = scheme;
	while (n < left.n && is_url_char(left.p[n]))
		n++;
	n = url_end((struct str){ left.p, n });
	if (n <= scheme)
		return false;
	md_add_unescaped(r->out, (struct str){ left.p, n });
	md_link_add(r, from, (struct str){ left.p, n });
	r->i += n;
	return true;
}

/* ---- bold ---- */

static bool can_open(const struct md_reading *r, size_t run)
{
	char next = md_ahead(r, run);

	return !md_is_alnum(md_behind(r, 1)) && !md_is_space(next) &&
	       (run == 3 || (next != '.' && next != '/'));
}

static bool can_close(const struct md_reading *r, size_t run)
{
	char behind = md_behind(r, 1), next = md_ahead(r, run), then = md_ahead(r, run + 1);

	if (md_is_space(behind) || behind == '/' || next == '/')
		return false;
	if (next == '.' && (md_is_alnum(then) || then == '*'))
		return false;
	return md_ahead(r, 0) == '*' || !md_is_alnum(next);
}

static bool close_bold(struct md_reading *r, char c)
{
	size_t n = r->bolds;

	while (n && r->bold[n - 1].c != c)
		n--;
	if (!n || r->out->r < 0)
		return false;
	memset(r->out->data + r->bold[n - 1].at, MD_GONE, 2);
	r->bolds = n - 1;
	return true;
}

static void open_bold(struct md_reading *r, char c)
{
	if (r->bolds == MD_OPEN_MAX) {
		r->bolds--;
		memmove(r->bold, r->bold + 1, r->bolds * sizeof(*r->bold));
	}
	r->bold[r->bolds++] = (struct md_bold){ r->out->n, c };
}

bool md_step_bold(struct md_reading *r)
{
	char c = md_ahead(r, 0);
	size_t run = 1;

	while (md_ahead(r, run) == c)
		run++;
	if (run == 2 || (run == 3 && c == '*')) {
		if (can_close(r, run) && close_bold(r, c)) {
			r->i += run;
			buf_pad(r->out, c, run - 2); /* a wildcard, or emphasis that we keep */
			return true;
		}
		if (can_open(r, run))
			open_bold(r, c);
	}
	buf_pad(r->out, c, run);
	r->i += run;
	return true;
}
