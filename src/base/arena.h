/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An arena: memory for one unit of work (a parse, a compile, a query) that ends all at once.
 *
 * What lives in an arena has no free function. Memory comes zeroed and aligned for any type.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "base/str.h"

struct arena;

struct arena *arena_new(void); /* NULL: out of memory */
void arena_free(struct arena *a);
void arena_freep(struct arena **a);
void arena_reset(struct arena *a); /* everything in it ends; the first chunk is kept */

/* NULL: out of memory, or count * size overflows. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t count, size_t size);
void *arena_copy(struct arena *a, const void *data, size_t size);
char *arena_strdup(struct arena *a, const char *text);
char *arena_str(struct arena *a, struct str s); /* NUL-terminated copy */
EG_PRINTF(2, 3) char *arena_printf(struct arena *a, const char *fmt, ...);

/* Bytes handed out since birth or the last reset: for limits and for tests. */
size_t arena_used(const struct arena *a);
