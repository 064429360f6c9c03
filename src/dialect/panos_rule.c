/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_rule.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/panos_zone.h"
#include "dialect/spans.h"

/* One end: addresses by family that certainly match, and those that may. */
struct end {
	struct flow_spans sure[2], may[2];
	const struct pattern *name; /* besides: whatever is called so */
	size_t names;
};

struct ruling {
	struct panos_rules *rs;
	const struct panos_tree *tree;
	struct arena *arena;
	const struct panos_node *rule;
	size_t scope;
	struct panos_matching *out;
	struct panos_zone_pairs zones;
	struct end src, dst;
	struct panos_services services;
	bool vague; /* something besides addresses and services is not modelled */
};

/* ---- what is not modelled ---- */

static int blame(struct ruling *u, const struct panos_node *at, const char *text)
{
	return panos_unknowns_add(&u->out->unknowns, u->arena, text, at);
}

static const struct panos_node *field(const struct ruling *u, const char *name)
{
	return panos_child(u->tree, u->rule, str_of(name));
}

/* "application ssl web-browsing" */
static int blame_list(struct ruling *u, const struct panos_node *list)
{
	enum { LONG = 200 };
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	buf_addstr(&text, list->name);
	for (const struct panos_node *n = list->first; n && text.n < LONG; n = n->next)
		buf_printf(&text, " %.*s", STR_FMT(n->name));
	if (text.n >= LONG)
		buf_adds(&text, " ...");
	u->vague = true;
	return text.r < 0 ? text.r : blame(u, list, arena_str(u->arena, buf_str(&text)));
}

/* A field that must be there: what it would say is not known. */
static int missing(struct ruling *u, const char *name)
{
	u->vague = true;
	return blame(u, u->rule, arena_printf(u->arena, "a rule without %s", name));
}

/* Fields that are not modelled unless they say any. The first must be there. */
static int look_at_lists(struct ruling *u)
{
	static const char *const name[] = {
		"application",	    "source-user",     "category",	  "hip-profiles",
		"source-hip",	    "destination-hip", "source-device",	  "destination-device",
		"source-imsi",	    "source-imei",     "source-nw-slice", "saas-user-list",
		"saas-tenant-list",
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(name); i++) {
		const struct panos_node *list = field(u, name[i]);

		if (i == 0 && (!list || !list->first))
			r = missing(u, name[i]);
		else if (list && list->first && !panos_child(u->tree, list, STR("any")))
			r = blame_list(u, list);
	}
	return r;
}

/* Parts that no schema knows, in the rule or in a record of it. */
static int look_at_strange(struct ruling *u, const struct panos_node *record)
{
	int r = 0;

	for (const struct panos_node *n = record->first; r == 0 && n; n = n->next) {
		if (n->strange) {
			u->vague = true;
			r = blame(u, n, arena_str(u->arena, n->text));
		} else if (n->kind->shape == PANOS_RECORD) {
			r = look_at_strange(u, n);
		}
	}
	return r;
}

static int look_at_rest(struct ruling *u)
{
	const struct panos_node *schedule = field(u, "schedule");
	const struct panos_node *target = field(u, "target");
	int r = 0;

	if (schedule) {
		u->vague = true;
		r = blame(u, schedule,
			  arena_printf(u->arena, "schedule %.*s", STR_FMT(schedule->text)));
	}
	if (r == 0 && (panos_child(u->tree, target, STR("devices")) ||
		       panos_child(u->tree, target, STR("tags")))) {
		u->vague = true;
		r = blame(u, target, "target: only some devices have this rule");
	}
	return r < 0 ? r : look_at_strange(u, u->rule);
}

static int is_yes(struct ruling *u, const char *name, bool *ret)
{
	const struct panos_node *n = field(u, name);
	struct str text = n ? n->text : STR("no");

	*ret = str_is(text, "yes");
	if (*ret || str_is(text, "no"))
		return 0;
	return panos_object_refuse(&u->rs->objects, n, E_SYNTAX, "%s is yes or no, not '%s'", name,
				   show(text).text);
}

/* ---- ends ---- */

/*
 * Everything but these. Whether a list of one family alone, negated, lets the other family match is
 * not written anywhere that we know of.
 */
static int negate(struct ruling *u, const char *name, struct end *e)
{
	static const enum family family[2] = { FAMILY_V4, FAMILY_V6 };
	bool told = false;
	int r = 0;

	for (size_t v6 = 0; r == 0 && v6 < 2; v6++) {
		struct end was = *e;

		if (spans_empty(was.may[v6]) && !spans_empty(was.may[!v6])) {
			e->sure[v6] = spans_none();
			e->may[v6] = SPANS_ANY;
			told = true;
			continue;
		}
		r = spans_not(was.may[v6], family_max(family[v6]), u->arena, &e->sure[v6]);
		if (r == 0)
			r = spans_not(was.sure[v6], family_max(family[v6]), u->arena, &e->may[v6]);
	}
	return r < 0 || !told ? r
			      : blame(u, field(u, name),
				      arena_printf(u->arena, "%s: the other address family", name));
}

