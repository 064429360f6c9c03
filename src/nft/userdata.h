/* SPDX-License-Identifier: Apache-2.0 */
/*
 * User data: what nft notes beside an object for itself, and the kernel only keeps.
 *
 * A list of (type, length, value), one byte each for type and length. Numbers are in host order.
 * The types below are nft's (libnftnl udata.h); text holds its NUL.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "nft/batch.h"

enum {
	USERDATA_COMMENT = 0, /* of tables, chains, rules, objects and elements */

	USERDATA_SET_KEY_ORDER = 0,
	USERDATA_SET_DATA_ORDER = 1,
	USERDATA_SET_MERGE = 2,
	USERDATA_SET_KEY_TYPEOF = 3,
	USERDATA_SET_DATA_TYPEOF = 4,
	USERDATA_SET_DATA_RANGES = 6,
	USERDATA_SET_COMMENT = 7,

	USERDATA_ELEM_FLAGS = 1,
	USERDATA_ELEM_OPEN = 1, /* flag: a range without end, up to the highest key */

	USERDATA_TYPES = 8
};

struct userdata {
	uint8_t byte[BATCH_USERDATA_MAX];
	size_t n;
};

#define USERDATA_INIT ((struct userdata){ .n = 0 })

/* False: it does not fit (the kernel keeps 256 bytes; one text at most 254). */
bool userdata_text(struct userdata *u, unsigned type, const char *text);
bool userdata_bytes(struct userdata *u, unsigned type, const void *data, size_t n);
void userdata_u32(struct userdata *u, unsigned type, uint32_t v);

/* Spreads the list over a table indexed by type, like attrs_read(). */
void userdata_read(struct str data, struct str table[static USERDATA_TYPES]);
uint32_t userdata_u32_or(struct str value, uint32_t otherwise);
