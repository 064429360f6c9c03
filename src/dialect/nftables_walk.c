/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/nftables_walk.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"

struct rule_look walk_look(const struct walk *w, const struct nft_stmt *s)
{
	return (struct rule_look){ .look = { w->rd->m, &w->cv->view, w->l4_said },
				   .table = w->cv->table,
				   .d = w->rd->d,
				   .at = s->at };
}

int blames_add(struct blames *b, struct flow_mgr *m, const struct nft_stmt *stmt, flow_ref set)
{
	int r;

	if (flow_empty(set))
		return 0;
	for (size_t i = 0; i < b->n; i++) {
		if (b->blame[i].stmt == stmt)
			return flow_override(m, b->blame[i].set, set, &b->blame[i].set);
	}
	r = mem_grow(&b->blame, &b->cap, b->n + 1, sizeof(*b->blame));
	if (r == 0)
		b->blame[b->n++] = (struct blame){ stmt, set };
	return r;
}

int walk_blame(struct walk *w, const struct nft_stmt *s, struct bounds part)
{
	flow_ref set;
	int r;

	if (part.lo == part.hi)
		return 0;
	r = flow_minus(w->rd->m, part.hi, part.lo, &set);
	if (r == 0)
		r = flow_restrict(w->rd->m, set, w->live, &set);
	return r < 0 ? r : blames_add(&w->blames, w->rd->m, s, set);
}

static int alive(const struct walk *w, struct bounds part, struct bounds *ret)
{
	struct bounds live = { w->live, w->live };

	return bounds_and(w->rd->m, part, live, ret);
}

int walk_decide(struct walk *w, enum verdict outcome, struct bounds part)
{
	struct bounds p;
	flow_ref leaf;
	int r = alive(w, part, &p);

	w->decides = true;
	if (r == 0)
		r = union_add(&w->may[outcome], p.hi);
	if (r == 0)
		r = union_add(&w->gone, p.lo);
	if (r == 0)
		r = flow_restrict(w->rd->m, FLOW_LEAF(w->leaf), p.lo, &leaf);
	return r == 0 ? union_add(&w->decide, leaf) : r;
}

int walk_anything(struct walk *w, struct bounds part, const struct nft_stmt *s)
{
	struct bounds p;
	int r = alive(w, part, &p);

	w->decides = true;
	for (size_t i = 0; r == 0 && i < OUTCOMES; i++)
		r = union_add(&w->may[i], p.hi);
	return r < 0 ? r : walk_blame(w, s, (struct bounds){ FLOW_NONE, p.hi });
}

/* ---- jumps ---- */

static int called_chain(struct walk *w, const char *name, const struct nft_stmt *s,
			const struct summary **ret)
{
	const struct table_index *t = w->cv->table;
	size_t i;
	int r;

	if (!name || strmap_get(&t->chain, str_of(name), &i) < 0) {
		diag_error(w->rd->d, s->at, "there is no chain %s in table %s", name ? name : "",
			   t->table->name);
		return E_UNKNOWN;
	}
	if (w->cv->summary[i].state == SUMMARY_BUSY) {
		diag_error(w->rd->d, s->at, "chain %s leads back to itself", name);
		return E_CONFLICT;
	}
	r = chain_summary(w->rd, w->cv, i, w->depth + 1, ret);
	if (r < 0)
		return r;
	if ((*ret)->height + 1 > w->height)
		w->height = (*ret)->height + 1;
	if (w->depth + w->height <= JUMPS_MAX)
		return 0;
	diag_error(w->rd->d, s->at, "jumps are nested deeper than %d, which the kernel refuses",
		   JUMPS_MAX);
	return E_LIMIT;
}

static int add_part(struct walk *w, struct union_of *to, flow_ref of, flow_ref set)
{
	flow_ref part;
	int r = flow_restrict(w->rd->m, of, set, &part);

	return r < 0 ? r : union_add(to, part);
}

/* Jump or goto: the chain's summary for the packets that take it. */
static int call(struct walk *w, const struct nft_verdict *v, struct bounds part,
		const struct nft_stmt *s)
{
	const struct summary *c;
	struct bounds p;
	int r = called_chain(w, v->chain, s, &c);

	if (r == 0)
		r = alive(w, part, &p);
	for (size_t i = 0; r == 0 && i < OUTCOMES; i++)
		r = add_part(w, &w->may[i], c->may[i], p.hi);
	if (r == 0)
		r = add_part(w, &w->decide, c->decide, p.lo);
	if (r == 0)
		r = add_part(w, &w->altered, c->altered, p.hi);
	if (r == 0)
		r = add_part(w, v->kind == NFT_V_GOTO ? &w->fall : &w->back, c->fall, p.hi);
	if (r == 0)
		r = union_add(&w->gone, p.lo);
	for (size_t i = 0; r == 0 && i < c->blames.n; i++) {
		flow_ref set;

		r = flow_restrict(w->rd->m, c->blames.blame[i].set, p.hi, &set);
		if (r == 0)
			r = blames_add(&w->blames, w->rd->m, c->blames.blame[i].stmt, set);
	}
	return r;
}

