/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/cisco_value.h"

#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/spans.h"
#include "net/prefix.h"
#include "net/proto.h"

enum { PORT_MAX = 65535, CODES = 256 };

/* ---- addresses ---- */

static int find_address(struct cisco_words *p, struct str word, struct addr *ret)
{
	const struct cisco_language *l = p->language;

	if (addr_parse(word, ret) == 0)
		return 0;
	return l->address ? l->address(p->config, word, ret) : -ENOENT;
}

int cisco_take_address(struct cisco_words *p, unsigned family, struct addr *ret)
{
	struct str word = cisco_take(p);
	struct addr a;

	if (find_address(p, word, &a) < 0 || (family && a.family != family))
		return cisco_refuse(p, E_SYNTAX, family == FAMILY_V6 ? NULL : p->language->end_hint,
				    "'%s' is no %s address", show(word).text,
				    family == FAMILY_V4	  ? "IPv4"
				    : family == FAMILY_V6 ? "IPv6"
							  : "IP");
	*ret = a;
	return 0;
}

/* A range for each way to fill the holes. */
int cisco_wild_spans(struct cisco_words *p, uint32_t base, uint32_t wild, struct flow_spans *ret,
		     bool *ret_vague)
{
	struct spanlist l = SPANLIST_INIT(p->arena);
	uint32_t low = wild & ~(wild + 1), high = wild & ~low, part = 0;
	uint64_t count = (uint64_t)1 << __builtin_popcount(high);
	int r = 0;

	base &= ~wild;
	*ret_vague = wild != UINT32_MAX && count > CISCO_MASK_SPANS_MAX;
	*ret = SPANS_ANY;
	if (wild == UINT32_MAX)
		return 0;
	if (*ret_vague)
		return spans_one(base, base | wild, p->arena, ret);
	p->spans += count;
	if (p->spans > CISCO_SPANS_MAX)
		return cisco_refuse(p, E_LIMIT, NULL, "masks of more than %d ranges together",
				    CISCO_SPANS_MAX);
	do {
		r = spanlist_add(&l, base | part, base | part | low);
		part = (part - high) & high;
	} while (r == 0 && part);
	if (r == 0)
		*ret = spanlist_seal(&l);
	return r;
}

int cisco_take_prefix(struct cisco_words *p, enum family family, struct flow_spans *ret)
{
	struct str word = cisco_take(p), rest = word, address = str_cut(&rest, '/');
	struct addr_range range;
	struct addr a;
	uint64_t len;

	if (!rest.p || addr_parse(address, &a) < 0 || a.family != family ||
	    str_u64(rest, family_bits(family), &len) < 0)
		return cisco_refuse(p, E_SYNTAX,
				    family == FAMILY_V6 ? "any, host ADDRESS or PREFIX/LENGTH"
							: NULL,
				    "'%s' is no IPv%d prefix", show(word).text, family);
	range = prefix_range(prefix_masked(a, (unsigned)len));
	return spans_one(range.lo, range.hi, p->arena, ret);
}

int cisco_take_host(struct cisco_words *p, enum family family, struct flow_spans *ret)
{
	struct addr a = { 0 };
	int r = cisco_take_address(p, family, &a);

	return r < 0 ? r : spans_one(a.value, a.value, p->arena, ret);
}

int cisco_take_range(struct cisco_words *p, enum family family, struct flow_spans *ret)
{
	struct addr lo = { 0 }, hi = { 0 };
	int r = cisco_take_address(p, family, &lo);

	if (r == 0)
		r = cisco_take_address(p, family, &hi);
	if (r == 0 && lo.value > hi.value)
		r = cisco_refuse(p, E_SYNTAX, "the lower address comes first",
				 "the range ends before it begins");
	return r < 0 ? r : spans_one(lo.value, hi.value, p->arena, ret);
}

/* ---- ports ---- */

static unsigned only(struct flow_spans s)
{
	return s.n == 1 && s.span[0].lo == s.span[0].hi ? (unsigned)s.span[0].lo : 0;
}

static int port_of(const struct cisco_language *l, struct str word, unsigned proto, uint16_t *ret)
{
	uint64_t number;

	if (str_u64(word, PORT_MAX, &number) == 0) {
		*ret = (uint16_t)number;
		return 0;
	}
	return cisco_port(l, word, proto, ret);
}

