/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Footnotes: a link to "#fn1" whose text is "1" says that the element with that id is the note that
 * the mark "1" stands for. The mark is often only there: the note is an item of a numbered list.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/hash.h"
#include "base/str.h"

enum { HTML_NOTES_MAX = 1000 /* more are not looked for */ };

struct html_notes {
	struct strmap by_name;
	struct str *mark;
	size_t n, cap;
};

#define HTML_NOTES_INIT ((struct html_notes){ 0 })

void html_notes_release(struct html_notes *n);

/* "fn1" of "page.html#fn1"; empty when the link leads to no note, or back from one ("#fnref1"). */
struct str html_note_name(struct str href);

/* Does the text of a link to a note look like a mark: "1", "[a]", "*2"? */
bool html_note_is_mark(struct str text);

/* "[1]" without its brackets. */
struct str html_note_mark(struct str text);

/* Both live in the arena of the page. The first mark of a note counts. -ENOMEM. */
EG_CHECK int html_notes_add(struct html_notes *n, struct str name, struct str mark);

/* The mark of the note with this id, or empty. */
struct str html_notes_find(const struct html_notes *n, const char *id);

/*
 * The text of a note with its mark in front, between PAGE_MARK_OPEN and PAGE_MARK_CLOSE; a mark
 * that it begins with already ("1) text") becomes that. NULL: out of memory.
 */
const char *html_note_text(struct str text, struct str mark, struct arena *a);
