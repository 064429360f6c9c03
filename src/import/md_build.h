/* SPDX-License-Identifier: Apache-2.0 */
/* A page of Markdown while it is built (import/md_page.h), shared by its texts and its tables. */
#pragma once

#include "import/md_fences.h"
#include "import/md_inline.h"
#include "import/md_line.h"
#include "import/md_table.h"
#include "import/page.h"

struct md {
	struct md_lines lines; /* what is not read yet */
	bool flat;
	const char *file;
	struct page_builder b;
	struct md_scratch scratch;
	struct md_fences fences;
	size_t columns; /* of the table read last, 0: none yet */
	bool piped;	/* the header's line started with a pipe ... */
	bool closed;	/* ... or ended with one */
};

/* Fills in the text and adds the block; nothing for a text without anything in it. */
EG_CHECK int md_add_text(struct md *m, struct page_block *block, struct str text,
			 enum md_breaks breaks, struct str mark);

/* Is `line`, the next one, a row of a table whose header is not above it? Sets the columns. */
bool md_rows_without_header(struct md *m, const struct md_line *line);

/* Reads the table whose header has `header` lines, from the next line on; 0: no header. */
EG_CHECK int md_read_table(struct md *m, size_t header);
