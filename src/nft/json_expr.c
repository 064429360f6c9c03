/* SPDX-License-Identifier: Apache-2.0 */
#include "nft/jsontext.h"
#include "nft/print.h"
#include "nft/scan.h"

/* A constant: as it stands when the scanner sees one value in it, else in quotes. */
static bool constant(const char *text, struct buf *out)
{
	struct str s = str_of(text);
	enum tok_kind kind = TOK_PUNCT;

	if (!text || !s.n)
		return false;
	if (s.p[0] == '@') {
		buf_addc(out, '@');
		nft_print_name(text + 1, out);
		return s.n > 1;
	}
	if (s.p[0] != ' ' && scan_word(s, &kind) == s.n && kind != TOK_WORD && kind != TOK_PUNCT)
		buf_adds(out, text);
	else
		buf_printf(out, "\"%s\"", text);
	return true;
}

static bool list(const json_t *j, const char *gap, unsigned depth, struct buf *out)
{
	size_t n = json_array_size(j);

	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_adds(out, gap);
		json_expr(json_array_get(j, i), depth, out);
	}
	return n > 0;
}

/* ---- elements of sets ---- */

static bool seconds(const char *word, const json_t *j, struct buf *out)
{
	if (!j)
		return true;
	buf_printf(out, " %s ", word);
	if (!json_number(j, out))
		return false;
	buf_addc(out, 's');
	return true;
}

static bool elem_counter(const json_t *j, struct buf *out)
{
	if (!j)
		return true;
	buf_adds(out, " counter");
	if (json_is_null(j))
		return true;
	if (!json_only(j, "packets bytes"))
		return false;
	buf_adds(out, " packets ");
	if (!json_number(json_object_get(j, "packets"), out))
		return false;
	buf_adds(out, " bytes ");
	return json_number(json_object_get(j, "bytes"), out);
}

/* {"elem": {"val": ..., "timeout": ..., ...}} */
static bool elem(const json_t *j, unsigned depth, struct buf *out)
{
	const json_t *limit = json_object_get(j, "limit"), *val = json_object_get(j, "val");

	if (!val || !json_only(j, "val timeout expires comment counter limit"))
		return false;
	json_expr(val, depth, out);
	if (!elem_counter(json_object_get(j, "counter"), out))
		return false;
	if (limit) {
		buf_adds(out, " limit ");
		if (!json_limit(limit, out))
			return false;
	}
	if (!seconds("timeout", json_object_get(j, "timeout"), out) ||
	    !seconds("expires", json_object_get(j, "expires"), out))
		return false;
	if (json_object_get(j, "comment")) {
		buf_adds(out, " comment ");
		json_comment(json_object_get(j, "comment"), out);
	}
	return true;
}

static void key_expr(const json_t *j, unsigned depth, struct buf *out)
{
	size_t n = out->n;
	const json_t *value;
	const char *key = json_single(j, &value);

	if (json_is_string(j) && strcmp(json_string_value(j), "*") == 0) {
		buf_addc(out, '*');
	} else if (key && strcmp(key, "elem") == 0) {
		const json_t *val = json_object_get(value, "val");

		if (json_is_string(val) && strcmp(json_string_value(val), "*") == 0 &&
		    json_object_size(value) == 1) {
			buf_addc(out, '*');
		} else if (!elem(value, depth, out)) {
			json_back(out, n);
			json_unknown(j, "", out);
		}
	} else {
		json_expr(j, depth, out);
	}
}

void json_set(const json_t *items, unsigned depth, struct buf *out)
{
	size_t n = json_is_array(items) ? json_array_size(items) : 1;

	buf_adds(out, "{ ");
	for (size_t i = 0; i < n; i++) {
		const json_t *j = json_is_array(items) ? json_array_get(items, i) : items;

		if (i)
			buf_adds(out, ", ");
		if (json_is_array(j) && json_array_size(j) == 2) { /* [key, data] */
			key_expr(json_array_get(j, 0), depth, out);
			buf_adds(out, " : ");
			json_expr(json_array_get(j, 1), depth, out);
		} else {
			key_expr(j, depth, out);
		}
	}
	buf_adds(out, n ? " }" : "}");
}

/* ---- one function a key ---- */

static bool prefix(const json_t *j, unsigned depth, struct buf *out)
{
	(void)depth;
	if (!json_only(j, "addr len") || !constant(json_plain(json_object_get(j, "addr")), out))
		return false;
	buf_addc(out, '/');
	return json_number(json_object_get(j, "len"), out);
}

static bool range(const json_t *j, unsigned depth, struct buf *out)
{
	for (size_t i = 0; i < 2; i++) {
		const json_t *end = json_array_get(j, i);

		if (i)
			buf_addc(out, '-');
		if (json_is_string(end) ? !constant(json_plain(end), out) : !json_number(end, out))
			return false;
	}
	(void)depth;
	return json_array_size(j) == 2;
}

