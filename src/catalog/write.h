/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catalog.yaml as it is written by programs. What was read from a text and is written is read as
 * the same again, and written again as the same bytes: catalog_text_same() is "the same".
 *
 * Keys stand in the order of the tables in schema.c, which is that of the manual page; what is not
 * given is left out. The tables are the only place that knows the keys: one that is added there is
 * read, written and compared.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "catalog/schema.h"

/*
 * Appends the text to `out`. `remark`, which may be NULL, comes before it as '#' lines. Texts are
 * as the reader gives them: UTF-8, one line. -ENOMEM; E_LIMIT: larger than what is read.
 */
EG_CHECK int catalog_write(const struct catalog_text *text, const char *remark, struct buf *out);

/* Field by field, without the places in the file. */
bool catalog_text_same(const struct catalog_text *a, const struct catalog_text *b);
