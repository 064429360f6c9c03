/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/ios_change.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/ios_choice.h"
#include "dialect/ios_place.h"
#include "dialect/say.h"

static const enum family families[2] = { FAMILY_V4, FAMILY_V6 };

struct changing {
	const struct change *change;
	struct flow_mgr *m;
	struct arena *arena;
	struct diag *d;
	const struct ios_config *config;
	struct ios_place place;
	struct ios_groups groups;
	struct buf lists;
	struct losses *lost;
};

/* The list of that family which looks in that direction; NULL: there is none. */
static const struct ios_list *list_of(const struct changing *g, size_t v6, bool answers)
{
	enum ios_direction direction = g->place.direction;
	struct str name;

	if (!g->place.interface)
		return answers ? NULL : g->place.list[v6];
	if (answers)
		direction = direction == IOS_OUT ? IOS_IN : IOS_OUT;
	name = g->place.interface->applied[v6][direction].list;
	return name.n ? ios_list_find(g->config, name, families[v6]) : NULL;
}

static bool can_be_typed(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] <= ' ' || (unsigned char)name.p[i] > '~')
			return false;
	return name.n;
}

static const char *why_not(const struct changing *g, const struct rule *rule,
			   const struct ios_list *list)
{
	if (rule->match.name || rule->match.excepts)
		return "an access list cannot see names";
	if (rule->match.dim[FLOW_IIF].span || rule->match.dim[FLOW_OIF].span)
		return "an access list does not see other interfaces";
	if (!list || !list->n)
		return g->place.interface ? NULL
					  : "no list with entries is there, and all packets pass: "
					    "write one with egret build";
	if (!can_be_typed(list->name))
		return "the name of its list cannot be typed";
	return list->standard ? "a standard list sees sources alone" : NULL;
}

static int put_rule(struct changing *g, const struct rule *rule, const struct ios_list *list,
		    size_t v6, bool answers, struct buf *entries)
{
	const char *why = why_not(g, rule, list);
	int r = 0;

	if (!why && !answers)
		r = say_packet(rule, g->m, g->arena, &why);
	if (r == 0 && !why) /* a look first: nothing of a rule is better than half of it */
		r = ios_entries(rule, families[v6], NULL, entries, &why);
	if (r == 0 && !why)
		r = ios_entries(rule, families[v6], &g->groups, entries, &why);
	return r < 0 || !why ? r : say_lose(g->lost, rule, why, g->arena);
}

static size_t count_lines(struct str text)
{
	size_t n = 0;

	while (text.n) {
		(void)str_cut(&text, '\n');
		n++;
	}
	return n;
}

/* The entry without its number, wherever that stands. */
static struct str without_number(struct str body)
{
	static const char word[] = " sequence ";
	const char *at = memmem(body.p, body.n, word, sizeof(word) - 1);

	return at ? (struct str){ body.p, (size_t)(at - body.p) } : body;
}

static bool has_line(struct str lines, struct str line)
{
	while (lines.n)
		if (str_eq(str_trim(str_cut(&lines, '\n')), line))
			return true;
	return false;
}

/* A name for a list that is not there yet; NULL: out of memory. */
static const char *new_name(const struct changing *g, const char *base, size_t v6)
{
	const char *name = base;

	for (unsigned i = 2; name && ios_list_find(g->config, str_of(name), families[v6]); i++)
		name = arena_printf(g->arena, "%s%u", base, i);
	return name;
}

static void put_lines(struct changing *g, struct str lines)
{
	while (lines.n) {
		struct str line = str_trim(str_cut(&lines, '\n'));

		buf_printf(&g->lists, " %.*s\n", STR_FMT(line));
	}
}

static void apply(struct changing *g, const struct ios_interface *in, const char *name, size_t v6,
		  enum ios_direction way)
{
	buf_printf(&g->lists, "interface %.*s\n %s %s %s\n exit\n", STR_FMT(in->name),
		   v6 ? "ipv6 traffic-filter" : "ip access-group", name,
		   way == IOS_OUT ? "out" : "in");
}

/*
 * An IPv6 list cannot be numbered anew. Where there is no room in front of it, another one is
 * written, with its entries behind the new ones; all interfaces get that one instead, at once, for
 * it is complete then.
 */
static int replace_list(struct changing *g, const struct ios_list *list, struct str entries)
{
	const char *base = arena_printf(g->arena, "%.*s-EGRET", STR_FMT(list->name));
	const char *name = base ? new_name(g, base, 1) : NULL;

	if (!name)
		return -ENOMEM;
	buf_printf(&g->lists, "ipv6 access-list %s\n", name);
	put_lines(g, entries);
	for (size_t i = 0; i < list->n; i++) {
		struct str line = without_number(list->entry[i].body);

		if (!has_line(entries, line)) /* it would be there twice */
			buf_printf(&g->lists, " %.*s\n", STR_FMT(line));
	}
	buf_adds(&g->lists, " exit\n");
	for (size_t i = 0; i < g->config->interfaces; i++)
		for (unsigned way = 0; way < IOS_DIRECTIONS; way++)
			if (str_eq(g->config->interface[i].applied[1][way].list, list->name))
				apply(g, &g->config->interface[i], name, 1,
				      (enum ios_direction)way);
	buf_printf(&g->lists, "! Nothing uses %.*s any more.\n", STR_FMT(list->name));
	return g->lists.r;
}

