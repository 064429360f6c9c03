/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_emit.h"

#include <errno.h>

#include "dialect/nftables.h"
#include "dialect/nftables_learned.h"
#include "dialect/say.h"
#include "net/prefixlist.h"

enum { PROTO_NUMBER_UDP = 17 };

/* Passes a new piece through, or remembers that there was none. */
#define MADE(e, piece)                             \
	({                                         \
		__typeof__(piece) made_ = (piece); \
		if (!made_ && (e)->r == 0)         \
			(e)->r = -ENOMEM;          \
		made_;                             \
	})

int emit_begin(struct emit *e, struct nft_ruleset *rs)
{
	*e = (struct emit){ .rs = rs };
	e->table = MADE(e, nft_table_add(rs, NFT_INET, STR(NFTABLES_TABLE)));
	return e->r;
}

struct nft_chain *emit_chain(struct emit *e, const char *name)
{
	return e->r < 0 ? NULL : MADE(e, nft_chain_add(e->rs, e->table, str_of(name)));
}

struct nft_chain *emit_base_chain(struct emit *e, const char *name, const char *hook,
				  int32_t priority)
{
	struct nft_chain *c = emit_chain(e, name);

	if (!c)
		return NULL;
	c->base = true;
	c->type = "filter";
	c->hook = hook;
	c->priority = priority;
	c->policy_drop = c->policy_said = true;
	return c;
}

struct nft_rule *emit_rule(struct emit *e, struct nft_chain *c, const char *comment)
{
	struct nft_rule *rule = e->r < 0 || !c ? NULL : MADE(e, nft_rule_add(e->rs, c));

	if (!rule || !comment)
		return rule;
	rule->comment = MADE(e, arena_strdup(e->rs->arena, comment));
	return rule;
}

static struct nft_stmt *statement(struct emit *e, struct nft_rule *rule, enum nft_stmt_kind kind)
{
	return e->r < 0 || !rule ? NULL : MADE(e, nft_stmt_add(e->rs, rule, kind));
}

struct nft_expr *emit_value(struct emit *e, enum nft_type type, u128 num)
{
	return e->r < 0 ? NULL : MADE(e, nft_value(e->rs->arena, type, num));
}

/* As a prefix where it is one: that is how people know addresses. */
struct nft_expr *emit_span(struct emit *e, enum nft_type type, u128 lo, u128 hi)
{
	bool address = type == NFT_T_IPV4_ADDR || type == NFT_T_IPV6_ADDR;
	enum family family = type == NFT_T_IPV4_ADDR ? FAMILY_V4 : FAMILY_V6;
	struct prefix prefix;

	if (e->r < 0)
		return NULL;
	if (lo == hi)
		return emit_value(e, type, lo);
	if (address && range_prefix((struct addr_range){ family, lo, hi }, &prefix))
		return MADE(e, nft_prefix(e->rs->arena, type, lo, prefix.len));
	return MADE(e, nft_range(e->rs->arena, type, lo, hi));
}

struct nft_expr *emit_payload(struct emit *e, const char *header, const char *field)
{
	return e->r < 0 ? NULL
			: MADE(e, nft_payload(e->rs->arena,
					      nft_field_find(str_of(header), str_of(field))));
}

struct nft_expr *emit_meta(struct emit *e, const char *key)
{
	return e->r < 0 ? NULL : MADE(e, nft_meta(e->rs->arena, nft_meta_find(str_of(key))));
}

struct nft_expr *emit_ct(struct emit *e, const char *key)
{
	return e->r < 0 ? NULL
			: MADE(e,
			       nft_ct(e->rs->arena, nft_ct_find(str_of(key)), NFT_CT_DIR_NONE, 0));
}

static struct nft_set *any_map(struct emit *e, const char *name, const enum nft_type *type,
			       size_t n)
{
	struct nft_set *s = e->r < 0 ? NULL : MADE(e, nft_set_add(e->rs, e->table, str_of(name)));

	if (!s)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		s->key[i].type = type[i];
		s->key[i].bits = (uint16_t)nft_type_info(type[i])->bits;
	}
	s->keys = n;
	s->map = true;
	return s;
}

