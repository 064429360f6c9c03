/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "nft/jsontext.h"
#include "nft/model.h"
#include "nft/print.h"

void json_back(struct buf *out, size_t n)
{
	if (out->r < 0 || out->n <= n)
		return;
	out->n = n;
	out->data[n] = '\0';
}

/* Bytes that would end or change a quoted string are replaced. */
static void harmless(const char *text, struct buf *out)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"')
			buf_addc(out, '\'');
		else if (c < ' ' || c == 127)
			buf_addc(out, ' ');
		else
			buf_addc(out, *text);
	}
}

void json_unknown(const json_t *j, const char *what, struct buf *out)
{
	char *text = json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);

	buf_printf(out, "json %s%s\"", what, *what ? " " : "");
	if (text)
		harmless(text, out);
	else
		buf_adds(out, "?");
	buf_addc(out, '"');
	free(text); /* jansson's own malloc */
}

bool json_only(const json_t *j, const char *keys)
{
	const char *key;
	json_t *value;

	if (!json_is_object(j))
		return false;
	json_object_foreach((json_t *)(uintptr_t)j, key, value)
	{
		struct str rest = str_of(keys);
		bool found = false;

		while (rest.p && !found)
			found = str_is(str_cut(&rest, ' '), key);
		if (!found)
			return false;
	}
	return true;
}

const char *json_single(const json_t *j, const json_t **ret_value)
{
	void *iter;

	if (!json_is_object(j) || json_object_size(j) != 1)
		return NULL;
	iter = json_object_iter((json_t *)(uintptr_t)j);
	*ret_value = json_object_iter_value(iter);
	return json_object_iter_key(iter);
}

const char *json_plain(const json_t *j)
{
	const char *text = json_string_value(j);

	if (!text || json_string_length(j) != strlen(text))
		return NULL;
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == '"' || *c == 127)
			return NULL;
	return text;
}

bool json_quoted(const json_t *j, struct buf *out)
{
	const char *text = json_plain(j);

	if (text)
		buf_printf(out, "\"%s\"", text);
	return text != NULL;
}

bool json_name(const json_t *j, struct buf *out)
{
	const char *text = json_plain(j);

	if (!text || !*text || strlen(text) > NFT_NAME_MAX)
		return false;
	nft_print_name(text, out);
	return true;
}

bool json_word(const json_t *j, struct buf *out)
{
	const char *text = json_plain(j);

	if (!text || !*text)
		return false;
	for (const char *c = text; *c; c++) {
		bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z');

		if (!letter && !(*c >= '0' && *c <= '9') && !strchr("-_. []", *c))
			return false;
	}
	buf_adds(out, text);
	return true;
}

bool json_number(const json_t *j, struct buf *out)
{
	if (!json_is_integer(j) || json_integer_value(j) < 0)
		return false;
	buf_printf(out, "%lld", (long long)json_integer_value(j));
	return true;
}

bool json_words(const json_t *j, const char *gap, struct buf *out)
{
	size_t n = json_array_size(j);

	if (json_is_string(j))
		return json_word(j, out);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_adds(out, gap);
		if (!json_word(json_array_get(j, i), out))
			return false;
	}
	return n > 0;
}

void json_comment(const json_t *j, struct buf *out)
{
	const char *text = json_string_value(j);

	buf_addc(out, '"');
	harmless(text ? text : "", out);
	buf_addc(out, '"');
}
