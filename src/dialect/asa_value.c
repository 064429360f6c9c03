/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, protocols and services. Netmasks, not wildcards. */
#include "base/err.h"
#include "base/show.h"
#include "dialect/asa_parsing.h"
#include "dialect/spans.h"
#include "net/proto.h"

static void of_family(enum family family, struct flow_spans s, struct asa_set *ret)
{
	*ret = (struct asa_set){ .v4 = family == FAMILY_V4 ? s : spans_none(),
				 .v6 = family == FAMILY_V6 ? s : spans_none() };
}

static int parse_host(struct cisco_words *p, struct asa_set *ret)
{
	struct flow_spans s = { 0 };
	struct addr a = { 0 };
	int r = cisco_take_address(p, 0, &a);

	if (r == 0)
		r = spans_one(a.value, a.value, p->arena, &s);
	if (r == 0)
		of_family(a.family, s, ret);
	return r;
}

/* The device takes no address that has bits where its mask has none. */
static int parse_masked(struct cisco_words *p, struct asa_set *ret)
{
	struct addr base = { 0 }, mask = { 0 };
	struct flow_spans s = { 0 };
	bool vague = false;
	size_t from = p->at;
	int r = cisco_take_address(p, FAMILY_V4, &base);

	if (r == 0)
		r = cisco_take_address(p, FAMILY_V4, &mask);
	if (r < 0)
		return r;
	if (base.value & ~mask.value & UINT32_MAX)
		return cisco_refuse(p, E_SYNTAX,
				    "netmasks have ones where the address counts: 255.255.255.0; "
				    "the device takes no address with other bits",
				    "%s: address and netmask do not fit",
				    show(cisco_since(p, from)).text);
	r = cisco_wild_spans(p, (uint32_t)base.value, ~(uint32_t)mask.value, &s, &vague);
	if (r < 0)
		return r;
	of_family(FAMILY_V4, s, ret);
	if (vague)
		ret->unknown = cisco_since(p, from);
	return 0;
}

int asa_parse_addresses(struct cisco_words *p, struct asa_set *ret)
{
	struct flow_spans s = { 0 };
	struct str word = cisco_peek(p);
	int r;

	if (!word.n)
		return cisco_refuse(p, E_SYNTAX, p->language->end_hint, "an address is expected");
	if (cisco_accept(p, "host"))
		return parse_host(p, ret);
	if (str_find(word, '/') == word.n)
		return parse_masked(p, ret);
	r = cisco_take_prefix(p, FAMILY_V6, &s);
	if (r == 0)
		of_family(FAMILY_V6, s, ret);
	return r;
}

int asa_parse_range(struct cisco_words *p, struct asa_set *ret)
{
	struct flow_spans s = { 0 };
	struct str word = cisco_peek(p);
	struct addr a = { 0 };
	enum family family = addr_parse(word, &a) == 0 ? a.family : FAMILY_V4;
	int r = cisco_take_range(p, family, &s);

	if (r == 0)
		of_family(family, s, ret);
	return r;
}

int asa_parse_protocol(struct cisco_words *p, struct flow_spans *ret, bool *ret_unsure)
{
	struct str word = cisco_take(p);
	uint64_t number = 0;
	uint8_t proto = 0;

	*ret = SPANS_ANY;
	*ret_unsure = false;
	if (str_is_nocase(word, "ip"))
		return 0;
	if (str_u64(word, UINT8_MAX, &number) == 0) {
		*ret_unsure = number == 0; /* which the device uses for ip inside */
		return number ? spans_one(number, number, p->arena, ret) : 0;
	}
	if (cisco_protocol(p->language, word, FAMILY_V4, &proto) == 0)
		return spans_one(proto, proto, p->arena, ret);
	return cisco_refuse(p, E_SYNTAX, p->language->protocol_hint, "'%s' is no protocol",
			    show(word).text);
}

static bool is_one(struct flow_spans s, unsigned value)
{
	return s.n == 1 && s.span[0].lo == value && s.span[0].hi == value;
}

bool asa_is_icmp(struct flow_spans proto)
{
	return is_one(proto, PROTO_ICMP) || is_one(proto, PROTO_ICMPV6);
}

int asa_parse_icmp(struct cisco_words *p, struct flow_spans proto, struct flow_spans *ret)
{
	bool unsure = false; /* no name of this language is */

	return cisco_parse_icmp(p, is_one(proto, PROTO_ICMP) ? FAMILY_V4 : FAMILY_V6, ret, &unsure);
}

/* Behind the protocol; "eq 80" alone speaks of the destination. */
static int parse_both_ports(struct cisco_words *p, struct asa_service *s)
{
	int r = 0;

	if (cisco_accept(p, "source"))
		r = cisco_parse_ports(p, s->proto, &s->sport);
	(void)(r == 0 && cisco_accept(p, "destination"));
	return r < 0 ? r : cisco_parse_ports(p, s->proto, &s->dport);
}

int asa_parse_service(struct cisco_words *p, struct asa_service *ret, bool *ret_unsure)
{
	struct asa_service s = { 0 };
	int r;

	*ret_unsure = false;
	if (cisco_accept(p, "tcp-udp"))
		r = cisco_tcp_udp(p->arena, &s.proto);
	else
		r = asa_parse_protocol(p, &s.proto, ret_unsure);
	if (r == 0)
		r = asa_is_icmp(s.proto) ? asa_parse_icmp(p, s.proto, &s.dport)
					 : parse_both_ports(p, &s);
	if (r == 0)
		*ret = s;
	return r;
}