static bool payload(const json_t *j, unsigned depth, struct buf *out)
{
	(void)depth;
	if (json_only(j, "protocol field")) {
		if (!json_word(json_object_get(j, "protocol"), out))
			return false;
		buf_addc(out, ' ');
		return json_word(json_object_get(j, "field"), out);
	}
	if (!json_only(j, "base offset len"))
		return false;
	buf_addc(out, '@');
	if (!json_word(json_object_get(j, "base"), out))
		return false;
	buf_addc(out, ',');
	if (!json_number(json_object_get(j, "offset"), out))
		return false;
	buf_addc(out, ',');
	return json_number(json_object_get(j, "len"), out);
}

static bool meta(const json_t *j, unsigned depth, struct buf *out)
{
	(void)depth;
	buf_adds(out, "meta ");
	return json_only(j, "key") && json_word(json_object_get(j, "key"), out);
}

static bool ct(const json_t *j, unsigned depth, struct buf *out)
{
	static const char *const parts[] = { "dir", "family", "key" };

	(void)depth;
	if (!json_only(j, "key dir family"))
		return false;
	buf_adds(out, "ct");
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		const json_t *part = json_object_get(j, parts[i]);

		if (!part)
			continue;
		buf_addc(out, ' ');
		if (!json_word(part, out))
			return false;
	}
	return true;
}

static bool concat(const json_t *j, unsigned depth, struct buf *out)
{
	return json_is_array(j) && list(j, " . ", depth, out);
}

static bool set(const json_t *j, unsigned depth, struct buf *out)
{
	json_set(j, depth, out);
	return true;
}

static bool map(const json_t *j, unsigned depth, struct buf *out)
{
	const json_t *key = json_object_get(j, "key"), *data = json_object_get(j, "data");

	if (!key || !data || !json_only(j, "key data"))
		return false;
	json_expr(key, depth, out);
	buf_adds(out, " map ");
	json_expr(data, depth, out);
	return true;
}

static bool verdict(const char *key, const json_t *value, struct buf *out)
{
	buf_adds(out, key);
	if (strcmp(key, "jump") != 0 && strcmp(key, "goto") != 0)
		return json_is_null(value);
	buf_addc(out, ' ');
	return json_only(value, "target") && json_name(json_object_get(value, "target"), out);
}

static bool arithmetic(const char *key, const json_t *value, unsigned depth, struct buf *out)
{
	size_t n = json_array_size(value);

	buf_addc(out, '(');
	for (size_t i = 0; i < n; i++) {
		const json_t *side = json_array_get(value, i);

		if (i)
			buf_printf(out, " %s ", key);
		if (json_is_array(side)) { /* a list of flags */
			buf_addc(out, '(');
			(void)list(side, " | ", depth, out);
			buf_addc(out, ')');
		} else {
			json_expr(side, depth, out);
		}
	}
	buf_addc(out, ')');
	return n >= 2;
}

static bool object(const char *key, const json_t *value, unsigned depth, struct buf *out)
{
	static const struct {
		const char *key;
		bool (*write)(const json_t *j, unsigned depth, struct buf *out);
	} writers[] = {
		{ "prefix", prefix }, { "range", range }, { "payload", payload },
		{ "meta", meta },     { "ct", ct },	  { "concat", concat },
		{ "set", set },	      { "map", map },	  { "elem", elem },
	};
	static const char *const operators[] = { "|", "&", "^", "<<", ">>" };
	static const char *const verdicts[] = { "accept", "drop", "continue",
						"return", "jump", "goto" };

	for (size_t i = 0; i < ARRAY_LEN(writers); i++)
		if (strcmp(key, writers[i].key) == 0)
			return writers[i].write(value, depth, out);
	for (size_t i = 0; i < ARRAY_LEN(operators); i++)
		if (strcmp(key, operators[i]) == 0)
			return arithmetic(key, value, depth, out);
	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++)
		if (strcmp(key, verdicts[i]) == 0)
			return verdict(key, value, out);
	return json_other(key, value, depth, out);
}

void json_expr(const json_t *j, unsigned depth, struct buf *out)
{
	size_t n = out->n;
	const json_t *value;
	const char *key = json_single(j, &value);
	bool known = false;

	if (depth > JSON_DEPTH_MAX)
		known = false;
	else if (json_is_string(j))
		known = constant(json_plain(j), out);
	else if (json_is_integer(j))
		known = json_number(j, out);
	else if (json_is_array(j))
		known = list(j, ",", depth + 1, out);
	else if (key)
		known = object(key, value, depth + 1, out);
	if (known)
		return;
	json_back(out, n);
	json_unknown(j, "", out);
}

void json_right(const json_t *j, struct buf *out)
{
	if (json_is_boolean(j))
		buf_adds(out, json_is_true(j) ? "exists" : "missing");
	else
		json_expr(j, 0, out);
}
