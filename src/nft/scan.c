/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/scan.h"

#include "net/addr.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t digits(struct str s, size_t at)
{
	size_t n = at;

	while (n < s.n && is_digit(s.p[n]))
		n++;
	return n - at;
}

/* [0-9]{1,3} four times with dots; 0: none. */
static size_t scan_addr4(struct str s)
{
	size_t at = 0;

	for (int i = 0; i < 4; i++) {
		size_t n = digits(s, at);

		if (n < 1 || n > 3)
			return 0;
		at += n;
		if (i == 3)
			return at;
		if (at >= s.n || s.p[at] != '.')
			return 0;
		at++;
	}
	return 0;
}

static size_t scan_mac(struct str s)
{
	enum { MAC_LEN = 17 };

	if (s.n < MAC_LEN || (s.n > MAC_LEN && (is_hex(s.p[MAC_LEN]) || s.p[MAC_LEN] == ':')))
		return 0;
	for (size_t i = 0; i < MAC_LEN; i++)
		if (i % 3 == 2 ? s.p[i] != ':' : !is_hex(s.p[i]))
			return 0;
	return MAC_LEN;
}

/* The longest front that is an IPv6 address; 0: none. Two colons at least, so `22:drop` is not. */
static size_t scan_addr6(struct str s)
{
	size_t n = 0, colons = 0;
	struct addr a;

	while (n < s.n && n < ADDR_TEXT_MAX && (is_hex(s.p[n]) || s.p[n] == ':' || s.p[n] == '.'))
		colons += s.p[n++] == ':';
	if (colons < 2)
		return 0;
	for (; n > 1; n--)
		if (addr_parse((struct str){ s.p, n }, &a) == 0 && a.family == FAMILY_V6)
			return n;
	return 0;
}

/* ([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?, at least one of them; 0: none. */
static size_t scan_time(struct str s)
{
	static const char *const units[] = { "d", "h", "m", "s", "ms" };
	size_t at = 0;

	for (size_t u = 0; u < ARRAY_LEN(units); u++) {
		size_t n = digits(s, at), len = strlen(units[u]);
		struct str unit = { s.p + at + n, s.n - at - n };

		if (!n || !str_starts(unit, units[u]))
			continue;
		if (units[u][0] == 'm' && len == 1 && str_starts(unit, "ms"))
			continue;
		at += n + len;
	}
	return at;
}

static bool word_char(char c)
{
	return is_letter(c) || is_digit(c) || c == '/' || c == '_' || c == '.' || c == '-';
}

/* ({letter}|[_.])({letter}|{digit}|[/\-_\.])*, with `*` or an escaped one at the end. */
static size_t scan_string(struct str s)
{
	size_t n = 1;

	while (n < s.n && word_char(s.p[n]))
		n++;
	while (n + 1 < s.n && s.p[n] == '\\' && s.p[n + 1] == '*') {
		n += 2;
		while (n < s.n && word_char(s.p[n]))
			n++;
	}
	if (n < s.n && s.p[n] == '*')
		n++;
	return n;
}

static size_t scan_number(struct str s)
{
	size_t n = 0;

	if (s.n > 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X') && is_hex(s.p[2])) {
		n = 2;
		while (n < s.n && is_hex(s.p[n]))
			n++;
		return n;
	}
	return digits(s, 0);
}

static size_t scan_punct(struct str s)
{
	static const char *const two[] = { "==", "!=", "<=", ">=", "<<", ">>" };

	for (size_t i = 0; i < ARRAY_LEN(two); i++)
		if (str_starts(s, two[i]))
			return 2;
	return 1;
}

static bool string_start(struct str s)
{
	if (is_letter(s.p[0]) || s.p[0] == '_')
		return true;
	return s.p[0] == '.' && s.n > 1 && (is_letter(s.p[1]) || s.p[1] == '_');
}

/* Two words of nft begin with a digit: the names of ether types. */
static size_t scan_tag(struct str s)
{
	static const char *const words[] = { "8021q", "8021ad" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_starts(s, words[i]))
			return strlen(words[i]);
	return 0;
}

size_t scan_word(struct str s, enum tok_kind *ret_kind)
{
	size_t n;

	if (is_hex(s.p[0]) || s.p[0] == ':') {
		*ret_kind = TOK_MAC;
		n = scan_mac(s);
		if (n)
			return n;
		*ret_kind = TOK_ADDR6;
		n = scan_addr6(s);
		if (n)
			return n;
	}
	*ret_kind = TOK_WORD;
	if (string_start(s))
		return scan_string(s);
	if (is_digit(s.p[0])) {
		n = scan_time(s);
		if (!n)
			n = scan_tag(s);
		if (n)
			return n;
		*ret_kind = TOK_ADDR4;
		n = scan_addr4(s);
		if (n)
			return n;
		*ret_kind = TOK_NUM;
		return scan_number(s);
	}
	*ret_kind = TOK_PUNCT;
	return scan_punct(s);
}
