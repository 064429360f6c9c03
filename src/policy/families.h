/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of address families as bits, and what one family of a prefix list holds. */
#pragma once

#include <stdbool.h>

#include "net/prefixlist.h"

enum { FAMILIES_V4 = 1 << 0, FAMILIES_V6 = 1 << 1, FAMILIES_BOTH = FAMILIES_V4 | FAMILIES_V6 };

unsigned families_if(bool v4, bool v6);
unsigned families_of(const struct prefixlist *l); /* of a sealed list */
const char *families_name(unsigned families);	  /* "IPv4", "IPv6", "IPv4 and IPv6", "none" */

/* The part of a sealed list in these families, borrowed from it: never to be released. */
struct prefixlist families_view(const struct prefixlist *l, unsigned families);
