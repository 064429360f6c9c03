/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/apply.h"

#include <errno.h>

#include "nft/batch.h"
#include "nft/encode.h"
#include "nft/kernel.h"
#include "nft/learnwire.h"

int nft_replace_table(struct nft_link *l, const struct nft_table *t, enum nft_commit mode,
		      struct diag *d)
{
	EG_AUTO(batch_release) struct batch b = BATCH_INIT;
	int r;

	encode_delete_table(t->family, t->name, &b);
	r = encode_table(t, l, &b, d);
	return r < 0 ? r : nft_link_commit(l, &b, mode, d);
}

/* ---- with learned addresses ---- */

enum { TRIES = 30 /* to replace a table to which elements are added meanwhile */ };

static size_t elements_begin(struct batch *b, const struct nft_table *t, const char *map)
{
	batch_message(b, NFT_MSG_NEWSETELEM, NLM_F_CREATE,
		      (struct batch_part){ .kind = "elements of map",
					   .name = map,
					   .note = "learned addresses" });
	batch_text(b, NFTA_SET_ELEM_LIST_TABLE, t->name);
	batch_text(b, NFTA_SET_ELEM_LIST_SET, map);
	return batch_nest(b, NFTA_SET_ELEM_LIST_ELEMENTS);
}

/* Appends the elements of one old map that stay. A map that was not there has none. */
static int keep_map(struct nft_link *l, const struct nft_table *t, const char *map,
		    const struct nft_keep *keep, struct batch *b, size_t *kept)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct learned_element *e = NULL;
	size_t n = 0, nest = 0;
	bool open = false;
	int r = a ? learnwire_list(l, (struct learnwire_map){ t->family, t->name, map }, a, &e, &n)
		  : -ENOMEM;

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	for (size_t i = 0; i < n; i++) {
		if (!e[i].expires_ms || !keep->stays(keep->data, &e[i]))
			continue;
		if (open && batch_full(b)) {
			batch_unnest(b, nest);
			open = false;
		}
		if (!open)
			nest = elements_begin(b, t, map);
		open = true;
		learnwire_element(b, &e[i], true);
		++*kept;
	}
	if (open)
		batch_unnest(b, nest);
	batch_end(b);
	return b->out.r;
}

/* One try; the last one takes what it gets. */
static int replace_keeping(struct nft_link *l, const struct nft_table *t,
			   const struct nft_keep *keep, struct batch *b, bool last,
			   enum nft_commit mode, struct diag *d, size_t *kept)
{
	uint32_t generation = 0;
	int r = nft_link_generation(l, &generation);

	for (size_t i = 0; r == 0 && i < keep->maps; i++)
		r = keep_map(l, t, keep->map[i], keep, b, kept);
	return r < 0 ? r : nft_link_commit_at(l, b, last ? 0 : generation, mode, d);
}

int nft_replace_table_keeping(struct nft_link *l, const struct nft_table *t,
			      const struct nft_keep *keep, enum nft_commit mode, struct diag *d,
			      size_t *ret_kept)
{
	EG_AUTO(batch_release) struct batch b = BATCH_INIT;
	size_t kept = 0;
	struct batch_mark fixed;
	int r;

	encode_delete_table(t->family, t->name, &b);
	r = encode_table(t, l, &b, d);
	fixed = batch_mark(&b);
	for (unsigned i = 1; r == 0 && i <= TRIES; i++) {
		batch_rewind(&b, fixed);
		kept = 0;
		r = replace_keeping(l, t, keep, &b, i == TRIES, mode, d, &kept);
		if (r != -ERESTART)
			break;
		r = 0;
	}
	if (r == 0)
		*ret_kept = kept;
	return r;
}

int nft_delete_table(struct nft_link *l, enum nft_family family, const char *name, struct diag *d)
{
	EG_AUTO(batch_release) struct batch b = BATCH_INIT;

	encode_delete_table(family, name, &b);
	return nft_link_commit(l, &b, NFT_COMMIT, d);
}
