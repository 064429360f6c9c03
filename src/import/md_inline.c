/* SPDX-License-Identifier: Apache-2.0 */
#include "import/md_inline.h"

#include <errno.h>

#include "base/alloc.h"
#include "import/md_entity.h"
#include "import/md_reading.h"
#include "import/md_text.h"

void md_scratch_release(struct md_scratch *s)
{
	buf_release(&s->raw);
	buf_release(&s->tmp);
	mem_free(s->link);
	*s = MD_SCRATCH_INIT;
}

/* ---- looking around ---- */

struct str md_left(const struct md_reading *r)
{
	return (struct str){ r->in.p + r->i, r->in.n - r->i };
}

char md_ahead(const struct md_reading *r, size_t n)
{
	return n < r->in.n - r->i ? r->in.p[r->i + n] : '\0';
}

char md_behind(const struct md_reading *r, size_t n)
{
	return n <= r->i ? r->in.p[r->i - n] : '\0';
}

bool md_is_alnum(char c)
{
	char l = ascii_lower(c);

	return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9');
}

bool md_is_punct(char c)
{
	return c > ' ' && c < 0x7f && !md_is_alnum(c);
}

bool md_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\0';
}

void md_link_add(struct md_reading *r, size_t from, struct str href)
{
	struct md_scratch *s = r->s;
	int e = mem_grow(&s->link, &s->cap, s->links + 1, sizeof(*s->link));

	if (e < 0 && r->out->r == 0)
		r->out->r = e;
	if (e == 0)
		s->link[s->links++] = (struct md_linked){ from, r->out->n, href };
}

void md_add_unescaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n;) {
		struct str left = { text.p + i, text.n - i };
		size_t n = text.p[i] == '&' ? md_entity(left, out) : 0;

		if (!n && text.p[i] == '\\' && left.n > 1 && md_is_punct(left.p[1]))
			i++;
		if (!n) {
			size_t plain = 1;

			while (i + plain < text.n && text.p[i + plain] != '&' &&
			       text.p[i + plain] != '\\')
				plain++;
			md_text_add(out, (struct str){ text.p + i, plain });
			n = plain;
		}
		i += n;
	}
}

/* ---- steps ---- */

static bool step_line_end(struct md_reading *r)
{
	bool hard = r->breaks == MD_LINES || md_behind(r, 1) == '\\' ||
		    (md_behind(r, 1) == ' ' && md_behind(r, 2) == ' ');

	buf_addc(r->out, hard ? '\n' : ' ');
	r->i++;
	if (r->breaks != MD_QUOTATION)
		return true;
	while (md_ahead(r, 0) == ' ' || md_ahead(r, 0) == '\t' || md_ahead(r, 0) == '>')
		r->i++;
	return true;
}

static bool step_escape(struct md_reading *r)
{
	char next = md_ahead(r, 1);

	if (next == '\n') {
		r->i++;
		return step_line_end(r);
	}
	if (!md_is_punct(next))
		return false;
	buf_addc(r->out, next);
	r->i += 2;
	return true;
}

static bool step_entity(struct md_reading *r)
{
	size_t n = md_entity(md_left(r), r->out);

	r->i += n;
	return n > 0;
}

/* Where the next run of exactly `ticks` backticks starts, or s.n. */
static size_t find_ticks(struct str s, size_t ticks)
{
	for (size_t i = 0; i < s.n;) {
		size_t n = 0;

		i += str_find((struct str){ s.p + i, s.n - i }, '`');
		while (i + n < s.n && s.p[i + n] == '`')
			n++;
		if (n == ticks)
			return i;
		i += n;
	}
	return s.n;
}

