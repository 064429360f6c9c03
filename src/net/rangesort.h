/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting address ranges by family (IPv4 first), then low end. Ranges with equal low ends come in
 * any order.
 *
 * In place, so it cannot fail; linear for input that is sorted already, and nearly so for input
 * that is mostly in order, which is how vendors publish.
 */
#pragma once

#include <stddef.h>

#include "net/addr.h"

/* Returns how many ranges are IPv4. */
size_t rangesort(struct addr_range *range, size_t n);
