/* SPDX-License-Identifier: Apache-2.0 */
/* Lengths of time as people write them. */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

enum { DURATION_MAX = 7 * 24 * 3600 };

/* "30s", "10m", "2h"; a number alone is minutes. In seconds, from 1. E_SYNTAX, E_LIMIT. */
EG_CHECK int duration_parse(struct str text, int64_t *ret);

enum { DURATION_TEXT_MAX = 32 };

/* "9 min 30 s" */
void duration_print(int64_t seconds, char text[static DURATION_TEXT_MAX]);