/* Nothing at all, or a word without effect: the device may not even take it. */
static int negate_any(struct ruling *u, const char *name, struct end *e)
{
	for (size_t v6 = 0; v6 < 2; v6++)
		e->sure[v6] = spans_none();
	return blame(u, field(u, name), arena_printf(u->arena, "%s of any", name));
}

static int blame_names(struct ruling *u, const struct panos_addresses *a)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < a->names; i++)
		r = blame(u, a->name_at[i],
			  arena_printf(u->arena, "fqdn object %.*s",
				       STR_FMT(a->name_at[i]->up->name)));
	return r;
}

static int take_end(struct ruling *u, const char *name, const char *negated, bool destination,
		    struct end *e)
{
	const struct panos_node *list = field(u, name);
	struct panos_addresses a = { .known = { spans_none(), spans_none() }, .any = true };
	bool negative, open;
	int r = is_yes(u, negated, &negative);

	if (r == 0 && (!list || !list->first))
		r = missing(u, name);
	else if (r == 0)
		r = panos_addresses_of(&u->rs->objects, list, u->scope, &a);
	if (r == 0)
		r = panos_unknowns_join(&u->out->unknowns, u->arena, &a.unknowns);
	if (r == 0 && destination && u->rs->names && !negative) {
		e->name = a.name;
		e->names = a.names;
		a.names = 0;
		u->rs->named = u->rs->named || e->names;
	}
	if (r == 0 && !a.any)
		r = blame_names(u, &a);
	open = a.any || a.unknowns.n || a.names;
	for (size_t v6 = 0; v6 < 2; v6++) {
		e->sure[v6] = a.any ? SPANS_ANY : a.known[v6];
		e->may[v6] = open ? SPANS_ANY : a.known[v6];
	}
	if (r < 0 || !negative)
		return r;
	return a.any ? negate_any(u, negated, e) : negate(u, negated, e);
}

/* ---- zones and services ---- */

static int take_zones(struct ruling *u)
{
	const struct panos_node *from = field(u, "from"), *to = field(u, "to");
	const struct panos_node *type = field(u, "rule-type");
	struct str kind = type ? type->text : STR("universal");
	bool intrazone = str_is(kind, "intrazone");
	int r = 0;

	if (!from || !from->first) {
		r = missing(u, "from");
		from = NULL;
	}
	if (r == 0 && !intrazone && (!to || !to->first)) {
		r = missing(u, "to");
		to = NULL;
	}
	if (r < 0)
		return r;
	if (intrazone)
		return panos_intrazone(u->rs, from, &u->zones);
	if (str_is(kind, "interzone"))
		return panos_interzone(u->rs, from, to, &u->zones);
	if (str_is(kind, "universal"))
		return panos_universal(u->rs, from, to, &u->zones);
	return panos_object_refuse(&u->rs->objects, type, E_SYNTAX,
				   "rule-type is universal, intrazone or interzone, not '%s'",
				   show(kind).text);
}

static int take_services(struct ruling *u)
{
	const struct panos_node *list = field(u, "service");
	int r;

	if (!list || !list->first) {
		u->services = (struct panos_services){ .any = true };
		return missing(u, "service");
	}
	r = panos_services_of(&u->rs->objects, list, u->scope, &u->services);
	if (r == 0)
		r = panos_unknowns_join(&u->out->unknowns, u->arena, &u->services.unknowns);
	if (r == 0 && u->services.by_application)
		r = blame(u, list, "service application-default");
	return r;
}

/* ---- the action ---- */

static int take_action(struct ruling *u)
{
	enum {
		DROP = 1 << VERDICT_DROP,
		ACCEPT = 1 << VERDICT_ACCEPT,
		REJECT = 1 << VERDICT_REJECT
	};
	static const struct {
		const char *name;
		unsigned outcomes;
	} known[] = {
		{ "allow", ACCEPT },
		{ "deny", DROP | REJECT }, /* what the application's own deny is */
		{ "drop", DROP },
		{ "reset-client", DROP | REJECT }, /* TCP is reset, others dropped */
		{ "reset-server", DROP | REJECT },
		{ "reset-both", DROP | REJECT },
	};
	const struct panos_node *action = field(u, "action");
	bool unreachable;
	int r = is_yes(u, "icmp-unreachable", &unreachable);

	if (r < 0)
		return r;
	u->out->outcomes = DROP | ACCEPT | REJECT;
	if (!action)
		return missing(u, "action");
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (!str_is(action->text, known[i].name))
			continue;
		u->out->outcomes = known[i].outcomes;
		if (unreachable && !(known[i].outcomes & ACCEPT))
			u->out->outcomes |= REJECT;
		return 0;
	}
	return panos_object_refuse(&u->rs->objects, action, E_SYNTAX,
				   "'%s' is no action of a security rule", show(action->text).text);
}

/* ---- products ---- */

static int count_products(struct ruling *u, size_t n)
{
	u->rs->products += n;
	if (u->rs->products > PANOS_PRODUCTS_MAX)
		return panos_object_refuse(&u->rs->objects, u->rule, E_LIMIT,
					   "the rules stand for more than %d products",
					   PANOS_PRODUCTS_MAX);
	return 0;
}

