/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/asa_read.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/asa_group.h"
#include "dialect/asa_way.h"
#include "dialect/spans.h"
#include "net/proto.h"

enum { ASSUMPTIONS_MAX = 12 };

struct going {
	struct asa_config *config;
	struct flow_mgr *m;
	struct diag *d;
	struct reading *out;
	struct arena *arena; /* for products */
	struct asa_ways ways;
	struct asa_place place;
	struct doubts doubts;
	struct union_of may[FIRSTMATCH_OUTCOMES], decide;
	bool open_exit, same_levels;
};

/* ---- outcomes ---- */

/* Adds what is so for the flows of `within`. */
static int add_outcome(struct going *g, const struct firstmatch_outcome *o, flow_ref within)
{
	flow_ref part = FLOW_NONE;
	int r = 0;

	for (size_t i = 0; r == 0 && i < FIRSTMATCH_OUTCOMES; i++) {
		r = flow_restrict(g->m, o->may[i], within, &part);
		if (r == 0)
			r = union_add(&g->may[i], part);
	}
	if (r == 0)
		r = flow_restrict(g->m, o->decide, within, &part);
	return r < 0 ? r : union_add(&g->decide, part);
}

static int set_of(struct going *g, enum flow_dim dim, u128 lo, u128 hi, flow_ref *ret)
{
	struct flow_match match = FLOW_MATCH_ANY;
	int r = match_one(&match, dim, lo, hi, g->arena);

	return r < 0 ? r : flow_of_match(g->m, &match, 1, ret);
}

/* These flows may end either way, for this reason. `changes` false: they may be stopped, no more.
 */
static int either_way(struct going *g, struct str why, unsigned line, flow_ref set, bool changes)
{
	int r = doubts_add(&g->doubts, g->m, why, (struct place){ .line = line }, set);

	if (r == 0)
		r = union_add(&g->may[VERDICT_DROP], set);
	return r < 0 || !changes ? r : union_add(&g->may[VERDICT_ACCEPT], set);
}

/* ---- the whole device ---- */

/* Lists of interfaces that packets from `in` may leave by: they may stop what came in. */
static int judge_exits(struct going *g, const struct asa_interface *in,
		       struct firstmatch_outcome *o)
{
	flow_ref accepted = o->may[VERDICT_ACCEPT];
	int r = 0;

	for (size_t i = 0; r == 0 && i < g->config->interfaces; i++) {
		const struct asa_interface *out = &g->config->interface[i];
		const struct asa_binding *b = asa_bound_at(g->config, out, ASA_OUT);
		struct firstmatch_outcome exit;
		flow_ref stopped = FLOW_NONE;

		if (!b || out == in)
			continue;
		r = asa_way_out(&g->ways, out, &exit);
		if (r == 0)
			r = flow_restrict(g->m, accepted, exit.may[VERDICT_DROP], &stopped);
		if (r == 0)
			r = doubts_add(&g->doubts, g->m, b->list, (struct place){ .line = b->line },
				       stopped);
		if (r == 0)
			r = flow_override(g->m, o->may[VERDICT_DROP], stopped,
					  &o->may[VERDICT_DROP]);
		if (r == 0)
			r = flow_minus(g->m, o->decide, stopped, &o->decide);
	}
	return r;
}

static int read_interface(struct going *g, const struct asa_interface *in, flow_ref *others)
{
	struct firstmatch_outcome o;
	flow_ref within = FLOW_NONE;
	uint16_t zone = 0;
	int r = flow_zone(g->m, in->name, &zone);

	if (r == 0)
		r = set_of(g, FLOW_IIF, zone, zone, &within);
	if (r == 0)
		r = flow_minus(g->m, *others, within, others);
	if (r == 0)
		r = asa_way_in(&g->ways, in, NULL, &o);
	if (r == 0)
		r = judge_exits(g, in, &o);
	return r < 0 ? r : add_outcome(g, &o, within);
}

/* Interfaces that no line names: of a whole configuration there are none. */
static int read_others(struct going *g, bool whole, flow_ref others)
{
	struct firstmatch_outcome o;
	int r;

	if (whole)
		r = asa_way_whole(&g->ways, 0, "(there is no such interface)", false, &o);
	else
		r = asa_way_in(&g->ways, NULL, NULL, &o);
	return r < 0 ? r : add_outcome(g, &o, others);
}

