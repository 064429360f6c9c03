/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/asa_walk.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/asa_group.h"
#include "dialect/spans.h"

/* An entry being looked at. */
struct looking {
	struct asa_walk *w;
	struct firstmatch *to;
	struct arena *arena;
	const struct asa_entry *entry;
	uint32_t leaf;
	struct asa_set src, dst;
	struct asa_services services;
	struct str unknown;
};

static void note_unknown(struct looking *k, struct str what)
{
	if (!k->unknown.n)
		k->unknown = what;
}

/* ---- what it stands for ---- */

/* Ports by the name of a group; `own` has room for the service as it is then. */
static int find_ports(struct looking *k, struct asa_service *own)
{
	struct asa_walk *w = k->w;
	const struct asa_entry *e = k->entry;
	struct str sports = STR(""), dports = STR("");
	int r = 0;

	*own = e->service;
	if (e->sports.n)
		r = asa_find_ports(w->config, e, e->sports, w->d, &own->sport, &sports);
	if (r == 0 && e->dports.n)
		r = asa_find_ports(w->config, e, e->dports, w->d, &own->dport, &dports);
	k->services = (struct asa_services){ own, 1, STR("") };
	note_unknown(k, sports);
	note_unknown(k, dports);
	return r;
}

static int find_parts(struct looking *k, struct asa_service *own)
{
	struct asa_walk *w = k->w;
	const struct asa_entry *e = k->entry;
	int r = asa_find_end(w->config, &e->src, e->line, w->d, &k->src);

	if (r == 0)
		r = asa_find_end(w->config, &e->dst, e->line, w->d, &k->dst);
	if (r == 0)
		r = e->named ? asa_find_services(w->config, e, w->d, &k->services)
			     : find_ports(k, own);
	note_unknown(k, e->unknown);
	note_unknown(k, k->src.unknown);
	note_unknown(k, k->dst.unknown);
	note_unknown(k, k->services.unknown);
	return r;
}

/* ---- products ---- */

/* One for each service, with these ends. */
static int make_products(struct looking *k, const struct flow_match *ends, struct flow_match **ret)
{
	struct asa_walk *w = k->w;
	size_t n = k->services.n;
	struct flow_match *all = arena_array(k->arena, n, sizeof(*all));

	if (!all)
		return -ENOMEM;
	w->products += n;
	for (size_t d = 0; d < FLOW_NAME; d++)
		w->work += n * ends->dim[d].n;
	w->work += n * ends->names;
	if (w->products > ASA_ALTERNATIVES_MAX || w->work > ASA_WORK_MAX) {
		diag_error(w->d, (struct place){ w->config->file, k->entry->line, 0 },
			   "the entries stand for more than %d products, or %d ranges in them",
			   ASA_ALTERNATIVES_MAX, ASA_WORK_MAX);
		return E_LIMIT;
	}
	for (size_t i = 0; i < n; i++) {
		const struct asa_service *s = &k->services.service[i];

		all[i] = *ends;
		all[i].dim[FLOW_PROTO] = s->proto;
		all[i].dim[FLOW_SPORT] = s->sport;
		all[i].dim[FLOW_DPORT] = s->dport;
	}
	*ret = all;
	return 0;
}

/* A part of what the entry is by itself. */
static int add_apart(struct looking *k, const struct flow_match *match, bool exact)
{
	struct bounds *b;
	struct flow_mgr *m = k->w->m;
	flow_ref set = FLOW_NONE;
	int r;

	if (k->leaf > k->w->aparts)
		return 0;
	b = &k->w->apart[k->leaf - 1];
	r = flow_of_matches(m, match, k->services.n, &set);
	if (r == 0)
		r = flow_override(m, b->hi, set, &b->hi);
	return r < 0 || !exact ? r : flow_override(m, b->lo, set, &b->lo);
}

static int add_products(struct looking *k, const struct flow_match *ends, struct str unknown)
{
	struct flow_match *match = NULL;
	int r = make_products(k, ends, &match);

	if (r == 0)
		r = add_apart(k, match, !unknown.n);
	if (r < 0)
		return r;
	if (unknown.n)
		return firstmatch_unsure(k->to, match, k->services.n, k->entry->permit, unknown,
					 k->entry->line);
	return firstmatch_exact(k->to, match, k->services.n, k->leaf, k->entry->permit);
}

