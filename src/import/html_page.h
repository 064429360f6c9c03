/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the tree of a web page to import/page.h: the parts of the format `html`.
 *
 * One walk (html_walk.c) goes through the tree in page order with one of two meanings. On the page,
 * a block element ends the text before it, and a table is read as one (html_table.c). In a cell, a
 * block element starts a new line, and a table is text: its rows are lines, its cells stand apart
 * by a blank. A cell that has tables is read a second time as a page of its own, after the table
 * that it is in: layouts are made of such cells.
 *
 * Recursion is as deep as the tree, which html_tree.h bounds, and checked here again.
 */
#pragma once

#include "import/html_flow.h"
#include "import/html_node.h"
#include "import/html_tree.h"
#include "import/page.h"

enum {
	HTML_TABLES_DEEP = 16,	  /* tables in one another: each is text of those around it */
	HTML_CELLS_MAX = 2000000, /* of all tables, copies included */
	HTML_TEXT_MAX = 4 * PAGE_BYTES_MAX /* bytes gathered, again for each table around them */
};

struct html_reader {
	const char *file;
	struct arena *arena;
	struct diag *diag;
	struct page_builder page;
	struct html_notes notes;
	size_t end;	     /* offset of what ended the page, or SIZE_MAX: it ended itself */
	size_t cells, text;  /* so far */
	unsigned tables;     /* being read, one in the other */
	size_t hidden_rows;  /* and cells */
	struct place hidden; /* the first of them */
};

struct html_walk {
	struct html_reader *h;
	struct html_flow flow;
	bool in_cell;
	const struct page_table *around; /* on the page in a cell: the table it is inside */
	bool lines;			 /* inside <pre> */
	unsigned inner_row;		 /* inside rows of an inner table */
	size_t tables;			 /* inner tables met */
	struct str note;		 /* the mark of the note that this text is, or empty */
	unsigned last_line;		 /* of texts and tags */
};

void html_walk_init(struct html_walk *w, struct html_reader *h, bool in_cell);
void html_walk_release(struct html_walk *w);

/* The node and what is in it. `level`: its depth in the tree. */
EG_CHECK int html_walk(struct html_walk *w, const GumboNode *n, unsigned level);

/* What is in the node; without the node itself. */
EG_CHECK int html_walk_children(struct html_walk *w, const GumboNode *n, unsigned level);

/* Ends a text on the page: adds it as a block if there is any. */
EG_CHECK int html_walk_block(struct html_walk *w);

/* The heading `n`, with all that is in it. */
EG_CHECK int html_walk_heading(struct html_reader *h, const GumboNode *n,
			       const struct page_table *inside, unsigned level);

/* A table and those in its cells. `inside`: the one around it, or NULL. */
EG_CHECK int html_table(struct html_reader *h, const GumboNode *n, const struct page_table *inside,
			unsigned level);

/* Title, address and scripts of the page. */
EG_CHECK int html_facts(struct html_reader *h, const GumboNode *document);

/* Rows, or a cell, that people do not see; told once, at the end. */
void html_hidden(struct html_reader *h, const GumboNode *n);

int html_too_deep(struct html_reader *h, const GumboNode *n); /* E_LIMIT, with a message */
