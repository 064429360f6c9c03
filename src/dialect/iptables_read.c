/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all tables do on a packet's way. Each built-in chain on it has its say: accept ends that
 * table's chain only, drop is final. So the packets still on their way after one chain are those
 * that it may accept.
 */
#include "dialect/iptables_read.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/iptables_walk.h"
#include "dialect/spans.h"

enum { STATIONS_MAX = 9 };

/* The ways of a packet, in the order of the hooks' priorities (linux/netfilter_ipv4.h). */
static const struct way {
	const char *hook;
	struct station {
		enum ipt_table_kind table;
		const char *chain;
		enum ipt_seen iif, oif;
	} at[STATIONS_MAX];
	size_t n;
} ways[] = {
	{ "forward",
	  { { IPT_RAW, "PREROUTING", SEEN, SEEN_NONE },
	    { IPT_MANGLE, "PREROUTING", SEEN, SEEN_NONE },
	    { IPT_NAT, "PREROUTING", SEEN, SEEN_NONE },
	    { IPT_MANGLE, "FORWARD", SEEN, SEEN },
	    { IPT_FILTER, "FORWARD", SEEN, SEEN },
	    { IPT_SECURITY, "FORWARD", SEEN, SEEN },
	    { IPT_MANGLE, "POSTROUTING", SEEN_UNSURE, SEEN },
	    { IPT_NAT, "POSTROUTING", SEEN_UNSURE, SEEN } },
	  8 },
	{ "input",
	  { { IPT_RAW, "PREROUTING", SEEN, SEEN_NONE },
	    { IPT_MANGLE, "PREROUTING", SEEN, SEEN_NONE },
	    { IPT_NAT, "PREROUTING", SEEN, SEEN_NONE },
	    { IPT_MANGLE, "INPUT", SEEN, SEEN_NONE },
	    { IPT_FILTER, "INPUT", SEEN, SEEN_NONE },
	    { IPT_SECURITY, "INPUT", SEEN, SEEN_NONE },
	    { IPT_NAT, "INPUT", SEEN, SEEN_NONE } },
	  7 },
	{ "output",
	  { { IPT_RAW, "OUTPUT", SEEN_NONE, SEEN },
	    { IPT_MANGLE, "OUTPUT", SEEN_NONE, SEEN },
	    { IPT_NAT, "OUTPUT", SEEN_NONE, SEEN },
	    { IPT_FILTER, "OUTPUT", SEEN_NONE, SEEN },
	    { IPT_SECURITY, "OUTPUT", SEEN_NONE, SEEN },
	    { IPT_MANGLE, "POSTROUTING", SEEN_UNSURE, SEEN },
	    { IPT_NAT, "POSTROUTING", SEEN_UNSURE, SEEN } },
	  7 },
};

struct going {
	struct ipt_reader rd;
	struct reading *out;
	const struct way *way;
	size_t *first[2][IPT_TABLES]; /* number of the first rule of each chain */
	struct union_of may[IPT_OUTCOMES], stopper, passer;
	struct ipt_blames blames;
	/* one family */
	enum family family;
	flow_ref live, altered;
};

/* ---- rules for people ---- */

static int tell_chain(struct going *g, const struct ipt_table *t, const struct ipt_chain *c)
{
	struct arena *a = g->out->arena;
	const char *where = arena_printf(a, "%s %s %.*s", t->family == FAMILY_V6 ? "ip6" : "ip",
					 ipt_table_name(t->kind), STR_FMT(c->name));
	const char *file = arena_strdup(a, t->file);

	if (!where || !file)
		return -ENOMEM;
	for (size_t k = 0; k < c->rules; k++) {
		const struct ipt_rule *rule = &c->rule[k];
		struct config_rule *told = &g->out->rule[g->out->rules];

		*told = (struct config_rule){ .at = { .file = file, .line = rule->line },
					      .text = arena_str(a, rule->text),
					      .where = where };
		if (rule->comment)
			told->comment = arena_strdup(a, rule->comment);
		if (!told->text || (rule->comment && !told->comment))
			return -ENOMEM;
		g->out->rules++;
	}
	return 0;
}

/* Numbers all rules: leaf n + 1 of a diagram is rule n. */
static int tell_table(struct going *g, const struct ipt_table *t, size_t **ret_first)
{
	size_t *first = arena_array(g->rd.arena, t->chains, sizeof(*first));
	int r = first ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < t->chains; i++) {
		first[i] = g->out->rules;
		r = tell_chain(g, t, &t->chain[i]);
	}
	*ret_first = first;
	return r;
}

