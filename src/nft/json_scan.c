/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/json_scan.h"

#include "base/err.h"

static struct place place_of(const struct json_scan *s)
{
	return (struct place){ s->file, s->line, (unsigned)(s->pos - s->line_start) + 1 };
}

static int peek(struct json_scan *s)
{
	while (s->pos < s->text.n) {
		char c = s->text.p[s->pos];

		if (c == '\n') {
			s->line++;
			s->line_start = s->pos + 1;
		} else if (c != ' ' && c != '\t' && c != '\r') {
			return c;
		}
		s->pos++;
	}
	return -1;
}

static int fail(struct json_scan *s, struct diag *d, const char *what)
{
	diag_error(d, place_of(s), "expected %s", what);
	diag_hint(d, "give the output of `nft -j list ruleset`: {\"nftables\": [ ... ]}");
	return E_SYNTAX;
}

static bool take(struct json_scan *s, char c)
{
	if (peek(s) != c)
		return false;
	s->pos++;
	return true;
}

/* Behind the closing quote; false: the string does not end. */
static bool skip_string(struct json_scan *s)
{
	for (s->pos++; s->pos < s->text.n; s->pos++) {
		if (s->text.p[s->pos] == '"') {
			s->pos++;
			return true;
		}
		if (s->text.p[s->pos] == '\\')
			s->pos++;
	}
	return false;
}

int json_scan_open(struct json_scan *s, struct str text, const char *file, struct diag *d)
{
	static const char key[] = "\"nftables\"";

	*s = (struct json_scan){ .text = text, .file = file, .line = 1, .first = true };
	if (!take(s, '{'))
		return fail(s, d, "`{`");
	(void)peek(s);
	if (!str_starts((struct str){ text.p + s->pos, text.n - s->pos }, key))
		return fail(s, d, "the key \"nftables\"");
	s->pos += sizeof(key) - 1;
	if (!take(s, ':'))
		return fail(s, d, "`:`");
	if (!take(s, '['))
		return fail(s, d, "a list `[`");
	return 0;
}

/* One value with all that is nested in it. */
static bool skip_value(struct json_scan *s)
{
	size_t depth = 0;

	s->values = 1;
	for (int c; (c = peek(s)) >= 0;) {
		if (c == '"') {
			if (!skip_string(s))
				return false;
		} else if (c == '{' || c == '[') {
			depth++;
			s->values++;
			s->pos++;
		} else if (c == '}' || c == ']') {
			if (depth == 0)
				return true;
			depth--;
			s->pos++;
		} else if (c == ',' && depth == 0) {
			return true;
		} else {
			s->values += c == ',';
			s->pos++;
		}
		if (depth == 0 && (c == '}' || c == ']' || c == '"'))
			return true;
	}
	return false;
}

int json_scan_next(struct json_scan *s, struct diag *d, struct str *ret, struct place *ret_at)
{
	size_t from;

	if (take(s, ']'))
		return take(s, '}') && peek(s) < 0 ? 0 : fail(s, d, "`}` and the end");
	if (!s->first && !take(s, ','))
		return fail(s, d, "`,` or `]`");
	s->first = false;
	if (peek(s) != '{')
		return fail(s, d, "an object `{`");
	from = s->pos;
	*ret_at = place_of(s);
	if (!skip_value(s))
		return fail(s, d, "the end of this object");
	*ret = (struct str){ s->text.p + from, s->pos - from };
	return 1;
}
