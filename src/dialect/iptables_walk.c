/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/iptables_walk.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"

/* A rule that may hold but need not: it takes nothing away from those behind it. */
struct late {
	const struct ipt_rule *rule;
	const struct ipt_cond **unsure;
	size_t unsures;
	flow_ref hi;	/* what it may hold for */
	uint32_t after; /* so many rules of the run come before it */
};

/* Rules in a row that are final, waiting to be decided at once. */
struct run {
	struct late *late;
	size_t lates, late_cap;
	struct flow_match *match;
	uint32_t *rule; /* leaf of each */
	enum ipt_target *target;
	size_t n, cap, rule_cap, target_cap;
};

/* One chain being walked. */
struct walk {
	struct ipt_chains *c;
	const struct ipt_chain *chain;
	struct flow_mgr *m;
	unsigned depth, height;
	flow_ref live;
	struct union_of may[IPT_OUTCOMES], fall, decide, altered;
	struct ipt_blames blames;
	struct run run;
	struct arena *arena; /* of the run */
	/* the rule in hand */
	const struct ipt_rule *rule;
	uint32_t leaf;
	struct bounds part; /* of those alive, the packets that it holds for */
};

static int blame(struct walk *w, struct str text, flow_ref set)
{
	return ipt_blames_add(&w->blames, w->m,
			      &(struct ipt_blame){ w->rule, text, w->c->table->file, set });
}

/* ---- runs ---- */

static int final_verdict(enum ipt_target t)
{
	switch (t) {
	case IPT_ACCEPT:
		return VERDICT_ACCEPT;
	case IPT_DROP:
		return VERDICT_DROP;
	case IPT_REJECT:
		return VERDICT_REJECT;
	default:
		return -1;
	}
}

static int run_add(struct walk *w, const struct flow_match *match)
{
	struct run *run = &w->run;
	int r = mem_grow(&run->match, &run->cap, run->n + 1, sizeof(*run->match));

	if (r == 0)
		r = mem_grow(&run->rule, &run->rule_cap, run->n + 1, sizeof(*run->rule));
	if (r == 0)
		r = mem_grow(&run->target, &run->target_cap, run->n + 1, sizeof(*run->target));
	if (r < 0)
		return r;
	run->match[run->n] = *match;
	run->rule[run->n] = w->leaf;
	run->target[run->n] = w->rule->target;
	run->n++;
	return 0;
}

/* The packets whose rule has this target. */
static int run_part(struct walk *w, flow_ref diagram, uint32_t *leaf, enum ipt_target target,
		    struct union_of *to)
{
	flow_ref part;
	int r;

	for (size_t i = 0; i < w->run.n; i++)
		leaf[i + 1] = w->run.target[i] == target;
	r = flow_map(w->m, diagram, leaf, w->run.n + 1, &part);
	return r < 0 ? r : union_add(to, part);
}

static int run_decide(struct walk *w, flow_ref diagram, uint32_t *leaf)
{
	flow_ref part;
	int r;

	for (size_t i = 0; i < w->run.n; i++)
		leaf[i + 1] = w->run.target[i] == IPT_RETURN ? 0 : w->run.rule[i];
	r = flow_map(w->m, diagram, leaf, w->run.n + 1, &part);
	return r < 0 ? r : union_add(&w->decide, part);
}

/* The packets that come to a rule of the run which may hold for them: no rule before it did. */
static int late_part(struct walk *w, const struct late *l, flow_ref diagram, uint32_t *leaf,
		     flow_ref *ret)
{
	flow_ref taken;
	int r = flow_restrict(w->m, diagram, l->hi, &taken);

	/* Of a run they come in order: what came before the last one comes before this one. */
	for (size_t i = l->after; i > 0 && !leaf[i]; i--)
		leaf[i] = 1;
	if (r == 0)
		r = flow_map(w->m, taken, leaf, l->after + 1, &taken);
	if (r == 0)
		r = flow_restrict(w->m, l->hi, w->live, ret);
	return r == 0 ? flow_minus(w->m, *ret, taken, ret) : r;
}

static int run_lates(struct walk *w, flow_ref diagram, uint32_t *leaf)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->run.lates; i++) {
		const struct late *l = &w->run.late[i];
		int verdict = final_verdict(l->rule->target);
		flow_ref part;

		r = late_part(w, l, diagram, leaf, &part);
		if (r == 0)
			r = union_add(verdict < 0 ? &w->fall : &w->may[verdict], part);
		w->rule = l->rule;
		for (size_t k = 0; r == 0 && k < l->unsures; k++)
			r = blame(w, l->unsure[k]->text, part);
	}
	w->run.lates = 0;
	return r;
}

