/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/fortios_change.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/fortios_address.h"
#include "dialect/fortios_emit.h"
#include "dialect/fortios_place.h"
#include "dialect/say.h"
#include "dialect/spans.h"

struct changing {
	const struct change *change;
	struct flow_mgr *m;
	struct arena *arena;
	struct fos_config *config;
	struct fos_place place;
	struct fos_zones zones;
	struct fos_emit emit;
	struct buf moves;
	struct losses *lost;
};

static const struct fos_table *policies(const struct changing *g)
{
	return &g->place.vdom->table[FOS_POLICY];
}

/* ---- interfaces ---- */

/* The name by which policies speak of an interface: its zone's. NULL: the zone has others too. */
static const char *spoken_name(struct changing *g, const char *interface)
{
	size_t at;

	if (strmap_get(&g->zones.by_member, str_of(interface), &at) < 0)
		return interface;
	if (g->zones.zone[at].n != 1)
		return NULL;
	return arena_str(g->arena, g->zones.zone[at].name);
}

static int speak(struct changing *g, struct fos_texts *side, const char **ret_why)
{
	for (size_t i = 0; i < side->n; i++) {
		side->text[i] = spoken_name(g, side->text[i]);
		if (!side->text[i])
			*ret_why = "one interface of a zone: policies speak of all of them";
	}
	return 0;
}

/* A pair of interfaces that is looked at is what the policy is for. */
static int take_pair(struct changing *g, struct str interface, struct fos_texts *side)
{
	size_t at;

	if (!interface.n)
		return 0;
	if (strmap_get(&g->zones.by_member, interface, &at) == 0)
		interface = g->zones.zone[at].name;
	*side = (struct fos_texts){ 0 };
	return fos_texts_add(side, arena_str(g->arena, interface), g->arena);
}

/* ---- rules ---- */

static int why_not(struct changing *g, const struct rule *rule, struct fos_choice *choice,
		   const char **ret)
{
	bool own6 = g->place.vdom->table[FOS_POLICY6].ordered > 0;
	struct fos_objects none = FOS_OBJECTS_INIT(g->arena);
	int r = say_packet(rule, g->m, g->arena, ret);

	if (r == 0 && !*ret && own6 && say_holds_family(&rule->match, FAMILY_V6))
		*ret = "IPv6 has a list of its own there, which changes are not written for";
	if (r == 0 && !*ret) /* a look first: nothing of a rule is better than half of it */
		r = fos_choose(rule, g->m, &none, choice, ret);
	fos_objects_release(&none);
	if (r == 0 && !*ret)
		r = speak(g, &choice->in, ret);
	return r < 0 || *ret ? r : speak(g, &choice->out, ret);
}

static int put_rule(struct changing *g, const struct rule *rule, uint64_t id)
{
	const struct fos_table *t = policies(g);
	struct fos_choice seen = { 0 }, choice;
	const char *why = NULL;
	int r = why_not(g, rule, &seen, &why);

	if (r < 0 || why)
		return r < 0 ? r : say_lose(g->lost, rule, why, g->arena);
	r = fos_choose(rule, g->m, &g->emit.objects, &choice, &why);
	choice.in = seen.in;
	choice.out = seen.out;
	if (r == 0)
		r = take_pair(g, g->place.pair.src, &choice.in);
	if (r == 0)
		r = take_pair(g, g->place.pair.dst, &choice.out);
	if (r == 0)
		r = fos_emit_policy(&g->emit, rule, &choice, id, id);
	if (r > 0 && t->ordered) {
		buf_printf(&g->moves, "    move %llu before ", (unsigned long long)id);
		fos_quote(t->entry[t->order[0]].name, &g->moves);
		buf_addc(&g->moves, '\n');
	}
	return r < 0 ? r : g->moves.r;
}

/* Numbers that no policy of the list has. */
static int first_number(const struct changing *g, uint64_t *ret)
{
	const struct fos_table *t = policies(g);
	uint64_t highest = 0, number;

	for (size_t i = 0; i < t->n; i++)
		if (str_u64(t->entry[i].name, UINT32_MAX, &number) == 0 && number > highest)
			highest = number;
	*ret = highest + 1;
	return highest + g->change->rules->n > UINT32_MAX ? E_LIMIT : 0;
}

static int put_rules(struct changing *g, struct diag *d)
{
	uint64_t first = 0;
	int r = first_number(g, &first);

	if (r == E_LIMIT)
		diag_error(d, policies(g)->at, "no numbers are left behind the highest policy");
	for (size_t i = 0; r == 0 && i < g->change->rules->n; i++)
		r = put_rule(g, &g->change->rules->rule[i], first + i);
	return r;
}

static int write_text(struct changing *g, struct buf *out)
{
	struct str vdom = g->place.vdom->name;

	buf_adds(out, "# A change of policies, written by egret: new ones before all others.\n");
	if (vdom.n) {
		buf_adds(out, "config vdom\nedit ");
		fos_quote(vdom, out);
		buf_addc(out, '\n');
	}
	buf_addstr(&g->emit.policies, buf_str(&g->moves));
	if (g->emit.policies.n)
		fos_emit_sections(&g->emit, out);
	if (vdom.n)
		buf_adds(out, "end\n");
	return g->moves.r < 0 ? g->moves.r : out->r;
}

/* Policies of egret say "all" for any address: does the device? */
static int check_all(struct changing *g, struct diag *d)
{
	struct str all = STR("all");
	const struct fos_field field = { .value = &all, .n = 1 };
	bool factory = false;
	const struct fos_scope scope = {
		.config = g->config, .vdom = g->place.vdom, .d = d, .factory = &factory
	};
	int r = 0;

	for (size_t v6 = 0; r == 0 && v6 < 2; v6++) {
		enum family family = v6 ? FAMILY_V6 : FAMILY_V4;
		struct fos_end end;

		r = fos_end_find(&scope, &field, family, &end);
		if (r < 0 ||
		    (fos_end_exact(&end) && !end.named && spans_all(end.lo, family_max(family))))
			continue;
		diag_error(d, (struct place){ .file = g->change->source[0].file },
			   "the device has an address of its own that is called all");
		diag_hint(d, "give it another name: the change would mean it");
		r = E_UNSUPPORTED;
	}
	return r;
}

int fos_change(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
	       struct buf *out, struct losses *lost)
{
	EG_AUTO(fos_config_freep) struct fos_config *config = NULL;
	struct changing g = {
		.change = c, .m = m, .arena = a, .emit = FOS_EMIT_INIT(a), .lost = lost
	};
	int r = fos_parse(c->source, c->files, d, &config);

	g.config = config;
	if (r == 0)
		r = fos_find_place(config, c->assume ? c->assume->hook : NULL, d, &g.place);
	if (r == 0)
		r = check_all(&g, d);
	if (r == 0)
		r = fos_zones_init(&g.zones, config, g.place.vdom, m);
	if (r == 0)
		r = put_rules(&g, d);
	if (r == 0)
		r = write_text(&g, out);
	fos_zones_release(&g.zones);
	fos_emit_release(&g.emit);
	buf_release(&g.moves);
	return r;
}
