/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sorting address ranges of one family by low end; those with equal low ends come in any order.
 *
 * In place, so it cannot fail; linear for input that is sorted already, and nearly so for input
 * that is mostly in order, which is how vendors publish. IPv4 has a faster way: net/v4sort.h.
 */
#pragma once

#include <stddef.h>

#include "net/addr.h"

void rangesort(struct addr_range *range, size_t n);
