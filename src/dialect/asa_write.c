/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of the text (docs/guide/cisco-asa.md shows a sample):
 *
 *   objects   names and groups; a group's name has a digest of what is in it
 *   lists     one for each interface that rules name as where packets come in, with the rules that
 *             hold there, in their order, and a last entry for what no rule speaks of; one more for
 *             all other interfaces
 *   bindings  each list at its interface, the last one globally
 *
 * An interface's list ends with an entry for everything, so the global one is not asked behind it.
 */
#include "dialect/asa_write.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/hash.h"
#include "dialect/asa_choice.h"
#include "dialect/asa_limits.h"
#include "dialect/say.h"
#include "dialect/spans.h"

struct writing {
	const struct rulelist *rules;
	struct flow_mgr *m;
	struct arena *arena;	/* of the caller */
	const char **why;	/* by rule */
	const char **interface; /* that some rule names */
	size_t interfaces, cap;
	bool exits; /* some rule says by which interface packets leave */
	struct asa_groups groups;
	struct buf lists, bindings;
};

/* ---- what can be said ---- */

static bool is_word(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == '?' || name[i] == '"')
			return false;
	return n > 0 && n <= ASA_INTERFACE_NAME_MAX;
}

/* By which interfaces packets leave, a list where they come in does not see: routes say it. A rule
 * that lets packets through is written without; one that stops them would stop more. */
static int interfaces_why(const struct writing *w, const struct rule *rule, struct arena *a,
			  const char **ret)
{
	static const enum flow_dim side[] = { FLOW_IIF, FLOW_OIF };
	struct zone_names names = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(side); i++) {
		int r;

		if (!rule->match.dim[side[i]].span)
			continue;
		r = say_zone_names(rule->match.dim[side[i]], w->m, a, &names);
		if (r < 0)
			return r;
		for (size_t k = 0; k < names.n; k++)
			if (!is_word(names.name[k]))
				*ret = "an interface whose name the device does not take";
		if (side[i] == FLOW_OIF && rule->verdict != VERDICT_ACCEPT)
			*ret = "a rule that stops packets which leave by some interfaces alone";
		else if (side[i] == FLOW_OIF && names.not )
			*ret = "packets that leave by all interfaces but some";
	}
	return 0;
}

static int why_not(void *data, const struct rule *rule, const char **ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(buf_release) struct buf none = BUF_INIT;
	const struct writing *w = data;
	int r = a ? say_packet(rule, w->m, a, ret) : -ENOMEM;

	if (r == 0 && !*ret)
		r = interfaces_why(w, rule, a, ret);
	return r < 0 || *ret ? r : asa_entries(rule, NULL, &none, ret);
}

static int add_interface(struct writing *w, const char *name)
{
	int r;

	for (size_t i = 0; i < w->interfaces; i++)
		if (strcmp(w->interface[i], name) == 0)
			return 0;
	r = mem_grow(&w->interface, &w->cap, w->interfaces + 1, sizeof(*w->interface));
	if (r == 0)
		w->interface[w->interfaces++] = name;
	return r;
}

/* The interfaces that need a list of their own. */
static int find_interfaces(struct writing *w)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->rules->n; i++) {
		const struct flow_match *match = &w->rules->rule[i].match;
		struct zone_names names = { 0 };

		if (w->why[i])
			continue;
		w->exits = w->exits || match->dim[FLOW_OIF].span;
		if (!match->dim[FLOW_IIF].span)
			continue;
		r = say_zone_names(match->dim[FLOW_IIF], w->m, w->arena, &names);
		for (size_t k = 0; r == 0 && k < names.n; k++)
			r = add_interface(w, names.name[k]);
	}
	return r;
}

static int find_lost(struct writing *w, struct diag *d, struct losses *lost)
{
	const struct saying saying = { w->m, why_not, w };

	w->why = arena_array(w->arena, w->rules->n, sizeof(*w->why));
	return w->why ? say_lose_all(&saying, w->rules, "asa", w->why, w->arena, d, lost) : -ENOMEM;
}

/* ---- lists ---- */

/* Does the rule hold for packets that come in by it? NULL: by one that no rule names. */
static int holds_at(struct writing *w, const struct rule *rule, const char *interface, bool *ret)
{
	struct zone_names names = { 0 };
	bool named = false;
	int r = 0;

	*ret = true;
	if (!rule->match.dim[FLOW_IIF].span)
		return 0;
	r = say_zone_names(rule->match.dim[FLOW_IIF], w->m, w->arena, &names);
	for (size_t i = 0; r == 0 && interface && i < names.n; i++)
		named = named || strcmp(names.name[i], interface) == 0;
	*ret = named != names.not ;
	return r;
}

