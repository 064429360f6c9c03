/* SPDX-License-Identifier: Apache-2.0 */
/* Address objects, groups of them, and addresses that rules say without an object. */
#include "dialect/panos_object.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/panos_value.h"
#include "dialect/spans.h"

/* What an object stands for, kept at its node. */
struct meaning {
	bool busy;
	struct panos_addresses is;
};

struct gathering {
	struct panos_objects *o;
	struct spanlist span[2];
	struct panos_addresses *out;
	struct pattern *name;
	const struct panos_node **name_at;
	size_t names, cap;
};

static int add_unknown(struct gathering *g, const char *what, struct str name,
		       const struct panos_node *at)
{
	return panos_unknowns_name(&g->out->unknowns, g->o->arena, what, name, at);
}

static int add_spans(struct gathering *g, const struct flow_spans known[2],
		     const struct panos_node *at)
{
	int r = 0;

	for (size_t v6 = 0; v6 < 2; v6++) {
		g->o->spans += known[v6].n;
		if (g->o->spans > PANOS_SPANS_MAX)
			return panos_object_refuse(g->o, at, E_LIMIT,
						   "the objects stand for more than %d ranges",
						   PANOS_SPANS_MAX);
		for (size_t i = 0; r == 0 && i < known[v6].n; i++)
			r = spanlist_add(&g->span[v6], known[v6].span[i].lo, known[v6].span[i].hi);
	}
	return r;
}

static int more_names(struct gathering *g)
{
	size_t cap = g->cap ? g->cap * 2 : 2;
	struct pattern *names = arena_array(g->o->arena, cap, sizeof(*names));
	const struct panos_node **nodes = arena_array(g->o->arena, cap, sizeof(*nodes));

	if (!names || !nodes)
		return -ENOMEM;
	if (g->names) {
		memcpy(names, g->name, g->names * sizeof(*names));
		memcpy(nodes, g->name_at, g->names * sizeof(*nodes));
	}
	g->name = names;
	g->name_at = nodes;
	g->cap = cap;
	return 0;
}

static int add_fqdn(struct gathering *g, const struct pattern *name, const struct panos_node *at)
{
	int r = g->names == g->cap ? more_names(g) : 0;

	if (r == 0 && ++g->o->names > PANOS_NAMES_MAX)
		r = panos_object_refuse(g->o, at, E_LIMIT,
					"the objects stand for more than %d names",
					PANOS_NAMES_MAX);
	if (r < 0)
		return r;
	g->name[g->names] = *name;
	g->name_at[g->names++] = at;
	return 0;
}

/* Adds all that another one stands for. */
static int add_addresses(struct gathering *g, const struct panos_addresses *more,
			 const struct panos_node *at)
{
	int r = add_spans(g, more->known, at);

	g->out->any = g->out->any || more->any;
	for (size_t i = 0; r == 0 && i < more->names; i++)
		r = add_fqdn(g, &more->name[i], more->name_at[i]);
	return r < 0 ? r : panos_unknowns_join(&g->out->unknowns, g->o->arena, &more->unknowns);
}

static void seal(struct gathering *g)
{
	for (size_t v6 = 0; v6 < 2; v6++)
		g->out->known[v6] = spanlist_seal(&g->span[v6]);
	g->out->name = g->name;
	g->out->name_at = g->name_at;
	g->out->names = g->names;
}

static int add_list(struct gathering *g, const struct panos_node *list, size_t scope);

/* Where names of addresses are looked up. */
static const char *const sections[] = { "address", "address-group", "region", "external-list",
					NULL };

/* ---- objects ---- */

static int add_value(struct gathering *g, const struct panos_node *object,
		     const struct panos_node *value)
{
	struct flow_spans known[2] = { spans_none(), spans_none() };
	bool vague = false;
	int r;

	if (str_starts(value->text, "$"))
		return add_unknown(g, "variable", value->text, value);
	r = str_is(value->name, "ip-wildcard")
		    ? panos_wildcard(value->text, g->o->arena, known, &vague)
		    : panos_address(value->text, g->o->arena, known);
	if (r == E_SYNTAX)
		return panos_object_refuse(g->o, value, r, "%s: '%s' is no %s",
					   show(object->name).text, show(value->text).text,
					   show(value->name).text);
	if (r == 0 && vague) /* `known` is more than it stands for */
		return add_unknown(g, "ip-wildcard", value->text, value);
	return r < 0 ? r : add_spans(g, known, value);
}

static int add_object(struct gathering *g, const struct panos_node *object)
{
	static const char *const kind[] = { "ip-netmask", "ip-range", "ip-wildcard" };
	const struct panos_tree *t = g->o->place->tree;
	const struct panos_node *fqdn = panos_child(t, object, STR("fqdn"));
	struct pattern name = { .kind = PATTERN_NAME };

	for (size_t i = 0; i < ARRAY_LEN(kind); i++) {
		const struct panos_node *value = panos_child(t, object, str_of(kind[i]));

		if (value)
			return add_value(g, object, value);
	}
	if (fqdn && name_parse(fqdn->text, &name.name) == 0)
		return add_fqdn(g, &name, fqdn);
	return fqdn ? add_unknown(g, "fqdn", fqdn->text, fqdn)
		    : add_unknown(g, "an address object of no address:", object->name, object);
}

