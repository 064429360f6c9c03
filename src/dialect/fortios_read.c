/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_read.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/fortios_tell.h"
#include "dialect/fortios_vip.h"
#include "dialect/spans.h"

struct going {
	struct fos_config *config;
	struct flow_mgr *m;
	struct diag *d;
	struct reading *out;
	struct fos_place place;
	struct fos_reading reading;
	struct fos_zones zones;
	struct doubts doubts;
	struct fos_walk walk;
	struct bounds *apart; /* by rule, if they are asked for */
	size_t apart_cap;
	bool asked_apart, factory;
	bool some_in, some_out; /* some policy speaks of the pair's interface */
};

static const struct fos_table *table(const struct going *g, enum fos_section s)
{
	return &g->place.vdom->table[s];
}

/* ---- what is not modelled at all ---- */

static int walk_doubt(struct going *g, enum fos_role role, const char *what, struct str name,
		      struct place at)
{
	struct fos_doubts why = { 0 };
	int r = fos_doubt(&why, g->config->arena, what, name, at);

	if (r == 0 && role != FOS_ROLE_STOPPER)
		return fos_walk_unknown(&g->walk, &why.doubt[0], FLOW_ALL);
	if (r == 0)
		r = union_add(&g->walk.may[VERDICT_DROP], FLOW_ALL);
	return r < 0 ? r
		     : doubts_add(&g->doubts, g->m, str_of(why.doubt[0].what), why.doubt[0].at,
				  FLOW_ALL);
}

static int walk_section(struct going *g, enum fos_section s)
{
	const struct fos_table *t = table(g, s);
	const char *what;
	size_t told = 0; /* one makes everything unknown: so many are enough */
	int r = 0;

	if (fos_section_role(s) == FOS_ROLE_MODELLED)
		return 0;
	what = arena_printf(g->config->arena, "%s", fos_section_path(s));
	if (!what)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < t->n && told < FOS_STRANGERS_MAX; i++) {
		const struct fos_entry *e = &t->entry[i];

		if (e->gone || fos_field_is(e, "status", "disable"))
			continue;
		r = walk_doubt(g, fos_section_role(s), what, e->name, e->at);
		told++;
	}
	return r;
}

static int walk_settings(struct going *g)
{
	static const struct {
		const char *key, *value;
	} matter[] = { { "ngfw-mode", "policy-based" },
		       { "asymroute", "enable" },
		       { "asymroute6", "enable" },
		       { "consolidated-firewall-mode", "enable" } };
	const struct fos_entry *e = fos_entry_find(table(g, FOS_SETTINGS), STR(""));
	int r = 0;

	for (size_t i = 0; e && r == 0 && i < ARRAY_LEN(matter); i++)
		if (fos_field_is(e, matter[i].key, matter[i].value)) {
			const struct fos_field *f = fos_field_find(e, matter[i].key);

			r = walk_doubt(g, FOS_ROLE_OTHER, matter[i].key, f->value[0], f->at);
		}
	return r;
}

static int walk_strangers(struct going *g)
{
	const struct fos_vdom *const place[] = { g->place.vdom, g->config->vdom[0] };
	size_t n = place[0] == place[1] ? 1 : 2;
	int r = 0;

	for (size_t v = 0; v < n; v++)
		for (size_t i = 0; r == 0 && i < place[v]->strangers; i++) {
			const struct fos_stranger *s = &place[v]->stranger[i];

			r = walk_doubt(g, FOS_ROLE_OTHER, "config", s->path, s->at);
		}
	for (size_t i = 0; r == 0 && i < FOS_SECTIONS; i++)
		r = walk_section(g, (enum fos_section)i);
	return r < 0 ? r : walk_settings(g);
}

/* ---- policies ---- */

static void note_pair(struct going *g, const struct fos_entry *e)
{
	const struct fos_field *in = fos_field_find(e, "srcintf"),
			       *out = fos_field_find(e, "dstintf");

	if (!g->place.pair.src.n)
		return;
	g->some_in = g->some_in || (in && fos_zone_has(&g->zones, in, g->place.pair.src));
	g->some_out = g->some_out || (out && fos_zone_has(&g->zones, out, g->place.pair.dst));
}

static int note_apart(struct going *g, const struct fos_policy *p)
{
	size_t i = g->out->rules - 1;
	int r = mem_grow(&g->apart, &g->apart_cap, i + 1, sizeof(*g->apart));

	return r < 0 ? r : fos_policy_bounds(g->m, p, &g->apart[i]);
}

