/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/squid_address.h"

#include "base/err.h"
#include "net/addr.h"
#include "net/name.h"

#define WHOLE ((struct squid_range){ 0, ~(u128)0 })
#define WHOLE4 ((struct squid_range){ SQUID_V4, SQUID_V4 + UINT32_MAX })

static const char all4[] = "squid takes this for 'all', IPv6 as well";
static const char zero[] = "squid 5 takes /0 for a single address: write 'all'";
static const char backwards[] = "the range ends before it begins";
static const char masked[] = "bits of the address are outside its mask: squid drops them";
static const char holes[] = "a mask with holes: squid takes another one";

/* Words and what people write for them. */
static bool is_all(struct str text)
{
	static const char *const word[] = { "0/0", "0.0.0.0/0", "0.0.0.0/0.0.0.0",
					    "0.0.0.0-255.255.255.255", "0.0.0.0-0.0.0.0/0" };

	for (size_t i = 0; i < ARRAY_LEN(word); i++)
		if (str_is(text, word[i]))
			return true;
	return false;
}

static u128 number_of(struct addr a)
{
	return a.family == FAMILY_V4 ? SQUID_V4 + a.value : a.value;
}

/* "/LEN" or "/MASK" in bits of the family. 1, 0 as above. */
static int read_mask(struct str text, enum family family, unsigned *ret, const char **note)
{
	uint64_t len;
	struct addr a;
	uint32_t mask;

	if (str_u64(text, family_bits(family), &len) == 0) {
		*ret = (unsigned)len;
		*note = len ? *note : zero;
		return len ? 1 : 0;
	}
	if (family != FAMILY_V4 || addr_parse(text, &a) < 0 || a.family != FAMILY_V4)
		return E_SYNTAX;
	mask = (uint32_t)a.value;
	*ret = (unsigned)__builtin_popcount(mask);
	if (mask & (~mask >> 1)) {
		*note = holes;
		return 0;
	}
	*note = mask ? *note : zero;
	return mask ? 1 : 0;
}

/* Only what looks like an address is one: the rest would have to be looked up. */
static int not_an_address(struct str text, struct squid_range *ret, const char **note)
{
	struct name name;

	*ret = WHOLE;
	if (name_parse(text, &name) == 0) {
		*note = "a name that squid looks up when it starts";
		return 0;
	}
	for (size_t i = 0; i < text.n; i++)
		if (!strchr("0123456789./", text.p[i]) || text.n > ADDR_TEXT_MAX)
			return E_SYNTAX;
	*note = "a short form of an address";
	return 0;
}

static int masked_range(struct addr lo, struct addr hi, unsigned len, struct squid_range *ret,
			const char **note)
{
	unsigned host = family_bits(lo.family) - len;
	u128 rest = host == 128 ? ~(u128)0 : ((u128)1 << host) - 1;

	if ((lo.value & rest) || (hi.value != lo.value && (hi.value & rest)))
		*note = masked;
	lo.value &= ~rest;
	hi.value = (hi.value & ~rest) | rest;
	*ret = (struct squid_range){ number_of(lo), number_of(hi) };
	return 1;
}

/* "A", "A-B", and either with "/LEN" */
int squid_address(struct str text, struct squid_range *ret, const char **ret_note)
{
	struct str rest = text, ends = str_cut(&rest, '/'), second = ends;
	struct str first = str_cut(&second, '-');
	struct addr lo, hi;
	unsigned len;
	int r = 1;

	*ret_note = is_all(text) ? all4 : NULL;
	*ret = WHOLE;
	if (str_is(text, "all") || *ret_note)
		return 1;
	if (str_is(text, "ipv4") || str_is(text, "ipv6")) {
		*ret_note = "what it stands for differs between versions";
		return 0;
	}
	if (addr_parse(first, &lo) < 0)
		return not_an_address(text, ret, ret_note);
	hi = lo;
	if (second.p && (addr_parse(second, &hi) < 0 || hi.family != lo.family))
		return E_SYNTAX;
	len = family_bits(lo.family);
	if (rest.p)
		r = read_mask(rest, lo.family, &len, ret_note);
	if (r < 0)
		return r;
	if (r == 0) {
		*ret = WHOLE;
		return 0;
	}
	if (hi.value < lo.value) {
		*ret_note = backwards;
		*ret = (struct squid_range){ number_of(hi), number_of(lo) };
		return 0;
	}
	return masked_range(lo, hi, len, ret, ret_note);
}

int squid_range_add(struct squid_range range, struct spanlist *v4, struct spanlist *v6)
{
	u128 lo = range.lo > WHOLE4.lo ? range.lo : WHOLE4.lo;
	u128 hi = range.hi < WHOLE4.hi ? range.hi : WHOLE4.hi;
	int r = lo <= hi ? spanlist_add(v4, lo - SQUID_V4, hi - SQUID_V4) : 0;

	if (r < 0 || (range.lo >= WHOLE4.lo && range.hi <= WHOLE4.hi))
		return r; /* IPv4 alone */
	return spanlist_add(v6, range.lo, range.hi);
}
