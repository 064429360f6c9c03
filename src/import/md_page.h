/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page of Markdown, or of the text that a page becomes when somebody copies it out of a browser
 * through a converter ("flat"): the same marks, but headings and paragraphs are lost, so each
 * physical line between tables is a text of its own, and rows go over several lines
 * (import/md_table.h has the rules).
 *
 * Rows that no header stands above become a table without one, with the columns of the table
 * before; a separator line that belongs to nothing is dropped. Front matter ("---" at the top) is
 * dropped but for its title. A fence that does not end is text, so that it hides no table.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "import/page.h"

EG_CHECK int md_page(struct str text, const char *file, bool flat, struct arena *a, struct diag *d,
		     struct page **ret);
