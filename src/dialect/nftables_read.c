/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a whole ruleset does at a hook: every base chain on the way there has its say. Accept ends
 * only the chain that says it; drop is final. So the packets still on their way after one chain are
 * those that it may accept, and what passes all of them is accepted.
 */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "dialect/nftables.h"
#include "dialect/nftables_learned.h"
#include "dialect/nftables_tell.h"
#include "dialect/nftables_walk.h"
#include "dialect/spans.h"

enum {
	PRIORITY_DEFRAG = -400, /* NF_IP_PRI_CONNTRACK_DEFRAG */
	PRIORITY_CONNTRACK = -200,
	HOOKS_MAX = 4
};

/* The ways of a packet: the hooks it passes, and what can be seen there. */
static const struct way {
	const char *hook;
	struct way_hook {
		const char *name;
		bool iif, oif, tracked;
	} at[HOOKS_MAX];
} ways[] = {
	{ "forward",
	  { { "ingress", true, false, false },
	    { "prerouting", true, false, false },
	    { "forward", true, true, true },
	    { "postrouting", true, true, true } } },
	{ "input",
	  { { "ingress", true, false, false },
	    { "prerouting", true, false, false },
	    { "input", true, false, true } } },
	{ "output", { { "output", false, true, true }, { "postrouting", false, true, true } } },
};

/* A base chain on the way. */
struct station {
	const struct table_index *table;
	size_t chain;
	size_t hook; /* its place on the way */
	struct view view;
};

struct reading_way {
	struct reader rd;
	struct reading *out;
	struct teller teller;
	struct station *station;
	size_t n, cap;
	flow_ref live;	  /* packets on their way */
	flow_ref altered; /* of them, those that may have got other addresses */
	struct union_of may[OUTCOMES], stopper, passer;
	flow_ref silent; /* dropped by a policy: no rule of a chain before decided that */
	struct blames blames;
};

/* ---- stations ---- */

static bool on_ip(const struct nft_table *t)
{
	return !t->dormant && (t->family == NFT_INET || t->family == NFT_IP ||
			       t->family == NFT_IP6 || t->family == NFT_NETDEV);
}

static struct view view_at(const struct reading_way *w, const struct nft_table *t,
			   const struct nft_chain *c, const struct way_hook *h)
{
	bool late = strcmp(h->name, "ingress") != 0;
	bool first = late && (strcmp(h->name, "prerouting") == 0 || strcmp(h->name, "output") == 0);
	bool whole = late && (!first || c->priority > PRIORITY_DEFRAG);

	return (struct view){ .iif = h->iif,
			      .oif = h->oif,
			      .tracked = late && (!first || c->priority > PRIORITY_CONNTRACK),
			      .netdev = t->family == NFT_NETDEV,
			      .whole4 = whole && w->rd.tables.ct4,
			      .whole6 = whole && w->rd.tables.ct6 };
}

static int add_station(struct reading_way *w, const struct table_index *x, size_t chain,
		       const struct way *way)
{
	const struct nft_chain *c = x->table->chain[chain];

	for (size_t h = 0; h < HOOKS_MAX && way->at[h].name; h++) {
		int r;

		if (!c->hook || strcmp(c->hook, way->at[h].name) != 0)
			continue;
		r = mem_grow(&w->station, &w->cap, w->n + 1, sizeof(*w->station));
		if (r < 0)
			return r;
		w->station[w->n++] =
			(struct station){ x, chain, h, view_at(w, x->table, c, &way->at[h]) };
	}
	return 0;
}

static int by_order(const void *a, const void *b)
{
	const struct station *x = a, *y = b;
	int32_t p = x->table->table->chain[x->chain]->priority;
	int32_t q = y->table->table->chain[y->chain]->priority;

	if (x->hook != y->hook)
		return x->hook < y->hook ? -1 : 1;
	if (p != q)
		return p < q ? -1 : 1;
	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	return x->chain < y->chain ? -1 : x->chain > y->chain;
}

static int find_stations(struct reading_way *w, const struct way *way)
{
	int r = 0;

	for (size_t i = 0; i < w->rd.tables.n; i++) {
		const struct table_index *x = &w->rd.tables.index[i];

		for (size_t c = 0; r == 0 && on_ip(x->table) && c < x->table->chains; c++) {
			if (x->table->chain[c]->base)
				r = add_station(w, x, c, way);
		}
	}
	if (r == 0 && w->n)
		qsort(w->station, w->n, sizeof(*w->station), by_order);
	return r;
}

