/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses and protocols of an entry. */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/ios_parsing.h"
#include "dialect/spans.h"

static int take_wildcard(struct cisco_words *p, u128 base, struct ios_end *ret)
{
	struct addr wild = { 0 };
	int r = cisco_take_address(p, FAMILY_V4, &wild);

	return r < 0 ? r
		     : cisco_wild_spans(p, (uint32_t)base, (uint32_t)wild.value, &ret->spans,
					&ret->vague);
}

int ios_parse_end(struct cisco_words *p, enum family family, struct ios_end *ret)
{
	struct addr base = { 0 };
	int r;

	*ret = (struct ios_end){ 0 };
	if (cisco_accept(p, "any"))
		return 0;
	if (cisco_accept(p, "host"))
		return cisco_take_host(p, family, &ret->spans);
	if (cisco_accept(p, "object-group")) {
		ret->group = cisco_take(p);
		return ret->group.n ? 0
				    : cisco_refuse(p, E_SYNTAX, NULL, "object-group of no name");
	}
	if (family == FAMILY_V6)
		return cisco_take_prefix(p, family, &ret->spans);
	if (!cisco_peek(p).n)
		return cisco_refuse(p, E_SYNTAX, p->language->end_hint, "an address is expected");
	r = cisco_take_address(p, family, &base);
	return r < 0 ? r : take_wildcard(p, base.value, ret);
}

int ios_parse_source(struct cisco_words *p, struct ios_end *ret)
{
	struct addr next;
	struct addr base = { 0 };
	int r;

	*ret = (struct ios_end){ 0 };
	if (cisco_accept(p, "any"))
		return 0;
	if (cisco_accept(p, "host"))
		return cisco_take_host(p, FAMILY_V4, &ret->spans);
	r = cisco_take_address(p, FAMILY_V4, &base);
	if (r < 0)
		return r;
	if (addr_parse(cisco_peek(p), &next) < 0)
		return spans_one(base.value, base.value, p->arena, &ret->spans);
	return take_wildcard(p, base.value, ret);
}

/* A netmask: ones, then zeros. Network groups have those, not wildcards. */
static int take_masked(struct cisco_words *p, struct flow_spans *ret)
{
	struct addr base = { 0 }, mask = { 0 };
	uint32_t wild;
	int r = cisco_take_address(p, FAMILY_V4, &base);

	if (r == 0)
		r = cisco_take_address(p, FAMILY_V4, &mask);
	if (r < 0)
		return r;
	wild = ~(uint32_t)mask.value;
	if (wild & (wild + 1))
		return cisco_refuse(p, E_SYNTAX, "object groups take netmasks: 255.255.255.0",
				    "the mask has holes");
	return spans_one((uint32_t)base.value & ~wild, (uint32_t)base.value | wild, p->arena, ret);
}

int ios_parse_network(struct cisco_words *p, enum family family, struct flow_spans *ret)
{
	*ret = SPANS_ANY;
	if (cisco_accept(p, "any"))
		return 0;
	if (cisco_accept(p, "host"))
		return cisco_take_host(p, family, ret);
	if (cisco_accept(p, "range"))
		return cisco_take_range(p, family, ret);
	if (family == FAMILY_V6 || str_find(cisco_peek(p), '/') < cisco_peek(p).n)
		return cisco_take_prefix(p, family, ret);
	return take_masked(p, ret);
}

int ios_parse_protocol(struct cisco_words *p, enum family family, struct flow_spans *ret)
{
	struct str word = cisco_take(p);
	uint64_t number = 0;
	uint8_t proto = 0;

	*ret = SPANS_ANY;
	if (str_is_nocase(word, family == FAMILY_V6 ? "ipv6" : "ip"))
		return 0;
	if (str_u64(word, UINT8_MAX, &number) == 0)
		return spans_one(number, number, p->arena, ret);
	if (cisco_protocol(p->language, word, family, &proto) == 0)
		return spans_one(proto, proto, p->arena, ret);
	return cisco_refuse(p, E_SYNTAX, p->language->protocol_hint, "'%s' is no protocol",
			    show(word).text);
}

int ios_parse_seq(struct cisco_words *p, struct str word, unsigned *ret)
{
	uint64_t seq = 0;

	if (str_u64(word, IOS_SEQUENCE_MAX, &seq) < 0 || seq == 0)
		return cisco_refuse(p, E_SYNTAX, NULL, "'%s' is no sequence number",
				    show(word).text);
	*ret = (unsigned)seq;
	return 0;
}
