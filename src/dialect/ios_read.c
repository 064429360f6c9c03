/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/ios_read.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/ios_place.h"
#include "dialect/ios_walk.h"

enum { ASSUMPTIONS_MAX = 8 };

static const enum family families[2] = { FAMILY_V4, FAMILY_V6 };

struct going {
	struct ios_config *config;
	struct flow_mgr *m;
	struct diag *d;
	struct reading *out;
	const char *file; /* in the reading's arena */
	struct ios_place place;
	struct doubts doubts;
	struct union_of may[IOS_OUTCOMES], decide;
	bool loose_states, loose_fragments, open_answers;
	size_t apart; /* rules by themselves are asked for */
};

/* ---- rules for people ---- */

static int tell(struct going *g, struct config_rule *rule, unsigned line, const char *text,
		const char *where)
{
	if (!text)
		return -ENOMEM;
	*rule = (struct config_rule){ .at = { .file = g->file, .line = line },
				      .text = text,
				      .where = where };
	return 0;
}

/* Makes room for as many rules behind those that are there. */
static int more_rules(struct going *g, size_t n, struct config_rule **ret)
{
	struct reading *out = g->out;
	struct config_rule *all =
		arena_array(out->arena, out->rules + n, sizeof(struct config_rule));

	if (!all)
		return -ENOMEM;
	if (out->rules)
		memcpy(all, out->rule, out->rules * sizeof(*all));
	*ret = all + out->rules;
	out->rule = all;
	out->rules += n;
	return 0;
}

/* The entries that nobody wrote, told at the line where the list is. */
static int tell_end(struct going *g, const struct ios_list *list, unsigned line, const char *where,
		    struct config_rule *rule)
{
	int r = 0;

	if (!list->n)
		return tell(g, rule, line, "(no entries: everything passes)", where);
	if (list->family == FAMILY_V4)
		return tell(g, rule, line, "(at its end) deny ip any any", where);
	r = tell(g, rule, line, "(at its end) permit icmp any any nd-na", where);
	if (r == 0)
		r = tell(g, rule + 1, line, "(at its end) permit icmp any any nd-ns", where);
	return r < 0 ? r : tell(g, rule + 2, line, "(at its end) deny ipv6 any any", where);
}

static int tell_list(struct going *g, const struct ios_list *list, unsigned line, const char *where)
{
	size_t n = list->n, end = n && list->family == FAMILY_V6 ? IOS_IMPLICIT6 : IOS_IMPLICIT4;
	struct config_rule *rule;
	int r = more_rules(g, n + end, &rule);

	for (size_t i = 0; r == 0 && i < n; i++)
		r = tell(g, &rule[i], list->entry[i].line,
			 arena_str(g->out->arena, list->entry[i].text), where);
	return r < 0 ? r : tell_end(g, list, line, where, &rule[n]);
}

/* ---- the lists of a place ---- */

/* The list at an interface; one without entries where there is none. */
static const struct ios_list *list_at(struct going *g, const struct ios_applied *applied,
				      enum family family)
{
	static const struct ios_list none[2] = { { .family = FAMILY_V4 }, { .family = FAMILY_V6 } };
	const struct ios_list *list;

	if (!applied->list.n)
		return &none[family == FAMILY_V6];
	list = ios_list_find(g->config, applied->list, family);
	if (list && list->n)
		return list;
	diag_warning(g->d, (struct place){ g->config->file, applied->line, 0 },
		     "access list %s has no entries: everything passes", show(applied->list).text);
	return &none[family == FAMILY_V6];
}

static int where_text(struct going *g, const struct ios_list *list, const char *place,
		      const char **ret)
{
	bool v6 = list->family == FAMILY_V6;

	*ret = list->name.n ? arena_printf(g->out->arena, "%s access-list %.*s at %s",
					   v6 ? "ipv6" : "ip", STR_FMT(list->name), place)
			    : arena_printf(g->out->arena, "no %s access list at %s",
					   v6 ? "IPv6" : "IPv4", place);
	return *ret ? 0 : -ENOMEM;
}

/* Nothing is known of a family of which no list was given. */
static int unknown_family(struct going *g, enum family family)
{
	flow_ref all;
	int r = ios_family_set(g->m, family, &all);

	for (size_t i = 0; r == 0 && i < IOS_OUTCOMES; i++)
		r = union_add(&g->may[i], all);
	return r < 0 ? r
		     : doubts_add(&g->doubts, g->m,
				  family == FAMILY_V6 ? STR("IPv6: no list of it is named")
						      : STR("IPv4: no list of it is named"),
				  NOWHERE, all);
}

static int read_family(struct going *g, enum family family, const char *place)
{
	const struct ios_interface *i = g->place.interface;
	bool v6 = family == FAMILY_V6;
	const struct ios_applied *applied = i ? &i->applied[v6][g->place.direction] : NULL;
	const struct ios_list *list = i ? list_at(g, applied, family) : g->place.list[v6];
	struct ios_outcome o = { 0 };
	const char *where;
	size_t first = g->out->rules;
	int r;

	if (!list)
		return unknown_family(g, family);
	r = where_text(g, list, place, &where);
	if (r == 0)
		r = tell_list(g, list, list->n ? list->line : applied ? applied->line : 0, where);
	if (r == 0 && g->apart > first)
		r = reading_apart(g->out, first, &o.apart);
	o.aparts = g->apart > first ? g->apart - first : 0;
	if (r == 0)
		r = ios_walk(g->config, list, (uint32_t)first + 1, g->m, g->d, &g->doubts, &o);
	if (r < 0)
		return r;
	g->loose_states = g->loose_states || o.loose_states;
	g->loose_fragments = g->loose_fragments || o.loose_fragments;
	for (size_t k = 0; r == 0 && k < IOS_OUTCOMES; k++)
		r = union_add(&g->may[k], o.may[k]);
	return r < 0 ? r : union_add(&g->decide, o.decide);
}

