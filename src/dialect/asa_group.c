/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/asa_group.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/spans.h"
#include "net/proto.h"

struct resolving {
	struct asa_config *config;
	struct diag *d;
	unsigned depth;
};

static int resolve(struct resolving *rs, struct asa_group *g);

static int refuse(const struct resolving *rs, unsigned line, int code, const char *text,
		  const struct asa_group *g)
{
	diag_error(rs->d, (struct place){ .file = rs->config->file, .line = line }, "%s: %s",
		   show(g->name).text, text);
	return code;
}

static void note_unknown(struct str *unknown, struct str what)
{
	if (!unknown->n)
		*unknown = what;
}

static int count_spans(const struct resolving *rs, const struct asa_group *g, size_t more)
{
	rs->config->spans += more;
	return rs->config->spans > ASA_SPANS_MAX
		       ? refuse(rs, g->line, E_LIMIT, "object groups stand for too much", g)
		       : 0;
}

/* The group that a member names; NULL when what it stands for is not known. */
static int inner_of(struct resolving *rs, struct asa_group *g, const struct asa_member *m,
		    const struct asa_group **ret)
{
	struct asa_group *inner = asa_group_find(rs->config, m->name);
	int r;

	*ret = NULL;
	if (!inner || !inner->n || inner->kind != g->kind) {
		note_unknown(&g->unknown, m->name);
		return 0;
	}
	if (inner->state == ASA_GROUP_BUSY)
		return refuse(rs, m->line, E_CONFLICT, "object groups hold each other in a circle",
			      inner);
	if (rs->depth == ASA_DEPTH_MAX)
		return refuse(rs, m->line, E_LIMIT, "object groups are nested too deep", inner);
	rs->depth++;
	r = resolve(rs, inner);
	rs->depth--;
	note_unknown(&g->unknown, inner->unknown);
	*ret = inner;
	return r;
}

/* ---- networks ---- */

/* What a group is made of, as long as members are added. */
struct gathering {
	struct spanlist v4, v6;
	bool any4, any6;
	struct asa_fqdn *name;
	size_t names, cap;
};

static int gather_spans(struct flow_spans s, struct spanlist *l, bool *any)
{
	int r = 0;

	*any = *any || !s.span;
	for (size_t i = 0; r == 0 && s.span && i < s.n; i++)
		r = spanlist_add(l, s.span[i].lo, s.span[i].hi);
	return r;
}

static int gather(struct resolving *rs, struct asa_group *g, const struct asa_set *s,
		  struct gathering *to)
{
	int r = count_spans(rs, g, s->v4.n + s->v6.n + s->names);

	note_unknown(&g->unknown, s->unknown);
	if (r == 0)
		r = gather_spans(s->v4, &to->v4, &to->any4);
	if (r == 0)
		r = gather_spans(s->v6, &to->v6, &to->any6);
	if (r == 0)
		r = mem_grow(&to->name, &to->cap, to->names + s->names, sizeof(*to->name));
	for (size_t i = 0; r == 0 && i < s->names; i++)
		to->name[to->names++] = s->name[i];
	return r;
}

static int gather_member(struct resolving *rs, struct asa_group *g, const struct asa_member *m,
			 struct gathering *to)
{
	const struct asa_group *inner = NULL;
	const struct asa_object *o;
	int r;

	if (m->named == ASA_ITSELF)
		return gather(rs, g, &m->set, to);
	if (m->named == ASA_GROUP) {
		r = inner_of(rs, g, m, &inner);
		return r < 0 || !inner ? r : gather(rs, g, &inner->set, to);
	}
	o = asa_object_find(rs->config, m->name, true);
	if (o && o->filled)
		return gather(rs, g, &o->set, to);
	note_unknown(&g->unknown, m->name);
	return 0;
}

