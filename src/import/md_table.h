/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a table of Markdown begins, and where its rows do.
 *
 * A table begins with a header: one line before a separator line ("|---|---|"). In a flattened page
 * the header may stand on several lines, if its pipes are one more than the separator's cells. A
 * header begins a new table also within a table, without a blank line; there, each of the
 * separator's cells needs three dashes, for "| - | - |" is a row of people's.
 *
 * In Markdown a row is a line. In a flattened page a row goes on until as many cells as the header
 * has are closed by a pipe, and ends with that physical line; what stands behind the last pipe on
 * it is a cell too many. An unfinished row is cut by a blank line, a heading, a new table and the
 * end of the text. A line that does not start with a pipe goes on with it. A line that starts with
 * one may close a cell (an empty one, or text whose pipe went to the next line) or begin the next
 * row. Both readings are tried. A reading *fits* if it comes to the last pipe that it needs at the
 * end of a line, and if the line behind does not look like the rest of a cell: it starts with a
 * pipe, or has none, or is blank, or is the end. It *runs over* if that pipe is in the midst of a
 * line or the line behind is such a rest, and *runs out* if a blank line, a separator or the end
 * comes before.
 *
 *   - Only one fits: that one.
 *   - Both: the row goes on. (Rows that all lack the same cell; nothing on the page tells.)
 *   - None: it goes on if the open cell has text and going on runs out; else a row begins, and the
 *     one before is cut.
 *
 * Looking ahead is bounded by LOOK_MAX bytes and by the columns a table can have.
 */
#pragma once

#include "import/md_row.h"

/* The header that starts with the next line of `at`: its physical lines, 0: none. */
size_t md_header_at(const struct md_lines *at, bool flat, bool within);

enum md_fit { MD_FITS, MD_RUNS_OVER, MD_RUNS_OUT };

/* Reads the next line of `at` as the start of the last `pipes` pipes of a row. */
enum md_fit md_row_fit(const struct md_lines *at, size_t pipes);

/* Does the next line of `at` belong to the unfinished `row` of a table of `columns`? */
bool md_row_goes_on(const struct md_row *row, const struct md_lines *at, size_t columns);