/* What the interface does besides: it may stop anything. */
static int read_commands(struct going *g)
{
	const struct ios_interface *i = g->place.interface;
	int r = 0;

	for (size_t k = 0; i && r == 0 && k < i->commands; k++)
		r = doubts_add(&g->doubts, g->m, i->command[k].text,
			       (struct place){ .line = i->command[k].line }, FLOW_ALL);
	if (r == 0 && i && i->commands) {
		r = union_add(&g->may[VERDICT_DROP], FLOW_ALL);
		if (r == 0) /* addresses may be others when the list sees them */
			r = union_add(&g->may[VERDICT_ACCEPT], FLOW_ALL);
	}
	return r;
}

/* ---- answers ---- */

static int read_answers(struct going *g)
{
	const struct ios_interface *i = g->place.interface;
	enum ios_direction back = g->place.direction == IOS_OUT ? IOS_IN : IOS_OUT;
	flow_ref may = FLOW_NONE, drop = FLOW_NONE;
	int r = 0;

	if (!i)
		return 0;
	for (size_t v6 = 0; r == 0 && v6 < 2; v6++) {
		const struct ios_list *list = list_at(g, &i->applied[v6][back], families[v6]);
		struct ios_outcome o = { 0 };

		g->open_answers = g->open_answers || !list->n;
		r = ios_walk(g->config, list, 1, g->m, g->d, &g->doubts, &o);
		if (r == 0)
			r = flow_override(g->m, may, o.may[VERDICT_ACCEPT], &may);
		if (r == 0)
			r = flow_override(g->m, drop, o.may[VERDICT_DROP], &drop);
	}
	if (r == 0)
		r = flow_not(g->m, drop, &g->out->answers_must);
	g->out->answers_may = i->commands ? FLOW_ALL : may;
	if (i->commands)
		g->out->answers_must = FLOW_NONE;
	g->out->stateless = true;
	return r;
}

/* ---- the reading ---- */

static int tell_assumptions(struct going *g, const char *place)
{
	struct reading *out = g->out;
	const char **text = arena_array(out->arena, ASSUMPTIONS_MAX, sizeof(*text));
	size_t n = 0;

	if (!text)
		return -ENOMEM;
	text[n] = arena_printf(out->arena,
			       "packets pass %s; through which interfaces they come "
			       "and go besides is not compared",
			       place);
	if (!text[n++])
		return -ENOMEM;
	text[n++] = "of a TCP conversation the first packet has SYN alone, the others ACK or RST";
	text[n++] = "the router's own packets and policies for all interfaces (control plane, "
		    "VLAN maps) are not looked at";
	if (!out->stateless)
		text[n++] = "where answers come is not known: name an interface, and they are "
			    "compared too";
	else if (g->open_answers)
		text[n++] = "no list of some family is applied where answers come: those pass";
	if (g->loose_states)
		text[n++] = "TCP packets that are related, invalid or untracked may have any flags";
	if (g->loose_fragments)
		text[n++] = "later IPv6 fragments may go either way at entries with ports";
	out->assumption = text;
	out->assumptions = n;
	return 0;
}

static int conclude(struct going *g)
{
	struct reading *out = g->out;
	int r = 0;

	for (size_t i = 0; r == 0 && i < IOS_OUTCOMES; i++)
		r = union_take(&g->may[i], g->m, &out->may[i]);
	if (r == 0)
		r = flow_not(g->m, out->may[VERDICT_DROP], &out->must_accept);
	return r == 0 ? union_take(&g->decide, g->m, &out->deciding) : r;
}

static int go(struct going *g)
{
	const char *place;
	int r = ios_place_name(&g->place, g->out->arena, &place);

	g->out->one_place = true;
	for (size_t v6 = 0; r == 0 && v6 < 2; v6++)
		r = read_family(g, families[v6], place);
	if (r == 0)
		r = read_commands(g);
	if (r == 0)
		r = read_answers(g);
	if (r == 0)
		r = conclude(g);
	if (r == 0)
		r = doubts_tell(&g->doubts, g->file, g->out);
	if (r == 0)
		r = tell_assumptions(g, place);
	if (r == E_BUDGET) {
		diag_error(g->d, (struct place){ .file = g->config->file },
			   "the access lists are too tangled to be worked out");
		diag_hint(g->d, "the budget of nodes is used up: name one list with --at");
	}
	return r;
}

int ios_read(struct ios_config *c, const struct assume *assume, struct flow_mgr *m, struct diag *d,
	     struct reading **ret)
{
	EG_AUTO(reading_freep) struct reading *out = reading_new(m);
	struct going g = { .config = c, .m = m, .d = d, .out = out };

	int r = out ? 0 : -ENOMEM;

	g.apart = assume ? assume->apart : 0;
	if (r == 0)
		g.file = arena_strdup(out->arena, c->file);
	if (r == 0 && !g.file)
		r = -ENOMEM;
	if (r == 0)
		r = ios_find_place(c, assume ? assume->hook : NULL, d, &g.place);
	if (r == 0)
		r = go(&g);
	for (size_t i = 0; i < IOS_OUTCOMES; i++)
		union_release(&g.may[i]);
	union_release(&g.decide);
	doubts_release(&g.doubts);
	if (r == 0)
		*ret = EG_TAKE(out);
	return r;
}
