/* SPDX-License-Identifier: Apache-2.0 */
/* One reading of a page: what the parts of rows.h share. */
#pragma once

#include "import/columns.h"
#include "import/rowmake.h"
#include "import/rows.h"

/* A row of the page that became rows of the draft: what notes need to know of it. */
struct noted_row {
	size_t first, n; /* rows of the draft */
	unsigned table;
	struct str marks; /* footnote marks in its cells */
	bool see_note;	  /* a cell points to a note */
	bool explained;
	struct place at;
};

/* A table that was read: what a repetition is compared with. */
struct read_table {
	bool lost;		 /* addresses were lost in it */
	struct row_account *row; /* its account */
	size_t rows;
	unsigned number;
};

struct page_reading {
	const struct rows_input *in;
	struct draft *draft;
	struct account *account;
	struct str heading;   /* over the next table */
	size_t heading_block; /* index of it, or SIZE_MAX */
	unsigned tables;      /* numbered so far */
	struct noted_row *noted;
	struct read_table *read;
	struct strmap prints; /* rows of a table, squeezed -> index in `read` */
	size_t noteds, noted_cap, reads, read_cap, table_cap, text_cap;
};

/* tables.c: reads the table in block `at` of the page. */
EG_CHECK int reading_table(struct page_reading *g, size_t at);

/* notes.c: a text block; `behind` is the number of the table that it directly follows, or 0. */
EG_CHECK int reading_text(struct page_reading *g, const struct page_block *b, unsigned behind);
/* Marks and pointers that no note explained. */
EG_CHECK int reading_unexplained(struct page_reading *g);
