/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An IP address of either family, and inclusive ranges of them.
 *
 * The value is a 128-bit number in host order; an IPv4 address uses its low 32 bits. The two
 * families never compare equal: ::ffff:1.2.3.4 is an IPv6 address. Order is by family, then value.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/int128.h"
#include "base/str.h"

enum family { FAMILY_V4 = 4, FAMILY_V6 = 6 };

enum { ADDR_TEXT_MAX = 46 }; /* longest textual IPv6 address and its NUL */

struct addr {
	enum family family;
	u128 value;
};

struct addr_range {
	enum family family;
	u128 lo, hi; /* both included; lo <= hi */
};

/* Number of bits of an address (32 or 128), and the highest value of a family. */
unsigned family_bits(enum family family);
u128 family_max(enum family family);
/* The mask of a prefix: the highest `len` bits. Of more bits than an address has, all of them. */
u128 family_mask(enum family family, unsigned len);

/*
 * Reads exactly one textual address: dotted quad without leading zeros, or RFC 4291 section 2.2
 * forms, upper or lower case. E_SYNTAX for anything else (zone ids, spaces, trailing text).
 */
EG_CHECK int addr_parse(struct str text, struct addr *ret);

/*
 * Cuts an address off the front of `*text`: as far as hexadecimal digits, colons and dots go, which
 * must all be one address. E_SYNTAX leaves the text as it was.
 */
EG_CHECK int addr_cut(struct str *text, struct addr *ret);

/* Canonical text (RFC 5952) into `text`, NUL-terminated; returns its length. */
size_t addr_format(struct addr a, char text[static ADDR_TEXT_MAX]);
void addr_print(struct addr a, struct buf *out);

int addr_cmp(struct addr a, struct addr b);

/* Network byte order: 4 or 16 bytes; returns how many. */
unsigned addr_to_wire(struct addr a, uint8_t wire[static 16]);
struct addr addr_from_wire(enum family family, const uint8_t *wire);
