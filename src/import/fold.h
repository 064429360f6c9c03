/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of a page in one form, so that "８８０１　〜　８８１０" and "8801-8810" read the same.
 *
 * fold() applies Unicode's compatibility composition (NFKC, UAX #15: full-width letters and digits,
 * half-width katakana, no-break and ideographic spaces) and then writes the ideographic comma and
 * full stop, dashes and wave dashes as ASCII. Superscript and circled digits, daggers and reference
 * marks are footnote marks, and become PAGE_MARK_OPEN ... PAGE_MARK_CLOSE *before* NFKC would make
 * the port 4432 of "443²".
 *
 * squeeze() gives the key by which words are compared: folded, ASCII lower case, footnote marks
 * left out, without blanks, hyphens, underscores and apostrophes ("Users' Web-Browsers" ->
 * "userswebbrowsers").
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

/* -ENOMEM. Bytes that are not UTF-8 are kept as they are. */
EG_CHECK int fold(struct str text, struct arena *a, struct str *ret);
EG_CHECK int squeeze(struct str text, struct arena *a, struct str *ret);

/*
 * Takes the footnote marks out: *ret is the text without them, *ret_marks the marks, separated by
 * blanks ("1 2"), empty when there are none.
 */
EG_CHECK int fold_marks(struct str text, struct arena *a, struct str *ret, struct str *ret_marks);