/* Decides all rules of the run. */
static int flush_run(struct walk *w)
{
	EG_AUTO(mem_freep) uint32_t *leaf = NULL;
	flow_ref diagram, all;
	int r;

	if (!w->run.n && !w->run.lates)
		return 0;
	leaf = mem_zero(w->run.n + 1, sizeof(*leaf));
	if (!leaf)
		return -ENOMEM;
	r = flow_first_match(w->m, w->run.match, w->run.n, &diagram);
	if (r == 0)
		r = run_lates(w, diagram, leaf);
	if (r == 0)
		r = flow_restrict(w->m, diagram, w->live, &diagram);
	if (r == 0)
		r = run_part(w, diagram, leaf, IPT_ACCEPT, &w->may[VERDICT_ACCEPT]);
	if (r == 0)
		r = run_part(w, diagram, leaf, IPT_DROP, &w->may[VERDICT_DROP]);
	if (r == 0)
		r = run_part(w, diagram, leaf, IPT_REJECT, &w->may[VERDICT_REJECT]);
	if (r == 0)
		r = run_part(w, diagram, leaf, IPT_RETURN, &w->fall);
	if (r == 0)
		r = run_decide(w, diagram, leaf);
	for (size_t i = 0; i < w->run.n; i++)
		leaf[i + 1] = 1;
	if (r == 0)
		r = flow_map(w->m, diagram, leaf, w->run.n + 1, &all);
	if (r == 0)
		r = flow_minus(w->m, w->live, all, &w->live);
	w->run.n = 0;
	return r;
}

static int flush(struct walk *w)
{
	const struct ipt_rule *rule = w->rule;
	int r = flush_run(w);

	w->rule = rule;
	return r;
}

/* ---- single rules ---- */

static int take(struct walk *w, flow_ref set)
{
	return flow_minus(w->m, w->live, set, &w->live);
}

static int decide(struct walk *w, enum verdict outcome)
{
	flow_ref leaf;
	int r = union_add(&w->may[outcome], w->part.hi);

	if (r == 0)
		r = flow_restrict(w->m, FLOW_LEAF(w->leaf), w->part.lo, &leaf);
	if (r == 0)
		r = union_add(&w->decide, leaf);
	return r < 0 ? r : take(w, w->part.lo);
}

static int add_part(struct walk *w, struct union_of *to, flow_ref of, flow_ref set)
{
	flow_ref part;
	int r = flow_restrict(w->m, of, set, &part);

	return r < 0 ? r : union_add(to, part);
}

static struct place place_of(const struct walk *w)
{
	return (struct place){ .file = w->c->table->file,
			       .line = w->rule ? w->rule->line : w->chain->line };
}

static int called_chain(struct walk *w, const struct ipt_summary **ret)
{
	const struct str name = w->rule->chain;
	size_t i;
	int r = strmap_get(&w->c->table->by_name, name, &i);

	if (r < 0)
		return r;
	if (w->c->summary[i].state == SUMMARY_BUSY) {
		diag_error(w->c->rd->d, place_of(w), "chain %s leads back to itself",
			   show(name).text);
		diag_hint(w->c->rd->d, "iptables-restore refuses that: loop");
		return E_CONFLICT;
	}
	r = ipt_chain_summary(w->c, i, w->depth + 1, ret);
	if (r < 0)
		return r;
	if ((*ret)->height + 1 > w->height)
		w->height = (*ret)->height + 1;
	if (w->depth + w->height <= IPTABLES_DEPTH_MAX)
		return 0;
	diag_error(w->c->rd->d, place_of(w), "chains are nested deeper than %d",
		   IPTABLES_DEPTH_MAX);
	return E_LIMIT;
}

/* Jump or goto: the chain's summary for the packets that take it. */
static int call(struct walk *w)
{
	const struct ipt_summary *c;
	flow_ref back = FLOW_NONE, gone;
	int r = called_chain(w, &c);

	for (size_t i = 0; r == 0 && i < IPT_OUTCOMES; i++)
		r = add_part(w, &w->may[i], c->may[i], w->part.hi);
	if (r == 0)
		r = add_part(w, &w->decide, c->decide, w->part.lo);
	if (r == 0)
		r = add_part(w, &w->altered, c->altered, w->part.hi);
	if (r == 0)
		r = flow_restrict(w->m, c->fall, w->part.hi, &back);
	if (r == 0 && w->rule->target == IPT_GOTO) {
		r = union_add(&w->fall, back);
		back = FLOW_NONE;
	}
	/* What comes back is alive already: what the chain does not give back is taken, no more. */
	if (r == 0)
		r = flow_minus(w->m, w->part.lo, back, &gone);
	if (r == 0)
		r = take(w, gone);
	return r < 0 ? r : ipt_blames_take(&w->blames, w->m, &c->blames, w->part.hi);
}

