/* SPDX-License-Identifier: Apache-2.0 */
/* Rows and tables that say the same as one before them. */
#include <assert.h>
#include <errno.h>

#include "base/alloc.h"
#include "import/fold.h"
#include "import/tablereading.h"

const char *repeated_position(const struct table_reading *k, unsigned row)
{
	return arena_printf(k->g->draft->arena, "%stable %u row %u", k->g->in->before,
			    k->account.number, row);
}

/* The row as one squeezed text. */
int repeated_print(struct table_reading *k, const struct page_row *row, struct buf *out)
{
	for (size_t i = 0; i < row->cells; i++) {
		struct str key;
		int r = squeeze(row->cell[i].text, k->g->draft->arena, &key);

		if (r < 0)
			return r;
		buf_addstr(out, key);
		buf_addc(out, '|');
	}
	buf_addc(out, '\n');
	return out->r;
}

int repeated_row(struct table_reading *k, size_t at, struct strmap *seen,
		 const struct row_account **ret)
{
	EG_AUTO(buf_release) struct buf print = BUF_INIT;
	size_t first;
	char *key;
	int r = repeated_print(k, &k->t->row[at], &print);

	*ret = NULL;
	if (r < 0)
		return r;
	if (strmap_get(seen, buf_str(&print), &first) == 0) {
		/* Traffic inside the site became no requirement: nothing to be folded into. */
		*ret = k->account.row[first].fate == ROW_REQUIREMENT ? &k->account.row[first]
								     : NULL;
		return 0;
	}
	key = arena_str(k->g->draft->arena, buf_str(&print));
	return key ? strmap_add(seen, (struct str){ key, print.n }, at) : -ENOMEM;
}

int repeated_fold_row(struct table_reading *k, struct row_account *account, const char *of)
{
	struct draft *d = k->g->draft;
	int r = 0;

	account->fate = ROW_DUPLICATE;
	account->position = repeated_position(k, ++k->data_rows);
	account->of = of;
	for (size_t i = 0; r == 0 && account->position && i < d->rows; i++) {
		if (strcmp(d->row[i].text.page, of) == 0)
			r = text_join(d, &d->row[i].text.also, account->position);
	}
	return account->position ? r : -ENOMEM;
}

const struct read_table *repeated_table(const struct page_reading *g, struct str print)
{
	size_t at;

	return strmap_get(&g->prints, print, &at) == 0 ? &g->read[at] : NULL;
}

/* The n-th row of a table that became something. */
static const struct row_account *nth_row(const struct read_table *t, size_t n)
{
	for (size_t i = 0; i < t->rows; i++) {
		if (t->row[i].position && n-- == 0)
			return &t->row[i];
	}
	return NULL;
}

/* Where the n-th row stands first: a row that repeats another one names that one. */
static const char *first_place(const struct read_table *t, size_t n)
{
	const struct row_account *row = nth_row(t, n);

	return !row ? NULL : row->of ? row->of : row->position;
}

int repeated_fold_table(struct table_reading *k, const struct read_table *same)
{
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < k->account.rows; i++) {
		const char *of;

		if (k->account.row[i].fate != ROW_REQUIREMENT)
			continue;
		of = first_place(same, n++);
		assert(of); /* the same print has as many rows */
		r = repeated_fold_row(k, &k->account.row[i], of);
	}
	return r;
}

int repeated_keep(struct table_reading *k, struct str print)
{
	struct page_reading *g = k->g;
	char *copy = arena_str(g->draft->arena, print);
	int r = copy ? mem_grow(&g->read, &g->read_cap, g->reads + 1, sizeof(*g->read)) : -ENOMEM;

	if (r == 0)
		r = strmap_add(&g->prints, (struct str){ copy, print.n }, g->reads);
	if (r < 0)
		return r == -EEXIST ? 0 : r; /* the first of those that look the same counts */
	g->read[g->reads++] = (struct read_table){
		.lost = k->lost,
		.row = k->account.row,
		.rows = k->account.rows,
		.number = k->account.number,
	};
	return 0;
}

int repeated_tell(struct table_reading *k, const struct read_table *like)
{
	return draft_problem(k->g->draft, PROBLEM_AMBIGUOUS, k->t->at, NULL,
			     "table %u is printed like table %u, but addresses were lost in both: "
			     "whether it is the same cannot be told",
			     k->account.number, like->number);
}
