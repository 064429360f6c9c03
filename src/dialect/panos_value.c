/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/panos_value.h"

#include <errno.h>

#include "base/err.h"
#include "dialect/panos_limits.h"
#include "dialect/spans.h"
#include "net/prefix.h"

static int one_range(enum family family, u128 lo, u128 hi, struct arena *a,
		     struct flow_spans ret[static 2])
{
	bool v6 = family == FAMILY_V6;

	ret[!v6] = spans_none();
	return spans_one(lo, hi, a, &ret[v6]);
}

static int parse_range(struct str text, struct arena *a, struct flow_spans ret[static 2])
{
	struct str first = str_cut(&text, '-');
	struct addr lo, hi;

	if (addr_parse(str_trim(first), &lo) < 0 || addr_parse(str_trim(text), &hi) < 0 ||
	    lo.family != hi.family || lo.value > hi.value)
		return E_SYNTAX;
	return one_range(lo.family, lo.value, hi.value, a, ret);
}

int panos_address(struct str text, struct arena *a, struct flow_spans ret[static 2])
{
	struct str rest = text, base;
	struct addr_range range;
	struct addr addr;
	uint64_t len;

	if (str_find(text, '-') < text.n)
		return parse_range(text, a, ret);
	base = str_cut(&rest, '/');
	if (addr_parse(base, &addr) < 0)
		return E_SYNTAX;
	len = family_bits(addr.family);
	if (rest.p && str_u64(rest, len, &len) < 0)
		return E_SYNTAX;
	range = prefix_range(prefix_masked(addr, (unsigned)len));
	return one_range(addr.family, range.lo, range.hi, a, ret);
}

/* ---- wildcards ---- */

/* The ranges of `base` whatever the bits in `wild`: one for each value of its upper bits. */
static int spread(uint32_t base, uint32_t wild, struct spanlist *l)
{
	uint32_t low = 0, high, bits = 0;
	int r = 0;

	while (wild & (low + 1))
		low = low << 1 | 1;
	high = wild & ~low;
	do {
		r = spanlist_add(l, base | bits, base | bits | low);
		bits = (bits - high) & high; /* the next value of these bits */
	} while (r == 0 && bits);
	return r;
}

static unsigned ranges_of(uint32_t wild)
{
	unsigned n = 1;
	uint32_t low = 0;

	while (wild & (low + 1))
		low = low << 1 | 1;
	for (wild &= ~low; wild && n <= PANOS_MASK_SPANS_MAX; wild &= wild - 1)
		n *= 2;
	return n;
}

int panos_wildcard(struct str text, struct arena *a, struct flow_spans ret[static 2],
		   bool *ret_vague)
{
	struct spanlist l = SPANLIST_INIT(a);
	struct str base = str_cut(&text, '/');
	struct addr addr, wild;
	uint32_t mask;
	int r;

	if (addr_parse(base, &addr) < 0 || addr_parse(text, &wild) < 0 ||
	    addr.family != FAMILY_V4 || wild.family != FAMILY_V4)
		return E_SYNTAX;
	mask = (uint32_t)wild.value;
	*ret_vague = ranges_of(mask) > PANOS_MASK_SPANS_MAX;
	if (*ret_vague)
		return one_range(FAMILY_V4, 0, UINT32_MAX, a, ret);
	r = spread((uint32_t)addr.value & ~mask, mask, &l);
	ret[0] = spanlist_seal(&l);
	ret[1] = spans_none();
	return r;
}

/* ---- ports ---- */

int panos_ports(struct str text, struct arena *a, struct flow_spans *ret)
{
	struct spanlist l = SPANLIST_INIT(a);
	int r = 0;

	while (r == 0 && text.p) {
		struct str hi = str_trim(str_cut(&text, ',')), lo = str_cut(&hi, '-');
		uint64_t first, last;

		if (str_u64(str_trim(lo), UINT16_MAX, &first) < 0)
			return E_SYNTAX;
		last = first;
		if (hi.p && str_u64(str_trim(hi), UINT16_MAX, &last) < 0)
			return E_SYNTAX;
		if (first > last)
			return E_SYNTAX;
		r = spanlist_add(&l, first, last);
	}
	if (r == 0 && !l.n)
		return E_SYNTAX;
	if (r == 0)
		*ret = spanlist_seal(&l);
	return r;
}