int walk_verdict(struct walk *w, const struct nft_verdict *v, struct bounds part,
		 const struct nft_stmt *s)
{
	struct bounds p;
	int r;

	w->decides = true;
	switch (v->kind) {
	case NFT_V_ACCEPT:
		return walk_decide(w, VERDICT_ACCEPT, part);
	case NFT_V_DROP:
		return walk_decide(w, VERDICT_DROP, part);
	case NFT_V_RETURN:
		r = alive(w, part, &p);
		if (r == 0)
			r = union_add(&w->fall, p.hi);
		return r < 0 ? r : union_add(&w->gone, p.lo);
	case NFT_V_JUMP:
	case NFT_V_GOTO:
		return call(w, v, part, s);
	default:
		return walk_anything(w, part, s);
	}
}

int walk_settle(struct walk *w)
{
	flow_ref gone, back;
	int r = union_take(&w->gone, w->rd->m, &gone);

	if (r == 0)
		r = union_take(&w->back, w->rd->m, &back);
	if (r == 0)
		r = flow_minus(w->rd->m, w->live, gone, &w->live);
	return r == 0 ? flow_override(w->rd->m, w->live, back, &w->live) : r;
}

/* ---- chains ---- */

static void walk_release(struct walk *w)
{
	for (size_t i = 0; i < OUTCOMES; i++)
		union_release(&w->may[i]);
	union_release(&w->fall);
	union_release(&w->decide);
	union_release(&w->altered);
	union_release(&w->gone);
	union_release(&w->back);
	mem_free(w->blames.blame);
}

static int finish(struct walk *w, struct summary *s)
{
	int r = union_add(&w->fall, w->live);

	for (size_t i = 0; r == 0 && i < OUTCOMES; i++)
		r = union_take(&w->may[i], w->rd->m, &s->may[i]);
	if (r == 0)
		r = union_take(&w->fall, w->rd->m, &s->fall);
	if (r == 0)
		r = union_take(&w->decide, w->rd->m, &s->decide);
	if (r == 0)
		r = union_take(&w->altered, w->rd->m, &s->altered);
	if (r < 0)
		return r;
	s->height = w->height;
	s->blames = w->blames;
	w->blames = (struct blames){ 0 };
	return 0;
}

/* ---- rules by themselves ---- */

static bool hands_on(const struct nft_rule *rule)
{
	for (size_t i = 0; i < rule->stmts; i++) {
		const struct nft_stmt *s = rule->stmt[i];

		if (s->kind == NFT_S_VMAP ||
		    (s->kind == NFT_S_VERDICT &&
		     (s->verdict.kind == NFT_V_JUMP || s->verdict.kind == NFT_V_GOTO)))
			return true;
	}
	return false;
}

/* What a rule takes of all packets, as if none stood before it. */
static int rule_apart(struct walk *w, struct bounds *ret)
{
	struct flow_mgr *m = w->rd->m;
	struct bounds b = { .hi = FLOW_NONE };
	flow_ref part;
	int r;

	w->live = FLOW_ALL;
	r = walk_rule(w);
	if (r == 0)
		r = flow_not(m, w->live, &b.lo);
	for (size_t i = 0; r == 0 && i <= OUTCOMES; i++) {
		r = union_take(i < OUTCOMES ? &w->may[i] : &w->fall, m, &part);
		if (r == 0)
			r = flow_override(m, part, b.hi, &b.hi);
	}
	return r < 0 ? r : bounds_also(m, b, ret);
}

static int rules_apart(const struct walk *of, size_t first)
{
	struct walk w = { .rd = of->rd, .cv = of->cv, .chain = of->chain, .depth = of->depth };
	int r = 0;

	for (size_t k = 0; r == 0 && k < w.chain->rules && first + k < w.rd->aparts; k++) {
		w.rule = w.chain->rule[k];
		w.leaf = (uint32_t)(first + k + 1);
		if (!hands_on(w.rule))
			r = rule_apart(&w, &w.rd->apart[first + k]);
	}
	walk_release(&w);
	return r;
}

int chain_summary(struct reader *rd, struct chain_view *cv, size_t i, unsigned depth,
		  const struct summary **ret)
{
	struct summary *s = &cv->summary[i];
	struct walk w = { .rd = rd,
			  .cv = cv,
			  .chain = cv->table->table->chain[i],
			  .depth = depth,
			  .height = 1,
			  .live = FLOW_ALL };
	size_t first = cv->table->chain_rule[i];
	int r = 0;

	*ret = s;
	if (s->state == SUMMARY_DONE)
		return 0;
	if (depth >= JUMPS_MAX) {
		diag_error(rd->d, w.chain->at,
			   "jumps are nested deeper than %d, which the kernel refuses", JUMPS_MAX);
		return E_LIMIT;
	}
	s->state = SUMMARY_BUSY;
	for (size_t k = 0; r == 0 && k < w.chain->rules && !flow_empty(w.live); k++) {
		w.rule = w.chain->rule[k];
		w.leaf = (uint32_t)(first + k + 1);
		r = walk_rule(&w);
	}
	if (r == 0)
		r = finish(&w, s);
	if (r == 0 && rd->aparts)
		r = rules_apart(&w, first);
	s->state = r < 0 ? SUMMARY_NEW : SUMMARY_DONE;
	walk_release(&w);
	return r;
}

void reader_release(struct reader *rd)
{
	for (size_t i = 0; i < rd->views; i++) {
		struct chain_view *cv = rd->view[i];

		for (size_t k = 0; k < cv->table->table->chains; k++)
			mem_free(cv->summary[k].blames.blame);
		mem_free(cv->summary);
		mem_free(cv);
	}
	mem_free(rd->view);
	tables_release(&rd->tables);
}
