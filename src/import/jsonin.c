/* SPDX-License-Identifier: Apache-2.0 */
#include "import/jsonin.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/err.h"
#include "base/show.h"
#include "import/page.h"

/* How much of a text jsonin_detect() looks at. */
enum { DETECT_BEGIN = 16384, DETECT_END = 4096 };

static const char again[] = "give the file as the vendor publishes it; if it was cut or edited, "
			    "fetch it again";

static bool has(struct str s, const char *key)
{
	return memmem(s.p, s.n, key, strlen(key)) != NULL;
}

bool jsonin_detect(struct str text, const char *key)
{
	struct str begin = { text.p, text.n < DETECT_BEGIN ? text.n : DETECT_BEGIN };
	struct str end = text;
	struct str first = str_trim(begin);

	if (!first.n || (first.p[0] != '{' && first.p[0] != '['))
		return false;
	if (end.n > DETECT_END)
		end = (struct str){ text.p + text.n - DETECT_END, DETECT_END };
	return has(begin, key) || has(end, key);
}

/* ---- errors and paths ---- */

struct place jsonin_place(const struct jsonin *in)
{
	return (struct place){ .file = in->file };
}

void jsonin_keep(struct jsonin *in, int r)
{
	if (r < 0 && (in->r == 0 || r == -ENOMEM))
		in->r = r;
}

bool jsonin_over(const struct jsonin *in)
{
	return in->r == -ENOMEM || in->r == E_LIMIT;
}

/* "prefixes[17].ip_prefix"; with `any`, "prefixes[].ip_prefix". */
static void print_path(const struct json_at *at, bool any, struct buf *out)
{
	const struct json_at *way[JSONIN_DEPTH_MAX + 2];
	size_t n = 0;

	for (; at->up && n < ARRAY_LEN(way); at = at->up)
		way[n++] = at;
	if (n == 0)
		buf_adds(out, "the whole");
	while (n--) {
		if (way[n]->key)
			buf_printf(out, "%s%s", out->n ? "." : "", show(str_of(way[n]->key)).text);
		else if (any)
			buf_adds(out, "[]");
		else
			buf_printf(out, "[%zu]", way[n]->index);
	}
}

void jsonin_fail(struct jsonin *in, const struct json_at *at, const char *hint, const char *fmt,
		 ...)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	char what[512];
	va_list args;

	print_path(at, false, &text);
	va_start(args, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, args); /* cut at the end if it is longer */
	va_end(args);
	buf_printf(&text, ": %s", what);
	if (text.r < 0) {
		jsonin_keep(in, text.r);
		return;
	}
	diag_error(in->diag, jsonin_place(in), "%.*s", STR_FMT(buf_str(&text)));
	diag_hint(in->diag, "%s", hint ? hint : again);
	jsonin_keep(in, E_SYNTAX);
}

/* ---- parsing ---- */

static int too_large(struct jsonin *in, struct place at, const char *what, int limit)
{
	diag_error(in->diag, at, "more than %d %s", limit, what);
	diag_hint(in->diag, "no vendor publishes that; %s", again);
	return E_LIMIT;
}

/* Where the string that begins at `i` ends: at its closing quote, or at the end of the text. */
static size_t string_end(struct str text, size_t i)
{
	for (i++; i < text.n && text.p[i] != '"'; i++)
		i += text.p[i] == '\\';
	return i;
}

/*
 * Refuses what would cost too much as a tree, before there is one. Whether it is JSON at all is
 * for the parser to say.
 */
static int check_size(struct jsonin *in, struct str text)
{
	struct place at = { .file = in->file, .line = 1 };
	size_t depth = 0, values = 1, line_start = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '"')
			i = string_end(text, i);
		values += c == ',' || c == '[' || c == '{';
		depth += c == '[' || c == '{';
		depth -= depth && (c == ']' || c == '}');
		at.column = (unsigned)(i - line_start) + 1;
		if (depth > JSONIN_DEPTH_MAX)
			return too_large(in, at, "levels of lists and objects", JSONIN_DEPTH_MAX);
		if (values > JSONIN_VALUES_MAX)
			return too_large(in, at, "values", JSONIN_VALUES_MAX);
		if (c == '\n') {
			at.line++;
			line_start = i + 1;
		}
	}
	return 0;
}

static int parse(struct jsonin *in, struct str text)
{
	json_error_t error;
	struct place at = { .file = in->file };

	in->root.value = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &error);
	if (in->root.value)
		return 0;
	/* jansson says nothing when a value could not be allocated. */
	if (!error.text[0] || json_error_code(&error) == json_error_out_of_memory)
		return -ENOMEM;
	at.line = error.line > 0 ? (unsigned)error.line : 1;
	at.column = error.column > 0 ? (unsigned)error.column : 1;
	diag_error(in->diag, at, "this is not JSON: %s", show(str_of(error.text)).text);
	diag_hint(in->diag, "%s", again);
	return E_SYNTAX;
}

