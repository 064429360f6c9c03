/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page as text, for tests of its readers: one line a heading, text or row.
 *
 *   1:1 h2 Meetings
 *   3:1 text see [the list](https://x.example/a.txt)
 *   5:1 table
 *   5:1-5 ! Protocol | Ports
 *   7:1-9 TCP | 443 | IPv4:/IPv6: cut
 *
 * "!" a row of header cells (single ones have "!" in front), "/" the end of a line in a text, "^1^"
 * a footnote mark, "[text](href)" the links behind their text, "=" in front of a copied cell.
 */
#pragma once

#include "base/buf.h"
#include "import/format.h"

void page_dump(const struct page *p, struct buf *out);

/* Single rows with the place of each cell: "7:1-9 8:1 TCP | 8:7 443". */
void page_dump_places(const struct page_row *row, struct buf *out);

/* Reads a text through a page format; the page or the messages go to `out`. What it returned. */
int page_dump_read(const struct format *f, struct str text, struct buf *out);
