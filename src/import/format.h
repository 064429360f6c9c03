/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A form in which vendors publish requirements: one file NAME.c and one line in formats.def.
 *
 * A *page format* (html, markdown, tsv) reads a page of headings, texts and tables, which
 * import/rows.h then turns into a draft with the help of the dictionaries. A *publication* (a
 * vendor's JSON, a list of prefixes) has a fixed meaning and fills the draft itself.
 *
 * A publication knows who publishes it, under which address and on which day, as far as the format
 * or its text says so: `vendor`, `title`, `page` and `page_date` of the draft are set where they
 * are NULL, and what the caller has set stays (publication_fill()). Those that are NULL afterwards
 * are for the caller to find out: a list says none of them, github no day, misp no vendor.
 *
 * Text is UTF-8 without a byte order mark (import/decode.h has done that), of at most
 * PAGE_BYTES_MAX bytes. Errors are told in the diag with file, line and column.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"
#include "import/draft.h"
#include "import/page.h"

struct format {
	const char *name;  /* "microsoft365" */
	const char *title; /* "Microsoft 365 endpoint sets (JSON)" */

	/* How sure the format is that the text is its own: 0 not at all, 100 certain. Never fails.
	 */
	int (*detect)(struct str text, const char *file);

	/* A page format: */
	int (*page)(struct str text, const char *file, struct arena *a, struct diag *d,
		    struct page **ret);
	/* or a publication. Adds to the draft; on failure the draft is not to be used. */
	int (*read)(struct str text, const char *file, struct draft *draft, struct diag *d);
};

const struct format *format_at(size_t i); /* NULL past the last */
const struct format *format_find(struct str name);
const struct format *format_detect(struct str text, const char *file);

#define FORMAT(id) extern const struct format format_##id;
#include "import/formats.def"
#undef FORMAT