static int tell_rules(struct going *g)
{
	const struct ipt_config *c = g->rd.config;
	size_t n = 0;
	int r = 0;

	for (size_t v6 = 0; v6 < 2; v6++)
		for (size_t t = 0; t < IPT_TABLES; t++)
			for (size_t i = 0; c->table[v6][t] && i < c->table[v6][t]->chains; i++)
				n += c->table[v6][t]->chain[i].rules;
	g->out->rule = arena_array(g->out->arena, n, sizeof(*g->out->rule));
	if (!g->out->rule)
		return -ENOMEM;
	for (size_t v6 = 0; v6 < 2; v6++)
		for (size_t t = 0; r == 0 && t < IPT_TABLES; t++)
			if (c->table[v6][t])
				r = tell_table(g, c->table[v6][t], &g->first[v6][t]);
	return r;
}

/* ---- one chain on the way ---- */

static int flow_between(struct going *g, enum flow_dim dim, unsigned lo, unsigned hi, flow_ref *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct flow_match m = FLOW_MATCH_ANY;
	int r = a ? match_one(&m, dim, lo, hi, a) : -ENOMEM;

	return r < 0 ? r : flow_of_match(g->rd.m, &m, 1, ret);
}

/* What the chain may do to the packets that come to it, and which rule decides. */
struct effect {
	flow_ref may[IPT_OUTCOMES], decide, altered;
};

static int add_everywhere(struct going *g, struct effect *e, flow_ref set)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < IPT_OUTCOMES; i++)
		if (!flow_empty(e->may[i]))
			r = flow_override(g->rd.m, e->may[i], set, &e->may[i]);
	return r == 0 ? flow_minus(g->rd.m, e->decide, set, &e->decide) : r;
}

static bool looks_inside(const struct ipt_config *config, const struct ipt_table *t)
{
	for (size_t i = 0; i < t->chains; i++)
		for (size_t k = 0; k < t->chain[i].rules; k++) {
			const struct ipt_rule *rule = &t->chain[i].rule[k];

			for (size_t j = 0; j < rule->conds; j++)
				if (rule->cond[j].transport ||
				    (rule->cond[j].kind == COND_SET &&
				     ipt_set_has_ports(config, rule->cond[j].name)))
					return true;
		}
	return false;
}

static bool translates(const struct ipt_table *t)
{
	for (size_t i = 0; i < t->chains; i++)
		for (size_t k = 0; k < t->chain[i].rules; k++)
			if (t->chain[i].rule[k].target == IPT_TRANSLATE)
				return true;
	return false;
}

/* Of later fragments kernels read whatever stands there: rules on ports may go either way. */
static int blur_fragments(struct going *g, const struct ipt_chains *c, struct effect *e)
{
	flow_ref later;
	int r;

	if (c->view.whole || !looks_inside(g->rd.config, c->table))
		return 0;
	r = flow_between(g, FLOW_FRAG, 1, 1, &later);
	for (size_t i = 0; r == 0 && i < IPT_OUTCOMES; i++)
		r = flow_override(g->rd.m, e->may[i], later, &e->may[i]);
	return r == 0 ? flow_minus(g->rd.m, e->decide, later, &e->decide) : r;
}

/*
 * A nat table is asked about first packets alone; for later ones conntrack remembers. Once a
 * translation is possible, later packets may come with other addresses, replies among them.
 */
static int spare_later_packets(struct going *g, const struct ipt_table *t, struct effect *e)
{
	flow_ref later;
	int r = flow_between(g, FLOW_STATE, STATE_NEW + 1, STATE_COUNT - 1, &later);

	if (r == 0)
		r = flow_override(g->rd.m, e->may[VERDICT_ACCEPT], later, &e->may[VERDICT_ACCEPT]);
	if (r == 0)
		r = flow_minus(g->rd.m, e->decide, later, &e->decide);
	if (r == 0 && translates(t))
		r = flow_override(g->rd.m, e->altered, later, &e->altered);
	return r;
}

static int effect_of(struct going *g, const struct ipt_chains *c, const struct ipt_chain *chain,
		     const struct ipt_summary *sum, struct effect *ret)
{
	struct effect e = { .decide = sum->decide, .altered = sum->altered };
	int r;

	memcpy(e.may, sum->may, sizeof(e.may));
	r = flow_override(g->rd.m, e.may[chain->policy], sum->fall, &e.may[chain->policy]);
	if (r == 0)
		r = blur_fragments(g, c, &e);
	if (r == 0)
		r = add_everywhere(g, &e, g->altered);
	if (r == 0 && c->table->kind == IPT_NAT)
		r = spare_later_packets(g, c->table, &e);
	if (r == 0)
		*ret = e;
	return r;
}

