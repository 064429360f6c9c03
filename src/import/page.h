/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vendor's page as people see it: headings, texts and tables in page order, without markup.
 *
 * Readers of page formats (HTML, Markdown, TSV) make it; nothing is interpreted yet. Every part
 * knows the physical line it starts on, so that each row of the input can be accounted for. Texts
 * are UTF-8 in which every line of a cell ("<br>", a paragraph, a physical line) is a line ended by
 * '\n', blanks are folded, and a footnote mark (superscript, "[1]" that is a link to a note) stands
 * between PAGE_MARK_OPEN and PAGE_MARK_CLOSE: "390\uE0001\uE001" is the port 390 with mark "1",
 * never 3901.
 *
 * rowspan and colspan are already resolved: each row has its full number of cells, copies included.
 * Everything lives in the arena it was read into.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"

#define PAGE_MARK_OPEN "\xee\x80\x80"  /* U+E000 */
#define PAGE_MARK_CLOSE "\xee\x80\x81" /* U+E001 */

enum {
	PAGE_BYTES_MAX = 16 * 1024 * 1024, /* of one page, before and after decoding */
	PAGE_BLOCKS_MAX = 100000,
	PAGE_ROWS_MAX = 100000, /* of all tables together */
	PAGE_COLUMNS_MAX = 64,
	PAGE_SPAN_MAX = 1000 /* rows or columns of one rowspan or colspan */
};

struct page_link {
	struct str text, href;
};

struct page_cell {
	struct str text;
	const struct page_link *link;
	size_t links;
	struct place at;
	bool header; /* marked up as a heading cell */
	bool copied; /* stands here by a rowspan or colspan; the first stands above or to the left
		      */
};

struct page_row {
	struct page_cell *cell;
	size_t cells;
	struct place at;
	unsigned last_line; /* of the input */
	bool cut;	    /* the input ended the row before all its cells */
};

struct page_table {
	struct page_row *row;
	size_t rows;
	struct place at;
	struct str caption; /* or empty */
	/* The table in one of whose cells this one stands, or NULL. */
	const struct page_table *inside;
	size_t index; /* among the tables of the page, in their order */
};

enum page_kind { PAGE_HEADING, PAGE_TEXT, PAGE_TABLE };

struct page_block {
	enum page_kind kind;
	unsigned level;	 /* of a heading, from 1 */
	struct str text; /* of a heading or text */
	const struct page_link *link;
	size_t links;
	struct page_table *table;
	const struct page_table
		*inside; /* a text or heading: the table in one of whose cells it is */
	struct place at;
};

struct page {
	const char *file;
	struct str title; /* of the document, or empty */
	struct str url;	  /* where it was saved from, when the file says so, or empty */
	struct page_block *block;
	size_t blocks;
	bool scripted; /* it has scripts: what they would have written is not here */
};

/*
 * A page being read: a reader opens a table, adds its rows, closes it, and adds headings and texts
 * between tables, in page order. Texts, links and cells live in the arena already; the builder owns
 * only its growing lists. What is above the limits is refused with a message (E_LIMIT).
 */
struct page_builder {
	struct arena *arena;
	struct diag *diag;
	struct page page;
	size_t block_cap, rows, tables;
};

EG_CHECK int page_add(struct page_builder *b, const struct page_block *block);

/* Rows of one table while it is read. Tables may be open at once (a table inside a cell). */
struct page_rows {
	struct page_row *row;
	size_t n, cap;
};

/* `row->cell` lives in the arena. Also E_LIMIT for more than PAGE_COLUMNS_MAX cells. */
EG_CHECK int page_rows_add(struct page_builder *b, struct page_rows *rows,
			   const struct page_row *row);
/* A table of these rows, in the arena; the list is empty and usable again, also on failure. */
EG_CHECK int page_rows_end(struct page_builder *b, struct page_rows *rows, struct place at,
			   struct page_table **ret);

/* The page, in the arena; the builder is empty afterwards, also on failure. */
EG_CHECK int page_finish(struct page_builder *b, struct page **ret);
void page_builder_release(struct page_builder *b);
