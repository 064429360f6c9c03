/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two sides of a merge in one form: rows with what is asked often worked out once, and the
 * tables they stand in. A row's names are interned, so that equal sets of names are one number on
 * both sides.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/hash.h"
#include "import/draft.h"

#define NO_MATE SIZE_MAX

struct side_row {
	const struct requirement_text *text;
	size_t service;
	struct str table;  /* of "table 3 row 2" the "table 3"; empty: not such a place */
	struct str before; /* what stands before it: "FILE " */
	unsigned number;   /* the row's */
	size_t names;	   /* interned; 0: none */
	unsigned families; /* said by lists or `families`; 0: not said */
	size_t mate;	   /* index on the other side, or NO_MATE */
};

struct side_table {
	size_t first, n; /* in `order` */
};

struct side {
	struct side_row *row; /* page order, or that of the catalog */
	size_t rows;
	const struct list_text *list;
	size_t lists;
	size_t *order; /* indices of rows that stand in tables, table by table, row by row */
	struct side_table *table;
	size_t tables;
};

struct merging {
	struct draft *draft;
	const struct catalog_text *text; /* the base */
	bool partial;
	struct diag *diag;
	struct side base, page;
	struct strmap names; /* sets of names, printed -> number */
};

/* Fills both sides; everything but `names` lives in the draft's arena. */
EG_CHECK int sides_open(struct merging *m);

const struct list_text *side_list(const struct side *s, const char *id); /* or NULL */

/* Is the list a part of the page itself, named after the row that printed it? */
bool list_is_printed(const struct list_text *l);
