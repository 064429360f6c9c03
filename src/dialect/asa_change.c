/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change goes to the first lines of the lists that packets meet at the place: the list of the
 * interface that they enter by, else the global one; and what is let through to the list of the
 * interface that they leave by. At the whole device a rule goes to each list that its interfaces
 * have; the global one is for all interfaces without a list, so a rule must be for all of them. So
 * it must where a list is bound at several interfaces, and is put there once.
 */
#include "dialect/asa_change.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/asa_choice.h"
#include "dialect/asa_place.h"
#include "dialect/say.h"
#include "dialect/spans.h"

struct changing {
	const struct change *change;
	struct flow_mgr *m;
	struct arena *arena;
	struct diag *d;
	const struct asa_config *config;
	struct asa_place place;
	struct asa_groups groups;
	struct buf lists;
	const char **why; /* by rule: why it cannot be put there; NULL: it can */
	bool *put;	  /* by rule: it is in some list */
};

static const struct asa_list *list_of(const struct changing *g, const struct asa_binding *b)
{
	const struct asa_list *list = b ? asa_list_find(g->config, b->list) : NULL;

	return list && list->kind == ASA_LIST_EXTENDED ? list : NULL;
}

/* ---- which rules go to which list ---- */

/* Does the rule hold where packets enter by it? */
static int holds_at(struct changing *g, const struct rule *rule, const struct asa_interface *in,
		    bool *ret)
{
	uint16_t zone = 0;
	int r = flow_zone(g->m, in->name, &zone);

	if (r == 0)
		*ret = spans_have(rule->match.dim[FLOW_IIF], zone);
	return r;
}

/* Of the interfaces without a list of their own: all of them, or some? */
static int holds_elsewhere(struct changing *g, const struct rule *rule, bool *ret_some,
			   bool *ret_all)
{
	struct flow_spans named = rule->match.dim[FLOW_IIF];
	bool defined = false;
	int r = 0;

	*ret_some = false;
	*ret_all = true;
	for (size_t i = 0; r == 0 && i < g->config->interfaces; i++) {
		const struct asa_interface *in = &g->config->interface[i];
		bool holds = false;

		defined = defined || in->defined;
		if (!in->name.n || in->management || asa_bound_at(g->config, in, ASA_IN))
			continue;
		r = holds_at(g, rule, in, &holds);
		*ret_some = *ret_some || holds;
		*ret_all = *ret_all && holds;
	}
	/* Lists without a configuration around them: there may be any other interface. */
	if (!defined) {
		bool most = spans_have(named, ZONE_MAX);

		*ret_some = *ret_some || most;
		*ret_all = *ret_all && most;
	}
	return r;
}

/* ---- entries ---- */

static int choose_entries(struct changing *g, size_t i, struct buf *entries)
{
	int r;

	g->put[i] = true;
	r = asa_entries(&g->change->rules->rule[i], &g->groups, entries, &g->why[i]);
	return r < 0 ? r : entries->r;
}

static bool has_entry(const struct asa_list *list, struct str body)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_eq(list->entry[i].body, body))
			return true;
	return false;
}

/* Entries in front of the list's own, each at its line. */
static void put_list(struct changing *g, const struct asa_list *list, const struct buf *entries)
{
	struct str rest = buf_str(entries);
	size_t number = 0;

	while (rest.n) {
		struct str line = str_cut(&rest, '\n');

		if (has_entry(list, line)) /* a device holds an entry once */
			buf_printf(&g->lists, "no access-list %.*s %.*s\n", STR_FMT(list->name),
				   STR_FMT(line));

		buf_printf(&g->lists, "access-list %.*s line %zu %.*s\n", STR_FMT(list->name),
			   ++number, STR_FMT(line));
	}
}

/* ---- lists that were not there ---- */

/* Does the change say of every first packet what becomes of it, where it enters by `in`? */
static int says_all(struct changing *g, const struct asa_interface *in, bool *ret)
{
	const struct rulelist *rules = g->change->rules;
	const struct rule *last = rules->n ? &rules->rule[rules->n - 1] : NULL;

	*ret = false;
	if (!last || last->verdict == VERDICT_ACCEPT || g->why[rules->n - 1])
		return 0;
	for (int dim = 0; dim < FLOW_NAME; dim++)
		if (dim != FLOW_STATE && dim != FLOW_IIF && last->match.dim[dim].span)
			return 0;
	return holds_at(g, last, in, ret);
}

/* Without a list the levels of interfaces decide. Does any packet pass that enters here? */
static bool passes_by_level(const struct changing *g, const struct asa_interface *in)
{
	for (size_t i = 0; i < g->config->interfaces; i++) {
		const struct asa_interface *out = &g->config->interface[i];

		if (out == in ? g->config->same_intra
			      : out->name.n && (out->level < in->level ||
						(out->level == in->level && g->config->same_inter)))
			return true;
	}
	return false;
}

