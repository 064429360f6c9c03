/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/apply.h"

#include <errno.h>

#include "nft/batch.h"
#include "nft/encode.h"

int nft_replace_table(struct nft_link *l, const struct nft_table *t, enum nft_commit mode,
		      struct diag *d)
{
	EG_AUTO(batch_release) struct batch b = BATCH_INIT;
	int r;

	encode_delete_table(t->family, t->name, &b);
	r = encode_table(t, l, &b, d);
	return r < 0 ? r : nft_link_commit(l, &b, mode, d);
}

int nft_delete_table(struct nft_link *l, enum nft_family family, const char *name, struct diag *d)
{
	EG_AUTO(batch_release) struct batch b = BATCH_INIT;

	encode_delete_table(family, name, &b);
	return nft_link_commit(l, &b, NFT_COMMIT, d);
}
