/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table for people: aligned columns, groups, colours on a terminal.
 *
 * Cells are copied. On a terminal the last column is cut to the width; in a pipe nothing is cut and
 * nothing is coloured. Widths count what people see (wcwidth), not bytes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

enum { TABLE_COLUMNS_MAX = 12 };

enum tone { TONE_PLAIN, TONE_GOOD, TONE_BAD, TONE_WAIT, TONE_DIM, TONE_HEAD };

struct table;

struct table *table_new(size_t columns); /* NULL: out of memory */
void table_free(struct table *t);
void table_freep(struct table **t);

/* A row of `columns` texts (NULL: empty). The tone colours the whole row but its first cell. */
EG_CHECK int table_row(struct table *t, enum tone tone, const char *const *cell);

/* A line of its own, that starts a group. */
EG_CHECK int table_group(struct table *t, const char *title);

/* A dim, indented line under the last row: why it is as it is. */
EG_CHECK int table_note(struct table *t, const char *text);

/* Makes column i flush right. */
void table_right(struct table *t, size_t i);

/* `width` 0: not a terminal. */
void table_print(const struct table *t, int width, bool color, struct buf *out);
