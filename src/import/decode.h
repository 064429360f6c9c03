/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the bytes of an input file to text that readers can trust: UTF-8, lines ended by '\n', no
 * invisible characters.
 *
 * Decoding is strict. The encoding is what the caller says, else what the file says (byte order
 * mark, zero bytes between ASCII of UTF-16, <meta>, XML declaration), else UTF-8 if it is valid,
 * else the only Japanese encoding that makes sense, with a warning. The first byte that cannot be
 * decoded is an error that tells its offset; nothing is replaced by a question mark.
 *
 * What a reader does not see cannot be part of a rule. Characters without width (U+200B, U+200C,
 * U+200D, U+2060, U+FEFF, U+00AD), which page authors use to break lines, go without a word.
 * Characters that turn the direction of text around, the two that mark footnotes (import/page.h)
 * and control characters go as well, but each place is kept: what a person saw there may not be
 * what the text says.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"

enum { DECODE_ODD_MAX = 50 /* places kept; the others are counted */ };

enum decoded_how {
	DECODED_SAID,	/* by the caller */
	DECODED_MARK,	/* a byte order mark */
	DECODED_ZEROES, /* UTF-16: every other byte of its first characters is zero */
	DECODED_META,	/* <meta charset>, <meta http-equiv> */
	DECODED_XML,	/* <?xml encoding?> */
	DECODED_UTF8,	/* nobody said, it is valid UTF-8 */
	DECODED_ONLY	/* nobody said, no other encoding makes sense */
};

/* "a byte order mark", for "windows-1252, known from ..." */
const char *decoded_how_text(enum decoded_how how);

/* A character that was taken out (a control character: replaced by a blank). */
struct decoded_odd {
	struct place at; /* in the input; the column counts characters */
	uint32_t code;
};

struct decoded {
	struct str text;      /* ended by NUL */
	const char *encoding; /* "Shift_JIS" */
	enum decoded_how how;
	const struct decoded_odd *odd; /* the first DECODE_ODD_MAX, in text order */
	size_t odds, all_odds;	       /* kept, and met */
	size_t widthless;	       /* characters without width that went */
};

/* "U+202E, which turns the direction of text around", for a message about `code`. */
void decoded_odd_print(uint32_t code, struct buf *out);

/* file_read() of a page: at most PAGE_BYTES_MAX bytes, and the message says what to do. */
EG_CHECK int decode_read(const char *path, struct buf *bytes, struct diag *d);

/*
 * `encoding`: a label ("shift_jis"), or NULL to find out. `ret` lives in the arena. E_LIMIT above
 * PAGE_BYTES_MAX before or after, E_UNKNOWN label, E_SYNTAX for bytes that cannot be decoded and
 * for NUL, E_CONFLICT between `encoding` and a byte order mark, E_UNSUPPORTED by the C library.
 */
EG_CHECK int decode(struct str bytes, const char *file, const char *encoding, struct arena *a,
		    struct diag *d, struct decoded *ret);