static int write_body(struct writing *w, const char *interface, struct buf *body)
{
	const char *why = NULL;
	bool holds = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->rules->n; i++) {
		const struct rule *rule = &w->rules->rule[i];

		if (w->why[i])
			continue;
		r = holds_at(w, rule, interface, &holds);
		if (r == 0 && holds)
			r = say_remark(rule, "remark ", ASA_REMARK_MAX, body);
		if (r == 0 && holds)
			r = asa_entries(rule, &w->groups, body, &why);
	}
	buf_printf(body, "remark no rule speaks of it\nextended %s ip any any\n",
		   w->rules->otherwise == VERDICT_ACCEPT ? "permit" : "deny");
	return r < 0 ? r : body->r;
}

/* The list of an interface, or of all others, and where it is bound. */
static int write_list(struct writing *w, const char *interface)
{
	EG_AUTO(buf_release) struct buf body = BUF_INIT;
	int r = write_body(w, interface, &body);
	struct str rest = buf_str(&body);
	const char *name;

	if (r < 0)
		return r;
	name = arena_printf(w->arena, "EGRET-%s-%08llx",
			    interface	    ? interface
			    : w->interfaces ? "others"
					    : "all",
			    (unsigned long long)hash_bytes(rest.p, rest.n, 0) & 0xffffffff);
	if (!name)
		return -ENOMEM;
	while (rest.n) {
		struct str line = str_cut(&rest, '\n');

		buf_printf(&w->lists, "access-list %s %.*s\n", name, STR_FMT(line));
	}
	if (interface)
		buf_printf(&w->bindings, "access-group %s in interface %s\n", name, interface);
	else
		buf_printf(&w->bindings, "access-group %s global\n", name);
	return w->lists.r < 0 ? w->lists.r : w->bindings.r;
}

static int write_lists(struct writing *w)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < w->interfaces; i++)
		r = write_list(w, w->interface[i]);
	return r < 0 ? r : write_list(w, NULL);
}

/* ---- the text ---- */

static const char heading[] =
	"! Access lists of Cisco ASA (release 9.0 or later), written by egret: what each interface "
	"lets in,\n"
	"! and one list for all others. Answers pass by themselves; those to ICMP where the "
	"service policy has\n"
	"! inspect icmp. Names of lists and groups have a digest of what is in them: new ones "
	"stand beside the\n"
	"! old ones until access-group takes them. Then those that are no longer used can be "
	"removed.\n";

static const char resolving[] =
	"! The device resolves the names in it: it needs dns domain-lookup and a name server, the "
	"same one that\n"
	"! clients ask, or it opens other addresses than they get.\n";

static void tell(const struct writing *w, struct diag *d)
{
	if (w->exits)
		diag_note(d, NOWHERE,
			  "a list where packets come in does not see by which interface they "
			  "leave: routes say it");
	if (w->groups.names)
		diag_note(d, NOWHERE,
			  "the device resolves names itself: clients must use the same resolver");
}

static int write_all(struct writing *w, struct diag *d, struct buf *out, struct losses *lost)
{
	size_t first = lost->n;
	int r = find_lost(w, d, lost);

	if (r == 0)
		r = find_interfaces(w);
	if (r == 0)
		r = write_lists(w);
	if (r < 0)
		return r;
	buf_adds(out, heading);
	if (w->groups.names)
		buf_adds(out, resolving);
	r = say_losses(lost, first, "! ", out);
	buf_addstr(out, buf_str(&w->groups.out));
	buf_addstr(out, buf_str(&w->lists));
	buf_addstr(out, buf_str(&w->bindings));
	tell(w, d);
	return r < 0 ? r : out->r;
}

int asa_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a, struct diag *d,
	      struct buf *out, struct losses *lost)
{
	struct writing w = { .rules = rules, .m = m, .arena = a, .groups = ASA_GROUPS_INIT(a) };
	int r = write_all(&w, d, out, lost);

	mem_free(w.interface);
	asa_groups_release(&w.groups);
	buf_release(&w.lists);
	buf_release(&w.bindings);
	return r;
}