static int resolve_network(struct resolving *rs, struct asa_group *g)
{
	struct arena *a = rs->config->arena;
	struct gathering to = { .v4 = SPANLIST_INIT(a), .v6 = SPANLIST_INIT(a) };
	int r = 0;

	for (size_t i = 0; r == 0 && i < g->n; i++)
		r = gather_member(rs, g, &g->member[i], &to);
	if (r == 0) {
		g->set.v4 = to.any4 ? SPANS_ANY : spanlist_seal(&to.v4);
		g->set.v6 = to.any6 ? SPANS_ANY : spanlist_seal(&to.v6);
		g->set.names = to.names;
		g->set.name = to.names ? arena_copy(a, to.name, to.names * sizeof(*to.name)) : NULL;
		r = to.names && !g->set.name ? -ENOMEM : 0;
	}
	mem_free(to.name);
	return r;
}

/* ---- services, ports, protocols, ICMP types ---- */

static int add_services(struct resolving *rs, struct asa_group *g, const struct asa_service *from,
			size_t n, size_t *cap)
{
	int r = count_spans(rs, g, n);

	if (r == 0)
		r = mem_grow(&g->service, cap, g->services + n, sizeof(*g->service));
	if (r < 0)
		return r;
	if (n)
		memcpy(g->service + g->services, from, n * sizeof(*from));
	g->services += n;
	return 0;
}

static int add_member_services(struct resolving *rs, struct asa_group *g,
			       const struct asa_member *m, size_t *cap)
{
	const struct asa_group *inner = NULL;
	const struct asa_object *o;
	int r;

	if (m->named == ASA_ITSELF) {
		if (m->unknown)
			note_unknown(&g->unknown, g->name);
		return add_services(rs, g, &m->service, 1, cap);
	}
	if (m->named == ASA_GROUP) {
		r = inner_of(rs, g, m, &inner);
		return r < 0 || !inner ? r
				       : add_services(rs, g, inner->service, inner->services, cap);
	}
	o = asa_object_find(rs->config, m->name, false);
	if (!o || !o->filled || o->set.unknown.n) {
		note_unknown(&g->unknown, m->name);
		return 0;
	}
	return add_services(rs, g, &o->service, 1, cap);
}

/* They are gathered in memory of their own, then kept in the arena. */
static int resolve_services(struct resolving *rs, struct asa_group *g)
{
	struct asa_service *own;
	size_t cap = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < g->n; i++)
		r = add_member_services(rs, g, &g->member[i], &cap);
	own = g->service;
	g->service = r == 0 && g->services
			     ? arena_copy(rs->config->arena, own, g->services * sizeof(*own))
			     : NULL;
	r = r == 0 && g->services && !g->service ? -ENOMEM : r;
	mem_free(own);
	return r;
}

static int unite_ports(struct resolving *rs, struct asa_group *g)
{
	struct spanlist l = SPANLIST_INIT(rs->config->arena);
	bool any = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < g->services; i++)
		r = gather_spans(g->service[i].dport, &l, &any);
	g->ports = any ? SPANS_ANY : spanlist_seal(&l);
	return r;
}

static int resolve(struct resolving *rs, struct asa_group *g)
{
	int r = 0;

	if (g->state == ASA_GROUP_DONE)
		return 0;
	g->state = ASA_GROUP_BUSY;
	if (g->kind == ASA_NETWORK)
		r = resolve_network(rs, g);
	else if (g->kind == ASA_OTHER)
		note_unknown(&g->unknown, g->name);
	else
		r = resolve_services(rs, g);
	if (r == 0 && (g->kind == ASA_PORTS || g->kind == ASA_ICMP))
		r = unite_ports(rs, g);
	g->state = ASA_GROUP_DONE;
	return r;
}

/* ---- what entries name ---- */

static void warn(struct asa_config *c, struct diag *d, unsigned line, const char *what,
		 struct str name)
{
	diag_warning(d, (struct place){ c->file, line, 0 },
		     "%s %s is not defined, is empty, or is of another kind", what,
		     show(name).text);
}

/* NULL: there is no such group. */
static int find_group(struct asa_config *c, struct str name, unsigned line, struct diag *d,
		      const struct asa_group **ret)
{
	struct resolving rs = { c, d, 0 };
	struct asa_group *g = asa_group_find(c, name);
	int r = 0;

	if (!g || !g->n) {
		warn(c, d, line, "object group", name);
		g = NULL;
	} else {
		r = resolve(&rs, g);
	}
	*ret = g;
	return r;
}

static const struct asa_set anything = { .unknown = { NULL, 0 } };

