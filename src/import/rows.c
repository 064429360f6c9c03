/* SPDX-License-Identifier: Apache-2.0 */
#include "import/rows.h"

#include <errno.h>

#include "base/alloc.h"
#include "import/reading.h"

const char *row_fate_name(enum row_fate f)
{
	static const char *const name[] = {
		[ROW_HEADER] = "header",	   [ROW_HEADING] = "heading",
		[ROW_REQUIREMENT] = "requirement", [ROW_DUPLICATE] = "duplicate",
		[ROW_PROBLEM] = "problem",
	};

	return name[f];
}

/* Was the table read as a firewall table? Then what stands in its cells was read there. */
static bool was_read(const struct page_reading *g, const struct page_table *t)
{
	/* Each table of the page has its account, in page order. */
	return t && g->account->table[t->index].number > 0;
}

/* A table inside a cell of a table that was read: its words were read there. */
static int part_of_cell(struct page_reading *g, const struct page_table *t)
{
	struct account *a = g->account;
	struct table_account account = { .at = t->at, .rows = t->rows };
	int r = mem_grow(&a->table, &g->table_cap, a->tables + 1, sizeof(*a->table));

	account.row = arena_array(g->draft->arena, t->rows, sizeof(*account.row));
	if (r < 0 || !account.row)
		return -ENOMEM;
	for (size_t i = 0; i < t->rows; i++)
		account.row[i] = (struct row_account){
			.fate = ROW_HEADING,
			.at = t->row[i].at,
			.last_line = t->row[i].last_line,
			.why = "part of a cell of the table around it",
		};
	a->table[a->tables++] = account;
	return 0;
}

static int read_block(struct page_reading *g, size_t at, unsigned *behind)
{
	const struct page_block *b = &g->in->page->block[at];
	unsigned before = g->tables;
	int r;

	if (was_read(g, b->kind == PAGE_TABLE ? b->table->inside : b->inside))
		return b->kind == PAGE_TABLE ? part_of_cell(g, b->table) : 0;
	if (b->kind == PAGE_TABLE) {
		r = reading_table(g, at);
		*behind = g->tables > before ? g->tables : 0;
		return r;
	}
	if (b->kind == PAGE_HEADING) {
		g->heading = b->text;
		g->heading_block = at;
	}
	r = reading_text(g, b, *behind);
	/* Several notes may follow one another; anything else ends them. */
	if (r == 0 && g->account->text[g->account->texts - 1].fate < TEXT_NOTE)
		*behind = 0;
	return r;
}

/* The growing lists of the account, moved to the draft's arena. */
static int settle(struct draft *d, struct account *a)
{
	struct account kept = {
		.table = arena_copy(d->arena, a->table, a->tables * sizeof(*a->table)),
		.text = arena_copy(d->arena, a->text, a->texts * sizeof(*a->text)),
		.tables = a->tables,
		.texts = a->texts,
	};

	mem_free(a->table);
	mem_free(a->text);
	*a = kept;
	return kept.table && kept.text ? 0 : -ENOMEM;
}

int rows_read(const struct rows_input *in, struct draft *draft, struct account *ret)
{
	struct account account = { 0 };
	struct page_reading g = {
		.in = in, .draft = draft, .account = &account, .heading_block = SIZE_MAX
	};
	unsigned behind = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < in->page->blocks; i++)
		r = read_block(&g, i, &behind);
	if (r == 0)
		r = reading_unexplained(&g);
	mem_free(g.noted);
	mem_free(g.read);
	strmap_release(&g.prints);
	if (settle(draft, &account) < 0)
		r = r < 0 ? r : -ENOMEM;
	if (r == 0)
		*ret = account;
	return r;
}
