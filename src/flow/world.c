/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/world.h"

#include <string.h>

enum { PALETTE = 6, SPANS = 3, PATTERNS = 3 };

#define V4(a, b, c, d) ((u128)(a) << 24 | (u128)(b) << 16 | (u128)(c) << 8 | (u128)(d))
#define V6(high, low) ((u128)(high) << 64 | (u128)(low))

static const u128 palette[FLOW_NAME][PALETTE] = {
	[FLOW_STATE] = { 0, 1, 2, 3, 4, 0 },
	[FLOW_IIF] = { 0, 1, 2, 3, ZONE_MAX - 1, ZONE_MAX },
	[FLOW_OIF] = { 0, 1, 2, 3, ZONE_MAX - 1, ZONE_MAX },
	[FLOW_FRAG] = { 0, 1, 0, 1, 0, 1 },
	[FLOW_PROTO] = { 0, 1, 6, 17, 58, 255 },
	[FLOW_DPORT] = { 0, 22, 443, 444, 8801, UINT16_MAX },
	[FLOW_FAMILY] = { 0, 1, 0, 1, 0, 1 },
	[FLOW_DST4] = { 0, V4(10, 0, 0, 0), V4(10, 0, 0, 255), V4(10, 0, 1, 0), V4(192, 0, 2, 1),
			UINT32_MAX },
	[FLOW_DST6] = { 0, 1, V6(0x20010db800000000, 0), V6(0x20010db800000000, UINT64_MAX),
			V6(0x20010db800000001, 0), U128_MAX },
	[FLOW_SRC4] = { 0, V4(10, 0, 0, 0), V4(10, 0, 0, 255), V4(10, 0, 1, 0), V4(172, 16, 0, 1),
			UINT32_MAX },
	[FLOW_SRC6] = { 0, 1, V6(0xfd00000000000000, 0), V6(0xfd00000000000000, UINT64_MAX),
			V6(0xfd00000000000001, 0), U128_MAX },
	[FLOW_SPORT] = { 0, 1023, 1024, 1025, 50000, UINT16_MAX },
};

static const char *const names[] = {
	"",	     "us",  "zoom.us",	   "a.zoom.us", "x.a.zoom.us", "b.zoom.us",   "y.b.zoom.us",
	"c.zoom.us", "com", "example.com", "zoom-a.us", "zooma.us",    "www.zoom.us", "z.us",
};

struct flow world_flow(struct rand *r)
{
	bool v6 = rand_below(r, 2);
	struct flow f = {
		.state = (enum flow_state)rand_below(r, STATE_COUNT),
		.iif = (uint16_t)palette[FLOW_IIF][rand_below(r, PALETTE)],
		.oif = (uint16_t)palette[FLOW_OIF][rand_below(r, PALETTE)],
		.fragment = rand_below(r, 2),
		.proto = (uint8_t)palette[FLOW_PROTO][rand_below(r, PALETTE)],
		.dport = (uint16_t)palette[FLOW_DPORT][rand_below(r, PALETTE)],
		.sport = (uint16_t)palette[FLOW_SPORT][rand_below(r, PALETTE)],
		.dst = { v6 ? FAMILY_V6 : FAMILY_V4,
			 palette[v6 ? FLOW_DST6 : FLOW_DST4][rand_below(r, PALETTE)] },
		.src = { v6 ? FAMILY_V6 : FAMILY_V4,
			 palette[v6 ? FLOW_SRC6 : FLOW_SRC4][rand_below(r, PALETTE)] },
	};
	const char *name = names[rand_below(r, ARRAY_LEN(names))];

	memcpy(f.name.text, name, strlen(name) + 1);
	return f;
}

/* A few sorted, disjoint spans between values of the palette; now and then none. */
static struct flow_spans random_spans(struct rand *r, enum flow_dim dim, struct arena *a)
{
	struct flow_span *span = arena_array(a, SPANS, sizeof(*span));
	struct flow_spans s = { span, 0 };
	u128 least = 0;

	if (!span)
		return s;
	for (size_t tries = rand_below(r, SPANS * 4) ? SPANS * 2 : 0; s.n < SPANS && tries;
	     tries--) {
		u128 x = palette[dim][rand_below(r, PALETTE)];
		u128 y = palette[dim][rand_below(r, PALETTE)];
		u128 lo = x < y ? x : y, hi = x < y ? y : x;

		if (s.n && lo < least)
			continue;
		span[s.n++] = (struct flow_span){ lo, hi };
		if (hi == flow_dim_max(dim) || !rand_below(r, 3))
			break;
		least = hi + 1;
	}
	return s;
}

static const struct pattern *random_patterns(struct rand *r, struct arena *a, size_t *ret_n)
{
	struct pattern *p = arena_array(a, PATTERNS, sizeof(*p));
	size_t n = 1 + rand_below(r, PATTERNS);

	for (size_t i = 0; p && i < n; i++) {
		const char *name = names[1 + rand_below(r, ARRAY_LEN(names) - 1)];

		p[i].kind = rand_below(r, 8) ? (enum pattern_kind)rand_below(r, 2) : PATTERN_ANY;
		if (p[i].kind != PATTERN_ANY)
			memcpy(p[i].name.text, name, strlen(name) + 1);
	}
	*ret_n = p ? n : 0;
	return p;
}

struct flow_match *world_matches(struct rand *r, size_t n, struct arena *a)
{
	struct flow_match *match = arena_array(a, n, sizeof(*match));

	for (size_t i = 0; match && i < n; i++) {
		uint64_t chance = 1 + rand_below(r, 6);

		for (unsigned dim = 0; dim < FLOW_NAME; dim++)
			if (rand_below(r, 8) < chance)
				match[i].dim[dim] = random_spans(r, (enum flow_dim)dim, a);
		if (rand_below(r, 8) < chance)
			match[i].name = random_patterns(r, a, &match[i].names);
		if (!rand_below(r, 8))
			match[i].except = random_patterns(r, a, &match[i].excepts);
	}
	return match;
}

uint32_t world_first(const struct flow_match *match, size_t n, const struct flow *f)
{
	for (size_t i = 0; i < n; i++)
		if (flow_match_has(&match[i], f))
			return (uint32_t)i + 1;
	return 0;
}
