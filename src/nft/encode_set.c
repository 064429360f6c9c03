/* SPDX-License-Identifier: Apache-2.0 */
/* Sets and maps: their declaration, and how rules refer to them. */
#include "nft/kernel.h"
#include <string.h>

#include "base/err.h"
#include "nft/encoder.h"
#include "nft/typeof.h"
#include "nft/userdata.h"

enum { TYPE_BITS = 6 }; /* a concatenated type is six bits a part */

/* nft's notes about byte order. */
enum { ORDER_NONE = 0, ORDER_HOST = 1, ORDER_NETWORK = 2 };

static bool has_ranges(const struct nft_set *s)
{
	for (size_t i = 0; i < s->elems; i++) {
		const struct nft_expr *k = s->elem[i].key;

		if (k->kind == NFT_E_RANGE || k->kind == NFT_E_PREFIX ||
		    (k->kind == NFT_E_VALUE && k->wildcard))
			return true;
		for (size_t j = 0; k->kind == NFT_E_CONCAT && j < k->concat.n; j++)
			if (k->concat.part[j]->kind != NFT_E_VALUE || k->concat.part[j]->wildcard)
				return true;
	}
	return false;
}

static uint32_t type_number(const struct shape *part, size_t n)
{
	uint32_t number = 0;

	for (size_t i = 0; i < n; i++)
		number = number << TYPE_BITS | wire_type(part[i].type);
	return number;
}

/* A key of one part is its bytes, of several their sum filled to words. */
static uint32_t length_of(const struct shape *part, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += shape_room(part[i]);
	return (uint32_t)(n == 1 ? shape_bytes(part[0]) : sum);
}

static uint32_t order_of(const struct shape *part, size_t n, bool network)
{
	if (n != 1 || part[0].type == NFT_T_VERDICT)
		return ORDER_NONE;
	return part[0].host_order && !(network && !part[0].text) ? ORDER_HOST : ORDER_NETWORK;
}

static void put_map_type(struct encoder *e, const struct set_plan *p)
{
	const struct nft_set *s = p->set;

	if (s->object >= 0) {
		batch_u32(e->out, NFTA_SET_OBJ_TYPE, encode_object_kind(s->object));
	} else if (p->data[0].type == NFT_T_VERDICT) {
		batch_u32(e->out, NFTA_SET_DATA_TYPE, NFT_DATA_VERDICT);
		batch_u32(e->out, NFTA_SET_DATA_LEN, 0);
	} else {
		batch_u32(e->out, NFTA_SET_DATA_TYPE, type_number(p->data, p->datas));
		batch_u32(e->out, NFTA_SET_DATA_LEN, length_of(p->data, p->datas));
	}
}

/* How many elements there may be, and of what lengths the parts of a concatenation with ranges. */
static void put_description(struct encoder *e, const struct set_plan *p)
{
	uint32_t size = p->flags & NFT_SET_ANONYMOUS && !(p->flags & NFT_KSET_INTERVAL)
				? (uint32_t)p->set->elems
				: p->set->size;
	bool concat = p->flags & NFT_SET_CONCAT;
	size_t desc, fields;

	if (!size && !concat)
		return;
	desc = batch_nest(e->out, NFTA_SET_DESC);
	if (size)
		batch_u32(e->out, NFTA_SET_DESC_SIZE, size);
	if (concat) {
		fields = batch_nest(e->out, NFTA_SET_DESC_CONCAT);
		for (size_t i = 0; i < p->keys; i++) {
			size_t field = batch_nest(e->out, NFTA_LIST_ELEM);

			batch_u32(e->out, NFTA_SET_FIELD_LEN, (uint32_t)shape_bytes(p->key[i]));
			batch_unnest(e->out, field);
		}
		batch_unnest(e->out, fields);
	}
	batch_unnest(e->out, desc);
}