static int walk_policies(struct going *g, enum fos_section s)
{
	const struct fos_table *t = table(g, s);
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->ordered; i++) {
		const struct fos_entry *e = &t->entry[t->order[i]];
		struct fos_policy p;

		note_pair(g, e);
		r = fos_policy_read(&g->reading, e, s == FOS_POLICY, &p);
		if (r < 0 || p.off)
			continue;
		r = fos_tell_policy(g->out, &p, fos_section_path(s));
		if (r == 0)
			r = fos_walk_policy(&g->walk, &p, (uint32_t)g->out->rules);
		if (r == 0 && g->asked_apart)
			r = note_apart(g, &p);
	}
	return r;
}

/* One release has IPv6 in a list of its own, another in the same list. */
static int check_lists(struct going *g)
{
	const struct fos_table *t = table(g, FOS_POLICY), *t6 = table(g, FOS_POLICY6);

	for (size_t i = 0; t6->ordered && i < t->ordered; i++) {
		const struct fos_entry *e = &t->entry[t->order[i]];
		const struct fos_field *f = fos_field_find(e, "srcaddr6");

		if (!f)
			continue;
		diag_error(g->d, f->at, "IPv6 is in firewall policy and in firewall policy6");
		diag_hint(g->d, "no release has both: which comes first is not known");
		return E_CONFLICT;
	}
	return 0;
}

static void warn_pair(struct going *g)
{
	const struct fos_pair *p = &g->place.pair;

	if (p->src.n && !g->some_in)
		diag_warning(g->d, (struct place){ .file = g->config->file },
			     "no policy speaks of packets that come in by %s", show(p->src).text);
	if (p->src.n && !g->some_out)
		diag_warning(g->d, (struct place){ .file = g->config->file },
			     "no policy speaks of packets that leave by %s", show(p->dst).text);
}

/* ---- inside a zone ---- */

static bool is_in(const struct fos_zone *z, struct str interface)
{
	bool in = str_eq(z->name, interface);

	for (size_t i = 0; !in && i < z->n; i++)
		in = str_eq(z->member[i], interface);
	return in;
}

/*
 * What no policy decides passes between the interfaces of a zone that allows it. Between which of
 * them, and whether by one interface too, depends on the release.
 */
static int walk_zones(struct going *g)
{
	const struct fos_pair *pair = &g->place.pair;
	int r = 0;

	for (size_t i = 0; r == 0 && i < g->zones.n; i++) {
		const struct fos_zone *z = &g->zones.zone[i];
		struct flow_match match = FLOW_MATCH_ANY;
		struct fos_doubts why = { 0 };
		flow_ref set = FLOW_NONE;

		if (!z->intrazone || (pair->src.n && !(is_in(z, pair->src) && is_in(z, pair->dst))))
			continue;
		if (!pair->src.n) {
			r = fos_zone_own(&g->zones, i, &match.dim[FLOW_IIF]);
			match.dim[FLOW_OIF] = match.dim[FLOW_IIF];
		}
		if (r == 0)
			r = flow_of_match(g->m, &match, 1, &set);
		if (r == 0)
			r = fos_doubt(&why, g->config->arena, "intrazone allow of zone", z->name,
				      z->intrazone->at);
		if (r == 0)
			r = fos_walk_unknown(&g->walk, &why.doubt[0], set);
	}
	return r;
}

static int walk_all(struct going *g)
{
	const struct fos_table *t = table(g, FOS_POLICY), *t6 = table(g, FOS_POLICY6);
	bool six = !t->said && t6->said;
	int r = check_lists(g);

	if (r == 0)
		r = fos_tell_room(g->out, t->ordered + t6->ordered + 1);
	if (r == 0)
		r = walk_strangers(g);
	if (r == 0)
		r = fos_walk_vips(&g->reading, &g->walk);
	if (r == 0)
		r = walk_policies(g, FOS_POLICY);
	if (r == 0)
		r = walk_policies(g, FOS_POLICY6);
	if (r == 0)
		r = walk_zones(g);
	if (r == 0)
		r = fos_tell_end(g->out, six ? t6->at : t->at,
				 fos_section_path(six ? FOS_POLICY6 : FOS_POLICY));
	warn_pair(g);
	return r < 0 ? r : fos_walk_end(&g->walk, (uint32_t)g->out->rules);
}

/* ---- the reading ---- */

