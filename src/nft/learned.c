/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/learned.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "nft/apply.h"
#include "nft/batch.h"
#include "nft/kernel.h"
#include "nft/learnwire.h"
#include "nft/link.h"
#include "nft/text.h"

enum {
	ROUNDS = 8,		/* to meet others' changes */
	MESSAGES_AN_ELEMENT = 2 /* delete and add */
};

struct learned {
	struct nft_link *link;
	bool renews; /* the kernel gives an element that is added again its new timeout */
	enum nft_family family;
	char *own;	   /* name of the table */
	const char *table; /* the same, but while find_renewal() tries */
	struct batch batch;
	int error[MESSAGES_AN_ELEMENT * LEARNED_BATCH_MAX];
	uint16_t of[MESSAGES_AN_ELEMENT * LEARNED_BATCH_MAX]; /* message -> element */
};

/* ---- changing ---- */

/* What is still to be done with an element. */
enum todo { TODO_ADD, TODO_RENEW, TODO_DEL, TODO_NOTHING };

static void put(struct learned *l, const struct learned_element *e, unsigned type, unsigned flags,
		size_t i)
{
	struct batch *b = &l->batch;
	size_t nest;

	if (b->n < ARRAY_LEN(l->of))
		l->of[b->n] = (uint16_t)i;
	batch_message(b, type, flags, (struct batch_part){ .kind = "address", .name = e->name });
	batch_text(b, NFTA_SET_ELEM_LIST_TABLE, l->table);
	batch_text(b, NFTA_SET_ELEM_LIST_SET, e->map);
	nest = batch_nest(b, NFTA_SET_ELEM_LIST_ELEMENTS);
	learnwire_element(b, e, type == NFT_MSG_NEWSETELEM);
	batch_unnest(b, nest);
}

static void put_all(struct learned *l, const struct learned_element *e, size_t n,
		    const uint8_t *todo)
{
	batch_clear(&l->batch);
	l->batch.out.r = 0;
	l->batch.family = (uint8_t)l->family;
	for (size_t i = 0; i < n; i++) {
		if (todo[i] == TODO_RENEW || todo[i] == TODO_DEL)
			put(l, &e[i], NFT_MSG_DELSETELEM, 0, i);
		if (todo[i] == TODO_RENEW || todo[i] == TODO_ADD)
			put(l, &e[i], NFT_MSG_NEWSETELEM,
			    NLM_F_CREATE | (l->renews ? 0 : NLM_F_EXCL), i);
	}
	batch_end(&l->batch);
}

static bool is_deletion(const struct learned *l, size_t message)
{
	struct nlmsghdr h;

	memcpy(&h, l->batch.out.data + l->batch.part[message].at, sizeof(h));
	return (h.nlmsg_type & 0xff) == NFT_MSG_DELSETELEM;
}

/* Takes in why message m was refused; the whole transaction was. */
static void heed(const struct learned *l, size_t m, struct learned_element *e, uint8_t *todo)
{
	int error = l->error[m];

	if (is_deletion(l, m) && error == -ENOENT) {
		*todo = *todo == TODO_RENEW ? TODO_ADD : TODO_NOTHING;
	} else if (!is_deletion(l, m) && (error == -EEXIST || error == -EBUSY)) {
		*todo = TODO_RENEW; /* busy: with another counter */
	} else {
		e->r = error == -ENFILE ? -ENOSPC : error;
		*todo = TODO_NOTHING;
	}
}

/* Elements of one transaction. What an error is about is put right and tried again. */
static int change_some(struct learned *l, struct learned_element *e, size_t n, uint8_t *todo)
{
	for (unsigned round = 0; round < ROUNDS; round++) {
		bool heeded = false;
		int r;

		put_all(l, e, n, todo);
		r = nft_link_try(l->link, &l->batch, l->error);
		if (r == 0)
			return 0;
		for (size_t m = 0; m < l->batch.n; m++) {
			if (l->error[m]) {
				heed(l, m, &e[l->of[m]], &todo[l->of[m]]);
				heeded = true;
			}
		}
		if (!heeded)
			return r;
	}
	return -EAGAIN;
}