/* ---- values ---- */

struct json_at jsonin_member(const struct json_at *object, const char *key)
{
	return (struct json_at){ object, key, 0, json_object_get(object->value, key) };
}

struct json_at jsonin_element(const struct json_at *list, size_t index)
{
	return (struct json_at){ list, NULL, index, json_array_get(list->value, index) };
}

static const char *type_name(json_type type)
{
	static const char *const name[] = {
		[JSON_OBJECT] = "an object",	[JSON_ARRAY] = "a list",
		[JSON_STRING] = "a text",	[JSON_INTEGER] = "a whole number",
		[JSON_REAL] = "a number",	[JSON_TRUE] = "true or false",
		[JSON_FALSE] = "true or false", [JSON_NULL] = "null",
	};

	return name[type];
}

bool jsonin_is(struct jsonin *in, const struct json_at *at, json_type type)
{
	const json_t *v = at->value;

	if (!v)
		jsonin_fail(in, at, NULL, "is missing; expected %s", type_name(type));
	else if (json_typeof(v) != type && !(type == JSON_TRUE && json_is_false(v)))
		jsonin_fail(in, at, NULL, "expected %s, not %s", type_name(type),
			    type_name(json_typeof(v)));
	else
		return true;
	return false;
}

/* ---- what a format does not know ---- */

void jsonin_unknown(struct jsonin *in, const struct json_at *at)
{
	EG_AUTO(buf_release) struct buf path = BUF_INIT;
	struct jsonin_unknown *u;

	print_path(at, true, &path);
	if (path.r < 0) {
		jsonin_keep(in, path.r);
		return;
	}
	for (u = in->unknown; u < in->unknown + in->unknowns; u++) {
		if (str_is(buf_str(&path), u->path)) {
			u->times++;
			return;
		}
	}
	if (in->unknowns == JSONIN_UNKNOWN_MAX) {
		in->unknown_more++;
		return;
	}
	*u = (struct jsonin_unknown){ draft_str(in->draft, buf_str(&path)), 1 };
	if (u->path)
		in->unknowns++;
	else
		jsonin_keep(in, -ENOMEM);
}

void jsonin_known(struct jsonin *in, const struct json_at *object, const char *const *keys)
{
	const char *key;
	json_t *value;

	json_object_foreach(object->value, key, value)
	{
		struct json_at at = { object, key, 0, value };
		size_t i = 0;

		while (keys[i] && strcmp(keys[i], key) != 0)
			i++;
		if (!keys[i])
			jsonin_unknown(in, &at);
	}
}

void jsonin_unknown_value(struct jsonin *in, const struct json_at *at, struct str value)
{
	EG_AUTO(buf_release) struct buf path = BUF_INIT;

	print_path(at, false, &path);
	jsonin_keep(in, path.r < 0 ? path.r
				   : draft_problem(in->draft, PROBLEM_UNKNOWN, jsonin_place(in),
						   NULL, "%.*s: '%s' is not known",
						   STR_FMT(buf_str(&path)), show(value).text));
}

static int tell_unknown(struct jsonin *in)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < in->unknowns; i++)
		r = draft_problem(in->draft, PROBLEM_UNKNOWN, jsonin_place(in), NULL,
				  "%s (%zu times): this format does not know the key",
				  in->unknown[i].path, in->unknown[i].times);
	if (r == 0 && in->unknown_more)
		r = draft_problem(in->draft, PROBLEM_UNKNOWN, jsonin_place(in), NULL,
				  "%zu more keys that this format does not know", in->unknown_more);
	return r;
}

static void tell_rest(struct jsonin *in, size_t rows)
{
	if (in->r == 0)
		jsonin_keep(in, tell_unknown(in));
	if (in->r == 0 && in->draft->rows == rows)
		jsonin_fail(in, &in->root,
			    "an empty publication is a failed download, not an answer: fetch it "
			    "again",
			    "has no addresses or names");
}

int jsonin_read(struct str text, const char *file, struct draft *draft, struct diag *d,
		void (*read)(struct jsonin *in))
{
	struct jsonin in = { .file = file, .draft = draft, .diag = d };
	size_t rows = draft->rows;

	if (text.n > PAGE_BYTES_MAX)
		in.r = too_large(&in, jsonin_place(&in), "bytes", PAGE_BYTES_MAX);
	else
		in.r = check_size(&in, text);
	if (in.r == 0)
		in.r = parse(&in, text);
	if (in.r == 0) {
		read(&in);
		tell_rest(&in, rows);
	}
	json_decref(in.root.value);
	return in.r;
}
