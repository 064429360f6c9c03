/* SPDX-License-Identifier: Apache-2.0 */
/* Catalogs for tests: "k/catalog.yaml" with four lists and one service, whose rows a test gives. */
#pragma once

#include "base/attr.h"
#include "catalog/catalog.h"

extern const char rows_head[]; /* lines 1 to 4: vendor acme, page KB1 of 2026-01-02 */

/* Reads a whole text; lists A4.txt and A6.txt are held, Glued.txt is broken. */
EG_CHECK int rows_read_text(const struct buf *text, struct diag *d, struct catalog *ret);

/* The service "s" whose requirements are `rows`, one a line from line 14 on. Lists: a4, a6; no4,
 * no6 are missing. */
void rows_write(const char *rows, struct buf *out);
EG_CHECK int rows_read(const char *rows, struct diag *d, struct catalog *ret);
