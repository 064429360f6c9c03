/* SPDX-License-Identifier: Apache-2.0 */
#include "net/prefix.h"

#include "base/err.h"

/* The host bits of a prefix of `len` bits: its size minus one. */
static u128 host_bits(enum family family, unsigned len)
{
	return len == 0 ? family_max(family) : ((u128)1 << (family_bits(family) - len)) - 1;
}

/* "0".."128" and nothing behind it; no leading zero. */
static int parse_len(struct str text, unsigned max, uint8_t *ret)
{
	unsigned v = 0;

	if (!text.n || text.n > 3 || (text.n > 1 && text.p[0] == '0'))
		return E_SYNTAX;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return E_SYNTAX;
		v = v * 10 + (unsigned)(text.p[i] - '0');
	}
	if (v > max)
		return E_SYNTAX;
	*ret = (uint8_t)v;
	return 0;
}

int prefix_parse(struct str text, struct prefix *ret)
{
	struct addr a;
	uint8_t len;
	int r = addr_cut(&text, &a);

	if (r < 0)
		return r;
	len = (uint8_t)family_bits(a.family);
	if (text.n && text.p[0] != '/')
		return E_SYNTAX;
	if (text.n)
		r = parse_len((struct str){ text.p + 1, text.n - 1 }, len, &len);
	if (r < 0)
		return r;
	if (a.value & host_bits(a.family, len))
		return E_REFUSED;
	*ret = (struct prefix){ .family = a.family, .len = len, .value = a.value };
	return 0;
}

struct prefix prefix_masked(struct addr a, unsigned len)
{
	return (struct prefix){ .family = a.family,
				.len = (uint8_t)len,
				.value = a.value & ~host_bits(a.family, len) };
}

size_t prefix_format(struct prefix p, char text[static PREFIX_TEXT_MAX])
{
	size_t n = addr_format((struct addr){ .family = p.family, .value = p.value }, text);

	text[n++] = '/';
	if (p.len >= 100)
		text[n++] = '1';
	if (p.len >= 10)
		text[n++] = (char)('0' + p.len / 10 % 10);
	text[n++] = (char)('0' + p.len % 10);
	text[n] = '\0';
	return n;
}

void prefix_print(struct prefix p, struct buf *out)
{
	char text[PREFIX_TEXT_MAX];

	buf_add(out, text, prefix_format(p, text));
}

int prefix_cmp(struct prefix a, struct prefix b)
{
	if (a.family != b.family)
		return a.family < b.family ? -1 : 1;
	if (a.value != b.value)
		return a.value < b.value ? -1 : 1;
	return (int)a.len - (int)b.len;
}

bool prefix_covers(struct prefix outer, struct prefix inner)
{
	return outer.family == inner.family && outer.len <= inner.len &&
	       (inner.value & ~host_bits(outer.family, outer.len)) == outer.value;
}

bool prefix_has(struct prefix p, struct addr a)
{
	return p.family == a.family && (a.value & ~host_bits(p.family, p.len)) == p.value;
}

struct addr_range prefix_range(struct prefix p)
{
	return (struct addr_range){ .family = p.family,
				    .lo = p.value,
				    .hi = p.value | host_bits(p.family, p.len) };
}
