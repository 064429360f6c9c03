/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IPv4 ranges packed into one number each, low end << 32 | high end, and sorting them by low end.
 *
 * A sixth of the size of struct addr_range, which is what a million of them are sorted for: the
 * time goes into memory. In place, so it cannot fail; linear for what is in order already.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

uint64_t v4_pack(struct addr_range r);
struct addr_range v4_unpack(uint64_t packed);

/* Packed ranges with equal low ends come in any order. */
void v4_sort(uint64_t *packed, size_t n);
