/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An IP prefix: an address and how many of its leading bits count.
 *
 * Bits past `len` are zero: prefix_parse() refuses others (a host bit in a vendor's list is a
 * mistake to be told, not repaired), and nothing else makes prefixes. Order is by family, value,
 * length, so a prefix sorts before what it covers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"
#include "net/addr.h"

enum { PREFIX_TEXT_MAX = ADDR_TEXT_MAX + 4 };

struct prefix {
	enum family family;
	uint8_t len; /* 0..32 or 0..128 */
	u128 value;
};

/*
 * Reads "10.0.0.0/8" or "2001:db8::/32"; an address alone is its host prefix.
 * E_SYNTAX: no prefix. E_REFUSED: host bits are set (prefix_masked() gives the intended one).
 */
EG_CHECK int prefix_parse(struct str text, struct prefix *ret);

/* The prefix of `len` bits that holds `a`; host bits are cleared. len must fit the family. */
struct prefix prefix_masked(struct addr a, unsigned len);

/* Canonical text, always with its length ("10.0.0.1/32"); returns how long the text is. */
size_t prefix_format(struct prefix p, char text[static PREFIX_TEXT_MAX]);
void prefix_print(struct prefix p, struct buf *out);

int prefix_cmp(struct prefix a, struct prefix b);
bool prefix_covers(struct prefix outer, struct prefix inner);
bool prefix_has(struct prefix p, struct addr a);
struct addr_range prefix_range(struct prefix p);