struct nft_set *emit_map(struct emit *e, const char *name, const enum nft_type *type, size_t n)
{
	struct nft_set *s = any_map(e, name, type, n);

	if (!s)
		return NULL;
	s->data[0].type = NFT_T_VERDICT;
	s->datas = 1;
	s->flags = NFT_SET_INTERVAL;
	return s;
}

struct nft_set *emit_counter_map(struct emit *e, const char *name, const enum nft_type *type,
				 size_t n)
{
	struct nft_set *s = any_map(e, name, type, n);

	if (!s)
		return NULL;
	s->object = NFT_O_COUNTER;
	s->flags = NFT_SET_TIMEOUT;
	s->size = LEARNED_MAP_SIZE;
	s->timeout_ms = LEARNED_TIMEOUT_MS;
	return s;
}

struct nft_set *emit_anonymous(struct emit *e, bool verdicts)
{
	struct nft_set *s = e->r < 0 ? NULL : MADE(e, nft_set_new(e->rs));

	if (s && verdicts) {
		s->map = true;
		s->data[0].type = NFT_T_VERDICT;
		s->datas = 1;
	}
	return s;
}

void emit_elem(struct emit *e, struct nft_set *s, struct nft_expr *key, enum nft_verdict_kind kind,
	       const char *chain)
{
	struct nft_elem *elem = e->r < 0 || !s ? NULL : MADE(e, nft_elem_add(e->rs, s));

	if (!elem)
		return;
	elem->key = key;
	if (s->map)
		elem->data = MADE(e, nft_verdict(e->rs->arena, kind, str_of(chain)));
}

void emit_equal(struct emit *e, struct nft_rule *rule, struct nft_expr *left,
		struct nft_expr *right)
{
	struct nft_stmt *s = statement(e, rule, NFT_S_MATCH);

	if (!s)
		return;
	s->match.left = left;
	s->match.right = right;
	s->match.op = NFT_EQ;
}

void emit_verdict(struct emit *e, struct nft_rule *rule, enum nft_verdict_kind kind,
		  const char *chain)
{
	struct nft_stmt *s = statement(e, rule, NFT_S_VERDICT);

	if (!s)
		return;
	s->verdict.kind = kind;
	s->verdict.chain = chain ? MADE(e, arena_strdup(e->rs->arena, chain)) : NULL;
}

void emit_reject(struct emit *e, struct nft_rule *rule)
{
	struct nft_stmt *s = statement(e, rule, NFT_S_REJECT);

	if (s)
		s->reject.type = NFT_REJECT_DEFAULT;
}

void emit_vmap(struct emit *e, struct nft_rule *rule, struct nft_expr *key, const char *map)
{
	struct nft_stmt *s = statement(e, rule, NFT_S_VMAP);

	if (!s)
		return;
	s->vmap.key = key;
	s->vmap.map = MADE(e, nft_setref(e->rs->arena, str_of(map)));
}

void emit_vmap_here(struct emit *e, struct nft_rule *rule, struct nft_expr *key,
		    struct nft_set *map)
{
	struct nft_stmt *s = statement(e, rule, NFT_S_VMAP);

	if (!s)
		return;
	s->vmap.key = key;
	s->vmap.map = MADE(e, nft_expr_new(e->rs->arena, NFT_E_SET));
	if (s->vmap.map)
		s->vmap.map->set = map;
}

void emit_object(struct emit *e, struct nft_rule *rule, enum nft_object_kind kind, const char *name)
{
	struct nft_stmt *s = statement(e, rule, NFT_S_OBJECT);

	if (!s)
		return;
	s->object.kind = kind;
	s->object.name = MADE(e, nft_object_name(e->rs->arena, str_of(name)));
}

void emit_counter_object(struct emit *e, const char *name)
{
	if (e->r == 0)
		(void)MADE(e, nft_object_add(e->rs, e->table, NFT_O_COUNTER, str_of(name)));
}

void emit_counter(struct emit *e, struct nft_rule *rule, const char *name)
{
	emit_counter_object(e, name);
	emit_object(e, rule, NFT_O_COUNTER, name);
}

