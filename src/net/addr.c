/* SPDX-License-Identifier: Apache-2.0 */
#include "net/addr.h"

#include "base/err.h"

enum { GROUPS = 8, GROUP_BITS = 16, V4_BITS = 32, V6_BITS = 128 };

unsigned family_bits(enum family family)
{
	return family == FAMILY_V4 ? V4_BITS : V6_BITS;
}

u128 family_max(enum family family)
{
	return family == FAMILY_V4 ? UINT32_MAX : U128_MAX;
}

u128 family_mask(enum family family, unsigned len)
{
	u128 all = family_max(family);

	return len < family_bits(family) ? all & ~(all >> len) : all;
}

static bool skip(struct str *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = (struct str){ s->p + 1, s->n - 1 };
	return true;
}

/* 0..255 without leading zeros; where the text goes on, or NULL. */
static const char *read_octet(const char *p, const char *end, uint32_t *value)
{
	const char *start = p;
	uint32_t v = 0;

	for (; p < end && *p >= '0' && *p <= '9' && p - start <= 3; p++)
		v = v * 10 + (uint32_t)(*p - '0');
	if (p == start || v > UINT8_MAX || (*start == '0' && p - start > 1))
		return NULL;
	*value = *value << 8 | v;
	return p;
}

/* Cuts a dotted quad off the front; false, and all of the text left, when there is none. */
static bool cut_v4(struct str *s, uint32_t *ret)
{
	const char *end;
	const char *p = s->p;
	uint32_t v = 0;

	if (!s->n)
		return false;
	end = s->p + s->n;
	for (unsigned i = 0; i < 4; i++) {
		if (i && (p == end || *p++ != '.'))
			return false;
		p = read_octet(p, end, &v);
		if (!p)
			return false;
	}
	*s = (struct str){ p, (size_t)(end - p) };
	*ret = v;
	return true;
}

/* The groups of an IPv6 text from the left, and before which of them "::" stands. */
struct groups {
	uint16_t group[GROUPS];
	unsigned n;
	int gap; /* -1: no "::" */
};

static bool read_group(struct str *s, struct groups *g)
{
	unsigned v = 0;
	size_t n = 0;

	for (; n < s->n && n <= 4 && ascii_hex(s->p[n]) >= 0; n++)
		v = v << 4 | (unsigned)ascii_hex(s->p[n]);
	if (n == 0 || n > 4 || g->n == GROUPS)
		return false;
	*s = (struct str){ s->p + n, s->n - n };
	g->group[g->n++] = (uint16_t)v;
	return true;
}

/* The last 32 bits may stand as a dotted quad. */
static bool read_quad(struct str *s, struct groups *g)
{
	uint32_t v;

	if (g->n > GROUPS - 2 || !cut_v4(s, &v) || s->n)
		return false;
	g->group[g->n++] = (uint16_t)(v >> GROUP_BITS);
	g->group[g->n++] = (uint16_t)v;
	return true;
}

static bool read_piece(struct str *s, struct groups *g)
{
	struct str rest = *s;
	struct str piece = str_cut(&rest, ':');

	return str_find(piece, '.') < piece.n ? read_quad(s, g) : read_group(s, g);
}

static bool read_groups(struct str s, struct groups *g)
{
	if (str_starts(s, "::")) {
		g->gap = 0;
		s = (struct str){ s.p + 2, s.n - 2 };
		if (!s.n)
			return true;
	}
	for (;;) {
		if (!read_piece(&s, g))
			return false;
		if (!s.n)
			return true;
		if (!skip(&s, ':') || (s.n && s.p[0] == ':' && g->gap >= 0))
			return false;
		if (skip(&s, ':')) {
			g->gap = (int)g->n;
			if (!s.n)
				return true;
		}
	}
}

static bool read_v6(struct str s, u128 *ret)
{
	struct groups g = { .gap = -1 };
	u128 v = 0;

	if (!read_groups(s, &g) || (g.gap < 0) != (g.n == GROUPS))
		return false;
	for (unsigned i = 0; i < g.n; i++) {
		bool after_gap = g.gap >= 0 && i >= (unsigned)g.gap;
		unsigned place = after_gap ? g.n - 1 - i : GROUPS - 1 - i;

		v |= (u128)g.group[i] << (GROUP_BITS * place);
	}
	*ret = v;
	return true;
}

static bool belongs_to_addr(char c)
{
	return c == ':' || c == '.' || ascii_hex(c) >= 0;
}