static int view_of(struct reader *rd, const struct station *s, struct chain_view **ret)
{
	struct chain_view *cv;
	int r;

	for (size_t i = 0; i < rd->views; i++) {
		if (rd->view[i]->table == s->table && view_equal(&rd->view[i]->view, &s->view)) {
			*ret = rd->view[i];
			return 0;
		}
	}
	r = mem_grow(&rd->view, &rd->view_cap, rd->views + 1, sizeof(struct chain_view *));
	if (r < 0)
		return r;
	cv = mem_zero(1, sizeof(*cv));
	if (!cv)
		return -ENOMEM;
	*cv = (struct chain_view){ s->table, s->view, NULL };
	cv->summary = mem_zero(s->table->table->chains, sizeof(*cv->summary));
	if (!cv->summary) {
		mem_free(cv);
		return -ENOMEM;
	}
	rd->view[rd->views++] = cv;
	*ret = cv;
	return 0;
}

/* ---- one station ---- */

/* The flows that a base chain sees: of its family, from its devices. */
static int seen_by(struct reading_way *w, const struct station *s, flow_ref *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	const struct nft_chain *c = s->table->table->chain[s->chain];
	struct flow_match only = FLOW_MATCH_ANY;
	struct spanlist zones = SPANLIST_INIT(a);
	int r = a ? 0 : -ENOMEM;

	if (r == 0 && s->table->table->family == NFT_IP)
		r = match_one(&only, FLOW_FAMILY, 0, 0, a);
	if (r == 0 && s->table->table->family == NFT_IP6)
		r = match_one(&only, FLOW_FAMILY, 1, 1, a);
	for (size_t i = 0; r == 0 && i < c->devices; i++) {
		uint16_t zone;

		r = flow_zone(w->rd.m, str_of(c->device[i]), &zone);
		if (r == 0)
			r = spanlist_add(&zones, zone, zone);
	}
	if (r == 0 && c->devices)
		only.dim[FLOW_IIF] = spanlist_seal(&zones);
	return r < 0 ? r : flow_of_match(w->rd.m, &only, 1, ret);
}

static int restrict_add(struct reading_way *w, struct union_of *to, flow_ref of, flow_ref set)
{
	flow_ref part;
	int r = flow_restrict(w->rd.m, of, set, &part);

	return r < 0 ? r : union_add(to, part);
}

/* What one chain does to the flows that reach it: its summary with the policy put in. */
struct effect {
	flow_ref may[OUTCOMES], silent, decide;
};

static int effect_of(struct reading_way *w, const struct station *s, const struct summary *sum,
		     struct effect *ret)
{
	const struct nft_chain *c = s->table->table->chain[s->chain];
	enum verdict policy = c->policy_drop ? VERDICT_DROP : VERDICT_ACCEPT;
	struct effect e = { .decide = sum->decide };
	int r;

	memcpy(e.may, sum->may, sizeof(e.may));
	e.silent = c->policy_drop ? sum->fall : FLOW_NONE;
	r = flow_override(w->rd.m, e.may[policy], sum->fall, &e.may[policy]);
	if (r == 0)
		*ret = e;
	return r;
}

/* nat chains see only first packets of a conversation; of others they may or may not. */
static int spare_later_packets(struct reading_way *w, struct effect *e)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct flow_match later = FLOW_MATCH_ANY;
	flow_ref set;
	int r = a ? match_one(&later, FLOW_STATE, STATE_NEW + 1, STATE_COUNT - 1, a) : -ENOMEM;

	if (r == 0)
		r = flow_of_match(w->rd.m, &later, 1, &set);
	if (r == 0)
		r = flow_override(w->rd.m, e->may[VERDICT_ACCEPT], set, &e->may[VERDICT_ACCEPT]);
	/* Once a translation is possible, all later packets may be translated. */
	return r == 0 ? flow_override(w->rd.m, w->altered, set, &w->altered) : r;
}

/* Flows that were given other addresses may meet any of the chain's ends. */
static int blur(struct reading_way *w, struct effect *e)
{
	int r = 0;

	if (flow_empty(w->altered))
		return 0;
	if (flow_empty(e->may[VERDICT_DROP]) && flow_empty(e->may[VERDICT_REJECT]))
		return 0;
	for (size_t i = 0; r == 0 && i < OUTCOMES; i++)
		r = flow_override(w->rd.m, e->may[i], w->altered, &e->may[i]);
	return r;
}

