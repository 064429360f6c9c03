/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers that are still good, by question.
 *
 * The size is fixed at birth: a question has its place in one set of CACHE_WAYS entries, where a
 * new answer takes that of one which has ended, else of the one that was not asked for longest. So
 * neither memory nor the work of a look-up grows, whatever names are asked for.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "dns/answer.h"
#include "dns/message.h"

enum {
	CACHE_WAYS = 8,
	CACHE_ENTRIES_MAX = 1 << 20,
	CACHE_BODY_MAX = 8192 /* larger answers are not kept */
};

struct cache;

/* Room for `entries` (rounded up to a power of two, at least one set). NULL: out of memory. */
struct cache *cache_new(size_t entries, uint64_t seed);
void cache_free(struct cache *c);

/*
 * The answer and its age in seconds, or NULL. It is good until the next cache_put(). `now_ns` is
 * any clock that does not go back.
 */
const struct answer *cache_get(struct cache *c, const struct dns_question *q, uint64_t now_ns,
			       uint32_t *ret_age);

/* Keeps a copy, if it is worth it: -ENOMEM and answers with ttl 0 leave the cache as it was. */
void cache_put(struct cache *c, const struct dns_question *q, const struct answer *a,
	       uint64_t now_ns);
