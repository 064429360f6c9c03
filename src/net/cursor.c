/* SPDX-License-Identifier: Apache-2.0 */
#include "net/cursor.h"

#include "base/err.h"

struct cursor cursor_over(const void *data, size_t size)
{
	/* Arithmetic on NULL is undefined, even by nothing. */
	return (struct cursor){ .data = data ? data : (const void *)"", .size = data ? size : 0 };
}

size_t cursor_left(const struct cursor *c)
{
	return c->r < 0 ? 0 : c->size - c->at;
}

/* The next n bytes, or NULL once the cursor has failed. */
static const uint8_t *take(struct cursor *c, size_t n)
{
	const uint8_t *p;

	if (c->r == 0 && n > c->size - c->at)
		c->r = E_TRUNCATED;
	if (c->r < 0)
		return NULL;
	p = c->data + c->at;
	c->at += n;
	return p;
}

uint8_t cursor_u8(struct cursor *c)
{
	const uint8_t *p = take(c, 1);

	return p ? p[0] : 0;
}

uint16_t cursor_u16(struct cursor *c)
{
	const uint8_t *p = take(c, 2);

	return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

uint32_t cursor_u32(struct cursor *c)
{
	const uint8_t *p = take(c, 4);

	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

struct str cursor_take(struct cursor *c, size_t n)
{
	const uint8_t *p = take(c, n);

	return p ? (struct str){ (const char *)p, n } : (struct str){ "", 0 };
}

void cursor_skip(struct cursor *c, size_t n)
{
	(void)take(c, n); /* the error sticks */
}
