/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is believed to be so until a point in time, by hash, in memory of a fixed size. A set that
 * is full forgets what ends first, so it must cost no more than time to have forgotten.
 */
#pragma once

#include <stdint.h>

struct believed;

struct believed *believed_new(void); /* NULL: out of memory */
void believed_free(struct believed *k);

/* On the clock of clock_ns(); 0: not known. */
uint64_t believed_until(const struct believed *k, uint64_t hash);
void believed_set(struct believed *k, uint64_t hash, uint64_t until);
void believed_clear(struct believed *k);
