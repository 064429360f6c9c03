/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

enum { CHUNK_SIZE = 16 * 1024, ALIGN = _Alignof(max_align_t) };

/* Chunks form a stack: the newest, which still has room, is on top. */
struct chunk {
	struct chunk *below;
	size_t size, used;
	_Alignas(max_align_t) char bytes[];
};

struct arena {
	struct chunk *top;
	size_t used;
};

static struct chunk *chunk_new(size_t size, struct chunk *below)
{
	struct chunk *c = mem_alloc(sizeof(*c) + size);

	if (c)
		*c = (struct chunk){ .below = below, .size = size };
	return c;
}

struct arena *arena_new(void)
{
	struct arena *a = mem_zero(1, sizeof(*a));

	if (!a)
		return NULL;
	a->top = chunk_new(CHUNK_SIZE, NULL);
	if (!a->top) {
		mem_free(a);
		return NULL;
	}
	return a;
}

static void drop_to_first(struct arena *a)
{
	while (a->top->below) {
		struct chunk *c = a->top;

		a->top = c->below;
		mem_free(c);
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	drop_to_first(a);
	mem_free(a->top);
	mem_free(a);
}

void arena_freep(struct arena **a)
{
	arena_free(*a);
	*a = NULL;
}

void arena_reset(struct arena *a)
{
	drop_to_first(a);
	a->top->used = 0;
	a->used = 0;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t need = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	struct chunk *c = a->top;
	void *p;

	if (need < size || need > SIZE_MAX / 2)
		return NULL;
	if (c->size - c->used < need) {
		c = chunk_new(need > CHUNK_SIZE / 4 ? need + CHUNK_SIZE : CHUNK_SIZE, a->top);
		if (!c)
			return NULL;
		a->top = c;
	}
	p = c->bytes + c->used;
	c->used += need;
	a->used += need;
	return memset(p, 0, need);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	size_t bytes;

	return __builtin_mul_overflow(count, size, &bytes) ? NULL : arena_alloc(a, bytes);
}

void *arena_copy(struct arena *a, const void *data, size_t size)
{
	void *p = arena_alloc(a, size);

	if (p && size)
		memcpy(p, data, size);
	return p;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_copy(a, text, strlen(text) + 1);
}

char *arena_str(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (p && s.n)
		memcpy(p, s.p, s.n);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list args;
	char *p;
	int n;

	va_start(args, fmt);
	n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
	if (!p)
		return NULL;
	va_start(args, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, args); /* measured above */
	va_end(args);
	return p;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
