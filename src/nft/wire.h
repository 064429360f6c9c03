/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How values look in the kernel's registers, sets and maps.
 *
 * A value is as many bytes as its bits need. What a packet holds is in network order; what the
 * kernel keeps itself (marks, interface indexes, connection state) is in host order, unless ranges
 * are compared: those need network order, and the rule converts the register first. Parts of a
 * concatenation each start at a multiple of four bytes, filled with zeros.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/int128.h"
#include "nft/expr.h"
#include "nft/model.h"

enum {
	WIRE_REGISTERS = 64, /* bytes of all data registers, so of a key too */
	WIRE_IFNAME = 16     /* IFNAMSIZ */
};

/* What one part of a key, or the left side of a match, is made of. */
struct shape {
	enum nft_type type;
	uint16_t bits;
	bool host_order; /* as the kernel has it, before any conversion */
	bool text;
};

struct shape shape_of(const struct nft_expr *e);	 /* of an expression's value */
struct shape shape_of_part(const struct nft_keypart *k); /* of a set's key or data */
size_t shape_bytes(struct shape s);			 /* 0: unknown */
size_t shape_room(struct shape s);			 /* the same, to the next four */

/*
 * The number in `n` bytes at `out`. False: it does not fit.
 */
bool wire_number(u128 v, size_t n, bool host_order, uint8_t *out);
u128 wire_read(const uint8_t *data, size_t n, bool host_order);

/* The least and the greatest number of a constant without text. False: it is none. */
bool wire_bounds(const struct nft_expr *e, struct shape s, u128 *ret_lo, u128 *ret_hi);

/* nft's own number for a data type, as it notes it in sets; 0 when it has none. */
uint32_t wire_type(enum nft_type type);
enum nft_type wire_type_find(uint32_t number);
