/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One form for what can be said in several ways, so that text, JSON and the kernel agree.
 */
#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "nft/model.h"

/*
 * A match in its normal form: a flag value without an operator (`said` false) tests any bit;
 * `ip saddr & 255.0.0.0 == 10.0.0.0` is the prefix; a set of one kind stays as it is.
 */
EG_CHECK int nft_match_normal(struct arena *a, struct nft_stmt *s, bool said);

/* `reject` without a type: what the family makes of it. */
void nft_reject_default(enum nft_family family, struct nft_stmt *s);

/* The kernel's default burst is not said: 5 packets. */
void nft_limit_normal(struct nft_limit *l);

/*
 * The elements of every named set in the order in which they are printed. The kernel lists sets of
 * concatenations in the order in which they came, so tables with equal texts list alike.
 */
EG_CHECK int nft_table_sort(struct nft_table *t);
