/* SPDX-License-Identifier: Apache-2.0 */
/* Service objects, groups of them, and the two that every device has. */
#include "dialect/panos_object.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/panos_value.h"
#include "dialect/spans.h"
#include "net/proto.h"

/* What an object stands for, kept at its node. */
struct meaning {
	bool busy;
	struct panos_services is;
};

/* Services that differ in their destination ports alone are one. */
struct alike {
	struct flow_spans proto, sport;
	struct spanlist dport;
};

struct gathering {
	struct panos_objects *o;
	struct panos_services *out;
	struct alike *alike;
	size_t n, cap;
};

static int add_unknown(struct gathering *g, const char *what, struct str name,
		       const struct panos_node *at)
{
	return panos_unknowns_name(&g->out->unknowns, g->o->arena, what, name, at);
}

static int find_alike(struct gathering *g, const struct panos_service *s, struct alike **ret)
{
	size_t i = 0;

	while (i < g->n && !(spans_equal(g->alike[i].proto, s->proto) &&
			     spans_equal(g->alike[i].sport, s->sport)))
		i++;
	if (i == g->cap) {
		size_t cap = g->cap ? g->cap * 2 : 2;
		struct alike *more = arena_array(g->o->arena, cap, sizeof(*more));

		if (!more)
			return -ENOMEM;
		if (g->n)
			memcpy(more, g->alike, g->n * sizeof(*more));
		g->alike = more;
		g->cap = cap;
	}
	if (i == g->n)
		g->alike[g->n++] = (struct alike){ s->proto, s->sport, SPANLIST_INIT(g->o->arena) };
	*ret = &g->alike[i];
	return 0;
}

static int add_service(struct gathering *g, const struct panos_service *s,
		       const struct panos_node *at)
{
	struct alike *into = NULL;
	int r = find_alike(g, s, &into);

	g->o->spans += s->dport.n;
	if (r == 0 && g->o->spans > PANOS_SPANS_MAX)
		return panos_object_refuse(g->o, at, E_LIMIT,
					   "the objects stand for more than %d ranges",
					   PANOS_SPANS_MAX);
	for (size_t i = 0; r == 0 && i < s->dport.n; i++)
		r = spanlist_add(&into->dport, s->dport.span[i].lo, s->dport.span[i].hi);
	return r;
}

static int seal(struct gathering *g)
{
	struct panos_service *service = arena_array(g->o->arena, g->n, sizeof(*service));

	if (!service)
		return -ENOMEM;
	for (size_t i = 0; i < g->n; i++)
		service[i] = (struct panos_service){ g->alike[i].proto, g->alike[i].sport,
						     spanlist_seal(&g->alike[i].dport) };
	g->out->service = service;
	g->out->n = g->n;
	return 0;
}

static int add_services(struct gathering *g, const struct panos_services *more,
			const struct panos_node *at)
{
	int r = 0;

	g->out->any = g->out->any || more->any;
	for (size_t i = 0; r == 0 && i < more->n; i++)
		r = add_service(g, &more->service[i], at);
	return r < 0 ? r : panos_unknowns_join(&g->out->unknowns, g->o->arena, &more->unknowns);
}

static int add_list(struct gathering *g, const struct panos_node *list, size_t scope);

/* ---- objects ---- */

static int parse_ports(struct gathering *g, const struct panos_node *ports, const char *field,
		       struct flow_spans *ret)
{
	const struct panos_node *n = panos_child(g->o->place->tree, ports, str_of(field));
	int r;

	*ret = SPANS_ANY;
	if (!n)
		return 0;
	r = panos_ports(n->text, g->o->arena, ret);
	return r == E_SYNTAX
		       ? panos_object_refuse(g->o, n, r, "'%s' are no ports", show(n->text).text)
		       : r;
}

