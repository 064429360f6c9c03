/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses, protocols, ports and ICMP messages of an entry. */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/ios_names.h"
#include "dialect/ios_parsing.h"
#include "dialect/spans.h"
#include "net/prefix.h"
#include "net/proto.h"

enum { PORT_MAX = 65535, CODES = 256 };

static const char end_hint[] = "any, host ADDRESS, ADDRESS WILDCARD or object-group NAME";

/* ---- addresses ---- */

static int take_address(struct ios_parsing *p, enum family family, u128 *ret)
{
	struct str word = ios_take(p);
	struct addr a;

	if (addr_parse(word, &a) < 0 || a.family != family)
		return ios_refuse(p, E_SYNTAX, family == FAMILY_V4 ? end_hint : NULL,
				  "'%s' is no IPv%d address", show(word).text, family);
	*ret = a.value;
	return 0;
}

/* All addresses that equal `base` where the wildcard has no bit: a range for each way to fill the
 * wildcard's holes. */
static int wildcard_spans(struct ios_parsing *p, uint32_t base, uint32_t wild, struct ios_end *ret)
{
	struct spanlist l = SPANLIST_INIT(p->arena);
	uint32_t low = wild & ~(wild + 1), high = wild & ~low, part = 0;
	uint64_t count = (uint64_t)1 << __builtin_popcount(high);
	int r = 0;

	base &= ~wild;
	if (wild == UINT32_MAX)
		return 0;
	ret->vague = count > IOS_MASK_SPANS_MAX;
	if (ret->vague)
		return spans_one(base, base | wild, p->arena, &ret->spans);
	p->config->spans += count;
	if (p->config->spans > IOS_SPANS_MAX)
		return ios_refuse(p, E_LIMIT, NULL, "wildcards of more than %d ranges together",
				  IOS_SPANS_MAX);
	do {
		r = spanlist_add(&l, base | part, base | part | low);
		part = (part - high) & high;
	} while (r == 0 && part);
	if (r == 0)
		ret->spans = spanlist_seal(&l);
	return r;
}

static int take_wildcard(struct ios_parsing *p, u128 base, struct ios_end *ret)
{
	u128 wild;
	int r = take_address(p, FAMILY_V4, &wild);

	return r < 0 ? r : wildcard_spans(p, (uint32_t)base, (uint32_t)wild, ret);
}

/* "P/LEN"; host bits do not count. */
static int take_prefix(struct ios_parsing *p, enum family family, struct flow_spans *ret)
{
	struct str word = ios_take(p), rest = word, address = str_cut(&rest, '/');
	struct addr_range range;
	struct addr a;
	uint64_t len;

	if (!rest.p || addr_parse(address, &a) < 0 || a.family != family ||
	    str_u64(rest, family_bits(family), &len) < 0)
		return ios_refuse(p, E_SYNTAX,
				  family == FAMILY_V6 ? "any, host ADDRESS or PREFIX/LENGTH" : NULL,
				  "'%s' is no IPv%d prefix", show(word).text, family);
	range = prefix_range(prefix_masked(a, (unsigned)len));
	return spans_one(range.lo, range.hi, p->arena, ret);
}

static int take_host(struct ios_parsing *p, enum family family, struct flow_spans *ret)
{
	u128 value = 0;
	int r = take_address(p, family, &value);

	return r < 0 ? r : spans_one(value, value, p->arena, ret);
}

int ios_parse_end(struct ios_parsing *p, enum family family, struct ios_end *ret)
{
	u128 base = 0;
	int r;

	*ret = (struct ios_end){ 0 };
	if (ios_accept(p, "any"))
		return 0;
	if (ios_accept(p, "host"))
		return take_host(p, family, &ret->spans);
	if (ios_accept(p, "object-group")) {
		ret->group = ios_take(p);
		return ret->group.n ? 0 : ios_refuse(p, E_SYNTAX, NULL, "object-group of no name");
	}
	if (family == FAMILY_V6)
		return take_prefix(p, family, &ret->spans);
	if (!ios_peek(p).n)
		return ios_refuse(p, E_SYNTAX, end_hint, "an address is expected");
	r = take_address(p, family, &base);
	return r < 0 ? r : take_wildcard(p, base, ret);
}

