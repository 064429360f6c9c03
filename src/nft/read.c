/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the kernel for a table and for counters. */
#include <errno.h>

#include "base/err.h"
#include "nft/apply.h"
#include "nft/attrs.h"
#include "nft/batch.h"
#include "nft/decode.h"
#include "nft/kernel.h"

enum { TRIES = 10 }; /* to read a table that changes meanwhile */

/* A question: every object of a kind in a table, or every element of its set. */
struct question {
	enum nft_family family;
	const char *table, *set;
};

static int ask(struct nft_link *l, const struct question *q, unsigned type, nft_answer_fn each,
	       void *data)
{
	EG_AUTO(batch_release) struct batch b = BATCH_INIT;

	b.family = (uint8_t)q->family;
	batch_message(&b, type, NLM_F_DUMP, (struct batch_part){ .kind = "question" });
	/* The attribute of the table's name has number 1 in every kind of message. */
	if (type != NFT_MSG_GETTABLE && type != NFT_MSG_GETCHAIN)
		batch_text(&b, NFTA_SET_ELEM_LIST_TABLE, q->table);
	if (q->set)
		batch_text(&b, NFTA_SET_ELEM_LIST_SET, q->set);
	return nft_link_ask(l, &b, each, data);
}

static int take(void *decoder, const struct nft_answer *a)
{
	return decode_answer(decoder, a);
}

static int read_all(struct nft_link *l, struct decoder *dc, struct question q)
{
	static const unsigned first[] = { NFT_MSG_GETTABLE, NFT_MSG_GETCHAIN, NFT_MSG_GETOBJ,
					  NFT_MSG_GETSET };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(first); i++) {
		r = ask(l, &q, first[i], take, dc);
		if (r == 0 && !decoder_table(dc))
			r = -ENOENT;
	}
	for (size_t i = 0; r == 0 && (q.set = decoder_set_name(dc, i)) != NULL; i++)
		r = ask(l, &q, NFT_MSG_GETSETELEM, take, dc);
	q.set = NULL;
	if (r == 0)
		r = decode_elements_end(dc);
	return r < 0 ? r : ask(l, &q, NFT_MSG_GETRULE, take, dc);
}

/* One try; -EINTR: the ruleset changed under our hands. */
static int read_once(struct nft_link *l, const struct question *q, struct nft_ruleset *rs)
{
	EG_AUTO(decoder_freep) struct decoder *dc = NULL;
	uint32_t before = 0, after = 0;
	int r = nft_link_generation(l, &before);

	dc = r < 0 ? NULL : decoder_new(rs, q->family, q->table, l);
	if (r < 0 || !dc)
		return r < 0 ? r : -ENOMEM;
	r = read_all(l, dc, *q);
	/* A set that vanished between two questions is a change as well, not a missing table. */
	if (r == 0 || r == -ENOENT) {
		int r2 = nft_link_generation(l, &after);

		if (r2 < 0 || before != after)
			return r2 < 0 ? r2 : -EINTR;
	}
	return r;
}

/* Takes a half-read table back; what it holds stays in the arena until the ruleset ends. */
static void forget_table(struct nft_ruleset *rs, size_t tables, size_t rules, size_t elems)
{
	rs->tables = tables;
	rs->rules = rules;
	rs->elems = elems;
}

int nft_read_table(struct nft_link *l, enum nft_family family, const char *name,
		   struct nft_ruleset *rs, struct diag *d)
{
	struct question q = { family, name, NULL };
	size_t tables = rs->tables, rules = rs->rules, elems = rs->elems;
	int r = -EINTR;

	for (int i = 0; i < TRIES && r == -EINTR; i++) {
		forget_table(rs, tables, rules, elems);
		r = read_once(l, &q, rs);
	}
	if (r == 0)
		return 0;
	forget_table(rs, tables, rules, elems);
	r = r == -EINTR ? -EAGAIN : r;
	diag_error(d, NOWHERE, "cannot read table %s %s from the kernel: %s",
		   nft_family_name(family), name, err_text(r));
	return r;
}
