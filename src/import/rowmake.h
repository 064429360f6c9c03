/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of one row of a table as rows of the draft: one for each protocol, and apart for names
 * and for addresses, since a row of a catalog has one or the other.
 */
#pragma once

#include "base/attr.h"
#include "import/account.h"
#include "import/facts.h"
#include "import/rows.h"

struct row_place {
	const char *position;	       /* "table 3 row 2" */
	size_t service;		       /* of the draft */
	struct str printed;	       /* the row's cells, for a title where the page has none */
	const struct list_name *bound; /* lists that the section links to, for lost addresses */
	size_t bounds;
	struct place at;
};

/* Adds the rows and the problems of the findings; fills account->id. */
EG_CHECK int row_make(struct draft *d, struct facts *f, const struct list_finder *lists,
		      const struct row_place *place, struct row_account *account);

/* Joins a reason or note to what is there: "a; b". */
EG_CHECK int text_join(struct draft *d, const char **text, const char *more);

/* One line, without control characters and marks, cut to what a catalog takes. NULL: no memory. */
const char *text_line(struct draft *d, struct str text);
