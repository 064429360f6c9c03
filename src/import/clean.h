/* SPDX-License-Identifier: Apache-2.0 */
/* What decoded text loses before anybody reads it; decode.h has the rules. */
#pragma once

#include "import/decode.h"

/*
 * Sets text, odd, odds, all_odds and widthless of `ret` from valid UTF-8 without NUL, where "\r\n"
 * and a lone "\r" are line ends too. The text is never longer than before. -ENOMEM.
 */
EG_CHECK int clean_text(struct str text, const char *file, struct arena *a, struct decoded *ret);
