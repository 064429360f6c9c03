/* SPDX-License-Identifier: Apache-2.0 */
/* HTML's character references: the common names, and numbers. */
#pragma once

#include "base/buf.h"
#include "base/str.h"

/*
 * The reference that `s` starts with ("&amp;", "&#42;", "&#x2a;"), added to `out` as what it
 * stands for; nothing for a character without width (import/decode.h drops them too). Its length; 0
 * when it is none that we know, or of a character that may not be seen: then it is text as it is.
 */
size_t md_entity(struct str s, struct buf *out);