/* A list for an interface that has none: it ends the say of the levels there. */
static int begin_list(struct changing *g, const struct asa_interface *in)
{
	EG_AUTO(buf_release) struct buf entries = BUF_INIT;
	const char *base = arena_printf(g->arena, "EGRET-%.*s", STR_FMT(in->name)), *name = base;
	const struct rulelist *rules = g->change->rules;
	struct str rest;
	int r = 0;

	for (unsigned i = 2; name && asa_list_find(g->config, str_of(name)); i++)
		name = arena_printf(g->arena, "%s-%u", base, i);
	if (!name)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		bool holds = false;

		if (!g->why[i])
			r = holds_at(g, &rules->rule[i], in, &holds);
		if (r == 0 && holds)
			r = choose_entries(g, i, &entries);
	}
	rest = buf_str(&entries);
	while (rest.n) {
		struct str line = str_cut(&rest, '\n');

		buf_printf(&g->lists, "access-list %s %.*s\n", name, STR_FMT(line));
	}
	buf_printf(&g->lists, "access-group %s in interface %.*s\n", name, STR_FMT(in->name));
	return r < 0 ? r : g->lists.r;
}

static bool lacks_list(const struct changing *g, const struct asa_interface *in)
{
	return in->name.n && in->defined && !in->management &&
	       !asa_bound_at(g->config, in, ASA_IN) && passes_by_level(g, in);
}

/* May all interfaces that lack a list get one? */
static int may_begin(struct changing *g, bool *ret)
{
	int r = 0;

	*ret = list_of(g, asa_bound_at(g->config, NULL, ASA_GLOBAL)) == NULL;
	for (size_t i = 0; r == 0 && *ret && i < g->config->interfaces; i++)
		if (lacks_list(g, &g->config->interface[i]))
			r = says_all(g, &g->config->interface[i], ret);
	return r;
}

static int begin_lists(struct changing *g)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < g->config->interfaces; i++)
		if (lacks_list(g, &g->config->interface[i]))
			r = begin_list(g, &g->config->interface[i]);
	return r;
}

/* ---- the whole device ---- */

static const char no_list[] = "an interface has no list of its own: write one with egret build, or "
			      "name the way with --at";
static const char shared[] =
	"its list is bound where packets come in that it is not for, too: write another one with "
	"egret build, or name the way with --at";

/* Where packets come to this list: does the rule hold somewhere, and everywhere? */
static int holds_there(struct changing *g, const struct asa_list *list, const struct rule *rule,
		       bool *ret_some, bool *ret_all)
{
	bool global = list_of(g, asa_bound_at(g->config, NULL, ASA_GLOBAL)) == list;
	int r = 0;

	*ret_some = false;
	*ret_all = true;
	if (global)
		r = holds_elsewhere(g, rule, ret_some, ret_all);
	for (size_t i = 0; r == 0 && list && i < g->config->interfaces; i++) {
		const struct asa_interface *in = &g->config->interface[i];
		bool holds = false;

		if (list_of(g, asa_bound_at(g->config, in, ASA_IN)) != list)
			continue;
		r = holds_at(g, rule, in, &holds);
		*ret_some = *ret_some || holds;
		*ret_all = *ret_all && holds;
	}
	return r;
}

/* NULL: of the interfaces that no list is for. */
static int look_at_list(struct changing *g, const struct asa_list *list)
{
	const struct rulelist *rules = g->change->rules;
	int r = 0;

	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		bool some = false, all = false;

		if (g->why[i])
			continue;
		r = holds_there(g, list, &rules->rule[i], &some, &all);
		if (some && !list)
			g->why[i] = no_list;
		else if (some && !all)
			g->why[i] = shared;
	}
	return r;
}

static int change_list(struct changing *g, const struct asa_list *list)
{
	EG_AUTO(buf_release) struct buf entries = BUF_INIT;
	const struct rulelist *rules = g->change->rules;
	int r = 0;

	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		bool some = false, all = false;

		if (g->why[i])
			continue;
		r = holds_there(g, list, &rules->rule[i], &some, &all);
		if (r == 0 && some)
			r = choose_entries(g, i, &entries);
	}
	if (r == 0)
		put_list(g, list, &entries);
	return r < 0 ? r : g->lists.r;
}

/* The global list, then those of interfaces, each once: a list may be bound at several. */
static int each_list(struct changing *g,
		     int (*look)(struct changing *g, const struct asa_list *list))
{
	const struct asa_list *global = list_of(g, asa_bound_at(g->config, NULL, ASA_GLOBAL));
	int r = global ? look(g, global) : 0;

	for (size_t i = 0; r == 0 && i < g->config->interfaces; i++) {
		const struct asa_interface *in = &g->config->interface[i];
		const struct asa_list *list = list_of(g, asa_bound_at(g->config, in, ASA_IN));
		bool seen = !list || list == global;

		for (size_t k = 0; !seen && k < i; k++)
			seen = list_of(g, asa_bound_at(g->config, &g->config->interface[k],
						       ASA_IN)) == list;
		if (!seen)
			r = look(g, list);
	}
	return r;
}

