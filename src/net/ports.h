/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of ports: sorted, disjoint, non-adjacent inclusive ranges of 16-bit numbers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"

enum { PORTS_MAX = 256 }; /* ranges in one set; a vendor's row has a handful */

struct port_range {
	uint16_t lo, hi; /* both included */
};

struct ports {
	struct port_range range[PORTS_MAX];
	size_t n;
};

#define PORTS_NONE ((struct ports){ 0 })

/* Adds lo..hi. E_LIMIT: the set would need more than PORTS_MAX ranges. Wants lo <= hi. */
EG_CHECK int ports_add(struct ports *s, uint16_t lo, uint16_t hi);

/*
 * Reads "443", "80,443", "8801-8810", blanks around commas and dashes allowed. Port 0 is refused.
 * E_SYNTAX: not ports, or lo > hi; E_LIMIT: a number above 65535 or too many ranges. On
 * failure `ret_at`, which may be NULL, gets the offset of the offending part.
 */
EG_CHECK int ports_parse(struct str text, struct ports *ret, size_t *ret_at);

void ports_print(const struct ports *s, struct buf *out); /* "80,443,8801-8810" */
bool ports_has(const struct ports *s, uint16_t port);
bool ports_equal(const struct ports *a, const struct ports *b);
unsigned ports_count(const struct ports *s);