/* "\|" is how a pipe is written in a table, also in code. */
static void add_code(struct md_reading *r, struct str code)
{
	while (code.p) {
		size_t at = 0;

		while (at < code.n &&
		       !(code.p[at] == '\\' && at + 1 < code.n && code.p[at + 1] == '|'))
			at++;
		md_text_add(r->out, (struct str){ code.p, at });
		code = at == code.n ? (struct str){ NULL, 0 }
				    : (struct str){ code.p + at + 1, code.n - at - 1 };
	}
}

static bool step_code(struct md_reading *r)
{
	struct str left = md_left(r);
	size_t ticks = 0, n;

	while (ticks < left.n && left.p[ticks] == '`')
		ticks++;
	left = (struct str){ left.p + ticks, left.n - ticks };
	n = ticks > MD_TICKS_MAX || (r->no_code_end >> ticks & 1) ? left.n
								  : find_ticks(left, ticks);
	if (n == left.n) {
		if (ticks <= MD_TICKS_MAX)
			r->no_code_end |= UINT32_C(1) << ticks;
		buf_pad(r->out, '`', ticks);
		r->i += ticks;
		return true;
	}
	add_code(r, (struct str){ left.p, n });
	r->i += 2 * ticks + n;
	return true;
}

static bool step(struct md_reading *r)
{
	switch (r->in.p[r->i]) {
	case '\\':
		return step_escape(r);
	case '\n':
		return step_line_end(r);
	case '`':
		return step_code(r);
	case '&':
		return step_entity(r);
	case '[':
	case '!':
		return md_step_open(r);
	case ']':
		return md_step_close(r);
	case '<':
		return md_step_tag(r);
	case '*':
	case '_':
		return md_step_bold(r);
	case 'h':
	case 'H':
		return md_step_url(r);
	default:
		return false;
	}
}

/* ---- the whole ---- */

static void read_all(struct md_reading *r)
{
	static const char special[] = "\\\n`&[!]<*_hH";

	while (r->i < r->in.n) {
		struct str left = md_left(r);
		size_t n = 0;

		while (n < left.n && (!left.p[n] || !strchr(special, left.p[n])))
			n++;
		if (n)
			md_text_add(r->out, (struct str){ left.p, n });
		r->i += n;
		if (r->i < r->in.n && !step(r))
			buf_addc(r->out, r->in.p[r->i++]);
	}
}

static int finish_link(struct md_scratch *s, struct arena *a, const struct md_linked *l,
		       struct page_link *ret)
{
	struct str text = { s->raw.data + l->from, l->to - l->from };
	EG_AUTO(buf_release) struct buf href = BUF_INIT;
	int r;

	md_add_unescaped(&href, l->href);
	r = href.r;
	if (r == 0)
		r = md_text_finish(text, &s->tmp, a, &ret->text);
	return r < 0 ? r : md_text_finish(buf_str(&href), &s->tmp, a, &ret->href);
}

static int finish(struct md_scratch *s, struct arena *a, struct md_text *ret)
{
	struct page_link *link = NULL;
	struct md_text text = { .links = s->links };
	int r = md_text_finish(buf_str(&s->raw), &s->tmp, a, &text.text);

	if (r == 0 && s->links) {
		link = arena_array(a, s->links, sizeof(*link));
		r = link ? 0 : -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < s->links; i++)
		r = finish_link(s, a, &s->link[i], &link[i]);
	text.link = link;
	if (r == 0)
		*ret = text;
	return r;
}

int md_inline(struct md_scratch *s, struct arena *a, struct str text, enum md_breaks breaks,
	      struct str mark, struct md_text *ret)
{
	struct md_reading r = { .s = s, .in = text, .out = &s->raw, .breaks = breaks };

	buf_clear(&s->raw);
	s->links = 0;
	if (mark.n) {
		buf_addc(r.out, (char)MD_MARK_OPEN);
		md_text_add(r.out, mark);
		buf_addc(r.out, (char)MD_MARK_CLOSE);
		buf_addc(r.out, ' ');
	}
	read_all(&r);
	return s->raw.r < 0 ? s->raw.r : finish(s, a, ret);
}
