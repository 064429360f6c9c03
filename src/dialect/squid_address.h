/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A value of src or dst. Squid keeps IPv4 as IPv4-mapped IPv6: a value is an interval of 128-bit
 * numbers, and an IPv6 prefix that holds ::ffff:0:0/96 holds all of IPv4.
 */
#pragma once

#include "base/attr.h"
#include "base/int128.h"
#include "base/str.h"
#include "dialect/spans.h"

struct squid_range {
	u128 lo, hi;
};

/* Where IPv4 begins; it ends 2^32 - 1 later. */
#define SQUID_V4 ((u128)0xffff00000000)

/*
 * Reads one value. 1: `ret` is what it stands for; 0: it stands for `ret`, or for less: versions
 * differ, or a name has to be looked up. E_SYNTAX: squid refuses it. `ret_note` is NULL, or what
 * people should know of it.
 */
EG_CHECK int squid_address(struct str text, struct squid_range *ret, const char **ret_note);

/* Adds what the interval is in each family. */
EG_CHECK int squid_range_add(struct squid_range range, struct spanlist *v4, struct spanlist *v6);