static int restrict_add(struct going *g, struct union_of *to, flow_ref of, flow_ref set)
{
	flow_ref part;
	int r = flow_restrict(g->rd.m, of, set, &part);

	return r < 0 ? r : union_add(to, part);
}

/* Lets the packets on their way through. */
static int pass(struct going *g, enum ipt_table_kind table, const struct effect *e)
{
	struct flow_mgr *m = g->rd.m;
	flow_ref stopped, altered;
	int r = restrict_add(g, &g->may[VERDICT_DROP], e->may[VERDICT_DROP], g->live);

	if (r == 0)
		r = restrict_add(g, &g->may[VERDICT_REJECT], e->may[VERDICT_REJECT], g->live);
	if (r == 0)
		r = flow_override(m, e->may[VERDICT_DROP], e->may[VERDICT_REJECT], &stopped);
	if (r == 0)
		r = flow_restrict(m, stopped, g->live, &stopped);
	if (r == 0)
		r = restrict_add(g, &g->stopper, e->decide, stopped);
	if (r == 0)
		r = flow_restrict(m, e->altered, g->live, &altered);
	if (r == 0)
		r = flow_override(m, g->altered, altered, &g->altered);
	if (r == 0)
		r = flow_restrict(m, e->may[VERDICT_ACCEPT], g->live, &g->live);
	if (r == 0 && table == IPT_FILTER)
		r = restrict_add(g, &g->passer, e->decide, g->live);
	return r;
}

static int visit(struct going *g, const struct station *s)
{
	bool v6 = g->family == FAMILY_V6;
	const struct ipt_table *t = g->rd.config->table[v6][s->table];
	const struct ipt_summary *sum;
	struct ipt_chains c;
	struct effect e;
	size_t chain;
	int r;

	if (!t || strmap_get(&t->by_name, str_of(s->chain), &chain) < 0)
		return 0;
	r = ipt_chains_init(&c, &g->rd, t, g->first[v6][s->table]);
	c.view = (struct ipt_view){ .family = g->family,
				    .iif = s->iif,
				    .oif = s->oif,
				    .tracked = s->table != IPT_RAW,
				    .set = t->sets_state,
				    .whole = g->rd.config->tracking[v6],
				    .last = s->table == IPT_NAT && s != &g->way->at[2] };
	if (r == 0)
		r = ipt_chain_summary(&c, chain, 0, &sum);
	if (r == 0)
		r = effect_of(g, &c, &t->chain[chain], sum, &e);
	if (r == 0)
		r = ipt_blames_take(&g->blames, g->rd.m, &sum->blames, g->live);
	if (r == 0)
		r = pass(g, s->table, &e);
	ipt_chains_release(&c);
	return r;
}

/* ---- a family ---- */

static bool is_given(const struct going *g, size_t v6)
{
	for (size_t t = 0; t < IPT_TABLES; t++)
		if (g->rd.config->table[v6][t])
			return true;
	return false;
}

/* Nothing is known of a family whose save is not among the files. */
static int missing_family(struct going *g, size_t v6)
{
	int r = ipt_blames_add(
		&g->blames, g->rd.m,
		&(struct ipt_blame){ .text = v6 ? STR("IPv6: no ip6tables-save is given")
						: STR("IPv4: no iptables-save is given"),
				     .set = g->live });

	if (r == 0)
		r = union_add(&g->may[VERDICT_DROP], g->live);
	return r < 0 ? r : union_add(&g->may[VERDICT_ACCEPT], g->live);
}

static int go_family(struct going *g, size_t v6)
{
	int r = flow_between(g, FLOW_FAMILY, (unsigned)v6, (unsigned)v6, &g->live);

	g->family = v6 ? FAMILY_V6 : FAMILY_V4;
	g->altered = FLOW_NONE;
	if (r == 0 && !is_given(g, v6))
		return missing_family(g, v6);
	for (size_t i = 0; r == 0 && i < g->way->n; i++)
		r = visit(g, &g->way->at[i]);
	return r < 0 ? r : union_add(&g->may[VERDICT_ACCEPT], g->live);
}

/* ---- the reading ---- */

static int tell_unknowns(struct going *g)
{
	struct reading *out = g->out;

	out->unknown = arena_array(out->arena, g->blames.n, sizeof(*out->unknown));
	if (!out->unknown)
		return -ENOMEM;
	for (size_t i = 0; i < g->blames.n; i++) {
		const struct ipt_blame *b = &g->blames.blame[i];
		struct unknown *u = &out->unknown[i];
		const char *file = b->file ? arena_strdup(out->arena, b->file) : NULL;
		int r;

		*u = (struct unknown){ .at = { .file = file, .line = b->rule ? b->rule->line : 0 },
				       .what = arena_str(out->arena, b->text),
				       .set = b->set };
		if (!u->what || (b->file && !file))
			return -ENOMEM;
		r = flow_root(out->m, &u->set);
		if (r < 0)
			return r;
		out->unknowns++;
	}
	return 0;
}

