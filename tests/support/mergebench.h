/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merges for tests: page and base are rows of catalog.yaml, and the page's become a draft as a
 * reader would make it.
 */
#pragma once

#include "base/attr.h"
#include "import/merge.h"

extern const char merge_lists[]; /* a4 is held, a6 missing */

/* A whole text: head, `list`, and `rows` one a line; a line that ends in ':' opens a service. */
void merge_rows_write(const char *rows, const char *list, struct buf *out);

struct mergebench {
	struct diag *diag;
	struct draft draft;
	struct merge out;
	struct buf text; /* the result, written */
};

EG_CHECK int mergebench_open(struct mergebench *b);
void mergebench_close(struct mergebench *b);

/* Reads both texts, merges and writes. A text that is not read fails the test. */
EG_CHECK int mergebench_merge(struct mergebench *b, struct str page, struct str base,
			      enum text_part part);

/* Fails the test unless the text is a catalog that egret takes. */
void merge_assert_catalog(struct str text, const char *what);

/* Fails it unless the same page changes nothing in `result`. */
void merge_assert_settled(struct str page, const struct buf *result, const char *what);
