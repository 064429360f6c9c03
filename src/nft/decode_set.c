/* SPDX-License-Identifier: Apache-2.0 */
/* Sets and maps of a dump. */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "nft/attrs.h"
#include "nft/decoder.h"
#include "nft/kernel.h"
#include "nft/typeof.h"
#include "nft/userdata.h"

enum { ORDER_HOST = 1, ORDER_NETWORK = 2 }; /* nft's notes about the order of a key */

struct read_set *decoder_set(const struct decoder *dc, struct str name)
{
	for (size_t i = 0; i < dc->sets; i++)
		if (str_is(name, dc->set[i]->name))
			return dc->set[i];
	return NULL;
}

static unsigned model_flags(uint32_t kernel)
{
	unsigned flags = 0;

	if (kernel & NFT_KSET_CONSTANT)
		flags |= NFT_SET_CONSTANT;
	if (kernel & NFT_KSET_INTERVAL)
		flags |= NFT_SET_INTERVAL;
	if (kernel & NFT_KSET_TIMEOUT)
		flags |= NFT_SET_TIMEOUT;
	if (kernel & NFT_SET_EVAL)
		flags |= NFT_SET_DYNAMIC;
	return flags;
}

/* The lengths of a concatenation's parts are said only for sets with ranges. */
static void read_description(struct read_set *s, struct str desc)
{
	struct str a[NFTA_SET_DESC_CONCAT + 1], list, field, f[NFTA_SET_FIELD_LEN + 1];
	unsigned type;
	size_t i = 0;

	attrs_read(desc.p, desc.n, a, ARRAY_LEN(a));
	s->set->size = attrs_u32_or(a[NFTA_SET_DESC_SIZE], 0);
	list = a[NFTA_SET_DESC_CONCAT];
	for (; attrs_next(&list, &type, &field) && i < s->keys; i++) {
		uint32_t n;

		attrs_read(field.p, field.n, f, ARRAY_LEN(f));
		n = attrs_u32_or(f[NFTA_SET_FIELD_LEN], 0);
		if (!s->key[i].bits && n <= sizeof(u128))
			s->key[i].bits = (uint16_t)(n * 8);
	}
}

static void read_data_type(struct read_set *s, struct str *a)
{
	uint32_t type = attrs_u32_or(a[NFTA_SET_DATA_TYPE], 0);

	s->set->map = true;
	if (a[NFTA_SET_OBJ_TYPE].p) {
		enum nft_object_kind kind =
			decode_object_kind(attrs_u32_or(a[NFTA_SET_OBJ_TYPE], 0));

		s->set->object = kind < NFT_O_KINDS ? (int)kind : -1;
	} else if (type == (uint32_t)NFT_DATA_VERDICT) {
		s->data[0] = (struct shape){ .type = NFT_T_VERDICT };
		s->datas = 1;
	} else {
		s->datas = decode_types(type, attrs_u32_or(a[NFTA_SET_DATA_LEN], 0), s->data);
	}
}

static int read_notes(struct decoder *dc, struct read_set *s, struct str notes)
{
	struct str u[USERDATA_TYPES];
	uint32_t order;

	userdata_read(notes, u);
	order = userdata_u32_or(u[USERDATA_SET_KEY_ORDER], 0);
	if (s->keys == 1 && order)
		s->key[0].host_order = order == ORDER_HOST;
	order = userdata_u32_or(u[USERDATA_SET_DATA_ORDER], 0);
	if (s->datas == 1 && order)
		s->data[0].host_order = order == ORDER_HOST;
	s->set->auto_merge = userdata_u32_or(u[USERDATA_SET_MERGE], 0) && !s->anonymous;
	s->set->comment = decode_text(dc, u[USERDATA_SET_COMMENT]);
	return u[USERDATA_SET_COMMENT].p && !s->set->comment ? -ENOMEM : 0;
}

/* The set's parts as the model has them; anonymous sets take theirs from what is looked up. */
static void set_parts(struct decoder *dc, struct read_set *s, struct str notes)
{
	struct str u[USERDATA_TYPES];

	if (s->anonymous)
		return;
	s->set->keys = s->keys;
	s->set->datas = s->datas;
	for (size_t i = 0; i < s->keys; i++)
		s->set->key[i] =
			(struct nft_keypart){ .type = s->key[i].type, .bits = s->key[i].bits };
	for (size_t i = 0; i < s->datas; i++)
		s->set->data[i] =
			(struct nft_keypart){ .type = s->data[i].type, .bits = s->data[i].bits };
	userdata_read(notes, u);
	typeof_read(dc->rs->arena, u[USERDATA_SET_KEY_TYPEOF], s->set->key, s->keys);
	typeof_read(dc->rs->arena, u[USERDATA_SET_DATA_TYPEOF], s->set->data, s->datas);
	for (size_t i = 0; i < s->keys; i++)
		if (s->set->key[i].typeof_expr)
			s->key[i] = shape_of(s->set->key[i].typeof_expr);
	for (size_t i = 0; i < s->datas; i++)
		if (s->set->data[i].typeof_expr)
			s->data[i] = shape_of(s->set->data[i].typeof_expr);
}

