/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a page to a draft: which tables are firewall tables, what their columns are, and what each
 * row and each note says.
 *
 * A table is read when one of its first rows names a column of destinations and one of protocols or
 * ports in the words of the dictionaries; the columns that are not known are told, and their cells
 * not read. Tables that are read are numbered in page order, repeated ones included: "table 3 row
 * 2" is where a row stands. A table that repeats an earlier one to the word is folded into it
 * (S01), unless addresses were lost in it: then nobody can tell.
 *
 * A note behind a table belongs to its rows that point to one, or to all of them; a note that lost
 * its text makes them unverified (S08). A mark that no note explains does the same for its row.
 */
#pragma once

#include "base/attr.h"
#include "import/account.h"
#include "import/dictionary.h"
#include "import/draft.h"
#include "import/page.h"

/* Where lists that the page names may be found: appends the content of `file`, -ENOENT: not held.
 */
struct list_finder {
	int (*find)(void *data, const char *file, struct buf *out, struct diag *d);
	void *data;
};

struct rows_input {
	const struct page *page;
	const struct dictionary *words;
	const struct list_finder *lists; /* or NULL: none is held */
	const char *before;		 /* before each position, "FILE ", or "" */
};

/* Everything in *ret lives in the draft's arena. -ENOMEM, E_LIMIT. */
EG_CHECK int rows_read(const struct rows_input *in, struct draft *draft, struct account *ret);
