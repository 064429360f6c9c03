/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

void buf_release(struct buf *b)
{
	mem_free(b->data);
	*b = BUF_INIT;
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->r = 0;
	if (b->data)
		b->data[0] = '\0';
}

static char *room(struct buf *b, size_t n)
{
	if (b->r < 0)
		return NULL;
	if (n >= SIZE_MAX - b->n)
		b->r = -ENOMEM;
	else
		b->r = mem_grow(&b->data, &b->cap, b->n + n + 1, 1);
	return b->r < 0 ? NULL : b->data + b->n;
}

static void took(struct buf *b, size_t n)
{
	b->n += n;
	b->data[b->n] = '\0';
}

void buf_add(struct buf *b, const void *data, size_t n)
{
	char *to = room(b, n);

	if (!to)
		return;
	if (n)
		memcpy(to, data, n);
	took(b, n);
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_adds(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_addstr(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.n);
}

void buf_pad(struct buf *b, char c, size_t n)
{
	char *to = room(b, n);

	if (!to)
		return;
	memset(to, c, n);
	took(b, n);
}

void buf_grouped(struct buf *b, struct str decimal)
{
	for (size_t i = 0; i < decimal.n; i++) {
		if (i && (decimal.n - i) % 3 == 0)
			buf_addc(b, ',');
		buf_addc(b, decimal.p[i]);
	}
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	char *to;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n < 0 && b->r >= 0)
		b->r = -EINVAL;
	to = n < 0 ? NULL : room(b, (size_t)n);
	if (!to)
		return;
	va_start(args, fmt);
	(void)vsnprintf(to, (size_t)n + 1, fmt, args); /* measured above */
	va_end(args);
	took(b, (size_t)n);
}

struct str buf_str(const struct buf *b)
{
	return (struct str){ b->data ? b->data : "", b->n };
}