void emit_counter_by(struct emit *e, struct nft_rule *rule, struct nft_expr *key, const char *map)
{
	struct nft_stmt *s = statement(e, rule, NFT_S_OBJECT);
	struct nft_expr *found = s ? MADE(e, nft_expr_new(e->rs->arena, NFT_E_MAP)) : NULL;

	if (!found)
		return;
	found->map.key = key;
	found->map.map = MADE(e, nft_setref(e->rs->arena, str_of(map)));
	s->object.kind = NFT_O_COUNTER;
	s->object.name = found;
}

void emit_spans(struct emit *e, struct nft_rule *rule, struct nft_expr *left, enum nft_type type,
		struct flow_spans spans)
{
	struct nft_set *set;
	struct nft_expr *in;

	if (spans.n == 1) {
		emit_equal(e, rule, left, emit_span(e, type, spans.span[0].lo, spans.span[0].hi));
		return;
	}
	set = emit_anonymous(e, false);
	in = e->r < 0 ? NULL : MADE(e, nft_expr_new(e->rs->arena, NFT_E_SET));
	for (size_t i = 0; i < spans.n; i++)
		emit_elem(e, set, emit_span(e, type, spans.span[i].lo, spans.span[i].hi),
			  NFT_V_ACCEPT, NULL);
	if (in)
		in->set = set;
	emit_equal(e, rule, left, in);
}

void emit_zones(struct emit *e, struct nft_rule *rule, const char *key, struct flow_spans zones,
		const struct flow_mgr *m)
{
	struct zone_names names = { 0 };
	struct nft_expr *left = emit_meta(e, key), *right = NULL;
	struct nft_set *set = NULL;
	struct nft_stmt *s = NULL;

	if (e->r == 0)
		e->r = say_zone_names(zones, m, e->rs->arena, &names);
	if (e->r == 0 && names.n > 1)
		set = emit_anonymous(e, false);
	for (size_t i = 0; i < names.n && e->r == 0; i++) {
		right = nft_string(e->rs->arena, NFT_T_IFNAME, str_of(names.name[i]));
		if (!right)
			e->r = -ENOMEM;
		if (set)
			emit_elem(e, set, right, NFT_V_ACCEPT, NULL);
	}
	if (set && e->r == 0)
		right = nft_expr_new(e->rs->arena, NFT_E_SET);
	if (e->r == 0 && rule && right)
		s = nft_stmt_add(e->rs, rule, NFT_S_MATCH);
	if (!s) {
		e->r = e->r < 0 ? e->r : -ENOMEM;
		return;
	}
	if (set)
		right->set = set;
	s->match.left = left;
	s->match.right = right;
	s->match.op = names.not ? NFT_NE : NFT_EQ;
}

void emit_udp_timeout(struct emit *e, const char *name, unsigned nfproto)
{
	static const struct nft_timeout_policy policy[] = {
		{ "unreplied", NFTABLES_UDP_UNREPLIED },
		{ "replied", NFTABLES_UDP_REPLIED },
	};
	struct nft_object *o =
		e->r < 0 ? NULL
			 : MADE(e, nft_object_add(e->rs, e->table, NFT_O_CT_TIMEOUT, str_of(name)));

	if (!o)
		return;
	o->timeout.l4proto = PROTO_NUMBER_UDP;
	o->timeout.l3proto = (uint8_t)nfproto;
	o->timeout.policy = MADE(e, arena_copy(e->rs->arena, policy, sizeof(policy)));
	o->timeout.policies = ARRAY_LEN(policy);
}

void emit_types(struct emit *e, struct nft_chain *c, const char *header, const uint8_t *type,
		size_t n)
{
	struct nft_rule *rule = emit_rule(e, c, NULL);
	enum nft_type t = strcmp(header, "icmp") == 0 ? NFT_T_ICMP_TYPE : NFT_T_ICMPV6_TYPE;
	struct nft_set *set = emit_anonymous(e, false);
	struct nft_expr *in = e->r < 0 ? NULL : MADE(e, nft_expr_new(e->rs->arena, NFT_E_SET));

	for (size_t i = 0; i < n; i++)
		emit_elem(e, set, emit_value(e, t, type[i]), NFT_V_ACCEPT, NULL);
	if (in)
		in->set = set;
	emit_equal(e, rule, emit_payload(e, header, "type"), in);
	emit_verdict(e, rule, NFT_V_ACCEPT, NULL);
}
