/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/widen_rule.h"

#include <errno.h>
#include <string.h>

#include "dialect/spans.h"
#include "net/proto.h"

const char *widen_step_name(enum widen_step step)
{
	static const char *const name[WIDEN_STEPS] = {
		[WIDEN_APEX] = "of *.x also x",
		[WIDEN_CODES] = "all codes of ICMP types",
		[WIDEN_PORTS] = "all ports between the lowest and the highest",
		[WIDEN_ADDRESSES] = "fewer and larger prefixes",
		[WIDEN_INTERFACES] = "through any interface",
		[WIDEN_NAMES] = "whatever the name",
	};

	return name[step];
}

static int add_apexes(struct flow_match *match, struct arena *a)
{
	size_t n = match->names;
	struct pattern *all = arena_array(a, 2 * n, sizeof(*all));

	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < match->names; i++) {
		all[i] = match->name[i];
		if (match->name[i].kind == PATTERN_UNDER) {
			all[n] = match->name[i];
			all[n++].kind = PATTERN_NAME;
		}
	}
	match->name = n ? all : NULL;
	match->names = n;
	return 0;
}

static bool is_icmp_alone(const struct flow_match *match)
{
	struct flow_spans proto = match->dim[FLOW_PROTO];

	for (size_t i = 0; i < proto.n; i++)
		for (u128 p = proto.span[i].lo; p <= proto.span[i].hi; p++)
			if (p != PROTO_ICMP && p != PROTO_ICMPV6)
				return false;
	return proto.span;
}

static int all_codes(struct flow_match *match, struct arena *a)
{
	struct spanlist all = SPANLIST_INIT(a);
	struct flow_spans s = match->dim[FLOW_DPORT];

	if (!is_icmp_alone(match) || !s.span)
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		int r = spanlist_add(&all, s.span[i].lo & ~(u128)0xff, s.span[i].hi | 0xff);

		if (r < 0)
			return r;
	}
	match->dim[FLOW_DPORT] = spanlist_seal(&all);
	return 0;
}

static int hull(struct flow_spans *s, struct arena *a)
{
	return s->n > 1 ? spans_one(s->span[0].lo, s->span[s->n - 1].hi, a, s) : 0;
}

/* ---- fewer prefixes ---- */

/* The smallest prefix, as a span, that holds both ends. */
static struct flow_span cover(u128 lo, u128 hi)
{
	u128 mask = 0;

	while ((lo | mask) != (hi | mask))
		mask = mask << 1 | 1;
	return (struct flow_span){ lo & ~mask, hi | mask };
}

/* Prefixes in order of their beginnings; those that overlap become one. */
static size_t absorb(struct flow_span *p, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct flow_span s = p[i];

		while (kept && p[kept - 1].hi >= s.lo) {
			u128 hi = p[kept - 1].hi > s.hi ? p[kept - 1].hi : s.hi;

			s = cover(p[--kept].lo, hi);
		}
		p[kept++] = s;
	}
	return kept;
}

/* The neighbour with the next one that takes in least when both become one prefix. */
static size_t cheapest(const struct flow_span *p, size_t n)
{
	u128 least = ~(u128)0;
	size_t best = 0;

	for (size_t i = 0; i + 1 < n; i++) {
		struct flow_span c = cover(p[i].lo, p[i + 1].hi);
		u128 more = c.hi - c.lo - (p[i].hi - p[i].lo) - (p[i + 1].hi - p[i + 1].lo);

		if (more < least) {
			least = more;
			best = i;
		}
	}
	return best;
}

static int merge_prefixes(struct flow_spans *s, struct arena *a)
{
	struct flow_span *p = arena_array(a, s->n, sizeof(*p));
	size_t n = s->n;

	if (!p)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		p[i] = cover(s->span[i].lo, s->span[i].hi);
	n = absorb(p, n);
	while (n > WIDEN_PREFIXES) {
		size_t best = cheapest(p, n);

		p[best] = cover(p[best].lo, p[best + 1].hi);
		memmove(&p[best + 1], &p[best + 2], (n - best - 2) * sizeof(*p));
		n = absorb(p, n - 1);
	}
	*s = (struct flow_spans){ p, n };
	return 0;
}

static int fewer_prefixes(struct flow_match *match, struct arena *a)
{
	static const enum flow_dim dim[] = { FLOW_DST4, FLOW_DST6, FLOW_SRC4, FLOW_SRC6 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(dim); i++)
		if (match->dim[dim[i]].n > WIDEN_PREFIXES / 2)
			r = merge_prefixes(&match->dim[dim[i]], a);
	return r;
}

int widen_match(const struct flow_match *match, enum widen_step step, struct arena *a,
		struct flow_match *ret)
{
	struct flow_match wide = *match;
	int r = 0;

	switch (step) {
	case WIDEN_APEX:
		r = match->names ? add_apexes(&wide, a) : 0;
		break;
	case WIDEN_CODES:
		r = all_codes(&wide, a);
		break;
	case WIDEN_PORTS:
		r = is_icmp_alone(match) ? 0 : hull(&wide.dim[FLOW_DPORT], a);
		if (r == 0)
			r = hull(&wide.dim[FLOW_SPORT], a);
		break;
	case WIDEN_ADDRESSES:
		r = fewer_prefixes(&wide, a);
		break;
	case WIDEN_INTERFACES:
		wide.dim[FLOW_IIF] = wide.dim[FLOW_OIF] = SPANS_ANY;
		break;
	case WIDEN_NAMES:
	case WIDEN_STEPS:
		wide.name = wide.except = NULL;
		wide.names = wide.excepts = 0;
		break;
	}
	if (r == 0)
		*ret = wide;
	return r;
}