static int keep_blames(struct reading_way *w, const struct summary *sum, flow_ref seen)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < sum->blames.n; i++) {
		flow_ref set;

		r = flow_restrict(w->rd.m, sum->blames.blame[i].set, seen, &set);
		if (r == 0)
			r = blames_add(&w->blames, w->rd.m, sum->blames.blame[i].stmt, set);
	}
	return r;
}

/* Lets the flows in `seen` through a chain with that effect. */
static int pass(struct reading_way *w, const struct effect *e, flow_ref seen)
{
	struct flow_mgr *m = w->rd.m;
	flow_ref stopped, passed, around, silent;
	int r = flow_override(m, e->may[VERDICT_DROP], e->may[VERDICT_REJECT], &stopped);

	if (r == 0)
		r = restrict_add(w, &w->may[VERDICT_DROP], e->may[VERDICT_DROP], seen);
	if (r == 0)
		r = restrict_add(w, &w->may[VERDICT_REJECT], e->may[VERDICT_REJECT], seen);
	if (r == 0)
		r = flow_restrict(m, stopped, seen, &stopped);
	if (r == 0)
		r = restrict_add(w, &w->stopper, e->decide, stopped);
	if (r == 0)
		r = flow_restrict(m, e->may[VERDICT_ACCEPT], seen, &passed);
	if (r == 0)
		r = restrict_add(w, &w->passer, e->decide, passed);
	if (r == 0)
		r = flow_restrict(m, e->silent, seen, &silent);
	if (r == 0)
		r = flow_override(m, w->silent, silent, &w->silent);
	if (r == 0)
		r = flow_minus(m, w->live, seen, &around);
	return r == 0 ? flow_override(m, around, passed, &w->live) : r;
}

static int visit(struct reading_way *w, const struct station *s)
{
	const struct nft_chain *c = s->table->table->chain[s->chain];
	struct chain_view *cv;
	const struct summary *sum;
	struct effect e;
	flow_ref seen, altered;
	int r = view_of(&w->rd, s, &cv);

	if (r == 0)
		r = chain_summary(&w->rd, cv, s->chain, 0, &sum);
	if (r == 0)
		r = seen_by(w, s, &seen);
	if (r == 0)
		r = flow_restrict(w->rd.m, w->live, seen, &seen);
	if (r == 0)
		r = effect_of(w, s, sum, &e);
	if (r == 0)
		r = blur(w, &e);
	if (r == 0)
		r = flow_restrict(w->rd.m, sum->altered, seen, &altered);
	if (r == 0)
		r = flow_override(w->rd.m, w->altered, altered, &w->altered);
	if (r == 0 && c->type && strcmp(c->type, "nat") == 0)
		r = flow_empty(altered) && flow_empty(e.may[VERDICT_DROP])
			    ? 0
			    : spare_later_packets(w, &e);
	if (r == 0)
		r = keep_blames(w, sum, seen);
	return r == 0 ? pass(w, &e, seen) : r;
}

/* ---- the reading ---- */

static int tell_chain(struct reading_way *w, const struct nft_table *t,
		      const struct nft_chain *chain)
{
	struct reading *out = w->out;
	const char *where = arena_printf(out->arena, "%s %s %s", nft_family_name(t->family),
					 t->name, chain->name);
	int r = where ? 0 : -ENOMEM;

	for (size_t k = 0; r == 0 && k < chain->rules; k++)
		r = tell_rule(&w->teller, chain->rule[k], where, &out->rule[out->rules++]);
	return r;
}

static int tell_rules(struct reading_way *w)
{
	struct reading *out = w->out;
	int r = 0;

	out->rule = arena_array(out->arena, w->rd.tables.rules, sizeof(*out->rule));
	if (!out->rule)
		return -ENOMEM;
	for (size_t i = 0; i < w->rd.tables.n; i++) {
		const struct nft_table *t = w->rd.tables.index[i].table;

		for (size_t c = 0; r == 0 && c < t->chains; c++)
			r = tell_chain(w, t, t->chain[c]);
	}
	return r;
}

static int tell_unknowns(struct reading_way *w)
{
	struct reading *out = w->out;

	out->unknown = arena_array(out->arena, w->blames.n, sizeof(*out->unknown));
	if (!out->unknown)
		return -ENOMEM;
	for (size_t i = 0; i < w->blames.n; i++) {
		struct unknown *u = &out->unknown[i];
		int r;

		*u = (struct unknown){ .set = w->blames.blame[i].set };
		r = tell_unknown(&w->teller, w->blames.blame[i].stmt, u);
		if (r == 0)
			r = flow_root(out->m, &u->set);
		if (r < 0)
			return r;
		out->unknowns++;
	}
	return 0;
}