static int states(struct going *g, enum flow_state first, enum flow_state last, flow_ref *ret)
{
	struct flow_match match = FLOW_MATCH_ANY;
	int r = match_one(&match, FLOW_STATE, first, last, g->config->arena);

	return r < 0 ? r : flow_of_match(g->m, &match, 1, ret);
}

/* Policies are about packets that begin a conversation. */
static int conclude(struct going *g)
{
	flow_ref begin = FLOW_NONE, later = FLOW_NONE, stray = FLOW_NONE, set = FLOW_NONE;
	struct reading *out = g->out;
	int r = states(g, STATE_NEW, STATE_NEW, &begin);

	if (r == 0)
		r = states(g, STATE_ESTABLISHED, STATE_COUNT - 1, &later);
	if (r == 0)
		r = states(g, STATE_RELATED, STATE_COUNT - 1, &stray);
	for (size_t i = 0; r == 0 && i < FOS_OUTCOMES; i++) {
		r = union_take(&g->walk.may[i], g->m, &set);
		if (r == 0)
			r = flow_restrict(g->m, set, begin, &set);
		if (r == 0)
			r = flow_override(g->m, set, i == VERDICT_ACCEPT ? later : stray,
					  &out->may[i]);
	}
	if (r == 0)
		r = flow_not(g->m, out->may[VERDICT_DROP], &out->must_accept);
	if (r == 0)
		r = union_take(&g->walk.decide, g->m, &set);
	return r < 0 ? r : flow_restrict(g->m, set, begin, &out->deciding);
}

/* What is uncertain, of packets that begin a conversation. */
static int restrict_doubts(struct going *g)
{
	flow_ref begin = FLOW_NONE;
	int r = states(g, STATE_NEW, STATE_NEW, &begin);

	if (r == 0)
		r = doubts_seal(&g->doubts, g->m);
	for (size_t i = 0; r == 0 && i < g->doubts.n; i++)
		r = flow_restrict(g->m, g->doubts.doubt[i].set, begin, &g->doubts.doubt[i].set);
	return r;
}

/* Of policies; of the deny at the end nobody asks what hides it. */
static int tell_apart(struct going *g)
{
	struct bounds *apart;
	int r = g->asked_apart ? reading_apart(g->out, 0, &apart) : 0;

	for (size_t i = 0; r == 0 && g->asked_apart && i + 1 < g->out->rules; i++)
		apart[i] = g->apart[i];
	return r;
}

static int go(struct going *g)
{
	int r = walk_all(g);

	if (r == 0)
		r = conclude(g);
	if (r == 0)
		r = tell_apart(g);
	if (r == 0)
		r = restrict_doubts(g);
	if (r == 0)
		r = doubts_tell(&g->doubts, NULL, g->out);
	if (r == 0)
		r = fos_tell_assumptions(g->out, &g->place, &g->reading.scope);
	if (r == E_BUDGET) {
		diag_error(g->d, (struct place){ .file = g->config->file },
			   "the policies are too tangled to be worked out");
		diag_hint(g->d, "the budget of nodes is used up: look at one pair of interfaces "
				"with --at 'FROM -> TO'");
	}
	return r;
}

int fos_read(struct fos_config *c, const struct assume *assume, struct flow_mgr *m, struct diag *d,
	     struct reading **ret)
{
	EG_AUTO(reading_freep) struct reading *out = reading_new(m);
	struct going g = { .config = c, .m = m, .d = d, .out = out };
	int r = out ? fos_find_place(c, assume ? assume->hook : NULL, d, &g.place) : -ENOMEM;

	if (r < 0)
		return r;
	out->names = assume && assume->names;
	g.asked_apart = assume && assume->apart;
	out->one_place = g.place.pair.src.n > 0;
	g.reading = (struct fos_reading){ .scope = { .config = c,
						     .vdom = g.place.vdom,
						     .d = d,
						     .names = out->names,
						     .content = assume && assume->content,
						     .factory = &g.factory },
					  .zones = &g.zones,
					  .pair = g.place.pair };
	fos_walk_init(&g.walk, m, &g.doubts);
	r = fos_zones_init(&g.zones, c, g.place.vdom, m);
	if (r == 0)
		r = go(&g);
	fos_walk_release(&g.walk);
	fos_zones_release(&g.zones);
	doubts_release(&g.doubts);
	mem_free(g.apart);
	if (r == 0)
		*ret = EG_TAKE(out);
	return r;
}
