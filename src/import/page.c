/* SPDX-License-Identifier: Apache-2.0 */
#include "import/page.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"

static int too_many(struct page_builder *b, struct place at, const char *what, int limit)
{
	diag_error(b->diag, at, "the page has more than %d %s", limit, what);
	diag_hint(b->diag, "import the part with the firewall tables alone");
	return E_LIMIT;
}

int page_add(struct page_builder *b, const struct page_block *block)
{
	struct page *p = &b->page;
	int r;

	if (p->blocks >= PAGE_BLOCKS_MAX)
		return too_many(b, block->at, "headings, texts and tables", PAGE_BLOCKS_MAX);
	r = mem_grow(&p->block, &b->block_cap, p->blocks + 1, sizeof(*p->block));
	if (r < 0)
		return r;
	p->block[p->blocks++] = *block;
	if (block->kind == PAGE_TABLE)
		block->table->index = b->tables++;
	return 0;
}

int page_rows_add(struct page_builder *b, struct page_rows *rows, const struct page_row *row)
{
	int r;

	if (row->cells > PAGE_COLUMNS_MAX)
		return too_many(b, row->at, "columns in a table", PAGE_COLUMNS_MAX);
	if (b->rows >= PAGE_ROWS_MAX)
		return too_many(b, row->at, "rows in its tables", PAGE_ROWS_MAX);
	r = mem_grow(&rows->row, &rows->cap, rows->n + 1, sizeof(*rows->row));
	if (r < 0)
		return r;
	rows->row[rows->n++] = *row;
	b->rows++;
	return 0;
}

int page_rows_end(struct page_builder *b, struct page_rows *rows, struct place at,
		  struct page_table **ret)
{
	struct page_table *t = arena_alloc(b->arena, sizeof(*t));

	if (t && rows->n) {
		t->row = arena_copy(b->arena, rows->row, rows->n * sizeof(*t->row));
		t = t->row ? t : NULL;
	}
	if (t) {
		t->rows = rows->n;
		t->at = at;
		*ret = t;
	}
	mem_free(rows->row);
	*rows = (struct page_rows){ 0 };
	return t ? 0 : -ENOMEM;
}

int page_finish(struct page_builder *b, struct page **ret)
{
	struct page *p = arena_copy(b->arena, &b->page, sizeof(*p));

	if (p && p->blocks) {
		p->block = arena_copy(b->arena, p->block, p->blocks * sizeof(*p->block));
		p = p->block ? p : NULL;
	}
	page_builder_release(b);
	if (!p)
		return -ENOMEM;
	*ret = p;
	return 0;
}

void page_builder_release(struct page_builder *b)
{
	mem_free(b->page.block);
	b->page = (struct page){ 0 };
	b->block_cap = b->rows = b->tables = 0;
}
