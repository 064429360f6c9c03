/* SPDX-License-Identifier: Apache-2.0 */
#include "import/md_build.h"

#include <errno.h>

#include "base/alloc.h"

int md_add_text(struct md *m, struct page_block *block, struct str text, enum md_breaks breaks,
		struct str mark)
{
	struct md_text t = { 0 };
	int r = md_inline(&m->scratch, m->b.arena, text, breaks, mark, &t);

	if (r < 0 || !t.text.n)
		return r;
	block->text = t.text;
	block->link = t.link;
	block->links = t.links;
	return page_add(&m->b, block);
}

/* ---- rows ---- */

static struct place cell_place(const struct md *m, const struct md_cell *cell)
{
	const char *p = cell->raw.p, *end = p + cell->raw.n, *start = cell->start;
	unsigned line = cell->line;

	if (!str_trim(cell->raw).n)
		return md_place(m->file, line, start, p);
	for (; p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'); p++) {
		if (*p == '\n') {
			start = p + 1;
			line++;
		}
	}
	return md_place(m->file, line, start, p);
}

static int add_cells(struct md *m, const struct md_row *row, bool header, struct page_row *ret)
{
	ret->cell = arena_array(m->b.arena, row->cells, sizeof(*ret->cell));
	if (!ret->cell)
		return -ENOMEM;
	for (size_t i = 0; i < row->cells; i++) {
		struct md_text t = { 0 };
		int r = md_inline(&m->scratch, m->b.arena, row->cell[i].raw, MD_LINES, STR(""), &t);

		if (r < 0)
			return r;
		ret->cell[i] = (struct page_cell){
			.text = t.text,
			.link = t.link,
			.links = t.links,
			.at = cell_place(m, &row->cell[i]),
			.header = header,
		};
	}
	return 0;
}

static int add_row(struct md *m, struct page_rows *rows, const struct md_row *row, bool header)
{
	struct page_row added = {
		.cells = row->cells,
		.at = md_place(m->file, row->first.line, row->first.start, row->first.text.p),
		.last_line = row->last_line,
		.cut = row->cut,
	};
	/* A row with too many is refused below. */
	int r = row->cells > PAGE_COLUMNS_MAX ? 0 : add_cells(m, row, header, &added);

	return r < 0 ? r : page_rows_add(&m->b, rows, &added);
}

static int read_header(struct md *m, struct page_rows *rows, size_t lines)
{
	struct md_row row = { 0 };
	struct md_line line = { 0 };

	for (size_t i = 0; i < lines && md_lines_next(&m->lines, &line); i++) {
		if (i == 0)
			md_row_begin(&row, &line);
		else
			md_row_go_on(&row, &line);
	}
	m->piped = md_starts(&row.first, '|');
	m->closed = md_ends_with_pipe(line.text);
	md_row_end(&row);
	m->columns = row.cells;
	(void)md_lines_next(&m->lines, &line); /* the separator */
	return add_row(m, rows, &row, true);
}

/* A row of one line. The text may end in its midst. */
static void read_line_row(struct md *m, struct md_row *row, const struct md_line *line)
{
	bool closed = md_ends_with_pipe(line->text);
	const char *end = line->text.p + line->text.n;

	md_row_begin(row, line);
	md_row_end(row);
	row->cut = row->cells < m->columns || (end == m->lines.end && m->closed && !closed);
	if (!m->flat)
		md_row_pad(row, m->columns);
}

static void read_flat_row(struct md *m, struct md_row *row, const struct md_line *first)
{
	struct md_line line;

	md_row_begin(row, first);
	while (row->cells < m->columns && md_row_goes_on(row, &m->lines, m->columns)) {
		(void)md_lines_next(&m->lines, &line); /* it was looked at */
		md_row_go_on(row, &line);
	}
	row->cut = row->cells < m->columns;
	md_row_end(row);
}

/* ---- tables ---- */

bool md_rows_without_header(struct md *m, const struct md_line *line)
{
	size_t pipes = md_pipes(line->text);

	if (m->columns)
		return true;
	if (pipes < 2 || !md_ends_with_pipe(line->text))
		return false;
	m->columns = pipes - 1;
	m->piped = m->closed = true;
	return true;
}

static bool is_row(struct md *m, const struct md_line *line)
{
	size_t pipes = md_pipes(line->text);
	struct str any;

	if (md_starts(line, '|'))
		return true;
	if (!pipes || md_heading(line->text, &any) || md_item(line->text, &any))
		return false;
	if (!m->flat || !m->piped)
		return true;
	/* A line of text may have a pipe; a whole row without its first one has all others. */
	return md_ends_with_pipe(line->text) ? pipes == m->columns
					     : pipes > 1 && pipes == m->columns - 1;
}

/* The next row, if the next line is one. 1: there was one, 0: the table ends. */
static int read_row(struct md *m, struct page_rows *rows, bool first_of_all)
{
	struct md_lines before = m->lines;
	struct md_row row = { 0 };
	struct md_line line;
	bool alone;
	int r;

	if (!md_lines_next(&m->lines, &line))
		return 0;
	if (md_starts(&line, '|') && md_divides(&line) && !md_header_at(&before, m->flat, true))
		return 1;
	if (!line.text.n || !is_row(m, &line) || md_header_at(&before, m->flat, true)) {
		m->lines = before;
		return 0;
	}
	/* Without a header nothing says that it is a row, unless it is whole. */
	alone = first_of_all && md_row_fit(&before, m->columns + 1) != MD_FITS;
	if (m->flat && m->piped && md_starts(&line, '|') && !alone)
		read_flat_row(m, &row, &line);
	else
		read_line_row(m, &row, &line);
	r = add_row(m, rows, &row, false);
	return r < 0 ? r : 1;
}

int md_read_table(struct md *m, size_t header)
{
	struct page_block block = { .kind = PAGE_TABLE };
	struct page_rows rows = { 0 };
	struct md_line first = { 0 };
	int r = 0;

	(void)md_lines_peek(&m->lines, &first); /* it has made the caller come here */
	block.at = md_place(m->file, first.line, first.start, first.text.p);
	if (header)
		r = read_header(m, &rows, header);
	if (r == 0)
		r = read_row(m, &rows, !header);
	while (r > 0)
		r = read_row(m, &rows, false);
	if (r == 0)
		r = page_rows_end(&m->b, &rows, block.at, &block.table);
	mem_free(rows.row);
	return r < 0 ? r : page_add(&m->b, &block);
}