int ios_parse_source(struct ios_parsing *p, struct ios_end *ret)
{
	struct addr next;
	u128 base = 0;
	int r;

	*ret = (struct ios_end){ 0 };
	if (ios_accept(p, "any"))
		return 0;
	if (ios_accept(p, "host"))
		return take_host(p, FAMILY_V4, &ret->spans);
	r = take_address(p, FAMILY_V4, &base);
	if (r < 0)
		return r;
	if (addr_parse(ios_peek(p), &next) < 0)
		return spans_one(base, base, p->arena, &ret->spans);
	return take_wildcard(p, base, ret);
}

/* A netmask: ones, then zeros. Network groups have those, not wildcards. */
static int take_masked(struct ios_parsing *p, struct flow_spans *ret)
{
	u128 base = 0, mask = 0;
	uint32_t wild;
	int r = take_address(p, FAMILY_V4, &base);

	if (r == 0)
		r = take_address(p, FAMILY_V4, &mask);
	if (r < 0)
		return r;
	wild = ~(uint32_t)mask;
	if (wild & (wild + 1))
		return ios_refuse(p, E_SYNTAX, "object groups take netmasks: 255.255.255.0",
				  "the mask has holes");
	return spans_one((uint32_t)base & ~wild, (uint32_t)base | wild, p->arena, ret);
}

static int take_range(struct ios_parsing *p, enum family family, struct flow_spans *ret)
{
	u128 lo = 0, hi = 0;
	int r = take_address(p, family, &lo);

	if (r == 0)
		r = take_address(p, family, &hi);
	if (r == 0 && lo > hi)
		r = ios_refuse(p, E_SYNTAX, "the lower address comes first",
			       "the range ends before it begins");
	return r < 0 ? r : spans_one(lo, hi, p->arena, ret);
}

int ios_parse_network(struct ios_parsing *p, enum family family, struct flow_spans *ret)
{
	*ret = SPANS_ANY;
	if (ios_accept(p, "any"))
		return 0;
	if (ios_accept(p, "host"))
		return take_host(p, family, ret);
	if (ios_accept(p, "range"))
		return take_range(p, family, ret);
	if (family == FAMILY_V6 || str_find(ios_peek(p), '/') < ios_peek(p).n)
		return take_prefix(p, family, ret);
	return take_masked(p, ret);
}

/* ---- protocols and ports ---- */

int ios_parse_protocol(struct ios_parsing *p, enum family family, struct flow_spans *ret)
{
	struct str word = ios_take(p);
	uint64_t number = 0;
	uint8_t proto = 0;

	*ret = SPANS_ANY;
	if (str_is_nocase(word, family == FAMILY_V6 ? "ipv6" : "ip"))
		return 0;
	if (str_u64(word, UINT8_MAX, &number) == 0)
		return spans_one(number, number, p->arena, ret);
	if (ios_protocol(word, family, &proto) == 0)
		return spans_one(proto, proto, p->arena, ret);
	return ios_refuse(p, E_SYNTAX, "ip, ipv6, tcp, udp, icmp ... or a number up to 255",
			  "'%s' is no protocol", show(word).text);
}

static unsigned only(struct flow_spans s)
{
	return s.n == 1 && s.span[0].lo == s.span[0].hi ? (unsigned)s.span[0].lo : 0;
}

static int port_of(struct str word, unsigned proto, uint16_t *ret)
{
	uint64_t number;

	if (str_u64(word, PORT_MAX, &number) == 0) {
		*ret = (uint16_t)number;
		return 0;
	}
	return ios_port(word, proto, ret);
}

static int take_port(struct ios_parsing *p, unsigned proto, unsigned *ret)
{
	struct str word = ios_take(p);
	uint16_t port;

	if (port_of(word, proto, &port) < 0)
		return ios_refuse(p, E_SYNTAX, "a number up to 65535, or a name of this protocol",
				  "'%s' is no port", show(word).text);
	*ret = port;
	return 0;
}

