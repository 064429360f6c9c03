/* SPDX-License-Identifier: Apache-2.0 */
#include "import/md_table.h"

enum { LOOK_MAX = 32 * 1024 };

/* ---- headers ---- */

static size_t cells_of(struct str line)
{
	size_t n = md_pipes(line) + 1;

	if (line.n && line.p[0] == '|')
		n--;
	return md_ends_with_pipe(line) ? n - 1 : n;
}

/* Is what stands before the separator a header? */
static bool is_header(const struct md_line *first, const struct md_line *last, size_t lines,
		      size_t pipes, size_t columns)
{
	if (lines > 1)
		return pipes == columns + 1 && md_ends_with_pipe(last->text);
	/* With pipes around it, it means to be one, even with a cell too few. */
	return md_starts(first, '|') || (pipes && cells_of(first->text) == columns);
}

/* A header on several lines needs a separator within reach: most rows have none behind them. */
static bool may_be_long(const struct md_lines *at, const struct md_line *first)
{
	size_t left = (size_t)(at->end - at->p), n = left < LOOK_MAX ? left : LOOK_MAX;

	return first->text.p[0] == '|' && memchr(at->p, '-', n);
}

size_t md_header_at(const struct md_lines *at, bool flat, bool within)
{
	struct md_lines l = *at;
	struct md_line first, line, next;
	size_t pipes = 0, lines = 0, columns, dashes;

	if (!md_lines_next(&l, &first) || !first.text.n)
		return 0;
	flat = flat && may_be_long(at, &first);
	for (line = first;; line = next) {
		if (!md_lines_next(&l, &next) || !next.text.n)
			return 0;
		lines++;
		if (md_separator(next.text, &columns, &dashes)) {
			pipes += md_pipes(line.text);
			return (!within || md_divides(&next)) &&
					       is_header(&first, &line, lines, pipes, columns)
				       ? lines
				       : 0;
		}
		if (!flat || l.p - at->p > LOOK_MAX)
			return 0;
		pipes += md_pipes(line.text);
		if (pipes > PAGE_COLUMNS_MAX + 1)
			return 0;
	}
}

/* ---- rows ---- */

static bool is_rest_of_cell(const struct md_line *line)
{
	return line->text.n && line->text.p[0] != '|' && md_pipes(line->text) > 0;
}

enum md_fit md_row_fit(const struct md_lines *at, size_t pipes)
{
	struct md_lines l = *at;
	struct md_line line;

	while (md_lines_next(&l, &line) && line.text.n && l.p - at->p <= LOOK_MAX) {
		size_t here = md_pipes(line.text);

		if (md_divides(&line))
			return MD_RUNS_OUT;
		if (here > pipes || (here == pipes && !md_ends_with_pipe(line.text)))
			return MD_RUNS_OVER;
		pipes -= here;
		if (!pipes)
			return md_lines_next(&l, &line) && is_rest_of_cell(&line) ? MD_RUNS_OVER
										  : MD_FITS;
	}
	return MD_RUNS_OUT;
}

bool md_row_goes_on(const struct md_row *row, const struct md_lines *at, size_t columns)
{
	enum md_fit goes_on, begins;
	struct str heading;
	struct md_line line;

	if (!md_lines_peek(at, &line) || !line.text.n || md_heading(line.text, &heading))
		return false;
	if (md_header_at(at, true, true) || md_divides(&line))
		return false;
	if (!md_starts(&line, '|'))
		return true;
	goes_on = md_row_fit(at, columns - row->cells);
	begins = md_row_fit(at, columns + 1);
	if (goes_on == MD_FITS || begins == MD_FITS)
		return goes_on == MD_FITS;
	return goes_on == MD_RUNS_OUT && md_row_is_open(row);
}