static int tell_assumptions(struct reading_way *w, const char *hook)
{
	struct reading *out = w->out;
	const char *first = arena_printf(out->arena, "the way of a packet: hook %s", hook);
	const char **text = arena_array(out->arena, 6, sizeof(*text));
	bool whole = w->rd.tables.ct4 || w->rd.tables.ct6;

	if (!first || !text)
		return -ENOMEM;
	text[0] = first;
	text[1] = "no other tables are loaded than those given";
	text[2] = "a new TCP conversation begins with SYN alone";
	text[3] =
		whole ? "conntrack is in use: fragments are put together before rules see them"
		      : "later fragments are seen alone; what rules read as their ports is unknown";
	text[4] = "packets are well formed; IPv6 extension headers may stand before the protocol";
	out->assumption = text;
	out->assumptions = 5;
	if (!flow_empty(out->learnable))
		text[out->assumptions++] = "the maps of learned addresses hold what they hold now; "
					   "egretd alone fills them";
	return 0;
}

/* The outcomes of all chains together. */
static int conclude(struct reading_way *w)
{
	struct reading *out = w->out;
	struct flow_mgr *m = w->rd.m;
	flow_ref stop, stopper, passer;
	int r = union_take(&w->may[VERDICT_DROP], m, &out->may[VERDICT_DROP]);

	if (r == 0)
		r = union_take(&w->may[VERDICT_REJECT], m, &out->may[VERDICT_REJECT]);
	out->may[VERDICT_ACCEPT] = w->live;
	if (r == 0)
		r = flow_override(m, out->may[VERDICT_DROP], out->may[VERDICT_REJECT], &stop);
	if (r == 0)
		r = flow_not(m, stop, &out->must_accept);
	out->learnable = w->rd.learnable;
	if (r == 0)
		r = flow_restrict(m, w->rd.learned, out->may[VERDICT_ACCEPT], &out->learned);
	if (r == 0)
		r = union_take(&w->stopper, m, &stopper);
	if (r == 0)
		r = union_take(&w->passer, m, &passer);
	if (r == 0)
		r = flow_minus(m, passer, w->silent, &passer);
	return r == 0 ? flow_override(m, stopper, passer, &out->deciding) : r;
}

static int read_way(struct reading_way *w, const struct way *way)
{
	int r = find_stations(w, way);

	if (r == 0)
		r = tell_rules(w);
	if (r == 0 && w->rd.aparts)
		r = reading_apart(w->out, 0, &w->rd.apart);
	for (size_t i = 0; r == 0 && i < w->n; i++)
		r = visit(w, &w->station[i]);
	if (r == 0)
		r = conclude(w);
	if (r == 0)
		r = tell_unknowns(w);
	return r < 0 ? r : tell_assumptions(w, way->hook);
}

static const struct way *way_of(const struct assume *assume, struct diag *d)
{
	const char *hook = assume && assume->hook ? assume->hook : "forward";

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		if (strcmp(ways[i].hook, hook) == 0)
			return &ways[i];
	}
	diag_error(d, NOWHERE, "there is no hook %s to look from", hook);
	diag_hint(d, "forward, input or output");
	return NULL;
}

static void way_release(struct reading_way *w)
{
	for (size_t i = 0; i < OUTCOMES; i++)
		union_release(&w->may[i]);
	union_release(&w->stopper);
	union_release(&w->passer);
	mem_free(w->blames.blame);
	mem_free(w->station);
	reader_release(&w->rd);
}

int nftables_read_model(const struct nft_ruleset *rs, const struct assume *assume,
			struct flow_mgr *m, struct diag *d, struct reading **ret)
{
	const struct way *way = way_of(assume, d);
	EG_AUTO(reading_freep) struct reading *out = way ? reading_new(m) : NULL;
	struct reading_way w = { .rd = { .m = m,
					 .d = d,
					 .learned = FLOW_NONE,
					 .learnable = FLOW_NONE,
					 .aparts = assume ? assume->apart : 0 },
				 .out = out,
				 .live = FLOW_ALL,
				 .altered = FLOW_NONE,
				 .silent = FLOW_NONE };
	int r = out ? tables_index(rs, &w.rd.tables) : -ENOMEM;

	if (!way)
		return E_UNKNOWN;
	if (r == 0) {
		w.teller.arena = out->arena;
		r = read_way(&w, way);
	}
	if (r == 0)
		r = learned_count(rs, &out->learned_addresses);
	way_release(&w);
	if (r == 0)
		*ret = EG_TAKE(out);
	return r;
}
