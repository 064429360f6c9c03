/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables are formed as the HTML standard says (4.9.12): a cell takes the first column that is free
 * in its row; rowspan=0 goes down to the end of the row group, and no rowspan goes further. Rows
 * exist where the page has them: a rowspan makes none. Where two cells cover one place, the one
 * that was there before stays, and the page is told of.
 */
#include "import/html_page.h"

#include <errno.h>
#include <limits.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"

/* A cell that grows down a column. */
struct down {
	unsigned rows; /* still to come; UINT_MAX: all of the group */
	struct page_cell cell;
};

struct table {
	struct html_reader *h;
	struct page_rows rows;
	struct down down[PAGE_COLUMNS_MAX];
	size_t width; /* columns that some cell begins in */
	size_t inner; /* tables in its cells */
	struct str caption;
	bool head; /* in <thead> */
	bool feet; /* <tfoot> comes last, wherever it stands */
	bool overlap_told;
};

struct row {
	struct page_row row;
	struct page_cell cell[PAGE_COLUMNS_MAX];
	bool taken[PAGE_COLUMNS_MAX];
};

static int too_much(const struct table *t, struct place at, const char *what, int limit)
{
	diag_error(t->h->diag, at, "more than %d %s", limit, what);
	diag_hint(t->h->diag, "import the part with the firewall tables alone");
	return E_LIMIT;
}

/* ---- cells ---- */

/* colspan or rowspan; what is no number is 1, as in browsers. */
static int span_of(const struct table *t, const GumboNode *n, const char *const names[2],
		   unsigned *ret)
{
	const char *text = html_attribute(n, names[0]);
	struct str digits;
	uint64_t number = 1;

	if (!text)
		text = html_attribute(n, names[1]);
	digits = str_trim(str_of(text));
	for (size_t i = 0; i < digits.n; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9')
			digits.n = i;
	}
	if (digits.n && str_u64(digits, PAGE_SPAN_MAX, &number) < 0) {
		diag_error(t->h->diag, html_place(n, t->h->file), "%s=\"%s\" is above %d", names[0],
			   show(digits).text, PAGE_SPAN_MAX);
		diag_hint(t->h->diag, "write the number of rows or columns that it has");
		return E_LIMIT;
	}
	*ret = (unsigned)number;
	return 0;
}

/* Its text, links and last line. */
static int read_cell(struct table *t, struct row *row, const GumboNode *n, unsigned level,
		     struct page_cell *ret)
{
	struct html_walk w;
	int r;

	html_walk_init(&w, t->h, true);
	r = html_walk_children(&w, n, level);
	if (r == 0)
		r = html_flow_end(&w.flow, &ret->text, &ret->link, &ret->links);
	ret->at = html_place(n, t->h->file);
	ret->header = t->head || html_is_header_cell(n);
	t->inner += w.tables;
	if (html_last_tag(n) > w.last_line)
		w.last_line = html_last_tag(n);
	if (w.last_line > row->row.last_line)
		row->row.last_line = w.last_line;
	html_walk_release(&w);
	return r;
}

static void overlap(struct table *t, struct place at)
{
	if (!t->overlap_told) {
		diag_warning(t->h->diag, at, "this cell and one above it cover the same place");
		diag_hint(t->h->diag, "check rowspan and colspan around here");
	}
	t->overlap_told = true;
}

/* Puts a cell into `columns` columns from `x`, and `rows` rows down. */
static int place_cell(struct table *t, struct row *row, struct page_cell cell, size_t x,
		      const unsigned span[2])
{
	if (x + span[0] > PAGE_COLUMNS_MAX)
		return too_much(t, cell.at, "columns in a table", PAGE_COLUMNS_MAX);
	t->width = x + 1 > t->width ? x + 1 : t->width;
	for (size_t end = x + span[0]; x < end; x++) {
		if (row->taken[x]) {
			overlap(t, cell.at);
			continue;
		}
		row->taken[x] = true;
		row->cell[x] = cell;
		row->row.cells = x + 1 > row->row.cells ? x + 1 : row->row.cells;
		cell.copied = true;
		t->down[x] = (struct down){ span[1] ? span[1] - 1 : UINT_MAX, cell };
	}
	return 0;
}

static int add_cell(struct table *t, struct row *row, const GumboNode *n, unsigned level)
{
	static const char *const columns[] = { "colspan", "aria-colspan" };
	static const char *const rows[] = { "rowspan", "aria-rowspan" };
	struct page_cell cell = { 0 };
	unsigned span[2];
	size_t x = 0;
	int r = span_of(t, n, columns, &span[0]);

	if (r == 0)
		r = span_of(t, n, rows, &span[1]);
	if (r == 0)
		r = read_cell(t, row, n, level, &cell);
	if (r < 0)
		return r;
	span[0] = span[0] ? span[0] : 1;
	while (x < PAGE_COLUMNS_MAX && row->taken[x])
		x++;
	return place_cell(t, row, cell, x, span);
}

