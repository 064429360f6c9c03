/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of a Markdown table while its cells are found: pieces of the input, not yet read.
 *
 * A pipe that is not escaped ends a cell, also in code. The text behind the last pipe is the open
 * cell; it counts only when there is something in it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "import/md_line.h"
#include "import/page.h"

struct md_cell {
	struct str raw;
	const char *start; /* of the physical line it begins in */
	unsigned line;
};

struct md_row {
	struct md_cell cell[PAGE_COLUMNS_MAX + 1]; /* more are counted only */
	size_t cells;				   /* closed by a pipe */
	struct md_cell open;
	struct md_line first;
	unsigned last_line;
	bool cut;
};

void md_row_begin(struct md_row *row, const struct md_line *line);
void md_row_go_on(struct md_row *row, const struct md_line *line);
bool md_row_is_open(const struct md_row *row); /* there is text in the open cell */
void md_row_end(struct md_row *row);	       /* the open cell counts, if it has text */
void md_row_pad(struct md_row *row, size_t cells);
