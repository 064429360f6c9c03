/* SPDX-License-Identifier: Apache-2.0 */
#include "support/pagedump.h"

#include <errno.h>

static void dump_text(struct str text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++) {
		struct str left = { text.p + i, text.n - i };

		if (str_starts(left, PAGE_MARK_OPEN) || str_starts(left, PAGE_MARK_CLOSE)) {
			buf_addc(out, '^');
			i += 2;
		} else {
			buf_addc(out, text.p[i] == '\n' ? '/' : text.p[i]);
		}
	}
}

static void dump_links(const struct page_link *link, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, " [");
		dump_text(link[i].text, out);
		buf_printf(out, "](%.*s)", STR_FMT(link[i].href));
	}
}

static bool all_headers(const struct page_row *row)
{
	for (size_t i = 0; i < row->cells; i++) {
		if (!row->cell[i].header)
			return false;
	}
	return row->cells > 0;
}

static void dump_row(const struct page_row *row, bool places, struct buf *out)
{
	bool header = all_headers(row);

	buf_printf(out, "%u:%u-%u%s", row->at.line, row->at.column, row->last_line,
		   header ? " !" : "");
	for (size_t i = 0; i < row->cells; i++) {
		const struct page_cell *c = &row->cell[i];

		buf_adds(out, i ? " | " : " ");
		if (places)
			buf_printf(out, "%u:%u ", c->at.line, c->at.column);
		buf_adds(out, c->header && !header ? "!" : "");
		buf_adds(out, c->copied ? "=" : "");
		dump_text(c->text, out);
		dump_links(c->link, c->links, out);
	}
	buf_adds(out, row->cut ? " cut\n" : "\n");
}

void page_dump_places(const struct page_row *row, struct buf *out)
{
	dump_row(row, true, out);
}

static void dump_table(const struct page_table *t, struct buf *out)
{
	buf_printf(out, "table%s", t->inside ? " inside" : "");
	if (t->caption.n) {
		buf_addc(out, ' ');
		dump_text(t->caption, out);
	}
	buf_addc(out, '\n');
	for (size_t i = 0; i < t->rows; i++)
		dump_row(&t->row[i], false, out);
}

void page_dump(const struct page *p, struct buf *out)
{
	if (p->title.n)
		buf_printf(out, "title %.*s\n", STR_FMT(p->title));
	if (p->url.n)
		buf_printf(out, "url %.*s\n", STR_FMT(p->url));
	if (p->scripted)
		buf_adds(out, "scripted\n");
	for (size_t i = 0; i < p->blocks; i++) {
		const struct page_block *b = &p->block[i];

		buf_printf(out, "%u:%u ", b->at.line, b->at.column);
		if (b->kind == PAGE_TABLE) {
			dump_table(b->table, out);
			continue;
		}
		if (b->kind == PAGE_HEADING)
			buf_printf(out, "h%u ", b->level);
		else
			buf_adds(out, "text ");
		dump_text(b->text, out);
		dump_links(b->link, b->links, out);
		buf_addc(out, '\n');
	}
}

int page_dump_read(const struct format *f, struct str text, struct buf *out)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct page *p = NULL;
	int r = d && a ? f->page(text, "x", a, d, &p) : -ENOMEM;

	if (r == 0)
		page_dump(p, out);
	else if (d)
		diag_format(d, out);
	return r < 0 ? r : out->r;
}
