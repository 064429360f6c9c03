/* SPDX-License-Identifier: Apache-2.0 */
/* A rule's expressions, followed one after another. */
#include <errno.h>
#include <linux/if_arp.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/err.h"
#include "nft/attrs.h"
#include "nft/decoder.h"
#include "nft/kernel.h"
#include "nft/userdata.h"

static bool expr_parse(struct str elem, struct raw_expr *ret)
{
	struct str a[NFTA_EXPR_MAX + 1];

	attrs_read(elem.p, elem.n, a, ARRAY_LEN(a));
	*ret = (struct raw_expr){ attrs_text(a[NFTA_EXPR_NAME]), a[NFTA_EXPR_DATA] };
	if (!ret->data.p)
		ret->data = (struct str){ "", 0 };
	return ret->name.p && ret->name.n;
}

bool reading_next(struct reading *rd, struct raw_expr *ret)
{
	struct str elem;
	unsigned type;

	if (!attrs_next(&rd->rest, &type, &elem))
		return false;
	if (expr_parse(elem, ret))
		return true;
	rd->r = E_SYNTAX;
	return false;
}

bool reading_peek(const struct reading *rd, struct raw_expr *ret)
{
	struct str rest = rd->rest, elem;
	unsigned type;

	return attrs_next(&rest, &type, &elem) && expr_parse(elem, ret);
}

struct nft_stmt *reading_stmt(struct reading *rd, enum nft_stmt_kind kind)
{
	struct nft_stmt *s = nft_stmt_add(rd->dc->rs, rd->rule, kind);

	if (!s)
		rd->r = -ENOMEM;
	return s;
}

void reading_unknown(struct reading *rd, const struct raw_expr *x, bool match)
{
	struct nft_stmt *s = reading_stmt(rd, match ? NFT_S_UNKNOWN_MATCH : NFT_S_UNKNOWN);

	if (!s)
		return;
	s->text = arena_str(rd->dc->rs->arena, x->name);
	if (!s->text)
		rd->r = -ENOMEM;
}

/* A place in the rule after statement `at` was taken out. */
static void moved(size_t *place, size_t at)
{
	if (*place == at)
		*place = 0;
	else if (*place > at)
		(*place)--;
}

void reading_drop(struct reading *rd, size_t at)
{
	struct nft_rule *r = rd->rule;

	if (!at || at > r->stmts)
		return;
	for (size_t i = at; i < r->stmts; i++) /* moving a test behind a counter would change it */
		if (r->stmt[i]->kind != NFT_S_MATCH)
			return;
	memmove(&r->stmt[at - 1], &r->stmt[at], (r->stmts - at) * sizeof(struct nft_stmt *));
	r->stmts--;
	moved(&rd->nfproto_at, at);
	moved(&rd->l4proto_at, at);
	moved(&rd->ethernet_at, at);
	moved(&rd->vlan_at, at);
}

struct held *reading_held(struct reading *rd, uint32_t reg)
{
	if (reg >= NFT_REG_1 && reg <= NFT_REG_4)
		return &rd->held[(size_t)4 * (reg - NFT_REG_1)];
	if (reg >= NFT_REG32_00 && reg < NFT_REG32_00 + HELD_WORDS)
		return &rd->held[reg - NFT_REG32_00];
	return NULL;
}

static void follow(struct reading *rd, const struct raw_expr *x)
{
	if (decode_load(rd, x))
		return;
	if (str_is(x->name, "cmp"))
		decode_cmp(rd, x);
	else if (str_is(x->name, "range"))
		decode_range(rd, x);
	else if (str_is(x->name, "lookup"))
		decode_lookup(rd, x);
	else
		decode_stmt(rd, x);
}

/* What the table's family says of every packet. */
static void begin_facts(struct reading *rd)
{
	enum nft_family family = rd->dc->family;

	rd->nfproto = family == NFT_IP || family == NFT_IP6 ? (int)family : -1;
	rd->ethertype = family == NFT_ARP ? ETHERTYPE_ARP : -1;
	rd->l4proto = -1;
}

void decode_implied(struct reading *rd, const struct nft_stmt *s)
{
	const struct nft_expr *left = s->match.left, *right = s->match.right;
	int v;

	if (s->match.op != NFT_EQ || right->kind != NFT_E_VALUE || right->value.text ||
	    right->value.num > UINT16_MAX)
		return;
	v = (int)right->value.num;
	if (left->kind == NFT_E_META && left->key->number == NFT_META_NFPROTO) {
		rd->nfproto = v;
		rd->nfproto_at = rd->rule->stmts;
	} else if (left->kind == NFT_E_META && left->key->number == NFT_META_L4PROTO) {
		rd->l4proto = v;
		rd->l4proto_at = rd->rule->stmts;
	} else if (left->kind == NFT_E_META && left->key->number == NFT_META_PROTOCOL) {
		rd->ethertype = v;
		rd->nfproto = v == ETHERTYPE_IP ? NFT_IP : v == ETHERTYPE_IPV6 ? NFT_IP6 : -1;
		rd->nfproto_at = rd->rule->stmts;
	} else if (left->kind == NFT_E_META && left->key->number == NFT_META_IIFTYPE) {
		rd->ethernet_at = v == ARPHRD_ETHER ? rd->rule->stmts : 0;
	} else if (left->kind == NFT_E_PAYLOAD && left->field->type == NFT_T_INET_PROTO &&
		   left->field->header->base == NFT_BASE_NETWORK) {
		rd->l4proto = v;
	} else if (left->kind == NFT_E_PAYLOAD && left->field->type == NFT_T_ETHER_TYPE &&
		   left->field->header->base == NFT_BASE_LINK) {
		rd->vlan_at = v == ETHERTYPE_VLAN ? rd->rule->stmts : 0;
	}
}

static int follow_all(struct decoder *dc, struct nft_rule *rule, struct str exprs)
{
	struct reading rd = { .dc = dc, .rule = rule, .rest = exprs };
	struct raw_expr x;

	begin_facts(&rd);
	while (rd.r == 0 && reading_next(&rd, &x))
		follow(&rd, &x);
	return rd.r;
}

int decode_rule(struct decoder *dc, const struct nft_answer *m)
{
	struct str a[NFTA_RULE_USERDATA + 1];
	struct nft_chain *c;
	struct nft_rule *rule;

	attrs_read(m->attrs, m->size, a, ARRAY_LEN(a));
	c = nft_chain_find(dc->table, attrs_text(a[NFTA_RULE_CHAIN]));
	if (!str_is(attrs_text(a[NFTA_RULE_TABLE]), dc->name) || !c)
		return 0;
	if (dc->rs->rules >= NFT_RULES_MAX)
		return E_LIMIT;
	rule = nft_rule_add(dc->rs, c);
	if (!rule)
		return -ENOMEM;
	rule->handle = attrs_u64_or(a[NFTA_RULE_HANDLE], 0);
	rule->comment = decode_comment(dc, a[NFTA_RULE_USERDATA], USERDATA_COMMENT);
	return follow_all(dc, rule, a[NFTA_RULE_EXPRESSIONS]);
}
