/* SPDX-License-Identifier: Apache-2.0 */
#include "import/html_flow.h"

#include <errno.h>

#include "base/alloc.h"
#include "import/clean.h"
#include "import/utf8.h"

void html_flow_init(struct html_flow *f, struct arena *a, struct diag *d, struct html_notes *notes)
{
	*f = (struct html_flow){ .arena = a,
				 .diag = d,
				 .notes = notes,
				 .link_at = FLOW_NOWHERE,
				 .raised_at = FLOW_NOWHERE };
}

void html_flow_release(struct html_flow *f)
{
	mem_free(f->link);
	buf_release(&f->text);
}

/* Blanks of all widths, as people cannot tell them apart. */
static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f || c == 0x3000;
}

void html_flow_gap(struct html_flow *f, enum html_gap gap)
{
	if (f->raised && gap == GAP_LINE)
		gap = GAP_BLANK; /* a mark is on one line */
	f->gap = gap > f->gap ? gap : f->gap;
}

static void put(struct html_flow *f, struct str character, struct place at)
{
	if (f->text.n == 0)
		f->at = at;
	else if (f->gap != GAP_NONE)
		buf_addc(&f->text, f->gap == GAP_LINE ? '\n' : ' ');
	f->gap = GAP_NONE;
	if (f->linked && f->link_at == FLOW_NOWHERE)
		f->link_at = f->text.n;
	if (f->raised && f->raised_at == FLOW_NOWHERE)
		f->raised_at = f->text.n;
	buf_addstr(&f->text, character);
	f->last_line = at.line > f->last_line ? at.line : f->last_line;
}

/* Character references ("&#8238;") bring back what decode() took out. */
static void put_odd(struct html_flow *f, enum clean_kind kind, uint32_t c, struct place at)
{
	EG_AUTO(buf_release) struct buf name = BUF_INIT;

	if (kind == CLEAN_CONTROL)
		html_flow_gap(f, GAP_BLANK);
	if (kind == CLEAN_WIDTHLESS)
		return;
	decoded_odd_print(c, &name);
	diag_warning(f->diag, at, "%s, is written as a character reference here: left out",
		     name.data ? name.data : "a character");
	diag_hint(f->diag, "check that the text is what the page shows");
}

/* Bytes of a word of ASCII at the front, which is most of most pages. */
static size_t ascii_word(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] > ' ' && s.p[n] < 0x7f)
		n++;
	return n;
}

/* The character or word at the front of `text`; the bytes of it. */
static size_t add_front(struct html_flow *f, struct str text, struct place *at, bool lines)
{
	size_t n = ascii_word(text);
	enum clean_kind kind;
	uint32_t c = 0;

	if (n) {
		put(f, (struct str){ text.p, n }, *at);
		at->column += (unsigned)n;
		return n;
	}
	n = utf8_at(text, &c);
	kind = clean_kind_of(c);
	if (is_blank(c))
		html_flow_gap(f, lines && c == '\n' ? GAP_LINE : GAP_BLANK);
	else if (kind != CLEAN_PLAIN)
		put_odd(f, kind, c, *at);
	else
		put(f, (struct str){ text.p, n }, *at);
	at->line += c == '\n';
	at->column = c == '\n' ? 1 : at->column + 1;
	return n ? n : 1;
}

void html_flow_add(struct html_flow *f, struct str text, struct place at, bool lines)
{
	while (text.n) {
		size_t n = add_front(f, text, &at, lines);

		text.p += n;
		text.n -= n;
	}
}

/* ---- marks ---- */

/* What stands behind `at` becomes a mark: "[1]" gives the mark "1". */
static void mark_from(struct html_flow *f, size_t at)
{
	struct str s = { f->text.data + at, f->text.n - at };
	char mark[HTML_MARK_MAX];

	if (f->text.r < 0 || s.n > sizeof(mark))
		return;
	s = html_note_mark(s);
	memcpy(mark, s.p, s.n);
	f->text.n = at;
	buf_adds(&f->text, PAGE_MARK_OPEN);
	buf_add(&f->text, mark, s.n);
	buf_adds(&f->text, PAGE_MARK_CLOSE);
}

void html_flow_raise(struct html_flow *f)
{
	f->raised++;
}

void html_flow_raise_end(struct html_flow *f)
{
	if (f->raised == 0 || --f->raised)
		return;
	if (f->raised_at < f->text.n)
		mark_from(f, f->raised_at);
	f->raised_at = FLOW_NOWHERE;
}

/* ---- links ---- */

/* Without what is no character of an address: blanks around it, control characters. */
static struct str clean_href(struct html_flow *f, const char *href)
{
	struct str rest = str_trim(str_of(href));
	char *clean = arena_alloc(f->arena, rest.n + 1);
	size_t used = 0;

	if (!clean) {
		f->r = -ENOMEM;
		return (struct str){ "", 0 };
	}
	while (rest.n) {
		uint32_t c = 0;
		size_t n = utf8_at(rest, &c);

		if (n && c != '\n' && c != '\t' && clean_kind_of(c) == CLEAN_PLAIN) {
			memcpy(clean + used, rest.p, n);
			used += n;
		}
		rest.p += n ? n : 1;
		rest.n -= n ? n : 1;
	}
	return (struct str){ clean, used };
}

static void add_link(struct html_flow *f)
{
	struct str note = html_note_name(f->href);
	size_t at = f->link_at == FLOW_NOWHERE ? f->text.n : f->link_at;
	struct str text = { f->text.data ? f->text.data + at : "", f->text.n - at };
	const char *copy = f->text.r < 0 ? NULL : arena_str(f->arena, text);
	int r = copy ? mem_grow(&f->link, &f->link_cap, f->links + 1, sizeof(*f->link)) : -ENOMEM;

	if (r < 0) {
		f->r = r;
		return;
	}
	f->link[f->links++] = (struct page_link){ { copy, text.n }, f->href };
	if (!note.n || !html_note_is_mark(text))
		return;
	r = html_notes_add(f->notes, note, f->link[f->links - 1].text);
	if (r < 0)
		f->r = r;
	if (!f->raised)
		mark_from(f, at);
}

void html_flow_link(struct html_flow *f, const char *href)
{
	html_flow_link_end(f);
	if (!href)
		return;
	f->linked = true;
	f->href = clean_href(f, href);
}

void html_flow_link_end(struct html_flow *f)
{
	if (f->linked)
		add_link(f);
	f->linked = false;
	f->link_at = FLOW_NOWHERE;
}

int html_flow_end(struct html_flow *f, struct str *ret, const struct page_link **ret_link,
		  size_t *ret_links)
{
	char *text;
	int r;

	if (f->linked && f->link_at != FLOW_NOWHERE)
		add_link(f);
	f->link_at = f->raised_at = FLOW_NOWHERE;
	text = arena_str(f->arena, buf_str(&f->text));
	r = f->r < 0 ? f->r : f->text.r < 0 ? f->text.r : text ? 0 : -ENOMEM;
	if (r == 0 && f->links) {
		*ret_link = arena_copy(f->arena, f->link, f->links * sizeof(*f->link));
		r = *ret_link ? 0 : -ENOMEM;
	}
	if (r == 0) {
		*ret = (struct str){ text, f->text.n };
		*ret_links = f->links;
	}
	buf_clear(&f->text);
	f->links = 0;
	f->gap = GAP_NONE;
	f->last_line = 0;
	f->r = 0;
	return r;
}
