/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/squid_name.h"

static bool all_in(struct str s, const char *set)
{
	for (size_t i = 0; i < s.n; i++)
		if (!s.p[i] || !strchr(set, s.p[i]))
			return false;
	return true;
}

/* Letters, digits, hyphens, underscores and dots: what names of hosts are made of. */
static bool is_plain(struct str s)
{
	return all_in(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
}

/* Could it be the end of an address as a request has it, in brackets if it is IPv6? */
static bool could_be_digits(struct str s)
{
	return all_in(s, "0123456789abcdefABCDEF.:[]");
}

static bool ends_in_dot(struct str s)
{
	return s.n && s.p[s.n - 1] == '.';
}

static void set_names(struct squid_hosts *h, const struct name *name, bool apex, bool under)
{
	h->kind = SQUID_HOST_NAMES;
	h->n = 0;
	if (apex)
		h->pattern[h->n++] = (struct pattern){ PATTERN_NAME, *name };
	if (under)
		h->pattern[h->n++] = (struct pattern){ PATTERN_UNDER, *name };
}

void squid_domain(struct str text, struct squid_hosts *ret)
{
	struct squid_hosts h = { .kind = SQUID_HOST_NEVER };
	struct str rest = text;
	bool dot = text.n && text.p[0] == '.';
	struct name name;

	rest.p += dot;
	rest.n -= dot;
	if (!is_plain(rest)) {
		h.kind = could_be_digits(text) ? SQUID_HOST_DIGITS : SQUID_HOST_NEVER;
		for (size_t i = 0; i < text.n; i++)
			if ((unsigned char)text.p[i] >= 0x80)
				h.kind = SQUID_HOST_UNKNOWN;
		h.note = memchr(text.p, '*', text.n)
				 ? "squid has no stars: no name is like this; write a leading dot"
				 : "no name of a host is like this";
	} else if (!dot && addr_parse(rest, &h.addr) == 0) {
		h.kind = SQUID_HOST_ADDRESS;
	} else if (rest.n && ends_in_dot(rest)) {
		h.note = "it ends in a dot, as no host that squid compares with does";
	} else if (name_parse(rest, &name) == 0) {
		set_names(&h, &name, true, dot);
	} else if (could_be_digits(text)) {
		h.kind = SQUID_HOST_DIGITS;
	} else {
		h.kind = SQUID_HOST_UNKNOWN;
	}
	*ret = h;
}

/* Takes `prefix` off the front. */
static bool takes(struct str *s, const char *prefix)
{
	if (!str_starts(*s, prefix))
		return false;
	s->n -= strlen(prefix);
	s->p += strlen(prefix);
	return true;
}

/* "zoom\.us$" without its backslashes and the dollar; false: it is more than a literal. */
static bool literal(struct str s, char text[static NAME_TEXT_MAX], size_t *ret)
{
	size_t n = 0;

	if (!s.n || s.p[s.n - 1] != '$')
		return false;
	s.n--;
	for (size_t i = 0; i < s.n; i++) {
		bool escaped = s.p[i] == '\\' && i + 1 < s.n;
		char c = s.p[i += escaped];

		if (n + 1 == NAME_TEXT_MAX || !is_plain((struct str){ &c, 1 }) ||
		    escaped != (c == '.' || (escaped && c == '-')))
			return false;
		text[n++] = c;
	}
	*ret = n;
	return true;
}

static bool has_upper(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] != ascii_lower(text[i]))
			return true;
	return false;
}

void squid_domain_regex(struct str text, bool nocase, struct squid_hosts *ret)
{
	struct squid_hosts h = { .kind = SQUID_HOST_UNKNOWN };
	char plain[NAME_TEXT_MAX];
	struct str rest = text;
	bool apex = true, under = true;
	struct name name;
	size_t n = 0;

	if (!takes(&rest, "(^|\\.)") && !takes(&rest, "(\\.|^)") && !takes(&rest, "^(.*\\.)?") &&
	    !takes(&rest, "^(.+\\.)?")) {
		if (takes(&rest, "^.*\\.") || takes(&rest, "^.+\\.") || takes(&rest, ".*\\.") ||
		    takes(&rest, ".+\\.") || takes(&rest, "\\."))
			apex = false;
		else if (takes(&rest, "^"))
			under = false;
		else
			rest = STR("");
	}
	/* What ends in a number could be an address: name_parse() refuses it. */
	if (literal(rest, plain, &n) && n && !ends_in_dot((struct str){ plain, n }) &&
	    (nocase || !has_upper(plain, n)) && name_parse((struct str){ plain, n }, &name) == 0)
		set_names(&h, &name, apex, under);
	*ret = h;
}