static int tell_assumptions(struct going *g)
{
	struct reading *out = g->out;
	const struct ipt_config *c = g->rd.config;
	const char **text = arena_array(out->arena, 7, sizeof(*text));
	size_t n = 0;

	if (!text)
		return -ENOMEM;
	text[n] = arena_printf(out->arena, "the way of a packet: hook %s", g->way->hook);
	if (!text[n++])
		return -ENOMEM;
	text[n++] =
		"tables that are not given are empty; there are no nftables rulesets beside them";
	text[n++] = "a new TCP conversation begins with SYN alone";
	text[n++] = "packets are well formed; IPv6 extension headers may stand before the protocol";
	if ((c->tracking[0] || !is_given(g, 0)) && (c->tracking[1] || !is_given(g, 1)))
		text[n++] = "conntrack is in use: fragments are put together before rules see them";
	else
		text[n++] =
			"later fragments are seen alone; what rules read as their ports is unknown";
	if (c->sets)
		text[n++] = "sets hold what they held when they were saved";
	if (c->guessed)
		text[n++] = "no heading or address tells the family of some table: it is taken for "
			    "IPv4 (IPv6 where the file's name says so)";
	out->assumption = text;
	out->assumptions = n;
	return 0;
}

static int conclude(struct going *g)
{
	struct reading *out = g->out;
	struct flow_mgr *m = g->rd.m;
	flow_ref stop, stopper, passer;
	int r = 0;

	for (size_t i = 0; r == 0 && i < IPT_OUTCOMES; i++)
		r = union_take(&g->may[i], m, &out->may[i]);
	if (r == 0)
		r = flow_override(m, out->may[VERDICT_DROP], out->may[VERDICT_REJECT], &stop);
	if (r == 0)
		r = flow_not(m, stop, &out->must_accept);
	if (r == 0)
		r = union_take(&g->stopper, m, &stopper);
	if (r == 0)
		r = union_take(&g->passer, m, &passer);
	return r == 0 ? flow_override(m, stopper, passer, &out->deciding) : r;
}

static int go(struct going *g)
{
	int r = tell_rules(g);
	if (r == 0 && g->rd.aparts)
		r = reading_apart(g->out, 0, &g->rd.apart);

	g->rd.known =
		arena_array(g->rd.arena, g->rd.config->sets, sizeof(struct ipt_set_meaning *));
	if (r == 0 && !g->rd.known)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < 2 * IPT_TABLES; i++) {
		const struct ipt_table *t = g->rd.config->table[i / IPT_TABLES][i % IPT_TABLES];

		r = t ? ipt_name_interfaces(&g->rd, t) : 0;
	}
	for (size_t v6 = 0; r == 0 && v6 < 2; v6++)
		r = go_family(g, v6);
	if (r == 0)
		r = conclude(g);
	if (r == 0)
		r = ipt_blames_seal(&g->blames, g->rd.m);
	if (r == 0)
		r = tell_unknowns(g);
	if (r == 0)
		r = tell_assumptions(g);
	if (r == E_BUDGET) {
		diag_error(g->rd.d, NOWHERE, "the rules are too tangled to be worked out");
		diag_hint(g->rd.d, "the budget of nodes is used up: give fewer files or tables");
	}
	return r;
}

static const struct way *way_of(const struct assume *assume, struct diag *d)
{
	const char *hook = assume && assume->hook ? assume->hook : "forward";

	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (strcmp(ways[i].hook, hook) == 0)
			return &ways[i];
	diag_error(d, NOWHERE, "there is no hook %s to look from", hook);
	diag_hint(d, "forward, input or output");
	return NULL;
}

int ipt_read(const struct ipt_config *config, const struct assume *assume, struct flow_mgr *m,
	     struct diag *d, struct reading **ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(reading_freep) struct reading *out = reading_new(m);
	struct going g = {
		.rd = { .m = m,
			.d = d,
			.config = config,
			.arena = a,
			.aparts = assume ? assume->apart : 0 },
		.out = out,
		.way = way_of(assume, d),
	};
	int r = a && out ? 0 : -ENOMEM;

	if (!g.way)
		return E_UNKNOWN;
	if (r == 0)
		r = go(&g);
	for (size_t i = 0; i < IPT_OUTCOMES; i++)
		union_release(&g.may[i]);
	union_release(&g.stopper);
	union_release(&g.passer);
	ipt_blames_release(&g.blames);
	if (r == 0)
		*ret = EG_TAKE(out);
	return r;
}
