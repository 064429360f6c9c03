/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing byte buffer with a sticky error.
 *
 * Writers append piece after piece and look once, at the end: after the first failed allocation
 * every further call does nothing and `r` stays -ENOMEM. `data` is always NUL-terminated when it
 * is not NULL; the NUL is not counted in `n`.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

struct buf {
	char *data;
	size_t n, cap;
	int r;
};

#define BUF_INIT ((struct buf){ 0 })

void buf_release(struct buf *b); /* frees; the buffer is empty and usable again */
void buf_clear(struct buf *b);	 /* forgets content and error, keeps the room */

void buf_add(struct buf *b, const void *data, size_t n);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *text);
void buf_addstr(struct buf *b, struct str s);
void buf_pad(struct buf *b, char c, size_t n);	     /* n times c */
void buf_grouped(struct buf *b, struct str decimal); /* "1234567": 1,234,567 */
EG_PRINTF(2, 3) void buf_printf(struct buf *b, const char *fmt, ...);

/* The content as borrowed text, valid until the next change. */
struct str buf_str(const struct buf *b);
