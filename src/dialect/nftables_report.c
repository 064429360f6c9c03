/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_report.h"

#include <errno.h>

#include "dialect/nftables_emit.h"

enum { LOGS_A_SECOND = 1 };

static const char prefix[] = "egret would drop: ";

static struct nft_stmt *statement(struct emit *e, struct nft_rule *rule, enum nft_stmt_kind kind)
{
	struct nft_stmt *s = e->r < 0 || !rule ? NULL : nft_stmt_add(e->rs, rule, kind);

	if (!s && e->r == 0)
		e->r = -ENOMEM;
	return s;
}

static void write_chain(struct emit *e)
{
	struct nft_chain *chain = emit_chain(e, NFTABLES_WOULD_DROP);
	struct nft_rule *rule = emit_rule(e, chain, NULL);
	struct nft_stmt *s;

	emit_counter(e, rule, NFTABLES_WOULD_DROP);
	rule = emit_rule(e, chain, NULL);
	s = statement(e, rule, NFT_S_LIMIT);
	if (s)
		s->limit = (struct nft_limit){ .rate = LOGS_A_SECOND, .per = 1 };
	s = statement(e, rule, NFT_S_LOG);
	if (s) {
		s->log.prefix = prefix;
		s->log.group = -1;
	}
	emit_verdict(e, emit_rule(e, chain, "reported only"), NFT_V_ACCEPT, NULL);
}

/* What ends a packet's way leads to the chain. */
static void soften_verdict(struct nft_verdict *v)
{
	if (v->kind == NFT_V_DROP)
		*v = (struct nft_verdict){ .kind = NFT_V_GOTO, .chain = NFTABLES_WOULD_DROP };
}

static void soften_set(struct nft_set *s)
{
	for (size_t i = 0; s && s->map && i < s->elems; i++)
		if (s->elem[i].data && s->elem[i].data->kind == NFT_E_VERDICT)
			soften_verdict(&s->elem[i].data->verdict);
}

static void soften_stmt(struct nft_stmt *s)
{
	if (s->kind == NFT_S_VERDICT) {
		soften_verdict(&s->verdict);
	} else if (s->kind == NFT_S_REJECT) {
		s->kind = NFT_S_VERDICT;
		s->verdict = (struct nft_verdict){ .kind = NFT_V_DROP };
		soften_verdict(&s->verdict);
	} else if (s->kind == NFT_S_VMAP && s->vmap.map && s->vmap.map->kind == NFT_E_SET) {
		soften_set(s->vmap.map->set);
	}
}

static void soften_chain(struct nft_chain *c)
{
	c->policy_drop = false;
	for (size_t i = 0; i < c->rules; i++)
		for (size_t k = 0; k < c->rule[i]->stmts; k++)
			soften_stmt(c->rule[i]->stmt[k]);
}

int nftables_report_only(struct nft_ruleset *rs)
{
	struct emit e = { .rs = rs, .table = rs->table[0] };
	struct nft_table *t = rs->table[0];

	for (size_t i = 0; i < t->chains; i++)
		soften_chain(t->chain[i]);
	for (size_t i = 0; i < t->sets; i++)
		soften_set(t->set[i]);
	write_chain(&e);
	return e.r;
}
