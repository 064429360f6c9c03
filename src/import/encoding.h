/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encodings that pages come in, under the labels that browsers accept, and where a page says which
 * one it is in. What a label means is what browsers mean by it (WHATWG Encoding): "shift_jis" is
 * Microsoft's code page 932, "iso-8859-1" is windows-1252.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"

enum encoding_unit { UNIT_BYTES, UNIT_LITTLE, UNIT_BIG }; /* the latter two: UTF-16 */

struct encoding {
	const char *name;  /* "Shift_JIS", as people and browsers call it */
	const char *iconv; /* what the C library calls it; NULL: UTF-8, nothing to convert */
	enum encoding_unit unit;
	const char *labels; /* lower case, separated by blanks */
};

const struct encoding *encoding_at(size_t i); /* NULL past the last; the first is UTF-8 */

/* By label, without regard to case and to blanks around it; NULL: none has this label. */
const struct encoding *encoding_find(struct str label);

/*
 * What the first ENCODING_HEAD bytes of markup declare: the label of <meta charset> or of
 * <meta http-equiv content>, else that of an XML declaration; empty when there is none, or when the
 * text does not begin like markup (with "<").
 */
enum { ENCODING_HEAD = 4096 };

struct encoding_declared {
	struct str label;
	bool xml; /* else <meta> */
};

struct encoding_declared encoding_declared(struct str bytes);

/*
 * Appends `bytes` in UTF-8 to `out`. E_SYNTAX: the byte at *ret_bad (and the character it begins)
 * means nothing in this encoding, `out` has what stands before it; E_LIMIT: above `limit` bytes;
 * E_UNSUPPORTED: the C library lacks the encoding; -ENOMEM. Says nothing.
 */
EG_CHECK int encoding_convert(const struct encoding *e, struct str bytes, size_t limit,
			      struct buf *out, size_t *ret_bad);
