/* SPDX-License-Identifier: Apache-2.0 */
/* What an element of a web page is to somebody who reads the page. */
#pragma once

#include <gumbo.h>
#include <stdbool.h>

#include "base/diag.h"
#include "base/str.h"

enum html_part {
	HTML_INLINE, /* its content flows on */
	HTML_TEXT,
	HTML_DROPPED, /* not shown: scripts, templates, hidden */
	HTML_BREAK,
	HTML_BLOCK,
	HTML_PRE,
	HTML_HEADING,
	HTML_LINK,
	HTML_RAISED, /* <sup> */
	HTML_TABLE,
	HTML_CAPTION,
	HTML_GROUP, /* <thead>, <tbody>, <tfoot>, role=rowgroup */
	HTML_ROW,
	HTML_CELL
};

enum html_part html_part(const GumboNode *n);

/* What it would be if it were shown. */
enum html_part html_part_shown(const GumboNode *n);

/* Are there rows in it, other than those of tables in it? `level`: 0. */
bool html_has_row(const GumboNode *n, unsigned level);

bool html_is_element(const GumboNode *n);
const GumboVector *html_children(const GumboNode *n); /* empty for texts */
unsigned html_heading_level(const GumboNode *n);
bool html_is_header_cell(const GumboNode *n);

/* The value, or NULL without the attribute. */
const char *html_attribute(const GumboNode *n, const char *name);

struct place html_place(const GumboNode *n, const char *file);

/* The line of its end tag, else of its start tag, else 0: tags that the page has not. */
unsigned html_last_tag(const GumboNode *n);