static void put_notes(struct encoder *e, const struct set_plan *p)
{
	struct userdata u = USERDATA_INIT;
	bool network = p->flags & NFT_KSET_INTERVAL;

	userdata_u32(&u, USERDATA_SET_KEY_ORDER, order_of(p->key, p->keys, network));
	if (p->set->map)
		userdata_u32(&u, USERDATA_SET_DATA_ORDER,
			     p->datas ? order_of(p->data, p->datas, false) : ORDER_NONE);
	if (p->set->auto_merge)
		userdata_u32(&u, USERDATA_SET_MERGE, 1);
	typeof_write(&u, USERDATA_SET_KEY_TYPEOF, p->set->key, p->set->keys);
	typeof_write(&u, USERDATA_SET_DATA_TYPEOF, p->set->data, p->set->datas);
	if (p->set->map) /* nft 1.0.6 takes its absence for a yes */
		userdata_u32(&u, USERDATA_SET_DATA_RANGES, 0);
	if (p->set->comment && !userdata_text(&u, USERDATA_SET_COMMENT, p->set->comment))
		encode_fail(e, E_LIMIT, p->set->at, "the comment of set %s is too long", p->name);
	batch_bytes(e->out, NFTA_SET_USERDATA, u.byte, u.n);
}

/* What each element carries, declared once for the set. */
static void put_statements(struct encoder *e, const struct set_plan *p)
{
	const struct nft_set *s = p->set;
	size_t nest, data;

	if (!s->stmts)
		return;
	if (s->stmts > 1 || s->stmt[0]->kind != NFT_S_COUNTER) {
		encode_fail(e, E_UNSUPPORTED, s->at,
			    "set %s: only a counter in its elements can be sent", p->name);
		return;
	}
	nest = batch_nest(e->out, NFTA_SET_EXPR);
	batch_text(e->out, NFTA_EXPR_NAME, "counter");
	data = batch_nest(e->out, NFTA_EXPR_DATA);
	batch_unnest(e->out, data);
	batch_unnest(e->out, nest);
}

static void put_set(struct encoder *e, const struct set_plan *p)
{
	const struct nft_set *s = p->set;

	batch_message(e->out, NFT_MSG_NEWSET, NLM_F_CREATE,
		      (struct batch_part){ .kind = s->map ? "map" : "set",
					   .name = s->name,
					   .note = s->name ? s->comment : "anonymous" });
	batch_text(e->out, NFTA_SET_TABLE, e->table->name);
	batch_text(e->out, NFTA_SET_NAME, p->name);
	batch_u32(e->out, NFTA_SET_FLAGS, p->flags);
	batch_u32(e->out, NFTA_SET_KEY_TYPE, type_number(p->key, p->keys));
	batch_u32(e->out, NFTA_SET_KEY_LEN, length_of(p->key, p->keys));
	if (s->map)
		put_map_type(e, p);
	batch_u32(e->out, NFTA_SET_ID, p->id);
	if (s->policy)
		batch_u32(e->out, NFTA_SET_POLICY,
			  strcmp(s->policy, "memory") ? NFT_SET_POL_PERFORMANCE
						      : NFT_SET_POL_MEMORY);
	put_description(e, p);
	if (s->timeout_ms)
		batch_u64(e->out, NFTA_SET_TIMEOUT, s->timeout_ms);
	if (s->gc_ms)
		batch_u32(e->out, NFTA_SET_GC_INTERVAL, (uint32_t)s->gc_ms);
	put_notes(e, p);
	put_statements(e, p);
	encode_elems(e, p);
}

static uint32_t kernel_flags(const struct nft_set *s, bool ranges, size_t keys)
{
	uint32_t flags = 0;

	if (s->flags & NFT_SET_CONSTANT || !s->name)
		flags |= NFT_KSET_CONSTANT;
	if (!s->name)
		flags |= NFT_SET_ANONYMOUS;
	if (ranges)
		flags |= NFT_KSET_INTERVAL | (keys > 1 ? NFT_SET_CONCAT : 0);
	if (s->flags & NFT_SET_TIMEOUT || s->timeout_ms)
		flags |= NFT_KSET_TIMEOUT;
	if (s->flags & NFT_SET_DYNAMIC)
		flags |= NFT_SET_EVAL;
	if (s->map)
		flags |= s->object >= 0 ? NFT_SET_OBJECT : NFT_SET_MAP;
	return flags;
}

