/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_choice.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/aws_limits.h"
#include "dialect/spans.h"
#include "net/prefixlist.h"
#include "net/proto.h"

enum { CODES = 256 };

static const char too_many[] = "it would be more than 4096 rules of security groups";

struct flow_match aws_first_packets(const struct flow_match *match)
{
	static const enum flow_dim not_seen[] = { FLOW_STATE, FLOW_FRAG, FLOW_IIF, FLOW_OIF };
	struct flow_match out = *match;

	for (size_t i = 0; i < ARRAY_LEN(not_seen); i++)
		out.dim[not_seen[i]] = SPANS_ANY;
	return out;
}

/* ---- prefixes ---- */

struct listing {
	struct arena *arena;
	struct prefix *all;
	size_t n, cap, most;
};

/* E_LIMIT behind one more than `most`. */
static int list_prefix(void *data, struct prefix prefix)
{
	struct listing *l = data;

	if (l->n > l->most)
		return E_LIMIT;
	if (l->n == l->cap) {
		size_t more = l->cap ? 2 * l->cap : 8;
		struct prefix *grown = arena_array(l->arena, more, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		if (l->n)
			memcpy(grown, l->all, l->n * sizeof(*grown));
		l->all = grown;
		l->cap = more;
	}
	l->all[l->n++] = prefix;
	return 0;
}

int aws_prefixes(struct flow_spans spans, enum family family, size_t most, struct arena *a,
		 struct prefix **ret, size_t *ret_n)
{
	const struct flow_span any = { 0, family_max(family) };
	struct listing l = { .arena = a, .most = most };
	int r = 0;

	if (!spans.span)
		spans = (struct flow_spans){ &any, 1 };
	for (size_t i = 0; r == 0 && i < spans.n; i++)
		r = range_prefixes(
			(struct addr_range){ family, spans.span[i].lo, spans.span[i].hi },
			list_prefix, &l);
	if (r < 0 && r != E_LIMIT)
		return r;
	*ret = l.all;
	*ret_n = l.n;
	return 0;
}

/* ---- protocols ---- */

struct choosing {
	const struct flow_match *match;
	enum family family;
	struct arena *arena;
	struct aws_choice *ret;
	const char *why;
};

static int say(struct choosing *k, const char *proto, bool ranged, int from, int to)
{
	struct aws_choice *c = k->ret;

	if (!proto)
		return -ENOMEM;
	if (c->said_n == AWS_LINES_MAX) {
		k->why = too_many;
		return 0;
	}
	if (c->said_n == c->said_cap) {
		size_t more = c->said_cap ? 2 * c->said_cap : 8;
		struct aws_said *grown = arena_array(k->arena, more, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		if (c->said_n)
			memcpy(grown, c->said, c->said_n * sizeof(*grown));
		c->said = grown;
		c->said_cap = more;
	}
	c->said[c->said_n++] = (struct aws_said){ proto, ranged, from, to };
	return 0;
}

static int say_ports(struct choosing *k, const char *proto)
{
	static const struct flow_span every = { 0, UINT16_MAX };
	struct flow_spans s = k->match->dim[FLOW_DPORT];
	int r = 0;

	if (!s.span)
		s = (struct flow_spans){ &every, 1 };
	for (size_t i = 0; r == 0 && i < s.n; i++)
		r = say(k, proto, true, (int)s.span[i].lo, (int)s.span[i].hi);
	return r;
}

/* Whole types where all their codes are meant, else type and code. */
static int say_messages(struct choosing *k, const char *proto)
{
	struct flow_spans s = k->match->dim[FLOW_DPORT];
	int r = 0;

	if (spans_all(s, UINT16_MAX))
		return say(k, proto, true, -1, -1);
	for (size_t i = 0; i < s.n; i++) {
		for (u128 v = s.span[i].lo; r == 0 && !k->why && v <= s.span[i].hi;) {
			int type = (int)(v / CODES), code = (int)(v % CODES);
			bool whole = code == 0 && v + CODES - 1 <= s.span[i].hi;

			r = say(k, proto, true, type, whole ? -1 : code);
			v += whole ? CODES : 1;
		}
	}
	return r;
}

static int say_protocol(struct choosing *k, unsigned proto)
{
	const struct flow_match *match = k->match;
	unsigned own = k->family == FAMILY_V6 ? PROTO_ICMPV6 : PROTO_ICMP;

	if (proto == PROTO_TCP || proto == PROTO_UDP)
		return say_ports(k, proto == PROTO_TCP ? "tcp" : "udp");
	if (proto == own)
		return say_messages(k, own == PROTO_ICMP ? "icmp" : "icmpv6");
	if (proto == PROTO_ICMP || proto == PROTO_ICMPV6)
		k->why = "ICMP of one family in packets of the other";
	else if (!spans_all(match->dim[FLOW_DPORT], UINT16_MAX))
		k->why = "ports of a protocol of which a security group knows none";
	return k->why ? 0 : say(k, arena_printf(k->arena, "%u", proto), false, 0, 0);
}

static int say_protocols(struct choosing *k)
{
	static const struct flow_span every = { 0, UINT8_MAX };
	struct flow_spans s = k->match->dim[FLOW_PROTO];
	int r = 0;

	if (!s.span)
		s = (struct flow_spans){ &every, 1 };
	if (spans_all(s, UINT8_MAX) && spans_all(k->match->dim[FLOW_DPORT], UINT16_MAX))
		return say(k, "-1", false, 0, 0);
	for (size_t i = 0; r == 0 && i < s.n; i++)
		for (u128 p = s.span[i].lo; r == 0 && !k->why && p <= s.span[i].hi; p++)
			r = say_protocol(k, (unsigned)p);
	return r;
}

int aws_choose(const struct flow_match *match, enum family family, struct arena *a,
	       struct aws_choice *ret, const char **ret_why)
{
	struct flow_spans dst = match->dim[family == FAMILY_V6 ? FLOW_DST6 : FLOW_DST4];
	struct aws_choice c = { 0 };
	struct choosing k = { .match = match, .family = family, .arena = a, .ret = &c };
	int r = say_protocols(&k);

	if (!spans_all(match->dim[FLOW_SPORT], UINT16_MAX))
		k.why = "a security group does not see source ports";
	if (match->name || match->excepts)
		k.why = "a security group does not see names";
	if (r == 0 && !k.why)
		r = aws_prefixes(dst, family, AWS_LINES_MAX, a, &c.prefix, &c.prefixes);
	if (r == 0 && !k.why && c.said_n * c.prefixes > AWS_LINES_MAX)
		k.why = too_many;
	if (r < 0)
		return r;
	*ret = c;
	*ret_why = k.why;
	return 0;
}
