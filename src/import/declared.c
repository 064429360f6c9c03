/* SPDX-License-Identifier: Apache-2.0 */
/* Where markup says in which encoding it is; close to what browsers do before they parse. */
#include "import/encoding.h"

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip(struct str *s, size_t n)
{
	n = n < s->n ? n : s->n;
	s->p += n;
	s->n -= n;
}

static void skip_blanks(struct str *s)
{
	while (s->n && (is_blank(s->p[0]) || s->p[0] == '/'))
		skip(s, 1);
}

static bool starts_nocase(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && !strncasecmp(s.p, prefix, n);
}

/* Cuts up to a character of `stops` (all of them ASCII), which stays. */
static struct str cut_before(struct str *s, const char *stops)
{
	struct str part = { s->p, 0 };

	while (s->n && !(s->p[0] && strchr(stops, s->p[0])))
		skip(s, 1);
	part.n = (size_t)(s->p - part.p);
	return part;
}

static struct str cut_value(struct str *s)
{
	char quote = s->n ? s->p[0] : '\0';
	struct str value;

	if (quote != '"' && quote != '\'')
		return cut_before(s, " \t\n\v\f\r>;");
	skip(s, 1);
	value = cut_before(s, quote == '"' ? "\"" : "'");
	skip(s, 1);
	return value;
}

/* The next NAME=VALUE of a tag; false at its end. */
static bool next_attribute(struct str *s, struct str *name, struct str *value)
{
	*value = (struct str){ 0 };
	skip_blanks(s);
	if (!s->n || s->p[0] == '>')
		return false;
	*name = cut_before(s, " \t\n\v\f\r/>=");
	skip_blanks(s);
	if (s->n && s->p[0] == '=') {
		skip(s, 1);
		skip_blanks(s);
		*value = cut_value(s);
	}
	return true;
}

/* The label in "text/html; charset=NAME". */
static struct str charset_of_content(struct str content)
{
	static const char word[] = "charset";

	for (; content.n; skip(&content, 1)) {
		struct str rest = content;

		if (!starts_nocase(rest, word))
			continue;
		skip(&rest, sizeof(word) - 1);
		skip_blanks(&rest);
		if (!rest.n || rest.p[0] != '=')
			continue;
		skip(&rest, 1);
		skip_blanks(&rest);
		return cut_value(&rest);
	}
	return (struct str){ 0 };
}

/* The label that the attributes of a <meta> give, or empty. Ends behind the last one. */
static struct str meta_label(struct str *s)
{
	struct str charset = { 0 };
	struct str content = { 0 };
	struct str name, value;
	bool about_type = false;

	while (next_attribute(s, &name, &value)) {
		if (str_is_nocase(name, "charset"))
			charset = value;
		else if (str_is_nocase(name, "content"))
			content = charset_of_content(value);
		else if (str_is_nocase(name, "http-equiv"))
			about_type = str_is_nocase(str_trim(value), "content-type");
	}
	return charset.n ? charset : about_type ? content : (struct str){ 0 };
}

static void skip_comment(struct str *s)
{
	skip(s, 2); /* "<!-->" is a whole comment */
	while (s->n && !str_starts(*s, "-->"))
		skip(s, 1);
	skip(s, 3);
}

static struct str find_meta(struct str s)
{
	struct str name, value;

	for (;;) {
		skip(&s, str_find(s, '<'));
		if (!s.n)
			return (struct str){ 0 };
		if (str_starts(s, "<!--")) {
			skip_comment(&s);
		} else if (starts_nocase(s, "<meta") && s.n > 5 &&
			   (is_blank(s.p[5]) || s.p[5] == '/')) {
			struct str label;

			skip(&s, 5);
			label = meta_label(&s);
			if (label.n)
				return label;
		} else if (s.n > 1 && ascii_lower(s.p[1]) >= 'a' && ascii_lower(s.p[1]) <= 'z') {
			while (next_attribute(&s, &name, &value))
				; /* a ">" in quotes does not end the tag */
		} else {
			skip(&s, 1);
		}
	}
}

static struct str find_xml(struct str s)
{
	struct str name, value;

	if (!str_starts(s, "<?xml"))
		return (struct str){ 0 };
	skip(&s, 5);
	while (next_attribute(&s, &name, &value)) {
		if (str_is(name, "encoding"))
			return value;
	}
	return (struct str){ 0 };
}

struct encoding_declared encoding_declared(struct str bytes)
{
	struct str head = { bytes.p, bytes.n < ENCODING_HEAD ? bytes.n : ENCODING_HEAD };
	struct encoding_declared d = { 0 };

	while (head.n && is_blank(head.p[0]))
		skip(&head, 1);
	if (!head.n || head.p[0] != '<')
		return d;
	d.label = str_trim(find_meta(head));
	if (!d.label.n) {
		d.label = str_trim(find_xml(head));
		d.xml = d.label.n > 0;
	}
	return d;
}