static int change(struct learned *l, struct learned_element *e, size_t n, bool add)
{
	uint8_t todo[LEARNED_BATCH_MAX];
	int first = 0;

	for (size_t from = 0, some; from < n; from += some) {
		int r;

		some = n - from < LEARNED_BATCH_MAX ? n - from : LEARNED_BATCH_MAX;
		for (size_t i = 0; i < some; i++) {
			struct learned_element *x = &e[from + i];

			x->r = learnwire_valid(x, add) ? 0 : -EINVAL;
			todo[i] = (uint8_t)(x->r < 0   ? TODO_NOTHING
					    : !add     ? TODO_DEL
					    : x->known ? TODO_RENEW
						       : TODO_ADD);
		}
		r = change_some(l, e + from, some, todo);
		for (size_t i = 0; i < some; i++) {
			if (r < 0 && todo[i] != TODO_NOTHING)
				e[from + i].r = r;
			if (!first)
				first = e[from + i].r;
		}
	}
	return first;
}

int learned_add(struct learned *l, struct learned_element *e, size_t n)
{
	return change(l, e, n, true);
}

int learned_del(struct learned *l, struct learned_element *e, size_t n)
{
	return change(l, e, n, false);
}

/* ---- listing ---- */

int learned_list(struct learned *l, const char *map, struct arena *a, struct learned_element **ret,
		 size_t *ret_n)
{
	return learnwire_list(l->link, (struct learnwire_map){ l->family, l->table, map }, a, ret,
			      ret_n);
}

/* ---- what this kernel does ---- */

static int add_to_scratch(struct learned *l, uint64_t timeout_ms)
{
	struct learned_element e = {
		.map = "m", .target = "c", .addr = { FAMILY_V4, 0 }, .timeout_ms = timeout_ms
	};
	uint8_t todo = TODO_ADD;

	return change_some(l, &e, 1, &todo);
}

/* An element with a short timeout is added again with a long one: which does it have? */
static int try_renewal(struct learned *l)
{
	enum { SHORT_MS = 100 * 1000, LONG_MS = 1000 * 1000 };
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct learned_element *e = NULL;
	size_t n = 0;
	int r = a ? add_to_scratch(l, SHORT_MS) : -ENOMEM;

	if (r == 0)
		r = add_to_scratch(l, LONG_MS);
	if (r == 0)
		r = learned_list(l, "m", a, &e, &n);
	return r < 0 ? r : n == 1 && e[0].expires_ms > SHORT_MS;
}

/*
 * Asks the kernel, with a table of our own that no packet meets, for a moment. Where it cannot be
 * found out (no such table may be made, another of us tries at once), the careful way is taken.
 */
static int find_renewal(struct learned *l)
{
	EG_AUTO(diag_freep) struct diag *d = diag_new();
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = NULL;
	int r = d ? 0 : -ENOMEM;

	buf_printf(&text,
		   "table %s egret-try-%d {\n\tcounter c { }\n\tmap m {\n"
		   "\t\ttype ipv4_addr . inet_proto . inet_service : counter\n"
		   "\t\tflags timeout\n\t}\n}\n",
		   nft_family_name(l->family), (int)getpid());
	if (r == 0)
		r = text.r < 0 ? text.r : nft_text_read(buf_str(&text), "", NULL, d, &rs);
	if (r < 0)
		return r;
	l->renews = true; /* for this try: an addition that is no error */
	r = nft_replace_table(l->link, rs->table[0], NFT_COMMIT, d);
	if (r == 0) {
		int r2;

		l->table = rs->table[0]->name;
		r = try_renewal(l);
		l->table = l->own;
		r2 = nft_delete_table(l->link, l->family, rs->table[0]->name, d);
		r = r2 < 0 ? r2 : r;
	}
	l->renews = r > 0;
	return r == -ENOMEM ? r : 0;
}

/* ---- life ---- */

int learned_open(enum nft_family family, const char *table, struct learned **ret, struct diag *d)
{
	EG_AUTO(learned_closep) struct learned *l = mem_zero(1, sizeof(*l));
	int r;

	if (!l)
		return -ENOMEM;
	l->family = family;
	l->own = mem_zero(strlen(table) + 1, 1);
	if (!l->own)
		return -ENOMEM;
	memcpy(l->own, table, strlen(table));
	l->table = l->own;
	r = nft_link_open(&l->link, d);
	if (r == 0)
		r = find_renewal(l);
	if (r == 0)
		*ret = EG_TAKE(l);
	return r;
}

void learned_close(struct learned *l)
{
	if (!l)
		return;
	nft_link_close(l->link);
	batch_release(&l->batch);
	mem_free(l->own);
	mem_free(l);
}

void learned_closep(struct learned **l)
{
	learned_close(*l);
	*l = NULL;
}