/* Cells, which stand deeper in the tree when the row is made of other elements. */
static int add_cells(struct table *t, struct row *row, const GumboNode *n, unsigned level)
{
	const GumboVector *children = html_children(n);
	int r = 0;

	if (level > HTML_DEPTH_MAX)
		return html_too_deep(t->h, n);
	for (unsigned i = 0; r == 0 && i < children->length; i++) {
		const GumboNode *child = children->data[i];
		enum html_part part = html_part(child);

		if (part == HTML_CELL)
			r = add_cell(t, row, child, level + 1);
		else if (part == HTML_DROPPED)
			html_hidden(t->h, child);
		else if (part != HTML_TABLE)
			r = add_cells(t, row, child, level + 1);
	}
	return r;
}

/* ---- rows ---- */

/* What grows down from the rows above. */
static void grow_down(struct table *t, struct row *row)
{
	for (size_t x = 0; x < PAGE_COLUMNS_MAX; x++) {
		struct down *down = &t->down[x];

		if (!down->rows)
			continue;
		row->taken[x] = true;
		row->cell[x] = down->cell;
		row->row.cells = x + 1;
		down->rows -= down->rows != UINT_MAX;
	}
}

static int keep_row(struct table *t, struct row *row)
{
	for (size_t x = 0; x < row->row.cells; x++) {
		if (!row->taken[x])
			row->cell[x] = (struct page_cell){ .text = STR(""), .at = row->row.at };
	}
	t->h->cells += row->row.cells;
	if (t->h->cells > HTML_CELLS_MAX)
		return too_much(t, row->row.at, "cells in its tables", HTML_CELLS_MAX);
	row->row.cell = arena_copy(t->h->arena, row->cell, row->row.cells * sizeof(*row->cell));
	return row->row.cell ? page_rows_add(&t->h->page, &t->rows, &row->row) : -ENOMEM;
}

/* Did the input end before the element did? */
static bool is_cut(const struct html_reader *h, const GumboNode *n)
{
	return (n->parse_flags & GUMBO_INSERTION_IMPLICIT_END_TAG) &&
	       n->v.element.end_pos.offset >= h->end;
}

static int add_row(struct table *t, const GumboNode *n, unsigned level)
{
	struct row row = { .row = { .at = html_place(n, t->h->file) } };
	size_t grown;
	int r;

	row.row.last_line = html_last_tag(n);
	row.row.cut = is_cut(t->h, n);
	grow_down(t, &row);
	grown = row.row.cells;
	r = add_cells(t, &row, n, level);
	if (r == 0 && row.row.cells == grown && !grown)
		r = add_cell(t, &row, n, level); /* role=row without cells: its text */
	if (r < 0)
		return r;
	if (row.row.last_line < row.row.at.line)
		row.row.last_line = row.row.at.line;
	if (row.row.cells == 1 && !grown && row.cell[0].text.n == 0 && !row.cell[0].links &&
	    html_children(n)->length == 0)
		return 0; /* "<tr></tr>" */
	return row.row.cells ? keep_row(t, &row) : 0;
}

static void end_group(struct table *t)
{
	memset(t->down, 0, sizeof(t->down));
	t->head = false;
}

/* ---- the table ---- */

static int add_caption(struct table *t, const GumboNode *n, unsigned level)
{
	const struct page_link *link;
	struct html_walk w;
	size_t links;
	int r;

	html_walk_init(&w, t->h, true);
	r = html_walk_children(&w, n, level);
	if (r == 0)
		r = html_flow_end(&w.flow, &t->caption, &link, &links);
	html_walk_release(&w);
	return r;
}

static int add_parts(struct table *t, const GumboNode *n, unsigned level);

static int add_group(struct table *t, const GumboNode *n, unsigned level)
{
	int r;

	if ((n->v.element.tag == GUMBO_TAG_TFOOT) != t->feet)
		return 0;
	end_group(t);
	t->head = n->v.element.tag == GUMBO_TAG_THEAD;
	r = add_parts(t, n, level);
	end_group(t);
	return r;
}