/* What each element carries: NFTA_SET_EXPR, or a list in NFTA_SET_EXPRESSIONS. */
static int read_statement(struct decoder *dc, struct read_set *s, struct str expr)
{
	struct str a[NFTA_EXPR_MAX + 1];
	struct nft_stmt **grown;
	struct nft_stmt *st;

	attrs_read(expr.p, expr.n, a, ARRAY_LEN(a));
	st = nft_stmt_new(dc->rs, str_is(attrs_text(a[NFTA_EXPR_NAME]), "counter") ? NFT_S_COUNTER
										   : NFT_S_UNKNOWN);
	grown = arena_array(dc->rs->arena, s->set->stmts + 1, sizeof(*grown));
	if (!st || !grown)
		return -ENOMEM;
	if (st->kind == NFT_S_UNKNOWN)
		st->text = decode_text(dc, a[NFTA_EXPR_NAME]);
	for (size_t i = 0; i < s->set->stmts; i++)
		grown[i] = s->set->stmt[i];
	grown[s->set->stmts++] = st;
	s->set->stmt = grown;
	return 0;
}

static int read_statements(struct decoder *dc, struct read_set *s, struct str *a)
{
	struct str list = a[NFTA_SET_EXPRESSIONS], expr;
	unsigned type;
	int r = 0;

	if (a[NFTA_SET_EXPR].p)
		return read_statement(dc, s, a[NFTA_SET_EXPR]);
	while (r == 0 && attrs_next(&list, &type, &expr))
		r = read_statement(dc, s, expr);
	return r;
}

static int fill_set(struct decoder *dc, struct read_set *s, struct str *a)
{
	uint32_t flags = attrs_u32_or(a[NFTA_SET_FLAGS], 0);
	int r;

	s->ranges = flags & NFT_KSET_INTERVAL;
	s->anonymous = flags & NFT_SET_ANONYMOUS;
	s->set->object = -1;
	s->set->flags = model_flags(flags);
	s->set->handle = attrs_u64_or(a[NFTA_SET_HANDLE], 0);
	s->keys = decode_types(attrs_u32_or(a[NFTA_SET_KEY_TYPE], 0),
			       attrs_u32_or(a[NFTA_SET_KEY_LEN], 0), s->key);
	s->concat = s->keys > 1;
	if (flags & (NFT_SET_MAP | NFT_SET_OBJECT))
		read_data_type(s, a);
	if (a[NFTA_SET_DESC].p)
		read_description(s, a[NFTA_SET_DESC]);
	s->set->timeout_ms = attrs_u64_or(a[NFTA_SET_TIMEOUT], 0);
	s->set->gc_ms = attrs_u32_or(a[NFTA_SET_GC_INTERVAL], 0);
	if (attrs_u32_or(a[NFTA_SET_POLICY], NFT_SET_POL_PERFORMANCE) == NFT_SET_POL_MEMORY)
		s->set->policy = "memory";
	r = read_notes(dc, s, a[NFTA_SET_USERDATA]);
	set_parts(dc, s, a[NFTA_SET_USERDATA]);
	return r < 0 ? r : read_statements(dc, s, a);
}

int decode_set(struct decoder *dc, const struct nft_answer *m)
{
	struct str a[NFTA_SET_EXPRESSIONS + 1], name;
	struct read_set *s;
	int r;

	attrs_read(m->attrs, m->size, a, ARRAY_LEN(a));
	name = attrs_text(a[NFTA_SET_NAME]);
	if (!str_is(attrs_text(a[NFTA_SET_TABLE]), dc->name) || !name.n || decoder_set(dc, name))
		return 0;
	s = arena_alloc(dc->rs->arena, sizeof(*s));
	r = s ? mem_grow(&dc->set, &dc->cap, dc->sets + 1, sizeof(struct read_set *)) : -ENOMEM;
	if (r < 0)
		return r;
	s->name = arena_str(dc->rs->arena, name);
	if (attrs_u32_or(a[NFTA_SET_FLAGS], 0) & NFT_SET_ANONYMOUS)
		s->set = nft_set_new(dc->rs);
	else
		s->set = nft_set_add(dc->rs, dc->table, name);
	if (!s->name || !s->set)
		return -ENOMEM;
	dc->set[dc->sets++] = s;
	return fill_set(dc, s, a);
}
