/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/world.h"

#include <assert.h>
#include <string.h>

#include "net/proto.h"

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
	for (size_t tries = rand_below(r, 4 * (uint64_t)SPANS) ? (size_t)2 * SPANS : 0;
	     s.n < SPANS && tries; tries--) {
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

/* ---- a match from words ---- */

enum { ITEMS = 32 };

static u128 number(struct str s)
{
	uint8_t proto;
	uint64_t value;

	if (proto_parse(s, &proto) == 0)
		return proto;
	if (str_u64(s, UINT32_MAX, &value) < 0)
		assert(!"a number or a protocol");
	return value;
}

static void set_numbers(struct flow_match *m, enum flow_dim dim, struct str list, struct arena *a)
{
	struct flow_span *span = arena_array(a, ITEMS, sizeof(*span));
	size_t n = 0;

	while (list.p) {
		struct str hi = str_cut(&list, ','), lo = str_cut(&hi, '-');

		assert(span && n < ITEMS);
		span[n] = (struct flow_span){ number(lo), number(hi.p ? hi : lo) };
		n++;
	}
	m->dim[dim] = (struct flow_spans){ span, n };
}

static void set_addresses(struct flow_match *m, bool source, struct str list, struct arena *a)
{
	struct prefixlist l = PREFIXLIST_INIT;
	int r = 0;

	while (r == 0 && list.p) {
		struct prefix p;

		r = prefix_parse(str_cut(&list, ','), &p);
		if (r == 0)
			r = prefixlist_add(&l, p);
	}
	prefixlist_seal(&l);
	if (r == 0)
		r = match_prefixes(m, source ? FLOW_SRC4 : FLOW_DST4,
				   source ? FLOW_SRC6 : FLOW_DST6, &l, a);
	prefixlist_release(&l);
	assert(r == 0);
}

static const struct pattern *patterns(struct str list, struct arena *a, size_t *ret_n)
{
	struct pattern *p = arena_array(a, ITEMS, sizeof(*p));
	size_t n = 0;

	while (list.p) {
		assert(p && n < ITEMS);
		if (pattern_parse(str_cut(&list, ','), true, &p[n++]) < 0)
			assert(!"a pattern");
	}
	*ret_n = n;
	return p;
}

struct flow_match world_match(const char *text, struct arena *a)
{
	static const char *const numbers[FLOW_NAME] = {
		[FLOW_STATE] = "state", [FLOW_IIF] = "in",	  [FLOW_OIF] = "out",
		[FLOW_FRAG] = "frag",	[FLOW_PROTO] = "proto",	  [FLOW_DPORT] = "dport",
		[FLOW_SPORT] = "sport", [FLOW_FAMILY] = "family",
	};
	struct flow_match m = FLOW_MATCH_ANY;
	struct str rest = str_of(text);

	while (rest.n) {
		struct str list = str_cut(&rest, ' '), key = str_cut(&list, '=');

		for (unsigned dim = 0; dim < FLOW_NAME; dim++)
			if (numbers[dim] && str_is(key, numbers[dim]))
				set_numbers(&m, (enum flow_dim)dim, list, a);
		if (str_is(key, "dst") || str_is(key, "src"))
			set_addresses(&m, str_is(key, "src"), list, a);
		if (str_is(key, "name"))
			m.name = patterns(list, a, &m.names);
		if (str_is(key, "except"))
			m.except = patterns(list, a, &m.excepts);
	}
	return m;
}
