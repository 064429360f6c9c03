/* SPDX-License-Identifier: Apache-2.0 */
/* A small seeded generator (splitmix64) for random tests, benchmarks and sampling; no secrets. */
#pragma once

#include <stdint.h>

struct rand {
	uint64_t state;
};

uint64_t rand_next(struct rand *r);

/* 0 <= result < n; n > 0. The bias is below n / 2^64. */
uint64_t rand_below(struct rand *r, uint64_t n);