/* Its own address; any of the families that it has addresses of, where they are not told. */
static int interface_set(struct asa_config *c, const struct asa_end *end, struct asa_set *ret)
{
	const struct asa_interface *i = asa_interface_find(c, end->name);
	int r = 0;

	*ret = anything;
	ret->unknown = end->name;
	if (!i || !i->defined)
		return 0;
	ret->v4 = i->any4 ? SPANS_ANY : spans_none();
	ret->v6 = i->any6 ? SPANS_ANY : spans_none();
	if (i->fixed4)
		r = spans_one(i->address, i->address, c->arena, &ret->v4);
	return r;
}

int asa_find_end(struct asa_config *c, const struct asa_end *end, unsigned line, struct diag *d,
		 struct asa_set *ret)
{
	const struct asa_group *g = NULL;
	const struct asa_object *o;
	int r;

	switch (end->named) {
	case ASA_ITSELF:
		*ret = end->set;
		return 0;
	case ASA_INTERFACE:
		return interface_set(c, end, ret);
	case ASA_OBJECT:
		o = asa_object_find(c, end->name, true);
		if (o && o->filled) {
			*ret = o->set;
			return 0;
		}
		warn(c, d, line, "object", end->name);
		break;
	case ASA_GROUP:
		r = find_group(c, end->name, line, d, &g);
		if (r < 0)
			return r;
		if (g && g->kind == ASA_NETWORK && !g->unknown.n) {
			*ret = g->set;
			return 0;
		}
		if (g && g->kind != ASA_NETWORK)
			warn(c, d, line, "object group", end->name);
		break;
	}
	*ret = anything;
	ret->unknown = g && g->unknown.n ? g->unknown : end->name;
	return 0;
}

int asa_find_services(struct asa_config *c, const struct asa_entry *e, struct diag *d,
		      struct asa_services *ret)
{
	static const struct asa_service any;
	const struct asa_object *o = NULL;
	const struct asa_group *g = NULL;
	int r = 0;

	*ret = (struct asa_services){ &any, 1, e->service_name };
	if (e->named == ASA_OBJECT) {
		o = asa_object_find(c, e->service_name, false);
		if (o && o->filled && !o->set.unknown.n)
			*ret = (struct asa_services){ &o->service, 1, STR("") };
		else
			warn(c, d, e->line, "object", e->service_name);
		return 0;
	}
	r = find_group(c, e->service_name, e->line, d, &g);
	if (r < 0 || !g)
		return r;
	if (g->kind != ASA_SERVICE && g->kind != ASA_PROTOCOL)
		warn(c, d, e->line, "object group", e->service_name);
	else if (!g->unknown.n)
		*ret = (struct asa_services){ g->service, g->services, STR("") };
	return 0;
}

/* Is every protocol of `inner` one of `outer`? */
static bool within(struct flow_spans inner, struct flow_spans outer)
{
	for (size_t i = 0; i < inner.n; i++)
		for (u128 v = inner.span[i].lo; v <= inner.span[i].hi; v++)
			if (!spans_have(outer, v))
				return false;
	return inner.span;
}

int asa_find_ports(struct asa_config *c, const struct asa_entry *e, struct str name, struct diag *d,
		   struct flow_spans *ret, struct str *ret_unknown)
{
	const struct flow_span icmp[] = { { PROTO_ICMP, PROTO_ICMP },
					  { PROTO_ICMPV6, PROTO_ICMPV6 } };
	const struct asa_group *g = NULL;
	bool fits;
	int r;

	*ret = SPANS_ANY;
	*ret_unknown = STR("");
	if (!name.n)
		return 0;
	*ret_unknown = name;
	r = find_group(c, name, e->line, d, &g);
	if (r < 0 || !g)
		return r;
	fits = g->kind == ASA_PORTS  ? within(e->service.proto, g->proto)
	       : g->kind == ASA_ICMP ? within(e->service.proto, (struct flow_spans){ icmp, 1 })
				     : false;
	if (!fits)
		warn(c, d, e->line, "for this protocol object group", name);
	if (!fits || g->unknown.n)
		return 0;
	*ret = g->ports;
	*ret_unknown = STR("");
	return 0;
}
