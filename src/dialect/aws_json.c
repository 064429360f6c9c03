/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_json.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_limits.h"

static const char hint[] = "give what the aws program printed, with --output json";

/* Goes through a text and says where values begin; it trusts jansson that the text is JSON. */
struct scan {
	const char *p, *end;
	unsigned line;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_mark(char c)
{
	return c == ',' || c == ':' || c == '[' || c == ']' || c == '{' || c == '}';
}

static void skip_blanks(struct scan *s)
{
	for (; s->p < s->end && is_blank(*s->p); s->p++)
		s->line += *s->p == '\n';
}

/* Behind the closing quote. A string of JSON holds no line break. */
static void skip_string(struct scan *s)
{
	for (s->p++; s->p < s->end && *s->p != '"'; s->p++)
		if (*s->p == '\\' && s->p + 1 < s->end)
			s->p++;
	if (s->p < s->end)
		s->p++;
}

static void skip_word(struct scan *s)
{
	while (s->p < s->end && !is_blank(*s->p) && !is_mark(*s->p) && *s->p != '"')
		s->p++;
}

/* Steps over the next token and what separates it; its line, or 0: it is no value, 1 at least. */
static unsigned next_value(struct scan *s)
{
	unsigned line = s->line;
	char c = *s->p;

	if (c == '"') {
		skip_string(s);
		skip_blanks(s);
		return s->p < s->end && *s->p == ':' ? 0 : line;
	}
	if (c == '{' || c == '[') {
		s->p++;
		return line;
	}
	if (is_mark(c)) {
		s->p++;
		return 0;
	}
	skip_word(s);
	return line;
}

/* ---- limits, before there is a tree ---- */

static int refuse(const struct aws_text *t, unsigned line, struct diag *d, const char *what,
		  int limit)
{
	diag_error(d, (struct place){ .file = t->file, .line = line }, "more than %d %s", limit,
		   what);
	diag_hint(d, "no account has as much; %s", hint);
	return E_LIMIT;
}

static int check_size(struct aws_text *t, struct diag *d)
{
	struct scan s = { t->rest.p, t->rest.p + t->rest.n, t->line };
	size_t depth = 0;

	for (skip_blanks(&s); s.p < s.end; skip_blanks(&s)) {
		char c = *s.p;

		depth += c == '{' || c == '[';
		depth -= depth && (c == '}' || c == ']');
		if (depth > AWS_DEPTH_MAX)
			return refuse(t, s.line, d, "levels of lists and objects", AWS_DEPTH_MAX);
		t->values += next_value(&s) != 0;
		if (t->values > AWS_VALUES_MAX)
			return refuse(t, s.line, d, "values", AWS_VALUES_MAX);
		if (depth == 0)
			break; /* the end of this document */
	}
	return 0;
}

/* ---- spots ---- */

static int add_spot(struct aws_document *doc, const json_t *value, struct scan *s)
{
	unsigned line = 0;
	int r;

	for (skip_blanks(s); s->p < s->end && !line; skip_blanks(s))
		line = next_value(s);
	if (json_is_true(value) || json_is_false(value) || json_is_null(value))
		return 0;
	r = mem_grow(&doc->spot, &doc->cap, doc->spots + 1, sizeof(*doc->spot));
	if (r == 0)
		doc->spot[doc->spots++] = (struct aws_spot){ value, line };
	return r;
}

/* The value and all in it, in the order of the text; as deep as check_size() lets it be. */
static int add_spots(struct aws_document *doc, json_t *value, struct scan *s)
{
	const char *key;
	json_t *member;
	size_t i;
	int r = add_spot(doc, value, s);

	json_object_foreach(value, key, member)
	{
		if (r == 0)
			r = add_spots(doc, member, s);
	}
	json_array_foreach(value, i, member)
	{
		if (r == 0)
			r = add_spots(doc, member, s);
	}
	return r;
}

static int by_address(const void *a, const void *b)
{
	const struct aws_spot *x = a, *y = b;

	return x->value < y->value ? -1 : x->value > y->value;
}

struct place aws_document_place(const struct aws_document *doc, const json_t *value)
{
	const struct aws_spot wanted = { .value = value };
	const struct aws_spot *found =
		doc->spots ? bsearch(&wanted, doc->spot, doc->spots, sizeof(wanted), by_address)
			   : NULL;