static int read_device(struct going *g)
{
	const struct asa_config *c = g->config;
	flow_ref others = FLOW_ALL;
	bool whole = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->interfaces; i++) {
		whole = whole || c->interface[i].defined;
		for (size_t k = 0; k < i; k++)
			g->same_levels =
				g->same_levels || (!c->same_inter && c->interface[i].name.n &&
						   c->interface[k].name.n &&
						   c->interface[i].level == c->interface[k].level &&
						   c->interface[i].level != ASA_LEVEL_UNKNOWN);
		if (c->interface[i].name.n)
			r = read_interface(g, &c->interface[i], &others);
	}
	g->open_exit = true;
	return r < 0 ? r : read_others(g, whole, others);
}

/* ---- places ---- */

static int read_place(struct going *g)
{
	const struct asa_place *p = &g->place;
	struct firstmatch_outcome o;
	int r = 0;

	switch (p->kind) {
	case ASA_AT_DEVICE:
		return read_device(g);
	case ASA_AT_WAY:
		r = asa_way_through(&g->ways, p->in, p->out, &o);
		break;
	case ASA_AT_IN:
		r = asa_way_in(&g->ways, p->in, NULL, &o);
		break;
	case ASA_AT_OUT:
		r = asa_way_out(&g->ways, p->out, &o);
		break;
	case ASA_AT_GLOBAL:
		r = asa_way_in(&g->ways, NULL, NULL, &o);
		break;
	case ASA_AT_LIST:
		r = asa_way_list(&g->ways, p->list, &o);
		break;
	}
	return r < 0 ? r : add_outcome(g, &o, FLOW_ALL);
}

/* Does it lead to a bridge group that packets are routed to and from? In which order lists of a
 * group and of its members are asked, is not known. */
static bool meets_bridge(const struct asa_config *c, const struct asa_interface *i)
{
	bool named = false;

	for (size_t k = 0; k < c->interfaces; k++)
		named = named || (c->interface[k].bridge && c->interface[k].name.n);
	return named && (i->bridge || i->bridged);
}

/* Packets that may enter or leave by it, as far as interfaces are told apart. */
static int packets_of(struct going *g, const struct asa_interface *i, flow_ref *ret)
{
	flow_ref out = FLOW_NONE;
	uint16_t zone = 0;
	int r;

	*ret = FLOW_ALL;
	if (g->place.kind != ASA_AT_DEVICE)
		return 0;
	r = flow_zone(g->m, i->name, &zone);
	if (r == 0)
		r = set_of(g, FLOW_IIF, zone, zone, ret);
	if (r == 0)
		r = set_of(g, FLOW_OIF, zone, zone, &out);
	return r < 0 ? r : flow_override(g->m, *ret, out, ret);
}

/* What an interface that packets pass at this place does besides. */
static int read_interface_commands(struct going *g, const struct asa_interface *i)
{
	bool here = g->place.kind == ASA_AT_DEVICE || i == g->place.in || i == g->place.out;
	bool bridge = meets_bridge(g->config, i);
	flow_ref set = FLOW_NONE;
	int r = 0;

	if (!here || !i->name.n || (!i->commands && !bridge))
		return 0;
	r = packets_of(g, i, &set);
	for (size_t k = 0; r == 0 && k < i->commands; k++)
		r = either_way(g, i->command[k].text, i->command[k].line, set, true);
	return r < 0 || !bridge ? r : either_way(g, STR("a bridge group"), i->line, set, true);
}

/* Packets to an address that is translated: lists see another one. */
static int read_nat(struct going *g, const struct asa_nat *nat)
{
	const struct asa_end end = { .named = asa_group_find(g->config, nat->mapped) ? ASA_GROUP
										     : ASA_OBJECT,
				     .name = nat->mapped };
	struct flow_match match = FLOW_MATCH_ANY;
	struct asa_set s = { 0 };
	flow_ref set = FLOW_ALL;
	int r = 0;

	if (!nat->all && !str_is(nat->mapped, "any"))
		r = asa_find_end(g->config, &end, nat->line, g->d, &s);
	if (!nat->all && !s.unknown.n && !s.names) {
		match.dim[FLOW_DST4] = s.v4;
		match.dim[FLOW_DST6] = s.v6;
		r = r < 0 ? r : flow_of_match(g->m, &match, 1, &set);
	}
	return r < 0 ? r : either_way(g, nat->text, nat->line, set, true);
}