static int add_group(struct gathering *g, const struct panos_node *group, size_t scope)
{
	const struct panos_tree *t = g->o->place->tree;
	const struct panos_node *list = panos_child(t, group, STR("static"));
	int r;

	if (!list)
		return add_unknown(g, "dynamic address group", group->name, group);
	if (g->o->depth == PANOS_DEPTH_MAX)
		return panos_object_refuse(g->o, group, E_LIMIT, "%s: groups are nested too deep",
					   show(group->name).text);
	g->o->depth++;
	r = add_list(g, list, scope);
	g->o->depth--;
	return r;
}

/* What the object or group stands for. */
static int mean(struct panos_objects *o, const struct panos_found *f,
		const struct panos_addresses **ret)
{
	struct meaning *m = f->node->meaning;
	struct gathering g = { .o = o,
			       .span = { SPANLIST_INIT(o->arena), SPANLIST_INIT(o->arena) } };
	int r;

	if (m && m->busy)
		return panos_object_refuse(o, f->node, E_CONFLICT,
					   "%s: address groups hold each other in a circle",
					   show(f->node->name).text);
	if (m) {
		*ret = &m->is;
		return 0;
	}
	m = arena_alloc(o->arena, sizeof(*m));
	if (!m)
		return -ENOMEM;
	f->node->meaning = m;
	m->busy = true;
	g.out = &m->is;
	if (panos_has_strange(f->node))
		r = add_unknown(&g, "parts of object", f->node->name, f->node);
	else if (str_is(f->node->up->name, "address"))
		r = add_object(&g, f->node);
	else if (str_is(f->node->up->name, "address-group"))
		r = add_group(&g, f->node, f->scope);
	else if (str_is(f->node->up->name, "region"))
		r = add_unknown(&g, "region", f->node->name, f->node);
	else
		r = add_unknown(&g, "external list", f->node->name, f->node);
	seal(&g);
	m->busy = false;
	*ret = &m->is;
	return r;
}

/* ---- names ---- */

/* "US": regions have no definition in a configuration. */
static bool is_region(struct str name)
{
	return name.n == 2 && name.p[0] >= 'A' && name.p[0] <= 'Z' && name.p[1] >= 'A' &&
	       name.p[1] <= 'Z';
}

static int add_undefined(struct gathering *g, const struct panos_node *value)
{
	if (is_region(value->name))
		return add_unknown(g, "region", value->name, value);
	if (str_starts(value->name, "panw-"))
		return add_unknown(g, "external list", value->name, value);
	diag_warning(g->o->d, (struct place){ .file = value->file, .line = value->line },
		     "no address object or group is called %s", show(value->name).text);
	return add_unknown(g, "undefined address", value->name, value);
}

/* One value of a list: an object's name, or an address. */
static int add_named(struct gathering *g, const struct panos_node *value, size_t scope)
{
	struct flow_spans literal[2] = { spans_none(), spans_none() };
	struct panos_found f = panos_look_up(g->o, sections, value->name, scope);
	static const struct panos_addresses nothing;
	const struct panos_addresses *is = &nothing;
	int r = panos_address(value->name, g->o->arena, literal);
	bool address = r == 0;

	if (r == -ENOMEM)
		return r;
	if (f.unsure)
		return add_unknown(g, "which of several objects is meant:", value->name, value);
	if (!f.node)
		return address ? add_spans(g, literal, value) : add_undefined(g, value);
	r = mean(g->o, &f, &is);
	if (r < 0)
		return r;
	if (address &&
	    (!spans_equal(is->known[0], literal[0]) || !spans_equal(is->known[1], literal[1])))
		return add_unknown(g, "the address or the object of that name:", value->name,
				   value);
	return add_addresses(g, is, value);
}

static int add_list(struct gathering *g, const struct panos_node *list, size_t scope)
{
	int r = 0;

	for (const struct panos_node *n = list->first; r == 0 && n; n = n->next) {
		if (str_is(n->name, "any"))
			g->out->any = true;
		else
			r = add_named(g, n, scope);
	}
	return r;
}

/* A list of one object is that object: a large group is not copied for each rule. */
static int only_object(struct panos_objects *o, const struct panos_node *list, size_t scope,
		       const struct panos_addresses **ret)
{
	struct flow_spans literal[2];
	struct panos_found f;
	int r;

	*ret = NULL;
	if (!list->first || list->first->next)
		return 0;
	r = panos_address(list->first->name, o->arena, literal);
	f = panos_look_up(o, sections, list->first->name, scope);
	return r == E_SYNTAX && f.node && !f.unsure ? mean(o, &f, ret) : r == -ENOMEM ? r : 0;
}

int panos_addresses_of(struct panos_objects *o, const struct panos_node *list, size_t scope,
		       struct panos_addresses *ret)
{
	struct panos_addresses out = { 0 };
	const struct panos_addresses *one = NULL;
	struct gathering g = { .o = o,
			       .span = { SPANLIST_INIT(o->arena), SPANLIST_INIT(o->arena) },
			       .out = &out };
	int r = only_object(o, list, scope, &one);

	if (r == 0 && !one) {
		r = add_list(&g, list, scope);
		seal(&g);
	}
	if (r == 0)
		*ret = one ? *one : out;
	return r;
}