int addr_cut(struct str *text, struct addr *ret)
{
	struct str rest = *text;
	size_t n = 0;
	uint32_t v4;
	u128 v6;

	if (cut_v4(&rest, &v4) && (!rest.n || !belongs_to_addr(rest.p[0]))) {
		*text = rest;
		*ret = (struct addr){ .family = FAMILY_V4, .value = v4 };
		return 0;
	}
	while (n < text->n && belongs_to_addr(text->p[n]))
		n++;
	if (!read_v6((struct str){ text->p, n }, &v6))
		return E_SYNTAX;
	*text = (struct str){ text->p + n, text->n - n };
	*ret = (struct addr){ .family = FAMILY_V6, .value = v6 };
	return 0;
}

int addr_parse(struct str text, struct addr *ret)
{
	struct addr a;

	if (addr_cut(&text, &a) < 0 || text.n)
		return E_SYNTAX;
	*ret = a;
	return 0;
}

static char *put_octet(char *p, unsigned v)
{
	if (v >= 100)
		*p++ = (char)('0' + v / 100);
	if (v >= 10)
		*p++ = (char)('0' + v / 10 % 10);
	*p++ = (char)('0' + v % 10);
	return p;
}

static char *put_v4(char *p, uint32_t v)
{
	p = put_octet(p, v >> 24);
	*p++ = '.';
	p = put_octet(p, v >> 16 & UINT8_MAX);
	*p++ = '.';
	p = put_octet(p, v >> 8 & UINT8_MAX);
	*p++ = '.';
	return put_octet(p, v & UINT8_MAX);
}

static unsigned group_of(u128 v, unsigned i)
{
	return (unsigned)(v >> (GROUP_BITS * (GROUPS - 1 - i))) & UINT16_MAX;
}

static char *put_group(char *p, unsigned v)
{
	unsigned shift = 12;

	while (shift && !(v >> shift))
		shift -= 4;
	for (;; shift -= 4) {
		*p++ = "0123456789abcdef"[v >> shift & 0xf];
		if (!shift)
			return p;
	}
}

/* The first of the longest runs of two or more zero groups; n 0 when there is none. */
static void longest_zeros(u128 v, unsigned *ret_at, unsigned *ret_n)
{
	unsigned best = 0;
	unsigned run = 0;

	*ret_at = GROUPS;
	for (unsigned i = 0; i < GROUPS; i++) {
		run = group_of(v, i) ? 0 : run + 1;
		if (run > best && run > 1) {
			best = run;
			*ret_at = i + 1 - run;
		}
	}
	*ret_n = best;
}

static char *put_text(char *p, const char *text)
{
	while (*text)
		*p++ = *text++;
	return p;
}

static char *put_v6(char *p, u128 v)
{
	unsigned at;
	unsigned n;

	if (v >> V4_BITS == UINT16_MAX) /* IPv4-mapped: RFC 5952 section 5 */
		return put_v4(put_text(p, "::ffff:"), (uint32_t)v);
	longest_zeros(v, &at, &n);
	for (unsigned i = 0; i < GROUPS; i++) {
		if (i == at) {
			p = put_text(p, "::");
			i += n - 1;
			continue;
		}
		if (i && i != at + n)
			*p++ = ':';
		p = put_group(p, group_of(v, i));
	}
	return p;
}

size_t addr_format(struct addr a, char text[static ADDR_TEXT_MAX])
{
	char *end = a.family == FAMILY_V4 ? put_v4(text, (uint32_t)a.value) : put_v6(text, a.value);

	*end = '\0';
	return (size_t)(end - text);
}

void addr_print(struct addr a, struct buf *out)
{
	char text[ADDR_TEXT_MAX];

	buf_add(out, text, addr_format(a, text));
}

int addr_cmp(struct addr a, struct addr b)
{
	if (a.family != b.family)
		return a.family < b.family ? -1 : 1;
	return (a.value > b.value) - (a.value < b.value);
}

unsigned addr_to_wire(struct addr a, uint8_t wire[static 16])
{
	unsigned n = family_bits(a.family) / 8;

	for (unsigned i = 0; i < n; i++)
		wire[i] = (uint8_t)(a.value >> (8 * (n - 1 - i)));
	return n;
}

struct addr addr_from_wire(enum family family, const uint8_t *wire)
{
	struct addr a = { .family = family };

	for (unsigned i = 0; i < family_bits(family) / 8; i++)
		a.value = a.value << 8 | wire[i];
	return a;
}