/* May end in any way, or go on. */
static int anything(struct walk *w)
{
	int r = blame(w, w->rule->target_text, w->part.hi);

	for (size_t i = 0; r == 0 && i < IPT_OUTCOMES; i++)
		r = union_add(&w->may[i], w->part.hi);
	return r;
}

/* Whoever listens accepts or drops. */
static int queue(struct walk *w)
{
	int r = blame(w, w->rule->target_text, w->part.hi);

	if (r == 0)
		r = union_add(&w->may[VERDICT_DROP], w->part.hi);
	return r < 0 ? r : decide(w, VERDICT_ACCEPT);
}

static int alter(struct walk *w)
{
	int r = 0;

	if (!w->c->view.last) {
		r = union_add(&w->altered, w->part.hi);
		if (r == 0)
			r = blame(w, w->rule->target_text, w->part.hi);
	}
	return r < 0 || w->rule->target == IPT_UNTRACK ? r : decide(w, VERDICT_ACCEPT);
}

static int act(struct walk *w)
{
	int r;

	switch (w->rule->target) {
	case IPT_CONTINUE:
		return 0;
	case IPT_ACCEPT:
	case IPT_DROP:
	case IPT_REJECT:
		return decide(w, (enum verdict)final_verdict(w->rule->target));
	case IPT_RETURN:
		r = union_add(&w->fall, w->part.hi);
		return r < 0 ? r : take(w, w->part.lo);
	case IPT_JUMP:
	case IPT_GOTO:
		return call(w);
	case IPT_TRANSLATE:
	case IPT_UNTRACK:
		return alter(w);
	case IPT_QUEUE:
		return queue(w);
	case IPT_ANYTHING:
		break;
	}
	return anything(w);
}

/* The packets alive that the rule holds for; what makes that uncertain is blamed. */
static int find_part(struct walk *w, const struct ipt_meaning *k)
{
	flow_ref match, open;
	int r = flush(w);

	if (r == 0)
		r = flow_of_match(w->m, &k->match, 1, &match);
	if (r == 0)
		r = flow_restrict(w->m, match, w->live, &match);
	if (r == 0)
		r = bounds_and(w->m, (struct bounds){ match, match }, k->rest, &w->part);
	if (r == 0)
		r = flow_minus(w->m, w->part.hi, w->part.lo, &open);
	for (size_t i = 0; r == 0 && i < k->unsures; i++)
		r = blame(w, k->unsure[i]->text, open);
	return r;
}

static int late_add(struct walk *w, const struct ipt_meaning *k)
{
	struct late l = { .rule = w->rule,
			  .unsure = k->unsure,
			  .unsures = k->unsures,
			  .after = (uint32_t)w->run.n };
	int r = flow_of_match(w->m, &k->match, 1, &l.hi);

	if (r == 0)
		r = flow_restrict(w->m, l.hi, k->rest.hi, &l.hi);
	if (r == 0)
		r = mem_grow(&w->run.late, &w->run.late_cap, w->run.lates + 1, sizeof(l));
	if (r == 0)
		w->run.late[w->run.lates++] = l;
	return r;
}

static int walk_rule(struct walk *w)
{
	struct ipt_meaning k;
	bool final = final_verdict(w->rule->target) >= 0 || w->rule->target == IPT_RETURN;
	int r;

	if (w->rule->target == IPT_CONTINUE)
		return 0;
	r = ipt_rule_meaning(w->c->rd, &w->c->view, w->rule, w->arena, &k);
	if (r < 0)
		return r;
	if (final && ipt_meaning_plain(&k))
		return run_add(w, &k.match);
	if (final && flow_empty(k.rest.lo))
		return late_add(w, &k);
	r = find_part(w, &k);
	if (r == 0)
		r = act(w);
	if (r == 0)
		arena_reset(w->arena);
	return r;
}

/* ---- chains ---- */

static void walk_release(struct walk *w)
{
	for (size_t i = 0; i < IPT_OUTCOMES; i++)
		union_release(&w->may[i]);
	union_release(&w->fall);
	union_release(&w->decide);
	union_release(&w->altered);
	ipt_blames_release(&w->blames);
	mem_free(w->run.late);
	mem_free(w->run.match);
	mem_free(w->run.rule);
	mem_free(w->run.target);
	arena_free(w->arena);
}