static bool no_address(const struct flow_spans by_family[2])
{
	return spans_empty(by_family[0]) && spans_empty(by_family[1]);
}

/* All combinations; `sure`: of what certainly matches. */
static int make_products(struct ruling *u, bool sure, const struct flow_match **ret, size_t *ret_n)
{
	static const struct panos_service every;
	const struct flow_spans *src = sure ? u->src.sure : u->src.may;
	const struct flow_spans *dst = sure ? u->dst.sure : u->dst.may;
	bool open = u->services.any ||
		    (!sure && (u->services.unknowns.n || u->services.by_application));
	const struct panos_service *service = open ? &every : u->services.service;
	size_t services = open ? 1 : u->services.n, ends = u->dst.names ? 2 : 1, n = 0;
	size_t all = u->zones.n * services * ends;
	struct flow_match *match;
	int r = count_products(u, all);

	match = r == 0 ? arena_array(u->arena, all, sizeof(*match)) : NULL;
	if (!match)
		return r < 0 ? r : -ENOMEM;
	for (size_t i = 0; i < all; i++) {
		const struct panos_zone_pair *zones = &u->zones.pair[i / ends / services];
		const struct panos_service *s = &service[i / ends % services];
		bool by_name = i % ends;
		struct flow_match *m = &match[n];

		if (no_address(src) || (!by_name && no_address(dst)))
			continue;
		*m = FLOW_MATCH_ANY;
		m->dim[FLOW_IIF] = zones->iif;
		m->dim[FLOW_OIF] = zones->oif;
		m->dim[FLOW_PROTO] = s->proto;
		m->dim[FLOW_SPORT] = s->sport;
		m->dim[FLOW_DPORT] = s->dport;
		m->dim[FLOW_SRC4] = src[0];
		m->dim[FLOW_SRC6] = src[1];
		m->dim[FLOW_DST4] = by_name ? SPANS_ANY : dst[0];
		m->dim[FLOW_DST6] = by_name ? SPANS_ANY : dst[1];
		m->name = by_name ? u->dst.name : NULL;
		m->names = by_name ? u->dst.names : 0;
		n++;
	}
	*ret = match;
	*ret_n = n;
	return 0;
}

static int conclude(struct ruling *u)
{
	struct panos_matching *out = u->out;
	int r = make_products(u, false, &out->may, &out->mays);

	out->exact = !out->unknowns.n;
	out->sure = out->may;
	out->sures = out->exact ? out->mays : 0;
	if (r == 0 && !out->exact && !u->vague)
		r = make_products(u, true, &out->sure, &out->sures);
	return r;
}

int panos_rule_match(struct panos_rules *rs, const struct panos_node *rule, size_t scope,
		     struct panos_matching *ret)
{
	struct panos_matching out = { 0 };
	struct ruling u = { .rs = rs,
			    .tree = rs->objects.place->tree,
			    .arena = rs->objects.arena,
			    .rule = rule,
			    .scope = scope,
			    .out = &out };
	int r = is_yes(&u, "disabled", &out.disabled);

	if (r == 0 && out.disabled) {
		*ret = out;
		return 0;
	}
	if (r == 0)
		r = take_action(&u);
	if (r == 0)
		r = take_zones(&u);
	if (r == 0)
		r = take_end(&u, "source", "negate-source", false, &u.src);
	if (r == 0)
		r = take_end(&u, "destination", "negate-destination", true, &u.dst);
	if (r == 0)
		r = take_services(&u);
	if (r == 0)
		r = look_at_lists(&u);
	if (r == 0)
		r = look_at_rest(&u);
	if (r == 0)
		r = conclude(&u);
	if (r < 0)
		return r;
	rs->profiles = rs->profiles ||
		       (out.outcomes == 1 << VERDICT_ACCEPT && field(&u, "profile-setting"));
	*ret = out;
	return 0;
}

int panos_default_match(struct panos_rules *rs, enum panos_default which,
			const struct panos_node *rule, struct panos_matching *ret)
{
	struct panos_matching out = { .outcomes =
					      which == PANOS_INTRAZONE
						      ? 1 << VERDICT_ACCEPT
						      : 1 << VERDICT_DROP | 1 << VERDICT_REJECT };
	struct ruling u = { .rs = rs,
			    .tree = rs->objects.place->tree,
			    .arena = rs->objects.arena,
			    .rule = rule,
			    .out = &out,
			    .services = { .any = true } };
	int r = which == PANOS_INTRAZONE ? panos_intrazone(rs, NULL, &u.zones)
					 : panos_universal(rs, NULL, NULL, &u.zones);

	if (r == 0 && rule && field(&u, "action"))
		r = take_action(&u);
	if (r == 0 && rule)
		r = look_at_rest(&u);
	if (r == 0)
		r = conclude(&u);
	if (r < 0)
		return r;
	rs->profiles = rs->profiles || (rule && field(&u, "profile-setting"));
	*ret = out;
	return 0;
}