/* Where no list is, all packets pass: a new one lets through at its end what it did not stop. */
static int begin_list(struct changing *g, size_t v6, bool answers, struct str entries)
{
	bool out = (g->place.direction == IOS_OUT) != answers;
	const char *base = arena_printf(g->arena, "EGRET-%s%s", out ? "OUT" : "IN", v6 ? "6" : "");
	const char *name = base ? new_name(g, base, v6) : NULL;

	if (!name)
		return -ENOMEM;
	buf_printf(&g->lists, "%s %s\n", v6 ? "ipv6 access-list" : "ip access-list extended", name);
	put_lines(g, entries);
	if (!str_ends(str_trim(entries), v6 ? "deny ipv6 any any" : "deny ip any any"))
		buf_printf(&g->lists, " permit %s any any\n", v6 ? "ipv6" : "ip");
	buf_adds(&g->lists, " exit\n");
	apply(g, g->place.interface, name, v6, out ? IOS_OUT : IOS_IN);
	return g->lists.r;
}

/* Entries in front of the list's own, each with its number. */
static int put_list(struct changing *g, const struct ios_list *list, size_t v6,
		    const struct buf *entries)
{
	struct str rest = buf_str(entries);
	size_t n = count_lines(rest), number = 0;

	if (list->entry[0].seq <= n) {
		if (v6 && g->place.interface)
			return replace_list(g, list, rest);
		if (v6) {
			diag_error(g->d, (struct place){ g->config->file, list->line, 0 },
				   "there is no room in front of sequence %u for %zu entries",
				   list->entry[0].seq, n);
			diag_hint(g->d, "an IPv6 list cannot be numbered anew: give the interfaces "
					"that it is applied at, too, or write it with egret build");
			return E_UNSUPPORTED;
		}
		buf_printf(&g->lists, "ip access-list resequence %.*s %zu 10\n",
			   STR_FMT(list->name), (n / 10 + 1) * 10);
	}
	buf_printf(&g->lists, "%s %.*s\n", v6 ? "ipv6 access-list" : "ip access-list extended",
		   STR_FMT(list->name));
	while (rest.n) {
		struct str line = str_trim(str_cut(&rest, '\n'));

		buf_printf(&g->lists, " %s%zu %.*s\n", v6 ? "sequence " : "", ++number,
			   STR_FMT(line));
	}
	buf_adds(&g->lists, " exit\n");
	return g->lists.r;
}

static int change_way(struct changing *g, const struct rulelist *rules, bool answers)
{
	int r = 0;

	for (size_t v6 = 0; r == 0 && v6 < 2; v6++) {
		const struct ios_list *list = list_of(g, v6, answers);
		EG_AUTO(buf_release) struct buf entries = BUF_INIT;

		/* Without a list in the other direction all answers pass. */
		for (size_t i = 0; r == 0 && i < rules->n; i++)
			if (say_holds_family(&rules->rule[i].match, families[v6]))
				r = put_rule(g, &rules->rule[i], list, v6, answers, &entries);
		if (r == 0)
			r = entries.r;
		if (r == 0 && entries.n)
			r = list && list->n ? put_list(g, list, v6, &entries)
					    : begin_list(g, v6, answers, buf_str(&entries));
	}
	return r;
}

/* Does some rule stop packets where those to the router itself come in? */
static bool stops_own(const struct changing *g)
{
	const struct rulelist *rules = g->change->rules;

	for (size_t i = 0; i < rules->n; i++)
		if (rules->rule[i].verdict != VERDICT_ACCEPT)
			return g->place.interface && g->place.direction == IOS_IN;
	return false;
}

static int change_all(struct changing *g, struct buf *out)
{
	int r = change_way(g, g->change->rules, false);

	if (r == 0)
		r = change_way(g, g->change->answers, true);
	if (r < 0)
		return r;
	if (stops_own(g)) {
		diag_warning(g->d, (struct place){ .file = g->config->file },
			     "an incoming list stops packets to the router itself, too");
		diag_hint(g->d, "before you type the change, let through in front of it what "
				"manages the router, and its routing protocols");
	}
	buf_adds(out, "! A change of access lists, written by egret, to be typed in configuration "
		      "mode.\n");
	buf_addstr(out, buf_str(&g->groups.text));
	buf_addstr(out, buf_str(&g->lists));
	return out->r;
}

int ios_change(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
	       struct buf *out, struct losses *lost)
{
	EG_AUTO(ios_config_freep) struct ios_config *config = NULL;
	struct changing g = { .change = c,
			      .m = m,
			      .arena = a,
			      .d = d,
			      .groups = IOS_GROUPS_INIT(a),
			      .lists = BUF_INIT,
			      .lost = lost };
	int r = ios_parse(c->source[0].text, c->source[0].file, d, &config);

	g.config = config;
	if (r == 0)
		r = ios_find_place(config, c->assume ? c->assume->hook : NULL, d, &g.place);
	if (r == 0)
		r = change_all(&g, out);
	ios_groups_release(&g.groups);
	buf_release(&g.lists);
	return r;
}
