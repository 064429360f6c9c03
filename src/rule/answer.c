/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/answer.h"

#include <errno.h>

#include "net/proto.h"

enum { CODES = 256, PROTOS = 256 };

static bool has(struct flow_spans s, u128 value)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.span[i].lo <= value && value <= s.span[i].hi)
			return true;
	return !s.span;
}

/* The type that answers a type, or -1. */
static int answer_type(unsigned type, bool v6)
{
	static const struct {
		uint8_t request, answer;
	} v4_types[] = { { 8, 0 }, { 13, 14 }, { 15, 16 }, { 17, 18 } }; /* RFC 792, 950 */

	if (v6)
		return type == 128 ? 129 : -1; /* RFC 4443 */
	for (size_t i = 0; i < ARRAY_LEN(v4_types); i++)
		if (v4_types[i].request == type)
			return v4_types[i].answer;
	return -1;
}

static struct rule turned(const struct rule *rule)
{
	struct rule out = *rule;
	const struct flow_match *from = &rule->match;
	struct flow_match *to = &out.match;

	to->dim[FLOW_DST4] = from->dim[FLOW_SRC4];
	to->dim[FLOW_SRC4] = from->dim[FLOW_DST4];
	to->dim[FLOW_DST6] = from->dim[FLOW_SRC6];
	to->dim[FLOW_SRC6] = from->dim[FLOW_DST6];
	to->dim[FLOW_IIF] = from->dim[FLOW_OIF];
	to->dim[FLOW_OIF] = from->dim[FLOW_IIF];
	to->dim[FLOW_DPORT] = from->dim[FLOW_SPORT];
	to->dim[FLOW_SPORT] = from->dim[FLOW_DPORT];
	return out;
}

/* Of the protocols that hold, those with ports or with nothing: all but the family's own ICMP. */
static int other_protocols(const struct rule *rule, struct rule *out, struct arena *a)
{
	struct flow_span *span = arena_array(a, PROTOS, sizeof(*span));
	size_t n = 0;

	if (!span)
		return -ENOMEM;
	for (unsigned p = 0; p < PROTOS; p++) {
		if (!has(rule->match.dim[FLOW_PROTO], p) || p == PROTO_ICMP || p == PROTO_ICMPV6)
			continue;
		if (n && span[n - 1].hi + 1 == p)
			span[n - 1].hi = p;
		else
			span[n++] = (struct flow_span){ p, p };
	}
	out->match.dim[FLOW_PROTO] = (struct flow_spans){ span, n };
	return 0;
}

/* Answers to ICMP requests of one family. */
static int add_icmp(const struct rule *rule, bool v6, struct rulelist *ret)
{
	unsigned proto = v6 ? PROTO_ICMPV6 : PROTO_ICMP;
	struct flow_spans types = rule->match.dim[FLOW_DPORT];
	struct rule out = turned(rule);
	int r = 0;

	if (!has(rule->match.dim[FLOW_PROTO], proto) || !has(rule->match.dim[FLOW_FAMILY], v6))
		return 0;
	out.match.dim[FLOW_SPORT] = out.match.dim[FLOW_DPORT] = (struct flow_spans){ 0 };
	r = match_one(&out.match, FLOW_PROTO, proto, proto, ret->arena);
	if (r == 0)
		r = match_one(&out.match, FLOW_FAMILY, v6, v6, ret->arena);
	if (r < 0 || !types.span)
		return r < 0 ? r : rulelist_add(ret, &out);
	for (unsigned type = 0; r == 0 && type < CODES; type++) {
		int answer = has(types, type * CODES) ? answer_type(type, v6) : -1;

		if (answer < 0)
			continue;
		r = match_one(&out.match, FLOW_DPORT, (unsigned)answer * CODES,
			      (unsigned)answer * CODES + CODES - 1, ret->arena);
		if (r == 0)
			r = rulelist_add(ret, &out);
	}
	return r;
}

int rule_answers(const struct rule *rule, struct rulelist *ret)
{
	struct rule state = *rule, out;
	int r;

	if (rule->match.name || rule->match.excepts || !has(rule->match.dim[FLOW_STATE], STATE_NEW))
		return 0;
	r = match_one(&state.match, FLOW_STATE, STATE_ESTABLISHED, STATE_ESTABLISHED, ret->arena);
	if (r == 0)
		r = add_icmp(&state, false, ret);
	if (r == 0)
		r = add_icmp(&state, true, ret);
	out = turned(&state);
	if (r == 0)
		r = other_protocols(rule, &out, ret->arena);
	return r < 0 || !out.match.dim[FLOW_PROTO].n ? r : rulelist_add(ret, &out);
}