static int take_port(struct cisco_words *p, unsigned proto, unsigned *ret)
{
	struct str word = cisco_take(p);
	uint16_t port;

	if (port_of(p->language, word, proto, &port) < 0)
		return cisco_refuse(p, E_SYNTAX, "a number up to 65535, or a name of this protocol",
				    "'%s' is no port", show(word).text);
	*ret = port;
	return 0;
}

/* As many ports as follow: eq 80 443. */
static int take_list(struct cisco_words *p, unsigned proto, struct flow_spans *ret)
{
	struct spanlist l = SPANLIST_INIT(p->arena);
	unsigned port = 0;
	uint16_t next;
	int r;

	do {
		r = take_port(p, proto, &port);
		if (r == 0)
			r = spanlist_add(&l, port, port);
	} while (r == 0 && p->language->eq_many && cisco_peek(p).n &&
		 port_of(p->language, cisco_peek(p), proto, &next) == 0);
	if (r == 0)
		*ret = spanlist_seal(&l);
	return r;
}

/* A range with its ends; nothing when lo > hi. */
static int port_span(struct cisco_words *p, unsigned lo, unsigned hi, struct flow_spans *ret)
{
	*ret = spans_none();
	return lo > hi ? 0 : spans_one(lo, hi, p->arena, ret);
}

static int take_port_range(struct cisco_words *p, unsigned proto, struct flow_spans *ret)
{
	unsigned a = 0, b = 0;
	int r = take_port(p, proto, &a);

	if (r == 0)
		r = take_port(p, proto, &b);
	if (r < 0)
		return r;
	return a < b ? port_span(p, a, b, ret)
		     : port_span(p, b, a, ret); /* the device turns it round */
}

enum { OPERATORS = 5 };

static size_t operator_of(struct str word)
{
	static const char *const name[OPERATORS] = { "eq", "neq", "lt", "gt", "range" };
	size_t i = 0;

	while (i < OPERATORS && !str_is_nocase(word, name[i]))
		i++;
	return i;
}

bool cisco_begins_ports(const struct cisco_words *p)
{
	return operator_of(cisco_peek(p)) < OPERATORS;
}

int cisco_tcp_udp(struct arena *a, struct flow_spans *ret)
{
	struct spanlist l = SPANLIST_INIT(a);
	int r = spanlist_add(&l, PROTO_TCP, PROTO_TCP);

	if (r == 0)
		r = spanlist_add(&l, PROTO_UDP, PROTO_UDP);
	if (r == 0)
		*ret = spanlist_seal(&l);
	return r;
}

int cisco_parse_ports(struct cisco_words *p, struct flow_spans proto, struct flow_spans *ret)
{
	unsigned number = only(proto), port = 0;
	size_t i = operator_of(cisco_peek(p));
	int r = 0;

	*ret = SPANS_ANY;
	if (i == OPERATORS)
		return 0;
	if (number != PROTO_TCP && number != PROTO_UDP && number != PROTO_SCTP &&
	    !(proto.n == 2 && spans_have(proto, PROTO_TCP) && spans_have(proto, PROTO_UDP)))
		return cisco_refuse(p, E_SYNTAX, "tcp, udp and sctp have ports",
				    "ports of a protocol that does not have them");
	(void)cisco_take(p);
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

int cisco_parse_icmp(struct cisco_words *p, enum family family, struct flow_spans *ret,
		     bool *ret_unsure)
{
	struct str word = cisco_peek(p);
	uint64_t type = 0, code = 0;
	unsigned named;
	int known = CISCO_CODE_ANY;

	*ret = SPANS_ANY;
	*ret_unsure = false;
	if (cisco_icmp(p->language, word, family, &named, &known) == 0) {
		type = named;
		code = known < 0 ? 0 : (unsigned)known;
		(void)cisco_take(p);
	} else if (str_u64(word, UINT8_MAX, &type) == 0) {
		(void)cisco_take(p);
		if (str_u64(cisco_peek(p), UINT8_MAX, &code) == 0) {
			(void)cisco_take(p);
			known = (int)code;
		}
	} else {
		return 0;
	}
	*ret_unsure = known == CISCO_CODE_UNSURE;
	return spans_one(type * CODES + code, type * CODES + (known < 0 ? CODES - 1 : code),
			 p->arena, ret);
}