static void plan_parts(struct encoder *e, const struct nft_keypart *part, size_t n,
		       struct shape *ret)
{
	for (size_t i = 0; i < n; i++) {
		ret[i] = shape_of_part(&part[i]);
		if (part[i].type == NFT_T_INVALID)
			encode_fail(e, E_UNSUPPORTED, e->at,
				    "the type of a set's key is not known");
	}
}

void encode_set(struct encoder *e, const struct nft_set *s)
{
	bool ranges = s->flags & NFT_SET_INTERVAL;
	struct set_plan p = { .set = s,
			      .name = s->name,
			      .id = ++e->set_id,
			      .merge = s->auto_merge,
			      .keys = s->keys,
			      .datas = s->datas };

	e->at = s->at;
	plan_parts(e, s->key, s->keys, p.key);
	plan_parts(e, s->data, s->datas, p.data);
	if (s->data_interval)
		encode_fail(e, E_UNSUPPORTED, s->at, "map %s: data with ranges cannot be sent",
			    s->name);
	p.flags = kernel_flags(s, ranges, s->keys);
	put_set(e, &p);
}

/* The key of an anonymous set is what is looked up in it. */
static void plan_left(struct set_plan *p, const struct nft_expr *left)
{
	if (left->kind != NFT_E_CONCAT) {
		p->key[p->keys++] = shape_of(left);
		return;
	}
	for (size_t i = 0; i < left->concat.n && i < NFT_CONCAT_MAX; i++)
		p->key[p->keys++] = shape_of(left->concat.part[i]);
}

/* The data of an anonymous map: what its first element says. */
static void plan_data(struct set_plan *p)
{
	const struct nft_expr *d = p->set->elems ? p->set->elem[0].data : NULL;

	if (!p->set->map || !d || p->set->object >= 0)
		return;
	if (d->kind == NFT_E_CONCAT)
		for (size_t i = 0; i < d->concat.n && i < NFT_CONCAT_MAX; i++)
			p->data[p->datas++] = shape_of(d->concat.part[i]);
	else
		p->data[p->datas++] = shape_of(d);
}

static struct set_name put_anonymous(struct encoder *e, const struct nft_set *s,
				     const struct nft_expr *left)
{
	struct set_plan p = { .set = s,
			      .name = s->map ? "__map%d" : "__set%d",
			      .id = ++e->set_id,
			      .merge = !s->map };
	bool ranges = has_ranges(s);

	plan_left(&p, left);
	plan_data(&p);
	p.flags = kernel_flags(s, ranges, p.keys);
	put_set(e, &p);
	return (struct set_name){ .name = p.name, .id = p.id, .network = ranges };
}

struct set_name encode_set_name(struct encoder *e, const struct nft_expr *set,
				const struct nft_expr *left)
{
	const struct nft_set *s = NULL;

	if (set->kind == NFT_E_SET)
		return put_anonymous(e, set->set, left);
	if (set->kind == NFT_E_SETREF)
		s = nft_set_find(e->table, str_of(set->name));
	if (!s) {
		encode_fail(e, E_UNKNOWN, e->at, "no set %s in table %s",
			    set->kind == NFT_E_SETREF ? set->name : "?", e->table->name);
		return (struct set_name){ .name = "" };
	}
	return (struct set_name){ .name = s->name, .network = s->flags & NFT_SET_INTERVAL };
}

void encode_lookup(struct encoder *e, const struct nft_expr *set, const struct nft_expr *left,
		   int data, bool inverted)
{
	struct set_name name = encode_set_name(e, set, left);
	struct expr_nest x;

	(void)encode_load(e, left, 0, name.network);
	x = expr_begin(e, "lookup");
	batch_u32(&e->expr, NFTA_LOOKUP_SREG, encode_register(0));
	if (data != NO_DATA)
		batch_u32(&e->expr, NFTA_LOOKUP_DREG, (uint32_t)data);
	batch_text(&e->expr, NFTA_LOOKUP_SET, name.name);
	if (name.id)
		batch_u32(&e->expr, NFTA_LOOKUP_SET_ID, name.id);
	if (inverted)
		batch_u32(&e->expr, NFTA_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
	expr_end(e, x);
}
