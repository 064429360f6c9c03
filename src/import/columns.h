/* SPDX-License-Identifier: Apache-2.0 */
/* Which row of a table has its headings, and what each column is in the words of the dictionaries.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "import/account.h"

enum { COLUMNS_LOOK_AT = 4 /* rows at the top that may be the one with the headings */ };

struct columns {
	struct column_account *column;
	size_t n;
	size_t header;	 /* index of the row with the headings */
	struct str *key; /* squeezed headings: a later row like it is a header again */
};

/* 1: found; 0: no row names destinations and protocols or ports; -ENOMEM. */
EG_CHECK int columns_find(const struct page_table *t, const struct dictionary *words,
			  struct arena *a, struct columns *ret);

/* Does the row repeat the headings? */
EG_CHECK int columns_repeated(const struct columns *c, const struct page_row *row, struct arena *a,
			      bool *ret);
