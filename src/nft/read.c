/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the kernel for a table and for counters. */
#include <errno.h>

#include "base/err.h"
#include "nft/apply.h"
#include "nft/attrs.h"
#include "nft/batch.h"
#include "nft/decode.h"
#include "nft/kernel.h"
#include "nft/print.h"

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

/* Sets whose elements come and go by themselves. */
static bool times_out(const struct decoder *dc, const char *name)
{
	const struct nft_set *s = nft_set_find(decoder_table(dc), str_of(name));

	return s && (s->flags & NFT_SET_TIMEOUT || s->timeout_ms);
}

/* Asks; that the rules changed during the answer is no error, but for the whole. */
static int ask_on(struct nft_link *l, const struct question *q, unsigned type, struct decoder *dc)
{
	int r = ask(l, q, type, take, dc);

	return r == -EINTR ? 0 : r;
}

static int read_all(struct nft_link *l, struct decoder *dc, struct question q, bool elements)
{
	static const unsigned first[] = { NFT_MSG_GETTABLE, NFT_MSG_GETCHAIN, NFT_MSG_GETOBJ,
					  NFT_MSG_GETSET };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(first); i++) {
		r = ask_on(l, &q, first[i], dc);
		if (r == 0 && !decoder_table(dc))
			r = -ENOENT;
	}
	for (size_t i = 0; r == 0 && (q.set = decoder_set_name(dc, i)) != NULL; i++)
		if (elements || !times_out(dc, q.set))
			r = ask_on(l, &q, NFT_MSG_GETSETELEM, dc);
	q.set = NULL;
	if (r == 0)
		r = decode_elements_end(dc);
	return r < 0 ? r : ask_on(l, &q, NFT_MSG_GETRULE, dc);
}

/* One try; -EINTR: the ruleset changed under our hands, and all the same `rs` has what was read. */
static int read_once(struct nft_link *l, const struct question *q, struct nft_ruleset *rs,
		     bool elements)
{
	EG_AUTO(decoder_freep) struct decoder *dc = NULL;
	uint32_t before = 0, after = 0;
	int r = nft_link_generation(l, &before), r2;

	dc = r < 0 ? NULL : decoder_new(rs, q->family, q->table, l);
	if (r < 0 || !dc)
		return r < 0 ? r : -ENOMEM;
	r = read_all(l, dc, *q, elements);
	if (r != 0 && r != -ENOENT)
		return r;
	/* A set that vanished between two questions is a change as well, not a missing table. */
	r2 = nft_link_generation(l, &after);
	if (r2 < 0)
		return r2;
	if (before == after)
		return r;
	return r == 0 ? -EINTR : -EAGAIN;
}

/* Takes a half-read table back; what it holds stays in the arena until the ruleset ends. */
struct before {
	size_t tables, rules, elems;
};

static void forget_table(struct nft_ruleset *rs, const struct before *b)
{
	rs->tables = b->tables;
	rs->rules = b->rules;
	rs->elems = b->elems;
}

static int complain(const struct question *q, int r, struct diag *d)
{
	r = r == -EINTR ? -EAGAIN : r;
	diag_error(d, NOWHERE, "cannot read table %s %s from the kernel: %s",
		   nft_family_name(q->family), q->table, err_text(r));
	return r;
}

int nft_read_table(struct nft_link *l, enum nft_family family, const char *name,
		   struct nft_ruleset *rs, struct diag *d)
{
	const struct question q = { family, name, NULL };
	const struct before b = { rs->tables, rs->rules, rs->elems };
	int r = -EINTR;

	for (int i = 0; i < TRIES && (r == -EINTR || r == -EAGAIN); i++) {
		forget_table(rs, &b);
		r = read_once(l, &q, rs, true);
	}
	if (r == 0)
		return 0;
	forget_table(rs, &b);
	return complain(&q, r, d);
}

int nft_read_nearly(struct nft_link *l, enum nft_family family, const char *name,
		    struct nft_ruleset *rs, struct diag *d)
{
	const struct question q = { family, name, NULL };
	const struct before b = { rs->tables, rs->rules, rs->elems };
	int r = -EAGAIN;

	for (int i = 0; i < TRIES && r == -EAGAIN; i++) {
		forget_table(rs, &b);
		r = read_once(l, &q, rs, true);
	}
	if (r == 0 || r == -EINTR)
		return 0;
	forget_table(rs, &b);
	return complain(&q, r, d);
}

/* What was read last, as text; is it what was read before it? */
static int same_again(const struct nft_ruleset *rs, struct buf *last, bool *ret)
{
	EG_AUTO(buf_release) struct buf now = BUF_INIT;
	struct buf swap;

	nft_print_table(rs->table[rs->tables - 1], NFT_PRINT_STATELESS | NFT_PRINT_SORTED, &now);
	if (now.r < 0)
		return now.r;
	*ret = str_eq(buf_str(&now), buf_str(last));
	swap = *last;
	*last = now;
	now = swap;
	return 0;
}

int nft_read_rules(struct nft_link *l, enum nft_family family, const char *name,
		   struct nft_ruleset *rs, struct diag *d)
{
	const struct question q = { family, name, NULL };
	const struct before b = { rs->tables, rs->rules, rs->elems };
	EG_AUTO(buf_release) struct buf last = BUF_INIT;
	bool same = false;
	int r = -EAGAIN;

	for (int i = 0; i < TRIES && !same && (r == -EAGAIN || r == -EINTR); i++) {
		forget_table(rs, &b);
		r = read_once(l, &q, rs, false);
		if (r == -EINTR) {
			int r2 = same_again(rs, &last, &same);

			r = r2 < 0 ? r2 : r;
		}
	}
	if (r == 0 || same)
		return 0;
	forget_table(rs, &b);
	return complain(&q, r, d);
}