static int finish(struct walk *w, struct ipt_summary *s)
{
	int r = flush(w);

	if (r == 0)
		r = union_add(&w->fall, w->live);
	for (size_t i = 0; r == 0 && i < IPT_OUTCOMES; i++)
		r = union_take(&w->may[i], w->m, &s->may[i]);
	if (r == 0)
		r = union_take(&w->fall, w->m, &s->fall);
	if (r == 0)
		r = union_take(&w->decide, w->m, &s->decide);
	if (r == 0)
		r = union_take(&w->altered, w->m, &s->altered);
	if (r == 0)
		r = ipt_blames_seal(&w->blames, w->m);
	if (r < 0)
		return r;
	s->height = w->height;
	s->blames = w->blames;
	w->blames = (struct ipt_blames){ 0 };
	return 0;
}

static int walk_chain(struct walk *w, size_t first)
{
	int r = 0;

	for (size_t k = 0; r == 0 && k < w->chain->rules && !flow_empty(w->live); k++) {
		w->rule = &w->chain->rule[k];
		w->leaf = (uint32_t)(first + k + 1);
		r = walk_rule(w);
	}
	return r;
}

/* ---- rules by themselves ---- */

static bool hands_on(const struct ipt_rule *rule)
{
	return final_verdict(rule->target) < 0 && rule->target != IPT_RETURN;
}

/* What a rule takes of all packets, as if none stood before it. */
static int rule_apart(struct walk *w, struct bounds *ret)
{
	struct bounds b = { .hi = FLOW_NONE };
	flow_ref part;
	int r;

	w->live = FLOW_ALL;
	r = walk_rule(w);
	if (r == 0)
		r = flush(w);
	if (r == 0)
		r = flow_not(w->m, w->live, &b.lo);
	for (size_t i = 0; r == 0 && i <= IPT_OUTCOMES; i++) {
		r = union_take(i < IPT_OUTCOMES ? &w->may[i] : &w->fall, w->m, &part);
		if (r == 0)
			r = flow_override(w->m, part, b.hi, &b.hi);
	}
	return r < 0 ? r : bounds_also(w->m, b, ret);
}

static int rules_apart(struct ipt_chains *c, size_t chain)
{
	struct walk w = { .c = c, .chain = &c->table->chain[chain], .m = c->rd->m };
	size_t first = c->first[chain];
	int r = 0;

	w.arena = arena_new();
	if (!w.arena)
		return -ENOMEM;
	for (size_t k = 0; r == 0 && k < w.chain->rules && first + k < c->rd->aparts; k++) {
		w.rule = &w.chain->rule[k];
		w.leaf = (uint32_t)(first + k + 1);
		if (!hands_on(w.rule))
			r = rule_apart(&w, &c->rd->apart[first + k]);
	}
	walk_release(&w);
	return r;
}

int ipt_chain_summary(struct ipt_chains *c, size_t chain, unsigned depth,
		      const struct ipt_summary **ret)
{
	struct ipt_summary *s = &c->summary[chain];
	struct walk w = { .c = c,
			  .chain = &c->table->chain[chain],
			  .m = c->rd->m,
			  .depth = depth,
			  .height = 1,
			  .live = FLOW_ALL };
	int r;

	*ret = s;
	if (s->state == SUMMARY_DONE)
		return 0;
	if (depth >= IPTABLES_DEPTH_MAX) {
		diag_error(c->rd->d, place_of(&w), "chains are nested deeper than %d",
			   IPTABLES_DEPTH_MAX);
		return E_LIMIT;
	}
	s->state = SUMMARY_BUSY;
	w.arena = arena_new();
	r = w.arena ? walk_chain(&w, c->first[chain]) : -ENOMEM;
	if (r == 0)
		r = finish(&w, s);
	if (r == 0 && c->rd->aparts)
		r = rules_apart(c, chain);
	s->state = r < 0 ? SUMMARY_NEW : SUMMARY_DONE;
	walk_release(&w);
	return r;
}

int ipt_chains_init(struct ipt_chains *c, struct ipt_reader *rd, const struct ipt_table *t,
		    const size_t *first)
{
	*c = (struct ipt_chains){ .rd = rd, .table = t, .first = first };
	c->summary = mem_zero(t->chains, sizeof(*c->summary));
	return c->summary ? 0 : -ENOMEM;
}

void ipt_chains_release(struct ipt_chains *c)
{
	for (size_t i = 0; c->summary && i < c->table->chains; i++)
		ipt_blames_release(&c->summary[i].blames);
	mem_free(c->summary);
	c->summary = NULL;
}
