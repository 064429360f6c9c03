/* SPDX-License-Identifier: Apache-2.0 */
/* The field types of plain values: text, ids, dates, words, numbers. */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/closest.h"
#include "base/err.h"
#include "base/show.h"
#include "catalog/fields.h"

static int put_text(struct fields *in, const struct field *f, struct str s, void *record)
{
	const char *copy = arena_str(in->arena, s);

	if (!copy)
		return -ENOMEM;
	memcpy(field_at(f, record), &copy, sizeof(copy));
	return 0;
}

/* Text goes to terminals, comments of configurations and logs: no control characters in it. */
int field_text(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "a text of one paragraph";
	size_t max = f->max ? f->max : FIELD_TEXT_MAX;
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	s = str_trim(s);
	if (s.n == 0 || !str_is_line(s))
		return field_refuse(in, n, E_SYNTAX,
				    s.n ? "has control characters or line breaks" : "is blank",
				    expected);
	if (s.n <= max)
		return put_text(in, f, s, record);
	diag_error(in->diag, n->at, "'%s' has %zu bytes", f->name, s.n);
	diag_hint(in->diag, "the limit is %zu", max);
	return E_LIMIT;
}

static bool is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!word && (c != '-' || i == 0))
			return false;
	}
	return s.n > 0 && s.n <= FIELD_ID_MAX;
}

int field_id(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] =
		"an id: small letters, digits and '-', at most 63, the first not '-'";
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	if (!is_id(s))
		return field_refuse(in, n, E_SYNTAX, "is no id", expected);
	return put_text(in, f, s, record);
}

int field_ref(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "the name of something defined elsewhere: an id, or two "
				       "joined by '/'";
	struct field_ref ref = { .at = n->at };
	struct str s, rest;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	rest = s;
	if (!is_id(str_cut(&rest, '/')) || (rest.p && !is_id(rest)))
		return field_refuse(in, n, E_SYNTAX, "is no name", expected);
	ref.id = arena_str(in->arena, s);
	if (!ref.id)
		return -ENOMEM;
	memcpy(field_at(f, record), &ref, sizeof(ref));
	return 0;
}

bool field_is_date(struct str s)
{
	static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint64_t year, month, day;
	bool leap;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' ||
	    str_u64((struct str){ s.p, 4 }, 9999, &year) < 0 ||
	    str_u64((struct str){ s.p + 5, 2 }, 12, &month) < 0 ||
	    str_u64((struct str){ s.p + 8, 2 }, 31, &day) < 0 || month == 0 || day == 0)
		return false;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= days[month - 1] + (month == 2 && leap);
}

int field_date(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "a day like 2026-10-01";
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	if (!field_is_date(s))
		return field_refuse(in, n, E_SYNTAX, "is no day", expected);
	return put_text(in, f, s, record);
}

int field_bool(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "true or false, without quotes";
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);
	bool yes;

	if (r < 0)
		return r;
	yes = str_is(s, "true");
	if (n->quoted || (!yes && !str_is(s, "false")))
		return field_refuse(in, n, E_SYNTAX, "is neither true nor false", expected);
	*(bool *)field_at(f, record) = yes;
	return 0;
}

int field_number(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "a whole number";
	unsigned max = f->max ? (unsigned)f->max : UINT_MAX;
	uint64_t value;
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	r = str_u64(s, max, &value);
	if (r == E_LIMIT) {
		diag_error(in->diag, n->at, "'%s' is above %u", show(s).text, max);
		return r;
	}
	if (r < 0)
		return field_refuse(in, n, r, "is no number", expected);
	*(unsigned *)field_at(f, record) = (unsigned)value;
	return 0;
}

static int word_value(struct fields *in, const struct field *f, const struct yaml *n, unsigned *ret)
{
	EG_AUTO(buf_release) struct buf known = BUF_INIT;
	struct str s;
	int r = field_scalar(in, f, n, "a word", &s);

	if (r < 0)
		return r;
	for (const struct field_word *w = f->words; w->word; w++) {
		if (str_is(s, w->word)) {
			*ret = w->value;
			return 0;
		}
		buf_printf(&known, "%s%s", known.n ? ", " : "", w->word);
	}
	diag_error(in->diag, n->at, "'%s' is not known as %s", show(s).text, f->name);
	diag_hint(in->diag, "expected one of: %.*s", STR_FMT(buf_str(&known)));
	return E_UNKNOWN;
}

int field_word(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	unsigned value;
	int r = word_value(in, f, n, &value);

	if (r == 0)
		memcpy(field_at(f, record), &value, sizeof(value));
	return r;
}

int field_words(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	unsigned all = 0, value = 0;
	int r = 0, r_now = 0;

	if (n->kind == YAML_SCALAR)
		return field_word(in, f, n, record);
	if (n->kind == YAML_MAPPING || n->n == 0)
		return field_refuse(in, n, E_SYNTAX, n->n ? "is a mapping" : "is an empty list",
				    "a word or a list of words");
	for (const struct yaml *v = n->first; v; v = v->next) {
		r_now = word_value(in, f, v, &value);
		if (r_now == 0)
			all |= value;
		r = r == 0 ? r_now : r;
	}
	if (r == 0)
		memcpy(field_at(f, record), &all, sizeof(all));
	return r;
}

int field_node(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	(void)in;
	*(const struct yaml **)field_at(f, record) = n;
	return 0;
}

int field_line(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	(void)in;
	*(unsigned *)field_at(f, record) = n->key ? n->key->at.line : n->at.line;
	return 0;
}
