/* SPDX-License-Identifier: Apache-2.0 */
/* "permit tcp ...": one entry of a list. */
#include "base/err.h"
#include "base/show.h"
#include "dialect/asa_group.h"
#include "dialect/asa_parsing.h"
#include "dialect/spans.h"

/* Notes the first such part. */
static void not_modelled(struct asa_entry *e, struct str text)
{
	if (!e->unknown.n)
		e->unknown = text;
}

static int take_name(struct cisco_words *p, const char *what, struct str *ret)
{
	*ret = cisco_take(p);
	return ret->n ? 0 : cisco_refuse(p, E_SYNTAX, NULL, "%s of no name", what);
}

/* ---- protocol ---- */

/* "object-group TCPUDP", of protocols: the entry has ports as if they stood here. */
static int take_protocol_group(struct cisco_words *p, struct asa_entry *e)
{
	struct spanlist l = SPANLIST_INIT(p->arena);
	struct asa_services s = { 0 };
	bool any = false;
	int r = asa_find_services(p->config, e, p->d, &s);

	e->named = ASA_ITSELF;
	if (r == 0 && s.unknown.n)
		not_modelled(e, s.unknown);
	for (size_t i = 0; r == 0 && i < s.n; i++) {
		struct flow_spans proto = s.service[i].proto;

		any = any || !proto.span;
		for (size_t k = 0; r == 0 && proto.span && k < proto.n; k++)
			r = spanlist_add(&l, proto.span[k].lo, proto.span[k].hi);
	}
	e->service.proto = any ? SPANS_ANY : spanlist_seal(&l);
	return r;
}

static int take_group(struct cisco_words *p, struct asa_entry *e)
{
	const struct asa_group *g;
	int r = take_name(p, "object-group", &e->service_name);

	e->named = ASA_GROUP;
	g = r == 0 ? asa_group_find(p->config, e->service_name) : NULL;
	return g && g->kind == ASA_PROTOCOL ? take_protocol_group(p, e) : r;
}

static int take_protocol(struct cisco_words *p, struct asa_entry *e)
{
	bool unsure = false;
	int r;

	if (cisco_accept(p, "object-group"))
		return take_group(p, e);
	if (cisco_accept(p, "object")) {
		e->named = ASA_OBJECT;
		return take_name(p, "object", &e->service_name);
	}
	r = asa_parse_protocol(p, &e->service.proto, &unsure);
	if (r == 0 && unsure)
		not_modelled(e, p->word[p->at - 1]);
	return r;
}

/* ---- ends ---- */

/* Who sends or gets it, besides the address; false: nothing is said of that. */
static bool take_identity(struct cisco_words *p, struct asa_entry *e)
{
	static const struct {
		const char *word;
		size_t more;
	} parts[] = { { "user", 1 },
		      { "user-group", 1 },
		      { "object-group-user", 1 },
		      { "security-group", 2 },
		      { "object-group-security", 1 } };

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		size_t from = p->at;

		if (!cisco_accept(p, parts[i].word))
			continue;
		for (size_t k = 0; k < parts[i].more; k++)
			(void)cisco_take(p);
		not_modelled(e, cisco_since(p, from));
		return true;
	}
	return false;
}

/* Before 9.0 "any" was of IPv4, and so were the lists. */
static struct asa_set any_of(const struct asa_config *c, bool v4, bool v6)
{
	v6 = v6 && (!c->major || c->major >= 9);
	return (struct asa_set){ .v4 = v4 ? SPANS_ANY : spans_none(),
				 .v6 = v6 ? SPANS_ANY : spans_none() };
}

static int take_end(struct cisco_words *p, struct asa_entry *e, struct asa_end *ret)
{
	const struct asa_config *c = p->config;
	size_t from;
	int r = 0;

	*ret = (struct asa_end){ .named = ASA_ITSELF };
	while (take_identity(p, e))
		;
	from = p->at;
	if (cisco_accept(p, "any")) {
		ret->set = any_of(c, true, true);
	} else if (cisco_accept(p, "any4")) {
		ret->set = any_of(c, true, false);
	} else if (cisco_accept(p, "any6")) {
		ret->set = any_of(c, false, true);
	} else if (cisco_accept(p, "object")) {
		ret->named = ASA_OBJECT;
		r = take_name(p, "object", &ret->name);
	} else if (cisco_accept(p, "object-group")) {
		ret->named = ASA_GROUP;
		r = take_name(p, "object-group", &ret->name);
	} else if (cisco_accept(p, "interface")) {
		ret->named = ASA_INTERFACE;
		r = take_name(p, "interface", &ret->name);
	} else if (cisco_accept(p, "object-group-network-service")) {
		(void)cisco_take(p);
		not_modelled(e, cisco_since(p, from));
	} else {
		r = asa_parse_addresses(p, &ret->set);
	}
	return r;
}

