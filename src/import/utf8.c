/* SPDX-License-Identifier: Apache-2.0 */
#include "import/utf8.h"

#include <assert.h>

static bool is_character(uint32_t c)
{
	return c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

size_t utf8_at(struct str s, uint32_t *ret)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = s.n ? (unsigned char)s.p[0] : 0x80;
	size_t n = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	uint32_t c = n == 1 ? lead : lead & (0x7fu >> n);

	if (n == 0 || n > s.n || lead > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)s.p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)s.p[i] & 0x3f);
	}
	if (c < smallest[n] || !is_character(c))
		return 0;
	*ret = c;
	return n;
}

size_t utf8_valid(struct str s)
{
	size_t at = 0;

	while (at < s.n) {
		uint32_t c;
		size_t n = utf8_at((struct str){ s.p + at, s.n - at }, &c);

		if (!n)
			break;
		at += n;
	}
	return at;
}

void utf8_add(struct buf *out, uint32_t c)
{
	char text[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	assert(is_character(c));
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		text[i] = (char)(0x80 | (c & 0x3f));
	text[0] = (char)(n == 1 ? c : (0xf00u >> n & 0xf0) | c);
	buf_add(out, text, n);
}
