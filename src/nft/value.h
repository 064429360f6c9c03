/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constants: one word of text or JSON as a value of a data type, and back.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"
#include "nft/expr.h"
#include "nft/type.h"

enum { NFT_IFNAME_MAX = 15 };

/* 0..2^128-1, decimal, 0x hexadecimal, or octal after a leading 0, as nft does. E_SYNTAX, E_LIMIT.
 */
EG_CHECK int nft_number_read(struct str text, u128 *ret);

/* "1d2h3m4s5ms", or a number of seconds, in milliseconds. E_SYNTAX, E_LIMIT (above 2^63). */
EG_CHECK int nft_time_read(struct str text, uint64_t *ret_ms);
void nft_time_print(uint64_t ms, struct buf *out); /* "1d2h3m4s5ms"; 0 is "0s" */

/*
 * `text` as a value of `type` with `bits` (0: the type's own size). NFT_T_INVALID guesses from the
 * shape. Names that only the machine knows (users, marks, hosts) become a value with `text`.
 * E_SYNTAX: no such value; E_LIMIT: too large for the field.
 */
EG_CHECK int nft_value_read(struct arena *a, enum nft_type type, unsigned bits, struct str text,
			    struct nft_expr **ret);

/* A value, range or prefix as nft writes it. */
void nft_value_print(const struct nft_expr *e, struct buf *out);

/* The highest number of `bits` bits. */
u128 nft_bits_max(unsigned bits);

/* The length of the prefix that `mask` keeps, or -1 when its bits are not all in front. */
int nft_mask_len(u128 mask, unsigned bits);
