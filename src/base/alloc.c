/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#undef malloc
#undef calloc
#undef realloc

enum { FIRST_CAP = 8 };

static long fail_after = -1;

static bool fails_now(void)
{
	if (fail_after < 0)
		return false;
	return fail_after-- == 0;
}

void mem_fail_after(long n)
{
	fail_after = n;
}

bool mem_fail_pending(void)
{
	return fail_after >= 0;
}

void *mem_alloc(size_t size)
{
	return fails_now() ? NULL : malloc(size ? size : 1);
}

void *mem_zero(size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) || fails_now())
		return NULL;
	return calloc(bytes ? bytes : 1, 1);
}

char *mem_strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = mem_alloc(size);

	if (copy)
		memcpy(copy, text, size);
	return copy;
}

void mem_free(void *p)
{
	free(p);
}

void mem_freep(void *address_of_pointer)
{
	void *p;

	memcpy(&p, address_of_pointer, sizeof(p));
	free(p);
	p = NULL;
	memcpy(address_of_pointer, &p, sizeof(p));
}

int mem_grow(void *array, size_t *cap, size_t need, size_t size)
{
	size_t bytes;
	size_t next = *cap ? *cap : FIRST_CAP;
	void *old;
	void *p;

	if (need <= *cap)
		return 0;
	while (next < need)
		if (__builtin_mul_overflow(next, 2, &next))
			return -ENOMEM;
	if (__builtin_mul_overflow(next, size, &bytes) || fails_now())
		return -ENOMEM;
	memcpy(&old, array, sizeof(old));
	p = realloc(old, bytes);
	if (!p)
		return -ENOMEM;
	memcpy(array, &p, sizeof(p));
	*cap = next;
	return 0;
}
