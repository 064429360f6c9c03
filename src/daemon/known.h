/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is believed to be so until a point in time, by hash, in memory of a fixed size. A set that
 * is full forgets what ends first, so it must cost no more than time to have forgotten.
 */
#pragma once

#include <stdint.h>

struct known;

struct known *known_new(void); /* NULL: out of memory */
void known_free(struct known *k);

/* On the clock of clock_ns(); 0: not known. */
uint64_t known_until(const struct known *k, uint64_t hash);
void known_set(struct known *k, uint64_t hash, uint64_t until);
void known_clear(struct known *k);
