/* SPDX-License-Identifier: Apache-2.0 */
#include "control/tabletext.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/nftables.h"
#include "dialect/nftables_learned.h"
#include "nft/print.h"
#include "nft/text.h"

void tabletext_of(struct nft_ruleset *rs, struct buf *out)
{
	for (size_t t = 0; t < rs->tables; t++) {
		struct nft_table *table = rs->table[t];

		for (size_t i = 0; i < table->sets; i++) {
			if (learned_is_map(table, table->set[i]))
				table->set[i]->elems = 0; /* the arena has them until the end */
		}
	}
	nft_print(rs, NFT_PRINT_STATELESS | NFT_PRINT_SORTED, out);
}

int tabletext_read(struct nft_link *l, struct diag *d, struct buf *out)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = nft_ruleset_new();
	EG_AUTO(diag_freep) struct diag *quiet = diag_new(); /* no table is an answer */
	int r = rs && quiet ? nft_read_rules(l, NFT_INET, NFTABLES_TABLE, rs, quiet) : -ENOMEM;

	if (r == -ENOENT)
		return 0;
	if (r < 0) {
		diag_error(d, NOWHERE, "cannot read table inet " NFTABLES_TABLE ": %s",
			   err_text(r));
		return r;
	}
	tabletext_of(rs, out);
	return out->r;
}

int tabletext_load(struct nft_link *l, struct str text, const struct nft_keep *keep,
		   enum nft_commit mode, struct diag *d, size_t *ret_kept)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	static const struct nft_keep none = { 0 };
	int r;

	if (!text.n) {
		*ret_kept = 0;
		return mode == NFT_CHECK ? 0 : nft_delete_table(l, NFT_INET, NFTABLES_TABLE, d);
	}
	r = nft_text_read(text, "the ruleset", NULL, d, &rs);
	if (r == 0 && rs->tables != 1)
		r = E_SYNTAX;
	return r < 0 ? r
		     : nft_replace_table_keeping(l, rs->table[0], keep ? keep : &none, mode, d,
						 ret_kept);
}
