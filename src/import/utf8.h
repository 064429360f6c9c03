/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8, one character at a time and strictly: shortest forms, no surrogates (RFC 3629). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"

/* Bytes of the character at the front of `s`, and the character; 0: no character stands there. */
size_t utf8_at(struct str s, uint32_t *ret);

/* Bytes before the first that is no UTF-8; s.n when all are. */
size_t utf8_valid(struct str s);

/* Appends one character, which must be no surrogate and at most U+10FFFF. */
void utf8_add(struct buf *out, uint32_t c);