static int add_object(struct gathering *g, const struct panos_node *object)
{
	static const struct {
		const char *name;
		uint8_t proto;
	} known[] = { { "tcp", PROTO_TCP }, { "udp", PROTO_UDP }, { "sctp", PROTO_SCTP } };
	const struct panos_tree *t = g->o->place->tree;
	const struct panos_node *protocol = panos_child(t, object, STR("protocol"));

	if (panos_has_strange(protocol))
		return add_unknown(g, "parts of object", object->name, protocol);
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		const struct panos_node *ports = panos_child(t, protocol, str_of(known[i].name));
		struct panos_service s = { 0 };
		int r;

		if (!ports)
			continue;
		if (panos_has_strange(ports))
			return add_unknown(g, "parts of object", object->name, ports);
		r = spans_one(known[i].proto, known[i].proto, g->o->arena, &s.proto);
		if (r == 0)
			r = parse_ports(g, ports, "source-port", &s.sport);
		if (r == 0)
			r = parse_ports(g, ports, "port", &s.dport);
		if (r == 0 && !s.dport.span)
			return add_unknown(g, "a service of no ports:", object->name, ports);
		return r < 0 ? r : add_service(g, &s, ports);
	}
	return add_unknown(g, "a service of no protocol:", object->name, object);
}

static int add_group(struct gathering *g, const struct panos_node *group, size_t scope)
{
	const struct panos_node *list = panos_child(g->o->place->tree, group, STR("members"));
	int r;

	if (!list)
		return add_unknown(g, "a service group of no members:", group->name, group);
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
		const struct panos_services **ret)
{
	struct meaning *m = f->node->meaning;
	struct gathering g = { .o = o };
	int r;

	if (m && m->busy)
		return panos_object_refuse(o, f->node, E_CONFLICT,
					   "%s: service groups hold each other in a circle",
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
	else if (str_is(f->node->up->name, "service"))
		r = add_object(&g, f->node);
	else
		r = add_group(&g, f->node, f->scope);
	if (r == 0)
		r = seal(&g);
	m->busy = false;
	*ret = &m->is;
	return r;
}

/* ---- names ---- */

/* The services that a device has without being told. */
static int add_predefined(struct gathering *g, const struct panos_node *value)
{
	static const struct {
		const char *name, *ports;
	} known[] = { { "service-http", "80,8080" }, { "service-https", "443" } };

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct panos_service s = { 0 };
		int r;

		if (!str_is(value->name, known[i].name))
			continue;
		r = spans_one(PROTO_TCP, PROTO_TCP, g->o->arena, &s.proto);
		if (r == 0)
			r = panos_ports(str_of(known[i].ports), g->o->arena, &s.dport);
		return r < 0 ? r : add_service(g, &s, value);
	}
	diag_warning(g->o->d, (struct place){ .file = value->file, .line = value->line },
		     "no service or group is called %s", show(value->name).text);
	return add_unknown(g, "undefined service", value->name, value);
}

static int add_list(struct gathering *g, const struct panos_node *list, size_t scope)
{
	static const char *const section[] = { "service", "service-group", NULL };
	static const struct panos_services nothing;
	int r = 0;

	for (const struct panos_node *n = list->first; r == 0 && n; n = n->next) {
		struct panos_found f = panos_look_up(g->o, section, n->name, scope);
		const struct panos_services *is = &nothing;

		if (str_is(n->name, "any")) {
			g->out->any = true;
		} else if (str_is(n->name, "application-default")) {
			g->out->by_application = true;
		} else if (f.unsure) {
			r = add_unknown(g, "which of several objects is meant:", n->name, n);
		} else if (!f.node) {
			r = add_predefined(g, n);
		} else {
			r = mean(g->o, &f, &is);
			if (r == 0)
				r = add_services(g, is, n);
		}
	}
	return r;
}

int panos_services_of(struct panos_objects *o, const struct panos_node *list, size_t scope,
		      struct panos_services *ret)
{
	struct panos_services out = { 0 };
	struct gathering g = { .o = o, .out = &out };
	int r = add_list(&g, list, scope);

	if (r == 0)
		r = seal(&g);
	if (r == 0)
		*ret = out;
	return r;
}
