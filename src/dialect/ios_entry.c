/* SPDX-License-Identifier: Apache-2.0 */
/* "permit tcp ...": one entry of a list. */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/ios_parsing.h"
#include "dialect/spans.h"
#include "net/proto.h"

/* ---- TCP flags ---- */

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, URG = 32 };

static unsigned flag_of(struct str name)
{
	static const char *const names[] = { "fin", "syn", "rst", "psh", "ack", "urg" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is_nocase(name, names[i]))
			return 1U << i;
	return 0;
}

static void note_flags(struct ios_entry *e, bool first)
{
	/* Several such words ask for all of them. */
	e->flags_of_first = first && (!e->flags || e->flags_of_first);
	e->flags = true;
}

/* "match-all +syn -ack", "match-any +ack +rst": a first packet has SYN alone. */
static int take_signed_flags(struct cisco_words *p, bool all, struct ios_entry *e)
{
	bool every = true, some = false;
	size_t n = 0;

	while (cisco_peek(p).n > 1 && strchr("+-", cisco_peek(p).p[0])) {
		struct str word = cisco_take(p);
		unsigned flag = flag_of((struct str){ word.p + 1, word.n - 1 });
		bool holds = (flag == SYN) == (word.p[0] == '+');

		if (!flag)
			return cisco_refuse(p, E_SYNTAX, "fin, syn, rst, psh, ack, urg",
					    "'%s' is no TCP flag", show(word).text);
		every = every && holds;
		some = some || holds;
		n++;
	}
	if (!n)
		return cisco_refuse(p, E_SYNTAX, "+syn, -ack ...", "TCP flags are expected");
	note_flags(e, all ? every : some);
	return 0;
}

/* ---- what stands behind the addresses ---- */

/* Conditions that are not modelled, with how many words belong to them. */
static const struct {
	const char *word;
	size_t more;
} unmodelled[] = {
	{ "time-range", 1 },	{ "dscp", 1 },
	{ "precedence", 1 },	{ "tos", 1 },
	{ "option", 1 },	{ "ttl", 2 },
	{ "flow-label", 1 },	{ "routing-type", 1 },
	{ "mobility-type", 1 }, { "dest-option-type", 1 },
	{ "routing", 0 },	{ "mobility", 0 },
	{ "dest-option", 0 },	{ "hbh", 0 },
	{ "auth", 0 },		{ "undetermined-transport", 0 },
};

/* Notes the first such part. */
static void not_modelled(struct ios_entry *e, struct str text)
{
	if (!e->unknown.n)
		e->unknown = text;
}

static bool take_unmodelled(struct cisco_words *p, struct ios_entry *e)
{
	for (size_t i = 0; i < ARRAY_LEN(unmodelled); i++) {
		struct str first = cisco_peek(p), last = first;

		if (!cisco_accept(p, unmodelled[i].word))
			continue;
		if (str_is_nocase(first, "ttl") && str_is_nocase(cisco_peek(p), "range"))
			(void)cisco_take(p);
		for (size_t k = 0; k < unmodelled[i].more && cisco_peek(p).n; k++)
			last = cisco_take(p);
		not_modelled(e, (struct str){ first.p, (size_t)(last.p - first.p) + last.n });
		return true;
	}
	return false;
}

static bool is_condition(struct str word)
{
	bool is = flag_of(word) || str_is_nocase(word, "fragments") ||
		  str_is_nocase(word, "established");

	for (size_t i = 0; !is && i < ARRAY_LEN(unmodelled); i++)
		is = str_is_nocase(word, unmodelled[i].word);
	return is;
}

/*
 * log, with a cookie perhaps; reflect, which opens the way for answers: neither is a condition. A
 * cookie is the last word of all.
 */
static bool take_effect(struct cisco_words *p)
{
	if (cisco_accept(p, "log") || cisco_accept(p, "log-input")) {
		if (p->at + 1 == p->n && !is_condition(cisco_peek(p)))
			(void)cisco_take(p);
		return true;
	}
	if (!cisco_accept(p, "reflect"))
		return false;
	(void)cisco_take(p);
	if (cisco_accept(p, "timeout"))
		(void)cisco_take(p);
	return true;
}

static int take_option(struct cisco_words *p, struct ios_entry *e)
{
	unsigned flag = flag_of(cisco_peek(p));

	if (take_effect(p) || take_unmodelled(p, e))
		return 0;
	if (cisco_accept(p, "established")) {
		e->established = true;
	} else if (cisco_accept(p, "fragments")) {
		e->fragments = true;
	} else if (cisco_accept(p, "sequence")) {
		return ios_parse_seq(p, cisco_take(p), &e->seq);
	} else if (cisco_accept(p, "match-all")) {
		return take_signed_flags(p, true, e);
	} else if (cisco_accept(p, "match-any")) {
		return take_signed_flags(p, false, e);
	} else if (flag) {
		if (e->flags) /* whether of several bare flags one is enough, nobody wrote down */
			not_modelled(e, cisco_peek(p));
		note_flags(e, flag == SYN);
		(void)cisco_take(p);
	} else {
		not_modelled(e, cisco_rest(p));
		p->at = p->n;
	}
	return 0;
}

