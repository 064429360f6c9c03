/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words for numbers: `established`, `echo-request`, `https`, per data type.
 */
#pragma once

#include "base/attr.h"
#include "base/int128.h"
#include "base/str.h"
#include "nft/type.h"

/* -ENOENT: not a word of this type. */
EG_CHECK int nft_symbol_number(enum nft_type type, struct str name, u128 *ret);

/* The word to print for a number, or NULL: print the number. Ports are always printed as numbers.
 */
const char *nft_symbol_name(enum nft_type type, u128 num);
