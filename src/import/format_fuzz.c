/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One program for each format (FUZZ_ENTRY). Property: a text is refused with a message, or it gives
 * a page whose rows have a place, or a draft whose catalog is whole: every row has an id, a title
 * and a place, lacks protocol or ports only when it says that it is incomplete, and refers only to
 * lists that are there; every list that is held reads as a list; written, it is read as the same
 * catalog again. Messages are safe for a terminal.
 */
#include <assert.h>
#include <stdint.h>

#include "support/readback.h"

#include "catalog/list.h"
#include "import/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_messages(const struct diag *d)
{
	struct buf told = BUF_INIT;

	diag_format(d, &told);
	for (size_t i = 0; i < told.n; i++)
		assert((unsigned char)told.data[i] >= 0x20 || told.data[i] == '\n');
	buf_release(&told);
}

static void check_table(const struct page_table *t)
{
	for (size_t i = 0; i < t->rows; i++) {
		const struct page_row *row = &t->row[i];

		assert(row->at.line > 0 && row->last_line >= row->at.line);
		assert(row->cells <= PAGE_COLUMNS_MAX);
		for (size_t k = 0; k < row->cells; k++)
			assert(row->cell[k].text.n == 0 || row->cell[k].text.p);
	}
}

static void check_page(const struct page *p)
{
	assert(p->blocks <= PAGE_BLOCKS_MAX);
	for (size_t i = 0; i < p->blocks; i++) {
		assert(p->block[i].at.line > 0);
		if (p->block[i].kind == PAGE_TABLE)
			check_table(p->block[i].table);
	}
}

static void check_row(const struct draft *draft, const struct draft_row *row)
{
	assert(row->text.id && row->text.title && row->text.page);
	assert(row->service < draft->services);
	assert(row->text.incomplete || row->text.proto);
	assert(row->text.incomplete || row->text.lists || row->text.names);
	for (size_t i = 0; i < row->text.lists; i++) {
		size_t k = 0;

		while (k < draft->lists &&
		       strcmp(draft->list[k].text.id, row->text.list[i].id) != 0)
			k++;
		assert(k < draft->lists);
	}
}

static void check_list(const struct draft_list *l, struct arena *a, struct diag *d)
{
	struct list again = { 0 };
	int r;

	assert(!l->content.p == !!l->text.missing);
	if (!l->content.p)
		return;
	r = list_read(l->content, "again", l->text.family == FAMILY_BIT_V6 ? FAMILY_V6 : FAMILY_V4,
		      a, d, &again);
	assert(r == 0);
	prefixlist_release(&again.set);
}

static void check_draft(struct draft *draft, struct diag *d)
{
	int r;

	for (size_t i = 0; i < draft->rows; i++)
		check_row(draft, &draft->row[i]);
	for (size_t i = 0; i < draft->lists; i++)
		check_list(&draft->list[i], draft->arena, d);
	r = readback(draft, d);
	assert(r == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct format *f = format_find(str_of(FUZZ_ENTRY));
	struct str text = { (const char *)data, size };
	struct diag *d = diag_new();
	struct page *page = NULL;
	struct draft draft;
	int r;

	assert(f && d && draft_init(&draft, d) == 0);
	draft.vendor = draft.title = draft.page = "fuzz";
	draft.page_date = "2026-01-01";
	(void)f->detect(text, "fuzz");
	r = f->page ? f->page(text, "fuzz", draft.arena, d, &page)
		    : f->read(text, "fuzz", &draft, d);
	assert((r < 0) == (diag_errors(d) > 0));
	check_messages(d);
	if (r == 0 && page)
		check_page(page);
	else if (r == 0)
		check_draft(&draft, d);
	draft_release(&draft);
	diag_free(d);
	return 0;
}
