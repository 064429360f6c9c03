/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands inside a cell, a heading or a paragraph of Markdown: its text without markup, and its
 * links.
 *
 *   [text](href "title"), <https://x>, https://x    text, recorded as a link; so is <a href="...">
 *   ![alt](src)                                     alt
 *   `code`                                          the code, literally ("\|" is a pipe)
 *   **bold**, __bold__                              bold; only in pairs
 *   \*                                              *; so with all ASCII punctuation
 *   <br>, <p>, <li>, ...                            end of a line
 *   <sup>1</sup>, <sub>1</sub>, [^1]                footnote mark
 *   <b>, <span ...>, ... and comments               nothing
 *   &amp; &#42; &#x2a;                              the character; unknown ones stay as they are
 *
 * Everything else is text. In particular a single "*" or "_" is never emphasis, "**" is none next
 * to the dot or slash of a wildcard, "~~" and <del> stay (whoever struck a port out meant
 * something), and so does a tag that HTML does not have: <tenant>.example.com is not .example.com.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "import/page.h"

/* Room for texts while they are read. One serves all texts of a page. */
struct md_scratch {
	struct buf raw, tmp;
	struct md_linked *link;
	size_t links, cap;
};

#define MD_SCRATCH_INIT ((struct md_scratch){ BUF_INIT, BUF_INIT, NULL, 0, 0 })

void md_scratch_release(struct md_scratch *s);

enum md_breaks {
	MD_LINES,     /* the end of a physical line is the end of a line */
	MD_PARAGRAPH, /* it is a blank, but behind two blanks or a backslash */
	MD_QUOTATION  /* the same, and "> " at the start of a line is dropped */
};

struct md_text {
	struct str text;
	const struct page_link *link;
	size_t links;
};

/*
 * `mark`: a footnote mark to put in front, or empty. Takes time and memory in proportion to the
 * text, whatever it is. -ENOMEM.
 */
EG_CHECK int md_inline(struct md_scratch *s, struct arena *a, struct str text,
		       enum md_breaks breaks, struct str mark, struct md_text *ret);
