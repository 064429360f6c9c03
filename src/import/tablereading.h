/* SPDX-License-Identifier: Apache-2.0 */
/* One table while it is read: tables.c reads it, repeated.c knows what was read before. */
#pragma once

#include "import/reading.h"

/* One table while it is read. */
struct table_reading {
	struct page_reading *g;
	const struct page_table *t;
	struct columns columns;
	struct table_account account;
	struct str heading;
	const char *service_id, *service_title;
	struct list_name bound[FACTS_LISTS_MAX]; /* lists that the section links to */
	size_t bounds;
	unsigned data_rows;
	bool lost;
};

/* "table 3 row 2" in the draft's arena; NULL: out of memory. */
const char *repeated_position(const struct table_reading *k, unsigned row);

/* The row as one squeezed text, to compare it with others. */
EG_CHECK int repeated_print(struct table_reading *k, const struct page_row *row, struct buf *out);

/*
 * The row above in the same table that says the same to the word, or NULL. `seen` has the rows that
 * were asked for before.
 */
EG_CHECK int repeated_row(struct table_reading *k, size_t at, struct strmap *seen,
			  const struct row_account **ret);

/* Marks the row as a duplicate, and tells the rows of the draft that stand at `of` their second
 * place. */
EG_CHECK int repeated_fold_row(struct table_reading *k, struct row_account *account,
			       const char *of);

/* An earlier table with this print, or NULL. */
const struct read_table *repeated_table(const struct page_reading *g, struct str print);
/* Folds the table into it, row by row. */
EG_CHECK int repeated_fold_table(struct table_reading *k, const struct read_table *same);
/* The table cannot be folded, since addresses were lost in both: told. */
EG_CHECK int repeated_tell(struct table_reading *k, const struct read_table *like);
/* Keeps the table for those that come. */
EG_CHECK int repeated_keep(struct table_reading *k, struct str print);