/* All is looked at first: of a rule that cannot be put somewhere, nothing is put. */
static int change_device(struct changing *g)
{
	bool begin = false;
	int r = may_begin(g, &begin);

	if (r == 0 && !begin && !list_of(g, asa_bound_at(g->config, NULL, ASA_GLOBAL)))
		r = look_at_list(g, NULL);
	if (r == 0)
		r = each_list(g, look_at_list);
	if (r == 0)
		r = each_list(g, change_list);
	return r < 0 || !begin ? r : begin_lists(g);
}

/* ---- one place ---- */

/* The rules, or those that let through. */
static int change_list_there(struct changing *g, const struct asa_list *list, bool accepts_alone)
{
	EG_AUTO(buf_release) struct buf entries = BUF_INIT;
	const struct rulelist *rules = g->change->rules;
	int r = 0;

	for (size_t i = 0; r == 0 && i < rules->n; i++)
		if (!g->why[i] && (!accepts_alone || rules->rule[i].verdict == VERDICT_ACCEPT))
			r = choose_entries(g, i, &entries);
	if (r == 0)
		put_list(g, list, &entries);
	return r < 0 ? r : g->lists.r;
}

/* One place: the lists there, whatever interfaces rules speak of. */
static int change_place(struct changing *g)
{
	const struct asa_place *p = &g->place;
	const struct asa_list *list = p->list, *out = NULL;
	bool all = false;
	int r = 0;

	if (p->in)
		list = list_of(g, asa_bound_at(g->config, p->in, ASA_IN));
	if (!list && p->kind != ASA_AT_OUT)
		list = list_of(g, asa_bound_at(g->config, NULL, ASA_GLOBAL));
	if (p->out)
		out = list_of(g, asa_bound_at(g->config, p->out, ASA_OUT));
	if (list)
		r = change_list_there(g, list, false);
	else if (p->in && lacks_list(g, p->in))
		r = says_all(g, p->in, &all);
	if (r == 0 && all)
		r = begin_list(g, p->in);
	if (r == 0 && out && out != list)
		r = change_list_there(g, out, list != NULL);
	return r;
}

static int find_why(struct changing *g)
{
	const struct rulelist *rules = g->change->rules;
	EG_AUTO(buf_release) struct buf none = BUF_INIT;
	int r = 0;

	g->why = arena_array(g->arena, rules->n, sizeof(*g->why));
	g->put = arena_array(g->arena, rules->n, sizeof(*g->put));
	if (!g->why || !g->put)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		r = say_packet(&rules->rule[i], g->m, g->arena, &g->why[i]);
		if (r == 0 && !g->why[i] && rules->rule[i].match.dim[FLOW_OIF].span)
			g->why[i] = "a list where packets come in does not see where they leave";
		if (r == 0 && !g->why[i])
			r = asa_entries(&rules->rule[i], NULL, &none, &g->why[i]);
	}
	return r;
}

static int tell_lost(struct changing *g, struct losses *lost)
{
	const struct rulelist *rules = g->change->rules;
	int r = 0;

	for (size_t i = 0; r == 0 && i < rules->n; i++) {
		const char *why = g->why[i] ? g->why[i] : "no list is bound there";

		if (g->why[i] || !g->put[i])
			r = say_lose(lost, &rules->rule[i], why, g->arena);
	}
	return r;
}

static int change_all(struct changing *g, struct buf *out, struct losses *lost)
{
	int r = find_why(g);

	if (r == 0)
		r = g->place.kind == ASA_AT_DEVICE ? change_device(g) : change_place(g);
	if (r == 0)
		r = tell_lost(g, lost);
	if (r < 0)
		return r;
	buf_adds(out, "! A change of access lists, written by egret, to be typed in configuration "
		      "mode.\n");
	buf_addstr(out, buf_str(&g->groups.out));
	buf_addstr(out, buf_str(&g->lists));
	return out->r;
}

int asa_change(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
	       struct buf *out, struct losses *lost)
{
	EG_AUTO(asa_config_freep) struct asa_config *config = NULL;
	struct changing g = { .change = c,
			      .m = m,
			      .arena = a,
			      .d = d,
			      .groups = ASA_GROUPS_INIT(a),
			      .lists = BUF_INIT };
	int r = asa_parse(c->source[0].text, c->source[0].file, d, &config);

	g.config = config;
	if (r == 0)
		r = asa_find_place(config, c->assume ? c->assume->hook : NULL, d, &g.place);
	if (r == 0)
		r = change_all(&g, out, lost);
	asa_groups_release(&g.groups);
	buf_release(&g.lists);
	return r;
}
