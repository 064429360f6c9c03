/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashing for tables, and the one string table most parts need.
 *
 * hash_bytes() is fast and not secret: never key a table that strangers fill without a limit.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

uint64_t hash_mix(uint64_t h, uint64_t v);
uint64_t hash_bytes(const void *data, size_t n, uint64_t seed);

/* Text -> index. Keys are borrowed and must outlive the table. */
struct strmap {
	struct strmap_slot *slot;
	size_t cap, n;
};

#define STRMAP_INIT ((struct strmap){ 0 })

void strmap_release(struct strmap *m);

/* Sets key to value. -EEXIST keeps the old value; -ENOMEM changes nothing. */
EG_CHECK int strmap_add(struct strmap *m, struct str key, size_t value);

/* -ENOENT when absent. */
EG_CHECK int strmap_get(const struct strmap *m, struct str key, size_t *ret);
