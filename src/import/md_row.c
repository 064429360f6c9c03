/* SPDX-License-Identifier: Apache-2.0 */
#include "import/md_row.h"

static void close_cell(struct md_row *row, const char *end)
{
	row->open.raw.n = (size_t)(end - row->open.raw.p);
	if (row->cells < ARRAY_LEN(row->cell))
		row->cell[row->cells] = row->open;
	row->cells++;
}

static void open_cell(struct md_row *row, const struct md_line *line, const char *p)
{
	row->open = (struct md_cell){ { p, 0 }, line->start, line->line };
}

/* `p` is in the line; the open cell begins before or at it. */
static void read_cells(struct md_row *row, const struct md_line *line, const char *p)
{
	const char *end = line->text.p + line->text.n;

	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end) {
			p++;
		} else if (*p == '|') {
			close_cell(row, p);
			open_cell(row, line, p + 1);
		}
	}
	row->open.raw.n = (size_t)(end - row->open.raw.p);
	row->last_line = line->line;
}

void md_row_begin(struct md_row *row, const struct md_line *line)
{
	const char *p = line->text.p + md_starts(line, '|');

	row->cells = 0;
	row->first = *line;
	row->cut = false;
	open_cell(row, line, p);
	read_cells(row, line, p);
}

void md_row_go_on(struct md_row *row, const struct md_line *line)
{
	read_cells(row, line, line->text.p);
}

bool md_row_is_open(const struct md_row *row)
{
	return str_trim(row->open.raw).n > 0;
}

void md_row_end(struct md_row *row)
{
	if (md_row_is_open(row))
		close_cell(row, row->open.raw.p + row->open.raw.n);
	row->open.raw = (struct str){ row->open.raw.p + row->open.raw.n, 0 };
}

void md_row_pad(struct md_row *row, size_t cells)
{
	while (row->cells < cells && row->cells < ARRAY_LEN(row->cell))
		row->cell[row->cells++] = row->open;
}
