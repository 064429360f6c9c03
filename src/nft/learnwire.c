/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/learnwire.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "nft/attrs.h"
#include "nft/kernel.h"
#include "nft/userdata.h"

enum {
	WORD = 4, /* parts of a key are filled to this */
	KEY_MAX = 16 + 2 * WORD,
	TRIES = 10 /* to list a map that changes meanwhile */
};

bool learnwire_valid(const struct learned_element *e, bool add)
{
	if (e->addr.family != FAMILY_V4 && e->addr.family != FAMILY_V6)
		return false;
	return !add ||
	       (e->timeout_ms && e->target && (!e->name || strlen(e->name) <= LEARNED_NAME_MAX));
}

static size_t make_key(const struct learned_element *e, uint8_t key[static KEY_MAX])
{
	size_t n = addr_to_wire(e->addr, key);

	memset(key + n, 0, 2 * WORD);
	key[n] = e->proto;
	key[n + WORD] = (uint8_t)(e->port >> 8);
	key[n + WORD + 1] = (uint8_t)e->port;
	return n + 2 * WORD;
}

void learnwire_element(struct batch *b, const struct learned_element *e, bool all)
{
	size_t elem = batch_nest(b, NFTA_LIST_ELEM), key;
	struct userdata u = USERDATA_INIT;
	uint8_t byte[KEY_MAX];
	size_t n = make_key(e, byte);

	key = batch_nest(b, NFTA_SET_ELEM_KEY);
	batch_bytes(b, NFTA_DATA_VALUE, byte, n);
	batch_unnest(b, key);
	if (all) {
		if (e->timeout_ms)
			batch_u64(b, NFTA_SET_ELEM_TIMEOUT, e->timeout_ms);
		if (e->expires_ms)
			batch_u64(b, NFTA_SET_ELEM_EXPIRATION, e->expires_ms);
		batch_text(b, NFTA_SET_ELEM_OBJREF, e->target);
		if (e->name && userdata_text(&u, USERDATA_COMMENT, e->name))
			batch_bytes(b, NFTA_SET_ELEM_USERDATA, u.byte, u.n);
	}
	batch_unnest(b, elem);
}

/* ---- listing ---- */

struct listing {
	struct arena *arena;
	const char *map;
	struct learned_element *element;
	size_t n, cap;
};

static int read_key(struct str key, struct learned_element *e)
{
	size_t n = key.n - 2 * WORD;
	const uint8_t *byte = (const uint8_t *)key.p;

	if (!key.p || (key.n != 4 + 2 * WORD && key.n != KEY_MAX))
		return -EPROTO; /* not a map of ours */
	e->addr = addr_from_wire(n == 4 ? FAMILY_V4 : FAMILY_V6, byte);
	e->proto = byte[n];
	e->port = (uint16_t)(byte[n + WORD] << 8 | byte[n + WORD + 1]);
	return 0;
}

static int read_texts(struct listing *l, struct str *a, struct learned_element *e)
{
	struct str note[USERDATA_TYPES];

	e->map = l->map;
	e->target = arena_str(l->arena, attrs_text(a[NFTA_SET_ELEM_OBJREF]));
	if (!e->target)
		return -ENOMEM;
	userdata_read(a[NFTA_SET_ELEM_USERDATA], note);
	if (!note[USERDATA_COMMENT].p)
		return 0;
	e->name = arena_str(l->arena, attrs_text(note[USERDATA_COMMENT]));
	return e->name ? 0 : -ENOMEM;
}

static int read_element(struct listing *l, struct str elem)
{
	struct str a[NFTA_SET_ELEM_EXPRESSIONS + 1], key[NFTA_DATA_MAX + 1];
	struct learned_element e = { .known = true };
	int r;

	attrs_read(elem.p, elem.n, a, ARRAY_LEN(a));
	attrs_read(a[NFTA_SET_ELEM_KEY].p, a[NFTA_SET_ELEM_KEY].n, key, ARRAY_LEN(key));
	e.timeout_ms = attrs_u64_or(a[NFTA_SET_ELEM_TIMEOUT], 0);
	e.expires_ms = attrs_u64_or(a[NFTA_SET_ELEM_EXPIRATION], 0);
	r = read_key(key[NFTA_DATA_VALUE], &e);
	if (r == 0)
		r = read_texts(l, a, &e);
	if (r == 0)
		r = mem_grow(&l->element, &l->cap, l->n + 1, sizeof(*l->element));
	if (r == 0)
		l->element[l->n++] = e;
	return r;
}

static int read_answer(void *data, const struct nft_answer *m)
{
	struct str a[NFTA_SET_ELEM_LIST_SET_ID + 1], list, elem;
	struct listing *l = data;
	unsigned type;
	int r = 0;

	attrs_read(m->attrs, m->size, a, ARRAY_LEN(a));
	list = a[NFTA_SET_ELEM_LIST_ELEMENTS];
	while (r == 0 && attrs_next(&list, &type, &elem))
		r = read_element(l, elem);
	return r;
}

static int ask(struct nft_link *link, struct learnwire_map map, struct listing *l)
{
	EG_AUTO(batch_release) struct batch b = BATCH_INIT;

	b.family = (uint8_t)map.family;
	batch_message(&b, NFT_MSG_GETSETELEM, NLM_F_DUMP, (struct batch_part){ .kind = "map" });
	batch_text(&b, NFTA_SET_ELEM_LIST_TABLE, map.table);
	batch_text(&b, NFTA_SET_ELEM_LIST_SET, map.map);
	l->n = 0;
	return nft_link_ask(link, &b, read_answer, l);
}

int learnwire_list(struct nft_link *link, struct learnwire_map map, struct arena *a,
		   struct learned_element **ret, size_t *ret_n)
{
	struct listing l = { .arena = a, .map = arena_strdup(a, map.map) };
	struct learned_element *all;
	int r = l.map ? -EINTR : -ENOMEM;

	for (unsigned i = 0; i < TRIES && r == -EINTR; i++)
		r = ask(link, map, &l);
	r = r == -EINTR ? 0 : r; /* not from one moment, but nearly */
	all = r == 0 ? arena_array(a, l.n, sizeof(*all)) : NULL;
	if (r == 0 && !all)
		r = -ENOMEM;
	if (r == 0) {
		if (l.n)
			memcpy(all, l.element, l.n * sizeof(*all));
		*ret = all;
		*ret_n = l.n;
	}
	mem_free(l.element);
	return r;
}