/* ---- ports ---- */

/*
 * A group in place of ports, or the next end? A group of networks is the next end; so is one that
 * nobody defines: that names an end more often.
 */
static bool is_port_group(const struct cisco_words *p)
{
	const struct asa_group *g;

	if (!cisco_begins(p, p->at, "object-group") || p->at + 1 >= p->n)
		return false;
	g = asa_group_find(p->config, p->word[p->at + 1]);
	return g && g->kind != ASA_NETWORK && g->kind != ASA_OTHER;
}

static int take_ports(struct cisco_words *p, const struct asa_entry *e, struct flow_spans *ret,
		      struct str *ret_group)
{
	if (is_port_group(p)) {
		(void)cisco_take(p);
		*ret_group = cisco_take(p);
		return 0;
	}
	if (asa_is_icmp(e->service.proto))
		return 0;
	return cisco_parse_ports(p, e->service.proto, ret);
}

static int take_ends(struct cisco_words *p, struct asa_entry *e)
{
	struct asa_service *s = &e->service;
	bool icmp = asa_is_icmp(s->proto);
	int r = take_end(p, e, &e->src);

	if (r == 0 && !icmp)
		r = take_ports(p, e, &s->sport, &e->sports);
	if (r == 0)
		r = take_end(p, e, &e->dst);
	if (r == 0)
		r = take_ports(p, e, &s->dport, &e->dports);
	if (r == 0 && icmp && !e->dports.n)
		r = asa_parse_icmp(p, s->proto, &s->dport);
	return r;
}

/* ---- what stands behind ---- */

static bool is_level(struct str word)
{
	static const char *const names[] = { "emergencies",   "alerts",	  "critical",
					     "errors",	      "warnings", "notifications",
					     "informational", "debugging" };
	uint64_t n = 0;
	bool is = str_u64(word, 7, &n) == 0;

	for (size_t i = 0; !is && i < ARRAY_LEN(names); i++)
		is = str_is_nocase(word, names[i]);
	return is;
}

static void take_log(struct cisco_words *p)
{
	if (cisco_accept(p, "disable") || cisco_accept(p, "default"))
		return;
	if (is_level(cisco_peek(p)))
		(void)cisco_take(p);
	if (cisco_accept(p, "interval"))
		(void)cisco_take(p);
}

static int take_options(struct cisco_words *p, struct asa_entry *e)
{
	while (cisco_peek(p).n) {
		size_t from = p->at;

		if (cisco_accept(p, "log")) {
			take_log(p);
		} else if (cisco_accept(p, "inactive")) {
			e->inactive = true;
		} else if (cisco_accept(p, "time-range")) {
			(void)cisco_take(p);
			not_modelled(e, cisco_since(p, from));
		} else if (str_starts(cisco_peek(p), "(hitcnt=")) {
			return cisco_refuse(p, E_UNSUPPORTED,
					    "give what show running-config prints",
					    "this is what show access-list prints");
		} else {
			not_modelled(e, cisco_rest(p));
			p->at = p->n;
		}
	}
	return 0;
}

int asa_parse_entry(struct cisco_words *p, struct asa_entry *ret)
{
	struct asa_entry e = *ret;
	int r;

	e.permit = cisco_accept(p, "permit");
	if (!e.permit && !cisco_accept(p, "deny"))
		return cisco_refuse(p, E_SYNTAX, "permit, deny or remark",
				    "'%s' begins no entry of an access list",
				    show(cisco_peek(p)).text);
	r = take_protocol(p, &e);
	if (r == 0)
		r = take_ends(p, &e);
	if (r == 0)
		r = take_options(p, &e);
	if (r == 0)
		*ret = e;
	return r;
}
