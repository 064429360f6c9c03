/* SPDX-License-Identifier: Apache-2.0 */
/* Texts, days and prefixes in a vendor's JSON. */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "catalog/fields.h"
#include "import/jsonin.h"

static const char *keep_text(struct jsonin *in, const struct json_at *at, struct str s, size_t max)
{
	const char *copy;

	s = str_trim(s);
	if (!s.n || !str_is_line(s)) {
		jsonin_fail(in, at, NULL, "expected a text of one line, not %s",
			    s.n ? "control characters" : "a blank one");
		return NULL;
	}
	if (s.n > max) {
		jsonin_fail(in, at, NULL, "a text of %zu bytes; the limit is %zu", s.n, max);
		return NULL;
	}
	copy = draft_str(in->draft, s);
	if (!copy)
		jsonin_keep(in, -ENOMEM);
	return copy;
}

static struct str string_of(const struct json_at *at)
{
	return (struct str){ json_string_value(at->value), json_string_length(at->value) };
}

const char *jsonin_text(struct jsonin *in, const struct json_at *at, size_t max)
{
	return jsonin_is(in, at, JSON_STRING) ? keep_text(in, at, string_of(at), max) : NULL;
}

bool jsonin_key(struct jsonin *in, const struct json_at *at)
{
	struct str key = str_of(at->key);

	if (str_trim(key).n == key.n && key.n && key.n <= JSONIN_NAME_MAX && str_is_line(key))
		return true;
	jsonin_fail(in, at, NULL, "this key is blank, too long, or has control characters");
	return false;
}

const char *jsonin_note(struct jsonin *in, const struct json_at *at, size_t max)
{
	char *copy;

	if (!jsonin_is(in, at, JSON_STRING))
		return NULL;
	copy = draft_str(in->draft, string_of(at));
	if (!copy) {
		jsonin_keep(in, -ENOMEM);
		return NULL;
	}
	for (char *c = copy; *c; c++) {
		if (*c == '\n' || *c == '\r' || *c == '\t')
			*c = ' ';
	}
	return keep_text(in, at, str_of(copy), max);
}

const char *jsonin_day(struct jsonin *in, const struct json_at *at)
{
	const char *day;
	struct str s;

	if (!at->value || !jsonin_is(in, at, JSON_STRING))
		return NULL;
	s = string_of(at);
	if (s.n > 10 && (s.p[10] == '-' || s.p[10] == 'T'))
		s.n = 10;
	if (!field_is_date(s)) {
		jsonin_fail(in, at, NULL, "'%s' does not begin with a day like 2026-10-01",
			    show(string_of(at)).text);
		return NULL;
	}
	day = draft_str(in->draft, s);
	if (!day)
		jsonin_keep(in, -ENOMEM);
	return day;
}

/* ---- prefixes ---- */

/* Zscaler once published "205.220.0.0/17 ": blanks around a prefix mean nothing. */
static struct str prefix_of(const struct json_at *at)
{
	return str_trim(string_of(at));
}

/* Why `s` is no prefix for a list of this family; NULL: it is one. */
static const char *why_not(struct str s, unsigned family)
{
	struct prefix p;
	int r = prefix_parse(s, &p);

	if (r == E_REFUSED)
		return "has bits set after its length";
	if (r < 0)
		return "is no address or prefix";
	if (p.len == 0)
		return "is every address there is";
	if (family && p.family != family)
		return family == FAMILY_V4 ? "is not IPv4" : "is not IPv6";
	return NULL;
}

void jsonin_prefix(struct jsonin *in, const struct json_at *at, unsigned family, const char *remark,
		   struct draft_prefixes *ret)
{
	const char *why;

	if (!jsonin_is(in, at, JSON_STRING))
		return;
	why = why_not(prefix_of(at), family);
	if (why)
		jsonin_fail(in, at,
			    "fetch it again; if the vendor publishes this, ask what is meant",
			    "'%s' %s", show(prefix_of(at)).text, why);
	else
		jsonin_keep(in, draft_prefixes_add(ret, prefix_of(at), remark));
}

void jsonin_empty(struct jsonin *in, const struct json_at *list)
{
	jsonin_keep(in, draft_problem(in->draft, PROBLEM_LOST, jsonin_place(in), NULL,
				      "%s is an empty list",
				      list->key ? show(str_of(list->key)).text : "a list"));
}

void jsonin_prefixes(struct jsonin *in, const struct json_at *list, unsigned family,
		     struct draft_prefixes *ret)
{
	size_t n = json_array_size(list->value);

	if (!jsonin_is(in, list, JSON_ARRAY))
		return;
	if (n == 0)
		jsonin_empty(in, list);
	for (size_t i = 0; i < n && !jsonin_over(in); i++) {
		struct json_at at = jsonin_element(list, i);

		jsonin_prefix(in, &at, family, NULL, ret);
	}
}
