/* SPDX-License-Identifier: Apache-2.0 */
/* Counters of the kernel, read without the rest of their table. */
#include <errno.h>

#include "base/err.h"
#include "nft/apply.h"
#include "nft/attrs.h"
#include "nft/batch.h"
#include "nft/kernel.h"

/* Where the counters of one answer after the other go. */
struct counting {
	nft_count_fn each;
	void *data;
	const char *set;
	struct buf name; /* NUL-terminated copy */
};

static int count_object(void *data, const struct nft_answer *m)
{
	struct counting *c = data;
	struct str a[NFTA_OBJ_USERDATA + 1], v[NFTA_COUNTER_PACKETS + 1];
	struct nft_count count = { 0 };

	attrs_read(m->attrs, m->size, a, ARRAY_LEN(a));
	if (attrs_u32_or(a[NFTA_OBJ_TYPE], 0) != NFT_OBJECT_COUNTER)
		return 0;
	attrs_read(a[NFTA_OBJ_DATA].p, a[NFTA_OBJ_DATA].n, v, ARRAY_LEN(v));
	buf_clear(&c->name);
	buf_addstr(&c->name, attrs_text(a[NFTA_OBJ_NAME]));
	if (c->name.r < 0)
		return c->name.r;
	count.name = buf_str(&c->name).p;
	count.bytes = attrs_u64_or(v[NFTA_COUNTER_BYTES], 0);
	count.packets = attrs_u64_or(v[NFTA_COUNTER_PACKETS], 0);
	return c->each(c->data, &count);
}

static int count_elem(struct counting *c, struct str elem)
{
	struct str a[NFTA_SET_ELEM_EXPRESSIONS + 1], x[NFTA_EXPR_MAX + 1], k[NFTA_DATA_MAX + 1];
	struct str v[NFTA_COUNTER_PACKETS + 1];
	struct nft_count count = { .set = c->set };

	attrs_read(elem.p, elem.n, a, ARRAY_LEN(a));
	attrs_read(a[NFTA_SET_ELEM_EXPR].p, a[NFTA_SET_ELEM_EXPR].n, x, ARRAY_LEN(x));
	if (!str_is(attrs_text(x[NFTA_EXPR_NAME]), "counter"))
		return 0;
	attrs_read(a[NFTA_SET_ELEM_KEY].p, a[NFTA_SET_ELEM_KEY].n, k, ARRAY_LEN(k));
	attrs_read(x[NFTA_EXPR_DATA].p, x[NFTA_EXPR_DATA].n, v, ARRAY_LEN(v));
	count.key = (const uint8_t *)k[NFTA_DATA_VALUE].p;
	count.key_size = k[NFTA_DATA_VALUE].n;
	count.bytes = attrs_u64_or(v[NFTA_COUNTER_BYTES], 0);
	count.packets = attrs_u64_or(v[NFTA_COUNTER_PACKETS], 0);
	return c->each(c->data, &count);
}

static int count_elems(void *data, const struct nft_answer *m)
{
	struct str a[NFTA_SET_ELEM_LIST_SET_ID + 1], list, elem;
	unsigned type;
	int r = 0;

	attrs_read(m->attrs, m->size, a, ARRAY_LEN(a));
	list = a[NFTA_SET_ELEM_LIST_ELEMENTS];
	while (r >= 0 && attrs_next(&list, &type, &elem))
		r = count_elem(data, elem);
	return r;
}

int nft_counters(struct nft_link *l, enum nft_family family, const char *table, nft_count_fn each,
		 void *data)
{
	EG_AUTO(batch_release) struct batch b = BATCH_INIT;
	struct counting c = { .each = each, .data = data };
	int r;

	b.family = (uint8_t)family;
	batch_message(&b, NFT_MSG_GETOBJ, NLM_F_DUMP, (struct batch_part){ .kind = "counters" });
	batch_text(&b, NFTA_OBJ_TABLE, table);
	batch_u32(&b, NFTA_OBJ_TYPE, NFT_OBJECT_COUNTER);
	r = nft_link_ask(l, &b, count_object, &c);
	buf_release(&c.name);
	return r;
}

int nft_element_counters(struct nft_link *l, enum nft_family family, const char *table,
			 const char *set, nft_count_fn each, void *data)
{
	EG_AUTO(batch_release) struct batch b = BATCH_INIT;
	struct counting c = { .each = each, .data = data, .set = set };

	b.family = (uint8_t)family;
	batch_message(&b, NFT_MSG_GETSETELEM, NLM_F_DUMP,
		      (struct batch_part){ .kind = "counters" });
	batch_text(&b, NFTA_SET_ELEM_LIST_TABLE, table);
	batch_text(&b, NFTA_SET_ELEM_LIST_SET, set);
	return nft_link_ask(l, &b, count_elems, &c);
}