	return (struct place){ .file = doc->file, .line = found ? found->line : 0 };
}

/* ---- documents ---- */

static int tell_syntax(const struct aws_text *t, const json_error_t *error, struct diag *d)
{
	struct place at = { .file = t->file, .line = t->line };

	/* jansson says nothing when a value could not be allocated. */
	if (!error->text[0] || json_error_code(error) == json_error_out_of_memory)
		return -ENOMEM;
	at.line += error->line > 1 ? (unsigned)error->line - 1 : 0;
	at.column = error->line > 1 && error->column > 0 ? (unsigned)error->column : 0;
	diag_error(d, at, "this is not JSON: %s", show(str_of(error->text)).text);
	diag_hint(d, "%s", hint);
	return E_SYNTAX;
}

static int load(struct aws_text *t, struct diag *d, struct aws_document *doc)
{
	struct scan s = { t->rest.p, t->rest.p + t->rest.n, t->line };
	json_error_t error;
	int r;

	doc->root = json_loadb(t->rest.p, t->rest.n,
			       JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &error);
	if (!doc->root)
		return tell_syntax(t, &error, d);
	s.end = s.p + error.position;
	r = add_spots(doc, doc->root, &s);
	if (r < 0)
		return r;
	if (doc->spots)
		qsort(doc->spot, doc->spots, sizeof(*doc->spot), by_address);
	if (!json_is_object(doc->root)) {
		diag_error(d, aws_document_place(doc, doc->root),
			   "a list, where an object is expected");
		diag_hint(d, "%s", hint);
		return E_SYNTAX;
	}
	for (skip_blanks(&s); s.p < s.end; skip_blanks(&s))
		(void)next_value(&s);
	t->line = s.line;
	t->rest = (struct str){ s.end, (size_t)(t->rest.p + t->rest.n - s.end) };
	return 0;
}

int aws_text_next(struct aws_text *t, struct diag *d, struct aws_document *ret)
{
	struct aws_document doc = { .file = t->file };
	struct scan s = { t->rest.p, t->rest.p + t->rest.n, t->line };
	int r;

	skip_blanks(&s);
	t->line = s.line;
	t->rest = (struct str){ s.p, (size_t)(s.end - s.p) };
	if (!t->rest.n)
		return 0;
	r = check_size(t, d);
	if (r == 0)
		r = load(t, d, &doc);
	if (r < 0) {
		aws_document_release(&doc);
		return r;
	}
	*ret = doc;
	return 1;
}

void aws_document_release(struct aws_document *doc)
{
	json_decref(doc->root);
	mem_free(doc->spot);
	*doc = (struct aws_document){ 0 };
}

/* ---- keys ---- */

static const char *among(struct str word, const char *const *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(word, keys[i]))
			return keys[i];
	return NULL;
}

const char *aws_text_key(struct str text, const char *const *keys, size_t n)
{
	struct scan s = { text.p, text.p + text.n, 1 };
	const char *found = NULL;
	size_t depth = 0;

	skip_blanks(&s);
	if (s.p == s.end || *s.p != '{')
		return NULL;
	for (; !found && s.p < s.end; skip_blanks(&s)) {
		const char *from = s.p;

		depth += *from == '{' || *from == '[';
		depth -= depth && (*from == '}' || *from == ']');
		if (depth == 0)
			break;
		if (next_value(&s) == 0 && *from == '"' && depth == 1) {
			const char *end = memchr(from + 1, '"', (size_t)(s.p - from - 1));

			found = among((struct str){ from + 1, (size_t)(end - from - 1) }, keys, n);
		}
	}
	return found;
}
