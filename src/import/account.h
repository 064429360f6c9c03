/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of every table row and every text of a page: the proof that nothing was skipped.
 *
 * Each physical row is a header, a heading inside the table, a requirement (one or several rows of
 * the draft), a duplicate of an earlier position, or a problem that says why not.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "import/dictionary.h"
#include "import/page.h"

enum row_fate { ROW_HEADER, ROW_HEADING, ROW_REQUIREMENT, ROW_DUPLICATE, ROW_PROBLEM };

const char *row_fate_name(enum row_fate f); /* "requirement" */

enum { ACCOUNT_IDS_MAX = 2 * 8 /* rows of the draft from one row: transports x (names, lists) */ };

struct row_account {
	enum row_fate fate;
	struct place at;
	unsigned last_line;
	const char *position; /* "table 3 row 2", or NULL */
	const char *of;	      /* ROW_DUPLICATE: the first position */
	const char *why;      /* ROW_PROBLEM */
	const char *id[ACCOUNT_IDS_MAX];
	size_t ids;
};

struct column_account {
	struct str heading;
	enum column column;
};

struct table_account {
	unsigned number; /* counts the tables that were understood, from 1; 0: not one of them */
	struct place at;
	struct str heading; /* what stands above it, or empty */
	struct column_account *column;
	size_t columns;
	struct row_account *row;
	size_t rows;
};

enum text_fate { TEXT_HEADING, TEXT_PLAIN, TEXT_NOTE, TEXT_NOTE_LOST };

struct text_account {
	enum text_fate fate;
	struct place at;
	struct str text;
	unsigned table; /* the table a note belongs to, or 0 */
};

struct account {
	struct table_account *table;
	struct text_account *text;
	size_t tables, texts;
};
