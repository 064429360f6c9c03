/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last step of every text of a page: raw bytes to the form that import/page.h promises.
 *
 * Blanks (also no-break spaces and control characters) become one, each line loses those at its
 * ends, lines without anything go, and footnote marks come in pairs. While a text is put together,
 * a mark is one of two bytes that UTF-8 never has, and a third stands for what was taken away
 * again. Anything like these in the input itself is not let through: a page cannot forge a mark.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"

enum {
	MD_MARK_OPEN = 0xfd,
	MD_MARK_CLOSE = 0xfe,
	MD_GONE = 0xff,
};

/* Adds bytes of the input, without what only egret itself may write. */
void md_text_add(struct buf *raw, struct str input);

/* The finished text, in the arena. -ENOMEM. `tmp` is room for it. */
EG_CHECK int md_text_finish(struct str raw, struct buf *tmp, struct arena *a, struct str *ret);
