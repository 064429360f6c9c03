/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the reader knows of a ruleset before it evaluates anything: where each name leads, which
 * sets rules change while packets flow, and whether conntrack is in use (then fragments are put
 * together before any chain after it sees them).
 */
#pragma once

#include "base/attr.h"
#include "base/hash.h"
#include "nft/model.h"

struct table_index {
	const struct nft_table *table;
	struct strmap chain, set; /* name -> index in the table */
	struct strmap grows;	  /* sets that a rule adds to */
	struct strmap shrinks;	  /* sets that a rule deletes from */
	size_t first_rule;	  /* number of its first rule, in the order of the ruleset */
	size_t *chain_rule;	  /* number of the first rule of each chain */
};

struct tables {
	struct table_index *index;
	size_t n, rules;
	bool ct4, ct6; /* conntrack is in use */
};

#define TABLES_INIT ((struct tables){ 0 })

EG_CHECK int tables_index(const struct nft_ruleset *rs, struct tables *ret);
void tables_release(struct tables *t);
