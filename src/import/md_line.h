/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The physical lines of a Markdown text, one after the other, each with its place.
 *
 * A cursor is a value: whoever looks ahead copies it. HTML comments that begin a line are jumped
 * over, also across lines; what stands behind one on its last line is read as a line. A comment
 * that does not end is text. In a quotation ("> text") the marks are dropped, where asked for; a
 * flattened page has none, but cells like "> 1024".
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/str.h"

struct md_line {
	struct str text;   /* without blanks at both ends */
	const char *start; /* of the physical line */
	unsigned line;
	bool quoted;
};

struct md_lines {
	const char *p, *end;
	const char *start;	  /* of the physical line that p stands in */
	const char *last_comment; /* the last "-->", or NULL */
	unsigned line;
	bool quotes;
};

struct md_lines md_lines_over(struct str text, bool quotes);
bool md_lines_next(struct md_lines *l, struct md_line *ret); /* false: the text ends */
bool md_lines_peek(const struct md_lines *l, struct md_line *ret);

/* The next physical line as it is: for fenced code. */
bool md_lines_raw(struct md_lines *l, struct md_line *ret);

/* The place of `p` in the physical line that starts at `start`. */
struct place md_place(const char *file, unsigned line, const char *start, const char *p);

/* ---- what a line is ---- */

bool md_starts(const struct md_line *l, char c);
bool md_ends_with_pipe(struct str line); /* not "\|" */
size_t md_pipes(struct str line);	 /* those that end a cell: not "\|" */

/* "|---|:-:|", at least one pipe; the number of its cells and the fewest dashes in one. */
bool md_separator(struct str line, size_t *ret_columns, size_t *ret_dashes);
/* The same with at least three dashes each, for "| - | - |" is a row of people's. */
bool md_divides(const struct md_line *line);

unsigned md_heading(struct str line, struct str *ret); /* "## x" -> 2, "x"; 0: none */
unsigned md_underline(struct str line);		       /* "===" -> 1, "---" -> 2 */
bool md_rule(struct str line);			       /* "***", "- - -" */
bool md_item(struct str line, struct str *ret);	       /* "- x" -> "x"; "1. x" -> "1. x" */
bool md_note(struct str line, struct str *ret_label, struct str *ret); /* "[^1]: x" */
