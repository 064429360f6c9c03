/* SPDX-License-Identifier: Apache-2.0 */
/* Small vocabularies that text and JSON share. */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"
#include "nft/model.h"

/* Seconds of "second", "minute", "hour", "day", "week"; 0: none of them. And back. */
uint32_t nft_unit_seconds(struct str word);
const char *nft_unit_word(uint32_t seconds);

/* "bytes", "kbytes", "mbytes" as a constant string; NULL: none of them. */
const char *nft_byte_unit(struct str word);

/* The family of "ip", "ip6", ... -ENOENT. */
EG_CHECK int nft_family_find(struct str word, enum nft_family *ret);

/* "filter", "raw", ... in that family and hook as a number. -ENOENT. */
EG_CHECK int nft_priority_find(struct str word, enum nft_family family, struct str hook,
			       int32_t *ret);

/* The type of a code that `reject with TYPE CODE` may have. */
enum nft_type nft_reject_code_type(enum nft_reject_type type);
