/* SPDX-License-Identifier: Apache-2.0 */
/* Rows and tables that say the same as one before them. */
#include <errno.h>

#include "base/alloc.h"
#include "import/fold.h"
#include "import/tablereading.h"

enum { ROWS_LOOK_BACK = 64 /* rows of a table among which a repetition is looked for */ };

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

/* A row that stands above in the same table, to the word. */
int repeated_row(struct table_reading *k, size_t at, const struct row_account **ret)
{
	EG_AUTO(buf_release) struct buf mine = BUF_INIT;
	int r = repeated_print(k, &k->t->row[at], &mine);

	*ret = NULL;
	for (size_t i = at > ROWS_LOOK_BACK ? at - ROWS_LOOK_BACK : 0; r == 0 && !*ret && i < at;
	     i++) {
		EG_AUTO(buf_release) struct buf other = BUF_INIT;

		if (k->account.row[i].fate != ROW_REQUIREMENT)
			continue;
		r = repeated_print(k, &k->t->row[i], &other);
		if (r == 0 && str_eq(buf_str(&mine), buf_str(&other)))
			*ret = &k->account.row[i];
	}
	return r;
}

int repeated_fold_row(struct table_reading *k, struct row_account *account,
		      const struct row_account *of)
{
	struct draft *d = k->g->draft;
	int r = 0;

	account->fate = ROW_DUPLICATE;
	account->position = table_position(k, ++k->data_rows);
	account->of = of->position;
	for (size_t i = 0; r == 0 && account->position && i < d->rows; i++) {
		if (strcmp(d->row[i].text.page, of->position) == 0)
			r = text_join(d, &d->row[i].text.also, account->position);
	}
	return account->position ? r : -ENOMEM;
}

const struct read_table *repeated_table(const struct page_reading *g, struct str print)
{
	for (size_t i = 0; i < g->reads; i++) {
		if (str_eq(g->read[i].print, print))
			return &g->read[i];
	}
	return NULL;
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

int repeated_fold_table(struct table_reading *k, const struct read_table *same)
{
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < k->account.rows; i++) {
		const struct row_account *of;

		if (k->account.row[i].fate != ROW_REQUIREMENT)
			continue;
		of = nth_row(same, n++);
		while (of && of->of)
			of = NULL; /* a duplicate itself: the first position stands in its row */
		r = of ? repeated_fold_row(k, &k->account.row[i], of)
		       : table_data_row(k, &k->t->row[i], &k->account.row[i]);
	}
	return r;
}

int repeated_keep(struct table_reading *k, struct str print)
{
	struct page_reading *g = k->g;
	char *copy = arena_str(g->draft->arena, print);
	int r = copy ? mem_grow(&g->read, &g->read_cap, g->reads + 1, sizeof(*g->read)) : -ENOMEM;

	if (r == 0)
		g->read[g->reads++] = (struct read_table){
			.print = { copy, print.n },
			.lost = k->lost,
			.row = k->account.row,
			.rows = k->account.rows,
			.number = k->account.number,
		};
	return r;
}

int repeated_tell(struct table_reading *k, const struct read_table *like)
{
	return draft_problem(k->g->draft, PROBLEM_AMBIGUOUS, k->t->at, NULL,
			     "table %u is printed like table %u, but addresses were lost in both: "
			     "whether it is the same cannot be told",
			     k->account.number, like->number);
}
