/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader of `nft -j list ruleset` (libnftables-json(5), schema version 1).
 *
 * Each object of the list is written as the nft command that makes it and goes through the text
 * reader, so the two encodings cannot drift apart. What the schema has and we do not know becomes
 * `json "..."` in place: an unknown expression or statement. Places are those of the JSON objects.
 */
#pragma once

#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"
#include "nft/model.h"

enum {
	NFT_JSON_MAX = 64 * 1024 * 1024,       /* bytes */
	NFT_JSON_VALUES_MAX = 12 * 1000 * 1000 /* values in one object of the list */
};

/* E_SYNTAX: not JSON, or not what nft prints; E_LIMIT: too large or too deep. The diag tells. */
EG_CHECK int nft_json_read(struct str text, const char *file, struct diag *d,
			   struct nft_ruleset **ret);

/* How much `text` looks like the JSON of nft, 0..100. */
int nft_json_detect(struct str text);