/* As many ports as follow: eq 80 443. */
static int take_list(struct ios_parsing *p, unsigned proto, struct flow_spans *ret)
{
	struct spanlist l = SPANLIST_INIT(p->arena);
	unsigned port = 0;
	uint16_t next;
	int r;

	do {
		r = take_port(p, proto, &port);
		if (r == 0)
			r = spanlist_add(&l, port, port);
	} while (r == 0 && ios_peek(p).n && port_of(ios_peek(p), proto, &next) == 0);
	if (r == 0)
		*ret = spanlist_seal(&l);
	return r;
}

/* A range with its ends; nothing when lo > hi. */
static int port_span(struct ios_parsing *p, unsigned lo, unsigned hi, struct flow_spans *ret)
{
	*ret = spans_none();
	return lo > hi ? 0 : spans_one(lo, hi, p->arena, ret);
}

static int take_port_range(struct ios_parsing *p, unsigned proto, struct flow_spans *ret)
{
	unsigned a = 0, b = 0;
	int r = take_port(p, proto, &a);

	if (r == 0)
		r = take_port(p, proto, &b);
	if (r < 0)
		return r;
	return a < b ? port_span(p, a, b, ret) : port_span(p, b, a, ret); /* IOS turns it round */
}

int ios_parse_ports(struct ios_parsing *p, struct flow_spans proto, struct flow_spans *ret)
{
	static const char *const word[] = { "eq", "neq", "lt", "gt", "range" };
	unsigned number = only(proto), port = 0;
	size_t i = 0;
	int r = 0;

	*ret = SPANS_ANY;
	while (i < ARRAY_LEN(word) && !str_is_nocase(ios_peek(p), word[i]))
		i++;
	if (i == ARRAY_LEN(word))
		return 0;
	if (number != PROTO_TCP && number != PROTO_UDP && number != PROTO_SCTP &&
	    !(proto.n == 2 && spans_have(proto, PROTO_TCP) && spans_have(proto, PROTO_UDP)))
		return ios_refuse(p, E_SYNTAX, "tcp, udp and sctp have ports",
				  "ports of a protocol that does not have them");
	(void)ios_take(p);
	if (i < 2) {
		r = take_list(p, number, ret);
		return r == 0 && i == 1 ? spans_not(*ret, PORT_MAX, p->arena, ret) : r;
	}
	if (i == 4)
		return take_port_range(p, number, ret);
	r = take_port(p, number, &port);
	if (r < 0)
		return r;
	if (i == 2)
		return port ? port_span(p, 0, port - 1, ret) : port_span(p, 1, 0, ret);
	return port_span(p, port + 1, PORT_MAX, ret);
}

/* ---- ICMP ---- */

int ios_parse_icmp(struct ios_parsing *p, enum family family, struct flow_spans *ret,
		   bool *ret_unsure)
{
	struct str word = ios_peek(p);
	uint64_t type = 0, code = 0;
	unsigned named;
	int known = IOS_CODE_ANY;

	*ret = SPANS_ANY;
	*ret_unsure = false;
	if (ios_icmp(word, family, &named, &known) == 0) {
		type = named;
		code = known < 0 ? 0 : (unsigned)known;
		(void)ios_take(p);
	} else if (str_u64(word, UINT8_MAX, &type) == 0) {
		(void)ios_take(p);
		if (str_u64(ios_peek(p), UINT8_MAX, &code) == 0) {
			(void)ios_take(p);
			known = (int)code;
		}
	} else {
		return 0;
	}
	*ret_unsure = known == IOS_CODE_UNSURE;
	return spans_one(type * CODES + code, type * CODES + (known < 0 ? CODES - 1 : code),
			 p->arena, ret);
}

int ios_parse_seq(struct ios_parsing *p, struct str word, unsigned *ret)
{
	uint64_t seq = 0;

	if (str_u64(word, IOS_SEQUENCE_MAX, &seq) < 0 || seq == 0)
		return ios_refuse(p, E_SYNTAX, NULL, "'%s' is no sequence number", show(word).text);
	*ret = (unsigned)seq;
	return 0;
}
