/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text as it flows into a heading, a paragraph or a cell: blanks folded, lines ended by '\n' except
 * the last, footnote marks between PAGE_MARK_OPEN and PAGE_MARK_CLOSE, links beside it.
 *
 * A blank or line end is only written when a character follows, so text never begins or ends with
 * one. Errors stick until html_flow_end().
 */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "import/html_note.h"
#include "import/page.h"

enum { HTML_MARK_MAX = 32 /* bytes; what is longer is raised text, not a mark */ };

enum html_gap { GAP_NONE, GAP_BLANK, GAP_LINE };

struct html_flow {
	struct arena *arena;
	struct diag *diag;
	struct html_notes *notes;
	struct buf text;
	struct place at; /* of the first character */
	enum html_gap gap;
	unsigned last_line; /* of all characters */
	bool linked;	    /* inside a link */
	struct str href;    /* its target */
	size_t link_at;	    /* where its text starts; FLOW_NOWHERE before */
	unsigned raised;    /* depth of superscripts */
	size_t raised_at;   /* likewise */
	struct page_link *link;
	size_t links, link_cap;
	int r;
};

#define FLOW_NOWHERE SIZE_MAX

/* What links to notes say is added to `notes`. */
void html_flow_init(struct html_flow *f, struct arena *a, struct diag *d, struct html_notes *notes);
void html_flow_release(struct html_flow *f);

/* A piece of text that stands at `at`; with `lines` its line ends are kept. */
void html_flow_add(struct html_flow *f, struct str text, struct place at, bool lines);
void html_flow_gap(struct html_flow *f, enum html_gap gap);

/* `href` as written, or NULL for an anchor that is no link. */
void html_flow_link(struct html_flow *f, const char *href);
void html_flow_link_end(struct html_flow *f);

void html_flow_raise(struct html_flow *f);
void html_flow_raise_end(struct html_flow *f);

/*
 * Hands text and links over, into the arena, and starts anew, inside the same link. -ENOMEM.
 */
EG_CHECK int html_flow_end(struct html_flow *f, struct str *ret, const struct page_link **ret_link,
			   size_t *ret_links);
