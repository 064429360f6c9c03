/* SPDX-License-Identifier: Apache-2.0 */
/* In which encodings bytes make sense, when nobody says. */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"
#include "import/encoding.h"

/* Valid UTF-8 with at least one character that is not ASCII: then hardly anything else. */
bool guess_is_utf8(struct str bytes);

struct guess {
	size_t sensible;	     /* encodings of Japanese that decode all and give Japanese */
	const struct encoding *only; /* the one, when `sensible` is 1 */
};

/*
 * Text is Japanese when it has kana or kanji and nothing that wrongly decoded text is full of: runs
 * of half-width katakana, private use, control characters past ASCII. -ENOMEM.
 */
EG_CHECK int guess_japanese(struct str bytes, size_t limit, struct guess *ret);

/* "Shift_JIS or windows-1252": those except `not` that decode all, for a hint. -ENOMEM. */
EG_CHECK int guess_names(struct str bytes, const struct encoding * not, size_t limit,
			 struct buf *out);
