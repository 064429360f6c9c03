/* SPDX-License-Identifier: Apache-2.0 */
#include "import/md_entity.h"

#include <stdint.h>

enum { ENTITY_MAX = 12 /* bytes, with both ends */ };

static const struct {
	const char *name, *text;
} entities[] = {
	{ "amp", "&" },		{ "lt", "<" },		{ "gt", ">" },
	{ "quot", "\"" },	{ "apos", "'" },	{ "nbsp", " " },
	{ "ensp", " " },	{ "emsp", " " },	{ "thinsp", " " },
	{ "shy", "" },		{ "ast", "*" },		{ "lowbar", "_" },
	{ "vert", "|" },	{ "verbar", "|" },	{ "lsqb", "[" },
	{ "rsqb", "]" },	{ "lbrack", "[" },	{ "rbrack", "]" },
	{ "lpar", "(" },	{ "rpar", ")" },	{ "comma", "," },
	{ "period", "." },	{ "colon", ":" },	{ "semi", ";" },
	{ "num", "#" },		{ "sol", "/" },		{ "bsol", "\\" },
	{ "hyphen", "\u2010" }, { "dash", "\u2010" },	{ "ndash", "\u2013" },
	{ "mdash", "\u2014" },	{ "hellip", "\u2026" }, { "lsquo", "\u2018" },
	{ "rsquo", "\u2019" },	{ "ldquo", "\u201c" },	{ "rdquo", "\u201d" },
	{ "laquo", "\u00ab" },	{ "raquo", "\u00bb" },	{ "bull", "\u2022" },
	{ "middot", "\u00b7" }, { "copy", "\u00a9" },	{ "reg", "\u00ae" },
	{ "trade", "\u2122" },	{ "times", "\u00d7" },	{ "minus", "\u2212" },
	{ "larr", "\u2190" },	{ "rarr", "\u2192" },	{ "harr", "\u2194" },
	{ "le", "\u2264" },	{ "ge", "\u2265" },	{ "sup1", "\u00b9" },
	{ "sup2", "\u00b2" },	{ "sup3", "\u00b3" },	{ "dagger", "\u2020" },
	{ "Dagger", "\u2021" }, { "sect", "\u00a7" },	{ "zwnj", "" },
	{ "zwj", "" },		{ "deg", "\u00b0" },	{ "para", "\u00b6" },
};

static int digit_of(char c, unsigned base)
{
	int v = c >= '0' && c <= '9'				 ? c - '0'
		: ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f' ? ascii_lower(c) - 'a' + 10
								 : 99;

	return v < (int)base ? v : -1;
}

/* 0: no number, or of no character. */
static uint32_t number_of(struct str s)
{
	unsigned base = s.n && ascii_lower(s.p[0]) == 'x' ? 16 : 10;
	uint32_t v = 0;

	if (base == 16)
		s = (struct str){ s.p + 1, s.n - 1 };
	if (!s.n || s.n > 7)
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		int digit = digit_of(s.p[i], base);

		if (digit < 0)
			return 0;
		v = v * base + (uint32_t)digit;
	}
	return v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff) ? 0 : v;
}

static size_t utf8_of(uint32_t c, char text[static 4])
{
	if (c < 0x80) {
		text[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		text[0] = (char)(0xc0 | c >> 6);
		text[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		text[0] = (char)(0xe0 | c >> 12);
		text[1] = (char)(0x80 | (c >> 6 & 0x3f));
		text[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	text[0] = (char)(0xf0 | c >> 18);
	text[1] = (char)(0x80 | (c >> 12 & 0x3f));
	text[2] = (char)(0x80 | (c >> 6 & 0x3f));
	text[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static bool is_widthless(uint32_t c)
{
	return c == 0xad || (c >= 0x200b && c <= 0x200d) || c == 0x2060 || c == 0xfeff;
}

/* Controls, also of the direction of text, and what egret itself writes: better seen as written. */
static bool is_odd(uint32_t c)
{
	return (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xe000 ||
	       c == 0xe001;
}

static bool add_number(struct str s, struct buf *out)
{
	uint32_t c = number_of(s);
	char text[4];

	if (!c || is_odd(c))
		return false;
	/* A line end by number is a blank: lines are what the page's author set as such. */
	if (c < ' ')
		c = ' ';
	if (!is_widthless(c))
		buf_add(out, text, utf8_of(c, text));
	return true;
}

size_t md_entity(struct str s, struct buf *out)
{
	size_t n = str_find((struct str){ s.p, s.n < ENTITY_MAX ? s.n : ENTITY_MAX }, ';');
	struct str name;

	if (n < 2 || n >= s.n || s.p[n] != ';')
		return 0;
	name = (struct str){ s.p + 1, n - 1 };
	if (name.p[0] == '#')
		return add_number((struct str){ name.p + 1, name.n - 1 }, out) ? n + 1 : 0;
	for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
		if (str_is(name, entities[i].name)) {
			buf_adds(out, entities[i].text);
			return n + 1;
		}
	}
	return 0;
}