/* What stands between the rows when they are not made of <tr>: it is on the page, before them. */
static int add_stray(struct table *t, const GumboNode *n, unsigned level)
{
	struct html_walk w;
	int r;

	if (t->feet)
		return 0;
	html_walk_init(&w, t->h, false);
	r = html_walk(&w, n, level);
	if (r == 0)
		r = html_walk_block(&w);
	html_walk_release(&w);
	return r;
}

static int add_part(struct table *t, const GumboNode *n, unsigned level)
{
	bool in_feet = n->parent->v.element.tag == GUMBO_TAG_TFOOT;

	switch (html_part(n)) {
	case HTML_CAPTION:
		return t->feet || t->caption.n ? 0 : add_caption(t, n, level);
	case HTML_GROUP:
		return add_group(t, n, level);
	case HTML_ROW:
		return t->feet && !in_feet ? 0 : add_row(t, n, level);
	case HTML_DROPPED:
		if (!t->feet)
			html_hidden(t->h, n);
		return 0;
	case HTML_TABLE:
		return add_stray(t, n, level);
	default:
		return html_has_row(n, level) ? add_parts(t, n, level) : add_stray(t, n, level);
	}
}

static int add_parts(struct table *t, const GumboNode *n, unsigned level)
{
	const GumboVector *children = html_children(n);
	int r = 0;

	if (level > HTML_DEPTH_MAX)
		return html_too_deep(t->h, n);
	for (unsigned i = 0; r == 0 && i < children->length; i++)
		r = add_part(t, children->data[i], level + 1);
	return r;
}

static int read_table(struct table *t, const GumboNode *n, unsigned level)
{
	int r = add_parts(t, n, level);

	end_group(t);
	t->feet = true;
	return r < 0 ? r : add_parts(t, n, level);
}

static int keep_table(struct table *t, const GumboNode *n, const struct page_table *inside,
		      struct page_table **ret)
{
	struct page_block b = { .kind = PAGE_TABLE, .at = html_place(n, t->h->file) };
	int r = page_rows_end(&t->h->page, &t->rows, b.at, &b.table);

	if (r < 0)
		return r;
	/* Columns at the end that only a wide colspan has. */
	for (size_t i = 0; i < b.table->rows; i++) {
		if (b.table->row[i].cells > t->width)
			b.table->row[i].cells = t->width;
	}
	b.table->caption = t->caption.p ? t->caption : STR("");
	b.table->inside = inside;
	*ret = b.table;
	return page_add(&t->h->page, &b);
}

/* ---- tables in its cells ---- */

static bool has_table(const GumboNode *n, unsigned level)
{
	const GumboVector *children = html_children(n);

	for (unsigned i = 0; level <= HTML_DEPTH_MAX && i < children->length; i++) {
		enum html_part part = html_part(children->data[i]);

		if (part == HTML_TABLE)
			return true;
		if (part != HTML_DROPPED && has_table(children->data[i], level + 1))
			return true;
	}
	return false;
}

/* A cell that has tables, as a page of its own. */
static int read_page(struct html_reader *h, const GumboNode *cell, const struct page_table *around,
		     unsigned level)
{
	struct html_walk w;
	int r;

	html_walk_init(&w, h, false);
	w.around = around;
	r = html_walk_children(&w, cell, level);
	if (r == 0)
		r = html_walk_block(&w);
	html_walk_release(&w);
	return r;
}

/* The cells of this table that have tables; not those of tables in them. */
static int read_inner(struct html_reader *h, const GumboNode *n, const struct page_table *around,
		      unsigned level)
{
	const GumboVector *children = html_children(n);
	int r = 0;

	if (level > HTML_DEPTH_MAX)
		return html_too_deep(h, n);
	for (unsigned i = 0; r == 0 && i < children->length; i++) {
		const GumboNode *child = children->data[i];
		enum html_part part = html_part(child);

		if (part == HTML_CELL)
			r = has_table(child, level) ? read_page(h, child, around, level + 1) : 0;
		else if (part != HTML_DROPPED && part != HTML_TABLE)
			r = read_inner(h, child, around, level + 1);
	}
	return r;
}

int html_table(struct html_reader *h, const GumboNode *n, const struct page_table *inside,
	       unsigned level)
{
	struct table t = { .h = h };
	struct page_table *table = NULL;
	int r;

	if (h->tables >= HTML_TABLES_DEEP)
		return too_much(&t, html_place(n, h->file), "tables in one another",
				HTML_TABLES_DEEP);
	h->tables++;
	r = read_table(&t, n, level);
	if (r == 0)
		r = keep_table(&t, n, inside, &table);
	mem_free(t.rows.row); /* still there after a failure */
	if (r == 0 && t.inner)
		r = read_inner(h, n, table, level);
	h->tables--;
	return r;
}