/* Before release 9.0 lists are of IPv4, and IPv6 has lists of another kind. */
static int read_old_ipv6(struct going *g)
{
	flow_ref v6 = FLOW_NONE;
	int r = 0;

	if (!g->config->major || g->config->major >= 9)
		return 0;
	r = set_of(g, FLOW_FAMILY, 1, 1, &v6);
	return r < 0 ? r : either_way(g, STR("IPv6 before release 9.0"), 0, v6, true);
}

static int read_commands(struct going *g)
{
	struct asa_config *c = g->config;
	int r = read_old_ipv6(g);

	for (size_t i = 0; r == 0 && i < c->interfaces; i++)
		r = read_interface_commands(g, &c->interface[i]);
	for (size_t i = 0; r == 0 && i < c->commands; i++)
		r = either_way(g, c->command[i].text, c->command[i].line, FLOW_ALL,
			       c->command[i].changes);
	for (size_t i = 0; r == 0 && i < c->nats; i++)
		r = read_nat(g, &c->nat[i]);
	return r;
}

/* ---- the reading ---- */

static bool remembers_icmp(const struct asa_config *c)
{
	return c->inspects_icmp && c->serves;
}

/* Packets behind the first pass by the conversation that it opened. Of ICMP that is so where it is
 * inspected; of related and stray packets nothing is known. */
static int read_later(struct going *g)
{
	flow_ref fresh = FLOW_NONE, later = FLOW_NONE, icmp = FLOW_NONE, part = FLOW_NONE;
	struct reading *out = g->out;
	int r = set_of(g, FLOW_STATE, STATE_NEW, STATE_NEW, &fresh);

	if (r == 0)
		r = set_of(g, FLOW_STATE, STATE_ESTABLISHED, STATE_ESTABLISHED, &later);
	if (r == 0 && !remembers_icmp(g->config)) {
		r = set_of(g, FLOW_PROTO, PROTO_ICMP, PROTO_ICMP, &icmp);
		if (r == 0)
			r = set_of(g, FLOW_PROTO, PROTO_ICMPV6, PROTO_ICMPV6, &part);
		if (r == 0)
			r = flow_override(g->m, icmp, part, &icmp);
		if (r == 0)
			r = flow_minus(g->m, later, icmp, &later);
	}
	for (size_t i = 0; r == 0 && i < FIRSTMATCH_OUTCOMES; i++) {
		r = flow_restrict(g->m, out->may[i], fresh, &out->may[i]);
		if (r == 0)
			r = flow_not(g->m, fresh, &part);
		if (r == 0 && i != VERDICT_ACCEPT)
			r = flow_minus(g->m, part, later, &part);
		if (r == 0)
			r = flow_override(g->m, out->may[i], part, &out->may[i]);
	}
	return r < 0 ? r : flow_restrict(g->m, out->deciding, fresh, &out->deciding);
}

/* What the rules that were asked about are by themselves. */
static int tell_apart(struct going *g)
{
	struct asa_walk *w = &g->ways.walk;
	struct bounds *all = NULL;
	int r = reading_apart(g->out, 0, &all);

	for (size_t i = 0; r == 0 && i < w->aparts && i < g->out->rules; i++)
		all[i] = w->apart[i];
	return r;
}

static int conclude(struct going *g)
{
	struct reading *out = g->out;
	int r = 0;

	for (size_t i = 0; r == 0 && i < FIRSTMATCH_OUTCOMES; i++)
		r = union_take(&g->may[i], g->m, &out->may[i]);
	if (r == 0)
		r = union_take(&g->decide, g->m, &out->deciding);
	if (r == 0)
		r = read_later(g);
	if (r == 0)
		r = flow_not(g->m, out->may[VERDICT_DROP], &out->must_accept);
	if (r == 0)
		r = asa_rules_tell(&g->ways.rules, out);
	return r < 0 || !g->ways.walk.aparts ? r : tell_apart(g);
}

