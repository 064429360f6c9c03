/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ruleset as text: what `nft -f` loads and nft/text.h reads back to the same model.
 *
 * The text is canonical: two models that mean the same, read from text, from JSON or from the
 * kernel, print the same (handles and places are not printed). Unknown parts print as they were
 * written.
 */
#pragma once

#include "base/buf.h"
#include "nft/model.h"

enum {
	NFT_PRINT_STATELESS = 1 << 0, /* no counts, no `expires` */
	/* Each table is replaced as a whole, in the transaction that loads the text. */
	NFT_PRINT_REPLACE = 1 << 1,
	NFT_PRINT_SORTED = 1 << 2, /* elements by value: the kernel keeps no order */
	/*
	 * Without what the JSON of nft 1.0.6 does not tell: `dynamic`, auto-merge, typeof, comments
	 * of tables and chains, devices. To compare models that came different ways.
	 */
	NFT_PRINT_AS_JSON = 1 << 3
};

void nft_print(const struct nft_ruleset *rs, unsigned flags, struct buf *out);
void nft_print_table(const struct nft_table *t, unsigned flags, struct buf *out);
void nft_print_set(const struct nft_set *s, unsigned flags, struct buf *out);

/* One rule without its end of line; the family decides how `reject` is written. */
void nft_print_rule(const struct nft_rule *r, enum nft_family family, unsigned flags,
		    struct buf *out);
void nft_print_stmt(const struct nft_stmt *s, enum nft_family family, unsigned flags,
		    struct buf *out);
void nft_print_expr(const struct nft_expr *e, unsigned flags, struct buf *out);
/* The elements as they are to be printed; an array to be freed, NULL: out of memory. */
const struct nft_elem **nft_print_order(const struct nft_set *s, unsigned flags);
void nft_print_elem(const struct nft_elem *e, unsigned flags, struct buf *out);
void nft_print_verdict(const struct nft_verdict *v, struct buf *out);

/* A name, in quotes when it is not one word of the language. */
void nft_print_name(const char *name, struct buf *out);
