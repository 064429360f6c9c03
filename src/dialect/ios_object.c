/* SPDX-License-Identifier: Apache-2.0 */
/* Object groups and their lines. */
#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/ios_parsing.h"
#include "dialect/spans.h"
#include "net/proto.h"

/* "443" after "tcp": eq may be missing. */
static int take_ports(struct cisco_words *p, struct flow_spans proto, struct flow_spans *ret)
{
	if (!cisco_begins_ports(p))
		p->word[--p->at] = STR("eq"); /* in place of the word before it, which is done */
	return cisco_parse_ports(p, proto, ret);
}

static int take_service(struct cisco_words *p, struct ios_member *m)
{
	struct ios_service *s = &m->service;
	int r = 0;

	if (cisco_accept(p, "tcp-udp")) {
		r = cisco_tcp_udp(p->arena, &s->proto);
	} else {
		r = ios_parse_protocol(p, FAMILY_V4, &s->proto);
		m->unknown = r == 0 && s->proto.n == 1 && s->proto.span[0].hi == 0;
	}
	if (r == 0 && s->proto.n == 1 && s->proto.span[0].lo == PROTO_ICMP)
		r = cisco_parse_icmp(p, FAMILY_V4, &s->dport, &m->unknown);
	if (r == 0 && cisco_accept(p, "source"))
		r = take_ports(p, s->proto, &s->sport);
	if (r == 0 && cisco_peek(p).n)
		r = take_ports(p, s->proto, &s->dport);
	s->transport = s->sport.span || s->dport.span;
	return r;
}

static int parse_member(struct cisco_words *p, const struct ios_group *group,
			struct ios_member *ret)
{
	struct ios_member m = { .line = p->line };
	int r = 0;

	if (cisco_accept(p, "group-object")) {
		m.group = cisco_take(p);
		if (!m.group.n)
			return cisco_refuse(p, E_SYNTAX, NULL, "group-object of no name");
	} else if (group->kind == IOS_OTHER) {
		m.unknown = true;
		p->at = p->n;
	} else if (group->kind == IOS_SERVICE) {
		r = take_service(p, &m);
	} else {
		r = ios_parse_network(p, group->kind == IOS_NETWORK6 ? FAMILY_V6 : FAMILY_V4,
				      &m.spans);
	}
	if (r == 0 && cisco_peek(p).n)
		r = cisco_refuse(p, E_SYNTAX, NULL, "'%s' is not expected here",
				 show(cisco_peek(p)).text);
	if (r == 0)
		*ret = m;
	return r;
}

int ios_open_group(struct cisco_words *p, bool no, bool *ret_open, size_t *ret)
{
	static const struct {
		const char *word;
		enum ios_group_kind kind;
	} kinds[] = { { "network", IOS_NETWORK },
		      { "v6-network", IOS_NETWORK6 },
		      { "service", IOS_SERVICE } };
	struct ios_config *c = p->config;
	enum ios_group_kind kind = IOS_OTHER;
	struct str word = cisco_take(p), name = cisco_take(p);
	struct ios_group *g;
	int r = 0;

	*ret_open = false;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_is_nocase(word, kinds[i].word))
			kind = kinds[i].kind;
	if (!name.n)
		return cisco_refuse(p, E_SYNTAX, "object-group network NAME or service NAME",
				    "an object group of no name");
	g = ios_group_find(c, name);
	if (no) {
		if (g)
			g->n = 0;
		return 0;
	}
	if (g && g->kind != kind)
		return cisco_refuse(p, E_CONFLICT, NULL,
				    "object group %s is of another kind at line %u",
				    show(name).text, g->line);
	*ret_open = true;
	*ret = g ? (size_t)(g - c->group) : c->groups;
	if (g)
		return 0;
	if (c->groups == IOS_LISTS_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d object groups", IOS_LISTS_MAX);
	r = mem_grow(&c->group, &c->group_cap, c->groups + 1, sizeof(*c->group));
	if (r == 0)
		r = strmap_add(&c->group_by_name, name, c->groups);
	if (r == 0)
		c->group[c->groups++] =
			(struct ios_group){ .name = name, .kind = kind, .line = p->line };
	return r;
}

int ios_member_line(struct cisco_words *p, size_t group)
{
	struct ios_config *c = p->config;
	struct ios_group *g = &c->group[group];
	struct ios_member m = { 0 };
	int r;

	if (cisco_accept(p, "description"))
		return 0;
	if (cisco_begins(p, p->at, "no"))
		return cisco_refuse(p, E_UNSUPPORTED, "give the running configuration",
				    "removing one member of an object group");
	if (c->members == IOS_MEMBERS_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "more than %d members of object groups",
				    IOS_MEMBERS_MAX);
	r = parse_member(p, g, &m);
	if (r == 0)
		r = mem_grow(&g->member, &g->cap, g->n + 1, sizeof(*g->member));
	if (r < 0)
		return r;
	g->member[g->n++] = m;
	c->members++;
	return 0;
}

/* Of a line that is not indented: can it only be a member? */
bool ios_begins_member(const struct cisco_words *p)
{
	static const char *const word[] = { "host", "any", "range",   "group-object",
					    "tcp",  "udp", "tcp-udp", "icmp",
					    "esp",  "ahp", "gre",     "description" };
	struct str first = p->word[0];

	for (size_t i = 0; i < ARRAY_LEN(word); i++)
		if (str_is_nocase(first, word[i]))
			return true;
	return (first.p[0] >= '0' && first.p[0] <= '9') || str_find(first, ':') < first.n ||
	       (p->n == 1 && str_is_nocase(first, "ip"));
}