static int tell_assumptions(struct going *g)
{
	struct reading *out = g->out;
	const char **text = arena_array(out->arena, ASSUMPTIONS_MAX, sizeof(*text));
	const char *place;
	size_t n = 0;
	int r = text ? asa_place_name(&g->place, out->arena, &place) : -ENOMEM;

	if (r < 0)
		return r;
	text[n] = g->open_exit
			  ? "interfaces have the names of nameif; by which one packets leave, "
			    "routes decide: that is not compared"
			  : arena_printf(out->arena,
					 "packets pass %s; through which interfaces they come and "
					 "go besides is not compared",
					 place);
	if (!text[n++])
		return -ENOMEM;
	text[n++] = "addresses are the real ones, as lists have them since release 8.3, not "
		    "those that NAT shows outside";
	text[n++] = "the device's own packets, and what inspections (inspect) stop, are not looked "
		    "at";
	if (!remembers_icmp(g->config))
		text[n++] = "answers to ICMP are not remembered without inspect icmp: they need "
			    "an entry of their own";
	if (!g->config->major)
		text[n++] = "the release is 9.0 or later: any is of both families";
	if (g->config->tunnels && !g->config->tunnels_filtered)
		text[n++] = "packets out of VPN tunnels pass the lists by (sysopt connection "
			    "permit-vpn)";
	if (g->config->checks_sources)
		text[n++] = "packets come in where routes to their sources lead (ip verify "
			    "reverse-path)";
	if (g->same_levels)
		text[n++] = "packets go between interfaces of different security levels";
	if (g->ways.walk.met_used)
		text[n++] = "fqdn objects stand for the addresses that clients get for those names";
	out->assumption = text;
	out->assumptions = n;
	return 0;
}

static int go(struct going *g)
{
	int r = read_place(g);

	g->out->one_place = g->place.kind != ASA_AT_DEVICE;
	g->out->any_exit = g->open_exit;
	if (!g->out->one_place)
		g->out->place = asa_whole_device;
	g->out->names = g->ways.walk.met_used;
	if (r == 0)
		r = read_commands(g);
	if (r == 0)
		r = conclude(g);
	if (r == 0)
		r = doubts_tell(&g->doubts, g->ways.rules.file, g->out);
	if (r == 0)
		r = tell_assumptions(g);
	if (r == E_BUDGET) {
		diag_error(g->d, (struct place){ .file = g->config->file },
			   "the access lists are too tangled to be worked out");
		diag_hint(g->d, "the budget of nodes is used up: name one list with --at");
	}
	return r;
}

/* Rules by themselves: for so many of them. */
static int ask_apart(struct going *g, size_t n)
{
	struct asa_walk *w = &g->ways.walk;

	w->apart = n ? arena_array(g->arena, n, sizeof(*w->apart)) : NULL;
	w->aparts = n;
	for (size_t i = 0; w->apart && i < n; i++)
		w->apart[i] = BOUNDS_NONE;
	return n && !w->apart ? -ENOMEM : 0;
}

int asa_read(struct asa_config *c, const struct assume *assume, struct flow_mgr *m, struct diag *d,
	     struct reading **ret)
{
	EG_AUTO(reading_freep) struct reading *out = reading_new(m);
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct going g = { .config = c, .m = m, .d = d, .out = out, .arena = a };
	int r = out && a ? asa_rules_init(&g.ways.rules, c, out) : -ENOMEM;

	g.ways.walk = (struct asa_walk){
		.config = c, .m = m, .d = d, .doubts = &g.doubts, .names = assume && assume->names
	};
	if (r == 0 && assume)
		r = ask_apart(&g, assume->apart);
	if (r == 0)
		r = asa_find_place(c, assume ? assume->hook : NULL, d, &g.place);
	if (r == 0)
		r = go(&g);
	for (size_t i = 0; i < FIRSTMATCH_OUTCOMES; i++)
		union_release(&g.may[i]);
	union_release(&g.decide);
	doubts_release(&g.doubts);
	asa_rules_release(&g.ways.rules);
	if (r == 0)
		*ret = EG_TAKE(out);
	return r;
}
