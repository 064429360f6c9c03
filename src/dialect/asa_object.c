/* SPDX-License-Identifier: Apache-2.0 */
/* Objects, object groups, and their lines. */
#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/asa_parsing.h"
#include "dialect/spans.h"

static const char removing[] = "give the running configuration";

/* ---- objects ---- */

struct asa_object *asa_object_find(const struct asa_config *c, struct str name, bool network)
{
	const struct strmap *names = network ? &c->network_by_name : &c->service_by_name;
	size_t at;

	return strmap_get(names, name, &at) < 0 ? NULL : &c->object[at];
}

int asa_open_object(struct cisco_words *p, bool *ret_open, size_t *ret)
{
	struct asa_config *c = p->config;
	bool network = cisco_accept(p, "network"), service = !network && cisco_accept(p, "service");
	struct str name = cisco_take(p);
	struct asa_object *o;
	int r;

	*ret_open = network || service;
	if (!*ret_open) /* of a kind that no access list takes as an end */
		return 0;
	if (!name.n)
		return cisco_refuse(p, E_SYNTAX, "object network NAME or service NAME",
				    "an object of no name");
	o = asa_object_find(c, name, network);
	*ret = o ? (size_t)(o - c->object) : c->objects;
	if (o)
		return 0;
	if (c->objects == ASA_LISTS_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d objects", ASA_LISTS_MAX);
	r = mem_grow(&c->object, &c->object_cap, c->objects + 1, sizeof(*c->object));
	if (r == 0)
		r = strmap_add(network ? &c->network_by_name : &c->service_by_name, name,
			       c->objects);
	if (r == 0)
		c->object[c->objects++] =
			(struct asa_object){ .name = name, .line = p->line, .network = network };
	return r;
}

/* "fqdn [v4 | v6] NAME" */
static int take_fqdn(struct cisco_words *p, struct str object, struct asa_set *ret)
{
	struct asa_fqdn *f = arena_alloc(p->arena, sizeof(*f));
	struct str text;

	if (!f)
		return -ENOMEM;
	f->object = object;
	f->family = cisco_accept(p, "v4") ? FAMILY_V4 : cisco_accept(p, "v6") ? FAMILY_V6 : 0;
	text = cisco_take(p);
	f->pattern.kind = PATTERN_NAME;
	if (name_parse(text, &f->pattern.name) < 0)
		return cisco_refuse(p, E_SYNTAX, "the device takes whole names, without *",
				    "'%s' is no domain name", show(text).text);
	*ret = (struct asa_set){ spans_none(), spans_none(), f, 1, STR("") };
	return 0;
}

static int network_line(struct cisco_words *p, struct str object, struct asa_set *ret)
{
	if (cisco_begins(p, p->at, "host"))
		return asa_parse_addresses(p, ret);
	if (cisco_accept(p, "subnet"))
		return asa_parse_addresses(p, ret);
	if (cisco_accept(p, "range"))
		return asa_parse_range(p, ret);
	if (cisco_accept(p, "fqdn"))
		return take_fqdn(p, object, ret);
	return cisco_refuse(p, E_SYNTAX, "host, subnet, range or fqdn",
			    "'%s' is nothing that a network object is", show(cisco_peek(p)).text);
}

static int service_line(struct cisco_words *p, struct asa_object *o)
{
	bool unsure = false;
	int r;

	if (!cisco_accept(p, "service"))
		return cisco_refuse(p, E_SYNTAX, "service PROTOCOL ...",
				    "'%s' is nothing that a service object is",
				    show(cisco_peek(p)).text);
	r = asa_parse_service(p, &o->service, &unsure);
	o->set.unknown = unsure ? p->text : STR("");
	return r;
}

/* Translation of an object: lists speak of the real addresses all the same. */
int asa_object_line(struct cisco_words *p, size_t object)
{
	struct asa_config *c = p->config;
	struct asa_object *o = &c->object[object];
	int r;

	if (cisco_accept(p, "description") || cisco_accept(p, "nat"))
		return 0;
	if (cisco_begins(p, p->at, "no"))
		return cisco_refuse(p, E_UNSUPPORTED, removing, "emptying an object");
	o->filled = true;
	r = o->network ? network_line(p, o->name, &o->set) : service_line(p, o);
	if (r == 0 && cisco_peek(p).n)
		r = cisco_refuse(p, E_SYNTAX, NULL, "'%s' is not expected here",
				 show(cisco_peek(p)).text);
	return r;
}

/* ---- groups ---- */

struct asa_group *asa_group_find(const struct asa_config *c, struct str name)
{
	size_t at;

	return strmap_get(&c->group_by_name, name, &at) < 0 ? NULL : &c->group[at];
}

/* What the group is of, from the words behind "object-group"; takes the name between. */
static int group_kind(struct cisco_words *p, struct asa_group *ret)
{
	struct str word = cisco_take(p);
	int r = 0;

	*ret = (struct asa_group){ .name = cisco_take(p), .kind = ASA_OTHER, .line = p->line };
	if (!ret->name.n)
		return cisco_refuse(p, E_SYNTAX, "object-group network NAME or service NAME",
				    "an object group of no name");
	if (str_is_nocase(word, "network"))
		ret->kind = ASA_NETWORK;
	else if (str_is_nocase(word, "protocol"))
		ret->kind = ASA_PROTOCOL;
	else if (str_is_nocase(word, "icmp-type"))
		ret->kind = ASA_ICMP;
	else if (str_is_nocase(word, "service"))
		ret->kind = p->at < p->n ? ASA_PORTS : ASA_SERVICE;
	if (ret->kind != ASA_PORTS)
		return 0;
	if (cisco_accept(p, "tcp-udp")) {
		r = cisco_tcp_udp(p->arena, &ret->proto);
	} else {
		bool unsure = false;

		r = asa_parse_protocol(p, &ret->proto, &unsure);
	}
	return r;
}

int asa_open_group(struct cisco_words *p, size_t *ret)
{
	struct asa_config *c = p->config;
	struct asa_group *g, group;
	int r = group_kind(p, &group);

	if (r < 0)
		return r;
	g = asa_group_find(c, group.name);
	*ret = g ? (size_t)(g - c->group) : c->groups;
	if (g && (g->kind != group.kind || !spans_equal(g->proto, group.proto)))
		return cisco_refuse(p, E_CONFLICT, NULL,
				    "object group %s is of another kind at line %u",
				    show(g->name).text, g->line);
	if (g)
		return 0;
	if (c->groups == ASA_LISTS_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d object groups", ASA_LISTS_MAX);
	r = mem_grow(&c->group, &c->group_cap, c->groups + 1, sizeof(*c->group));
	if (r == 0)
		r = strmap_add(&c->group_by_name, group.name, c->groups);
	if (r == 0)
		c->group[c->groups++] = group;
	return r;
}

/* "network-object ...", "service-object ..." and the like: which word a kind's lines begin with. */
static const char *const member_word[] = {
	[ASA_NETWORK] = "network-object", [ASA_SERVICE] = "service-object",
	[ASA_PORTS] = "port-object",	  [ASA_PROTOCOL] = "protocol-object",
	[ASA_ICMP] = "icmp-object",
};

static int parse_value(struct cisco_words *p, const struct asa_group *g, struct asa_member *m)
{
	const struct flow_span icmp = { 1, 1 };

	switch (g->kind) {
	case ASA_NETWORK:
		return asa_parse_addresses(p, &m->set);
	case ASA_SERVICE:
		return asa_parse_service(p, &m->service, &m->unknown);
	case ASA_PROTOCOL:
		return asa_parse_protocol(p, &m->service.proto, &m->unknown);
	case ASA_PORTS:
		if (!cisco_begins_ports(p))
			return cisco_refuse(p, E_SYNTAX, "eq PORT or range PORT PORT",
					    "a port is expected");
		return cisco_parse_ports(p, g->proto, &m->service.dport);
	case ASA_ICMP:
		return asa_parse_icmp(p, (struct flow_spans){ &icmp, 1 }, &m->service.dport);
	default:
		return 0;
	}
}

static int parse_member(struct cisco_words *p, const struct asa_group *g, struct asa_member *ret)
{
	struct asa_member m = { .line = p->line };
	int r = 0;

	if (cisco_accept(p, "group-object")) {
		m.named = ASA_GROUP;
		m.name = cisco_take(p);
	} else if (g->kind == ASA_OTHER ||
		   (g->kind == ASA_SERVICE && cisco_begins(p, p->at, "port-object"))) {
		m.unknown = true; /* ports of which protocol? */
		p->at = p->n;
	} else if (!cisco_accept(p, member_word[g->kind])) {
		return cisco_refuse(p, E_SYNTAX, NULL, "'%s' where %s or group-object is expected",
				    show(cisco_peek(p)).text, member_word[g->kind]);
	} else if ((g->kind == ASA_NETWORK || g->kind == ASA_SERVICE) &&
		   cisco_accept(p, "object")) {
		m.named = ASA_OBJECT;
		m.name = cisco_take(p);
	} else {
		r = parse_value(p, g, &m);
	}
	if (r == 0 && m.named && !m.name.n)
		r = cisco_refuse(p, E_SYNTAX, NULL, "an object of no name");
	if (r == 0 && cisco_peek(p).n)
		r = cisco_refuse(p, E_SYNTAX, NULL, "'%s' is not expected here",
				 show(cisco_peek(p)).text);
	if (r == 0)
		*ret = m;
	return r;
}

int asa_member_line(struct cisco_words *p, size_t group)
{
	struct asa_config *c = p->config;
	struct asa_group *g = &c->group[group];
	struct asa_member m = { 0 };
	int r;

	if (cisco_accept(p, "description"))
		return 0;
	if (cisco_begins(p, p->at, "no"))
		return cisco_refuse(p, E_UNSUPPORTED, removing,
				    "removing one member of an object group");
	if (c->members == ASA_MEMBERS_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d members of object groups",
				    ASA_MEMBERS_MAX);
	r = parse_member(p, g, &m);
	if (r == 0)
		r = mem_grow(&g->member, &g->cap, g->n + 1, sizeof(*g->member));
	if (r < 0)
		return r;
	g->member[g->n++] = m;
	c->members++;
	return 0;
}

bool asa_begins_member(const struct cisco_words *p)
{
	static const char *const word[] = {
		"network-object", "service-object", "port-object", "protocol-object",
		"icmp-object",	  "group-object",   "description", "host",
		"subnet",	  "range",	    "fqdn",
	};

	for (size_t i = 0; i < ARRAY_LEN(word); i++)
		if (cisco_begins(p, 0, word[i]))
			return true;
	/* "service tcp ...", not "service resetinbound" of the whole device */
	return cisco_begins(p, 0, "service") && p->n > 1 && !str_starts(p->word[1], "reset") &&
	       !str_starts(p->word[1], "password") && !str_starts(p->word[1], "call-home") &&
	       !str_starts(p->word[1], "sw-reset") && !str_starts(p->word[1], "internal") &&
	       !str_starts(p->word[1], "telemetry");
}
