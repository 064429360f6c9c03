/* SPDX-License-Identifier: Apache-2.0 */
/* What decoded text loses before anybody reads it; decode.h has the rules. */
#pragma once

#include "import/decode.h"

enum clean_kind {
	CLEAN_PLAIN,
	CLEAN_WIDTHLESS,
	CLEAN_TURNS,  /* bidirectional controls */
	CLEAN_MARK,   /* PAGE_MARK_OPEN, PAGE_MARK_CLOSE */
	CLEAN_CONTROL /* except '\n' and '\t'; with the line separators that only Unicode knows */
};

enum clean_kind clean_kind_of(uint32_t c);

/*
 * Sets text, odd, odds, all_odds and widthless of `ret` from valid UTF-8 without NUL, where "\r\n"
 * and a lone "\r" are line ends too. The text is never longer than before. -ENOMEM.
 */
EG_CHECK int clean_text(struct str text, const char *file, struct arena *a, struct decoded *ret);