static int take_options(struct cisco_words *p, struct ios_entry *e)
{
	bool transport;
	int r = 0;

	while (r == 0 && cisco_peek(p).n)
		r = take_option(p, e);
	if (r < 0)
		return r;
	if ((e->established || e->flags) && e->service_group.n)
		not_modelled(e, STR("TCP flags of a service group"));
	else if ((e->established || e->flags) && !spans_have(e->service.proto, PROTO_TCP))
		return cisco_refuse(p, E_SYNTAX, "these are for tcp",
				    "TCP flags of another protocol");
	transport = e->service.transport || e->established || e->flags;
	if (e->fragments && transport)
		return cisco_refuse(p, E_SYNTAX, "write one entry with ports, one with fragments",
				    "later fragments have no ports, types or flags");
	e->service.transport = transport;
	return 0;
}

/* ---- entries ---- */

static bool is_icmp(struct flow_spans proto, enum family family)
{
	unsigned icmp = family == FAMILY_V6 ? PROTO_ICMPV6 : PROTO_ICMP;

	return proto.n == 1 && proto.span[0].lo == icmp && proto.span[0].hi == icmp;
}

/* A wildcard of too many ranges is not modelled. */
static void note_end(struct cisco_words *p, size_t from, const struct ios_end *end,
		     struct ios_entry *e)
{
	struct str first = p->word[from], last = p->word[p->at - 1];

	if (end->vague)
		not_modelled(e, (struct str){ first.p, (size_t)(last.p - first.p) + last.n });
}

static int take_ends(struct cisco_words *p, enum family family, struct ios_entry *e)
{
	struct ios_service *s = &e->service;
	bool unsure = false;
	size_t from = p->at;
	int r = ios_parse_end(p, family, &e->src);

	if (r == 0)
		note_end(p, from, &e->src, e);
	if (r == 0)
		r = cisco_parse_ports(p, s->proto, &s->sport);
	from = p->at;
	if (r == 0)
		r = ios_parse_end(p, family, &e->dst);
	if (r == 0)
		note_end(p, from, &e->dst, e);
	from = p->at;
	if (r == 0)
		r = is_icmp(s->proto, family) ? cisco_parse_icmp(p, family, &s->dport, &unsure)
					      : cisco_parse_ports(p, s->proto, &s->dport);
	if (r == 0 && unsure)
		not_modelled(e, p->word[from]);
	s->transport = s->sport.span || s->dport.span;
	return r;
}

/* The list is asked what conversations an entry with `reflect` has seen. */
static int take_evaluate(struct cisco_words *p, struct ios_entry *e)
{
	struct str first = p->word[p->at - 1], name = cisco_take(p);

	if (!name.n)
		return cisco_refuse(p, E_SYNTAX, NULL, "evaluate of no name");
	e->permit = true;
	e->unknown = (struct str){ first.p, (size_t)(name.p - first.p) + name.n };
	if (cisco_accept(p, "sequence"))
		return ios_parse_seq(p, cisco_take(p), &e->seq);
	return 0;
}

static int take_standard(struct cisco_words *p, struct ios_entry *e)
{
	size_t from = p->at;
	int r = ios_parse_source(p, &e->src);

	if (r == 0)
		note_end(p, from, &e->src, e);
	if (r == 0 && take_effect(p) && cisco_peek(p).n)
		(void)cisco_take(p);
	if (r == 0 && cisco_peek(p).n)
		r = cisco_refuse(p, E_SYNTAX, "a standard list looks at sources alone",
				 "'%s' in a standard list", show(cisco_peek(p)).text);
	return r;
}

/* Number 0 is what IOS calls ip inside: whether it says any or 0 is not written anywhere. */
static bool is_number_0(struct flow_spans *proto)
{
	bool is = proto->n == 1 && proto->span[0].hi == 0;

	if (is)
		*proto = SPANS_ANY;
	return is;
}

int ios_parse_entry(struct cisco_words *p, const struct ios_list *list, struct ios_entry *ret)
{
	struct ios_entry e = {
		.line = p->line, .text = p->text, .body = cisco_rest(p), .seq = ret->seq
	};
	int r;

	if (cisco_accept(p, "evaluate")) {
		r = take_evaluate(p, &e);
		*ret = r < 0 ? *ret : e;
		return r;
	}
	e.permit = cisco_accept(p, "permit");
	if (!e.permit && !cisco_accept(p, "deny"))
		return cisco_refuse(p, E_SYNTAX, "permit, deny, remark or evaluate",
				    "'%s' begins no entry of an access list",
				    show(cisco_peek(p)).text);
	if (list->standard) {
		r = take_standard(p, &e);
		*ret = r < 0 ? *ret : e;
		return r;
	}
	if (cisco_accept(p, "object-group")) {
		e.service_group = cisco_take(p);
		r = e.service_group.n ? 0
				      : cisco_refuse(p, E_SYNTAX, NULL, "object-group of no name");
	} else {
		r = ios_parse_protocol(p, list->family, &e.service.proto);
		if (r == 0 && is_number_0(&e.service.proto))
			not_modelled(&e, p->word[p->at - 1]);
	}
	if (r == 0)
		r = take_ends(p, list->family, &e);
	if (r == 0)
		r = take_options(p, &e);
	if (r == 0)
		*ret = e;
	return r;
}
