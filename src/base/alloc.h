/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation of egret goes through here, so that a test can make the n-th one fail.
 *
 * Memory is freed with mem_free(). Sizes are products that are checked for overflow. A third-party
 * library that returns malloc'd memory is freed with that library's own function or mem_free().
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/* NULL when out of memory. mem_zero() clears; size 0 gives a unique pointer. */
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);
char *mem_strdup(const char *text);
void mem_free(void *p);

/* For EG_AUTO on any pointer variable: frees what it points to. */
void mem_freep(void *address_of_pointer);

/*
 * Makes room for `need` elements of `size` bytes in the array `*array`, whose capacity in elements
 * is `*cap`. Grows by doubling; keeps the old content; new room is not cleared.
 * -ENOMEM leaves everything as it was. `array` is the address of a pointer to any type.
 */
EG_CHECK int mem_grow(void *array, size_t *cap, size_t need, size_t size);

/* Tests only: let `n` allocations work and fail the one after them, once. Negative: never fail. */
void mem_fail_after(long n);

/* Tests only: is a failure that mem_fail_after() asked for still to come? */
bool mem_fail_pending(void);