/* Can addresses of some family be both at one end and at the other? */
static bool has_both(const struct asa_set *src, const struct asa_set *dst)
{
	return (!spans_empty(src->v4) && !spans_empty(dst->v4)) ||
	       (!spans_empty(src->v6) && !spans_empty(dst->v6));
}

static void put_addresses(const struct asa_set *s, bool source, struct flow_match *m)
{
	m->dim[source ? FLOW_SRC4 : FLOW_DST4] = s->v4;
	m->dim[source ? FLOW_SRC6 : FLOW_DST6] = s->v6;
}

/* Any address of the family of these names. */
static void put_family(unsigned family, bool source, struct flow_match *m)
{
	const struct asa_set any = { .v4 = family == FAMILY_V6 ? spans_none() : SPANS_ANY,
				     .v6 = family == FAMILY_V4 ? spans_none() : SPANS_ANY };

	put_addresses(&any, source, m);
}

/* The patterns of one family: 4, 6, or 0 for both. */
static int patterns_of(struct looking *k, const struct asa_set *s, unsigned family,
		       struct flow_match *m)
{
	struct pattern *p = arena_array(k->arena, s->names, sizeof(*p));

	m->names = 0;
	for (size_t i = 0; p && i < s->names; i++)
		if (s->name[i].family == family)
			p[m->names++] = s->name[i].pattern;
	m->name = p;
	return p ? 0 : -ENOMEM;
}

/* Destinations by names that are assumed to be those of clients. */
static int add_assumed(struct looking *k)
{
	static const unsigned families[] = { 0, FAMILY_V4, FAMILY_V6 };
	int r = 0;

	k->w->met_used = true;
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(families); i++) {
		struct flow_match m = FLOW_MATCH_ANY;

		put_addresses(&k->src, true, &m);
		put_family(families[i], false, &m);
		r = patterns_of(k, &k->dst, families[i], &m);
		if (r == 0 && m.names)
			r = add_products(k, &m, k->unknown);
	}
	return r;
}

/* Names of which nothing is assumed, one by one: each may be any address of its family. */
static int add_unknown_names(struct looking *k, const struct asa_set *s, bool source)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->names; i++) {
		const char *text = arena_printf(k->w->config->arena, "fqdn object %.*s",
						STR_FMT(s->name[i].object));
		struct flow_match m = FLOW_MATCH_ANY;

		put_addresses(source ? &k->dst : &k->src, !source, &m);
		put_family(s->name[i].family, source, &m);
		r = text ? add_products(k, &m, str_of(text)) : -ENOMEM;
	}
	return r;
}

/* The parts of an entry: addresses to addresses, then what names stand for, at either end. */
static int add_entry(struct looking *k)
{
	struct flow_match m = FLOW_MATCH_ANY;
	int r = 0;

	if (has_both(&k->src, &k->dst)) {
		put_addresses(&k->src, true, &m);
		put_addresses(&k->dst, false, &m);
		r = add_products(k, &m, k->unknown);
	}
	if (r == 0 && k->dst.names && k->w->names)
		r = add_assumed(k);
	else if (r == 0 && k->dst.names)
		r = add_unknown_names(k, &k->dst, false);
	/* The names of flows are those of destinations: of sources nothing can be assumed. */
	if (r == 0 && k->src.names)
		r = add_unknown_names(k, &k->src, true);
	return r;
}

static int look_at(struct looking *k)
{
	struct asa_service own;
	int r;

	k->unknown = STR("");
	r = find_parts(k, &own);
	return r < 0 ? r : add_entry(k);
}

static int walk_list(struct looking *k, const struct asa_walked *at)
{
	int r = 0;

	k->leaf = at->first;
	for (size_t i = 0; r == 0 && i < at->list->n; i++) {
		k->entry = &at->list->entry[i];
		if (!asa_decides(k->entry))
			continue;
		r = look_at(k);
		k->leaf++;
	}
	return r;
}

int asa_walk(struct asa_walk *w, const struct asa_walked *lists, size_t n, uint32_t end,
	     struct firstmatch_outcome *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct firstmatch to;
	struct looking k = { .w = w, .to = &to, .arena = a };
	int r = a ? 0 : -ENOMEM;

	firstmatch_init(&to, w->m, FLOW_ALL, w->doubts);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = walk_list(&k, &lists[i]);
	if (r == 0)
		r = firstmatch_end(&to, end, false, ret);
	firstmatch_release(&to);
	return r;
}
