/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cursor over untrusted bytes with a sticky error.
 *
 * Read field after field and look at `r` once, at the end: after the first read past the end every
 * further read does nothing and gives zeros, and `r` is E_TRUNCATED. Integers are big-endian.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

struct cursor {
	const uint8_t *data;
	size_t size, at;
	int r;
};

struct cursor cursor_over(const void *data, size_t size);
size_t cursor_left(const struct cursor *c);
uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16(struct cursor *c);
uint32_t cursor_u32(struct cursor *c);
struct str cursor_take(struct cursor *c, size_t n); /* empty when fewer are left */
void cursor_skip(struct cursor *c, size_t n);
