/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/attr.h"
#include "nft/jsontext.h"

static bool match(const json_t *j, struct buf *out)
{
	static const char *const ops[] = { "==", "!=", "<", ">", "<=", ">=", "!", "in" };
	const json_t *left = json_object_get(j, "left"), *right = json_object_get(j, "right");
	const char *op = json_string_value(json_object_get(j, "op"));
	size_t i = 0;

	if (!left || !right || !op || !json_only(j, "op left right"))
		return false;
	while (i < ARRAY_LEN(ops) && strcmp(op, ops[i]) != 0)
		i++;
	if (i == ARRAY_LEN(ops))
		return false;
	json_expr(left, 0, out);
	if (strcmp(op, "in") != 0)
		buf_printf(out, " %s", op);
	buf_addc(out, ' ');
	json_right(right, out);
	return true;
}

static bool vmap(const json_t *j, struct buf *out)
{
	const json_t *key = json_object_get(j, "key"), *data = json_object_get(j, "data");

	if (!key || !data || !json_only(j, "key data"))
		return false;
	json_expr(key, 0, out);
	buf_adds(out, " vmap ");
	json_expr(data, 0, out);
	return true;
}

static bool mangle(const json_t *j, struct buf *out)
{
	const json_t *key = json_object_get(j, "key"), *value = json_object_get(j, "value");

	if (!key || !value || !json_only(j, "key value"))
		return false;
	json_expr(key, 0, out);
	buf_adds(out, " set ");
	json_expr(value, 0, out);
	return true;
}

bool json_limit(const json_t *j, struct buf *out)
{
	const json_t *unit = json_object_get(j, "rate_unit"), *burst = json_object_get(j, "burst");
	const json_t *burst_unit = json_object_get(j, "burst_unit");

	if (!json_only(j, "rate rate_unit per burst burst_unit inv"))
		return false;
	buf_printf(out, "rate %s", json_is_true(json_object_get(j, "inv")) ? "over " : "");
	if (!json_number(json_object_get(j, "rate"), out))
		return false;
	if (unit &&
	    strcmp(json_string_value(unit) ? json_string_value(unit) : "", "packets") != 0) {
		buf_addc(out, ' ');
		if (!json_word(unit, out))
			return false;
	}
	buf_addc(out, '/');
	if (!json_word(json_object_get(j, "per"), out))
		return false;
	if (!burst || json_integer_value(burst) == 0)
		return true;
	buf_adds(out, " burst ");
	if (!json_number(burst, out))
		return false;
	buf_addc(out, ' ');
	if (burst_unit)
		return json_word(burst_unit, out);
	buf_adds(out, "packets");
	return true;
}

void json_stmt(const json_t *j, struct buf *out)
{
	static const struct {
		const char *key;
		bool (*write)(const json_t *j, struct buf *out);
	} writers[] = { { "match", match }, { "vmap", vmap }, { "mangle", mangle } };
	static const char *const verdicts[] = { "accept", "drop", "continue",
						"return", "jump", "goto" };
	size_t n = out->n;
	const json_t *value = NULL;
	const char *key = json_single(j, &value);

	for (size_t i = 0; key && i < ARRAY_LEN(writers); i++)
		if (strcmp(key, writers[i].key) == 0 && writers[i].write(value, out))
			return;
	for (size_t i = 0; key && i < ARRAY_LEN(verdicts); i++) {
		if (strcmp(key, verdicts[i]) == 0) {
			json_expr(j, 0, out);
			if (out->r < 0 ||
			    !str_starts((struct str){ out->data + n, out->n - n }, "json "))
				return;
		}
	}
	json_back(out, n);
	if (key && json_action(key, value, out))
		return;
	json_back(out, n);
	json_unknown(j, key && strcmp(key, "match") == 0 ? "match" : "statement", out);
}
