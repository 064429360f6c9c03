/* SPDX-License-Identifier: Apache-2.0 */
#include "import/html_page.h"

#include <errno.h>

#include "base/err.h"

int html_too_deep(struct html_reader *h, const GumboNode *n)
{
	diag_error(h->diag, html_place(n, h->file), "too many elements in one another");
	diag_hint(h->diag, "import the part with the firewall tables alone");
	return E_LIMIT;
}

static size_t rows_in(const GumboNode *n, unsigned level)
{
	const GumboVector *children = html_children(n);
	enum html_part part = html_part_shown(n);
	size_t rows = part == HTML_ROW;

	for (unsigned i = 0; part != HTML_DROPPED && level < HTML_DEPTH_MAX && i < children->length;
	     i++)
		rows += rows_in(children->data[i], level + 1);
	return rows;
}

void html_hidden(struct html_reader *h, const GumboNode *n)
{
	size_t rows = rows_in(n, 0) + (html_part_shown(n) == HTML_CELL);

	if (rows && !h->hidden_rows)
		h->hidden = html_place(n, h->file);
	h->hidden_rows += rows;
}

void html_walk_init(struct html_walk *w, struct html_reader *h, bool in_cell)
{
	*w = (struct html_walk){ .h = h, .in_cell = in_cell };
	html_flow_init(&w->flow, h->arena, h->diag, &h->notes);
}

void html_walk_release(struct html_walk *w)
{
	html_flow_release(&w->flow);
}

int html_walk_block(struct html_walk *w)
{
	struct page_block b = { .kind = PAGE_TEXT, .inside = w->around, .at = w->flow.at };
	int r = html_flow_end(&w->flow, &b.text, &b.link, &b.links);

	if (r < 0 || b.text.n == 0)
		return r;
	if (w->note.n) {
		b.text = str_of(html_note_text(b.text, w->note, w->h->arena));
		r = b.text.n ? 0 : -ENOMEM;
	}
	w->note = (struct str){ 0 };
	return r < 0 ? r : page_add(&w->h->page, &b);
}

/* Where a block element begins or ends. */
static int boundary(struct html_walk *w)
{
	if (!w->in_cell)
		return html_walk_block(w);
	html_flow_gap(&w->flow, w->inner_row ? GAP_BLANK : GAP_LINE);
	return 0;
}

/* Is this what a mark that was met refers to? */
static void find_note(struct html_walk *w, const GumboNode *n)
{
	struct str mark = html_notes_find(&w->h->notes, html_attribute(n, "id"));

	if (!mark.n && n->type == GUMBO_NODE_ELEMENT && n->v.element.tag == GUMBO_TAG_A)
		mark = html_notes_find(&w->h->notes, html_attribute(n, "name"));
	if (mark.n)
		w->note = mark;
}

int html_walk_children(struct html_walk *w, const GumboNode *n, unsigned level)
{
	const GumboVector *children = html_children(n);
	int r = 0;

	if (!w->in_cell && w->h->notes.n)
		find_note(w, n);
	if (level > HTML_DEPTH_MAX)
		return html_too_deep(w->h, n);
	for (unsigned i = 0; r == 0 && i < children->length; i++)
		r = html_walk(w, children->data[i], level + 1);
	return r;
}

static int walk_block(struct html_walk *w, const GumboNode *n, unsigned level)
{
	int r = boundary(w);

	if (r == 0)
		r = html_walk_children(w, n, level);
	if (r == 0)
		r = boundary(w);
	w->note = (struct str){ 0 };
	return r;
}

static int walk_pre(struct html_walk *w, const GumboNode *n, unsigned level)
{
	bool before = w->lines;
	int r;

	w->lines = true;
	r = walk_block(w, n, level);
	w->lines = before;
	return r;
}

static int walk_link(struct html_walk *w, const GumboNode *n, unsigned level)
{
	int r;

	html_flow_link(&w->flow, html_attribute(n, "href"));
	r = html_walk_children(w, n, level);
	html_flow_link_end(&w->flow);
	return r;
}

static int walk_raised(struct html_walk *w, const GumboNode *n, unsigned level)
{
	int r;

	html_flow_raise(&w->flow);
	r = html_walk_children(w, n, level);
	html_flow_raise_end(&w->flow);
	return r;
}

static int walk_heading(struct html_walk *w, const GumboNode *n, unsigned level)
{
	int r;

	if (w->in_cell)
		return walk_block(w, n, level);
	r = html_walk_block(w);
	return r < 0 ? r : html_walk_heading(w->h, n, w->around, level);
}

static int walk_table(struct html_walk *w, const GumboNode *n, unsigned level)
{
	int r;

	if (w->in_cell) {
		w->tables++;
		return walk_block(w, n, level);
	}
	r = html_walk_block(w);
	return r < 0 ? r : html_table(w->h, n, w->around, level);
}

static int walk_inner_row(struct html_walk *w, const GumboNode *n, unsigned level)
{
	int r = boundary(w);

	w->inner_row++;
	if (r == 0)
		r = html_walk_children(w, n, level);
	w->inner_row--;
	return r < 0 ? r : boundary(w);
}

static int walk_text(struct html_walk *w, const GumboNode *n)
{
	struct str text = str_of(n->v.text.text);
	struct place at = html_place(n, w->h->file);

	w->h->text += text.n;
	if (w->h->text > HTML_TEXT_MAX) {
		diag_error(w->h->diag, at, "more than %d bytes of text in tables in one another",
			   HTML_TEXT_MAX);
		diag_hint(w->h->diag, "import the part with the firewall tables alone");
		return E_LIMIT;
	}
	html_flow_add(&w->flow, text, at, w->lines);
	if (w->flow.last_line > w->last_line)
		w->last_line = w->flow.last_line;
	return 0;
}

static int walk_break(struct html_walk *w)
{
	html_flow_gap(&w->flow, w->inner_row ? GAP_BLANK : GAP_LINE);
	return 0;
}

int html_walk(struct html_walk *w, const GumboNode *n, unsigned level)
{
	unsigned last = html_last_tag(n);

	w->last_line = last > w->last_line ? last : w->last_line;
	switch (html_part(n)) {
	case HTML_DROPPED:
		if (!w->in_cell)
			html_hidden(w->h, n); /* a cell's inner tables are read again */
		return 0;
	case HTML_TEXT:
		return walk_text(w, n);
	case HTML_BREAK:
		return walk_break(w);
	case HTML_HEADING:
		return walk_heading(w, n, level);
	case HTML_LINK:
		return walk_link(w, n, level);
	case HTML_RAISED:
		return walk_raised(w, n, level);
	case HTML_TABLE:
		return walk_table(w, n, level);
	case HTML_PRE:
		return walk_pre(w, n, level);
	case HTML_ROW:
		return walk_inner_row(w, n, level);
	case HTML_BLOCK:
	case HTML_CAPTION:
	case HTML_GROUP:
	case HTML_CELL:
		return walk_block(w, n, level);
	default:
		return html_walk_children(w, n, level);
	}
}

int html_walk_heading(struct html_reader *h, const GumboNode *n, const struct page_table *inside,
		      unsigned level)
{
	struct page_block b = { .kind = PAGE_HEADING,
				.level = html_heading_level(n),
				.inside = inside };
	struct html_walk w;
	int r;

	html_walk_init(&w, h, true);
	r = html_walk_children(&w, n, level);
	b.at = w.flow.at;
	if (r == 0)
		r = html_flow_end(&w.flow, &b.text, &b.link, &b.links);
	html_walk_release(&w);
	return r < 0 || b.text.n == 0 ? r : page_add(&h->page, &b);
}
