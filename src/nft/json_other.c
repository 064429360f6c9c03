/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions that the text reader knows but does not model: fib, rt, numgen, options. */
#include <string.h>

#include "base/attr.h"
#include "nft/jsontext.h"

static bool part(const json_t *j, const char *key, struct buf *out)
{
	const json_t *value = json_object_get(j, key);

	if (!value)
		return true;
	buf_addc(out, ' ');
	return json_is_integer(value) ? json_number(value, out) : json_word(value, out);
}

/* ` WORD NUMBER` when the key is there and not 0. */
static bool option(const json_t *j, const char *key, const char *fmt, struct buf *out)
{
	const json_t *value = json_object_get(j, key);

	if (!value)
		return true;
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	if (json_integer_value(value))
		buf_printf(out, strcmp(fmt, "hex") == 0 ? " %s 0x%llx" : " %s %llu", key,
			   (unsigned long long)json_integer_value(value));
	return true;
}

static bool fib(const json_t *j, unsigned depth, struct buf *out)
{
	(void)depth;
	buf_adds(out, "fib ");
	return json_only(j, "result flags") &&
	       json_words(json_object_get(j, "flags"), " . ", out) && part(j, "result", out);
}

static bool rt(const json_t *j, unsigned depth, struct buf *out)
{
	(void)depth;
	buf_adds(out, "rt");
	return json_only(j, "key family") && part(j, "family", out) && part(j, "key", out);
}

static bool socket_key(const json_t *j, unsigned depth, struct buf *out)
{
	(void)depth;
	buf_adds(out, "socket");
	return json_only(j, "key") && part(j, "key", out);
}

static bool osf(const json_t *j, unsigned depth, struct buf *out)
{
	(void)depth;
	buf_adds(out, "osf");
	if (json_object_get(j, "ttl"))
		buf_adds(out, " ttl");
	return json_only(j, "key ttl") && part(j, "ttl", out) && part(j, "key", out);
}

static bool ipsec(const json_t *j, unsigned depth, struct buf *out)
{
	(void)depth;
	buf_adds(out, "ipsec");
	return json_only(j, "key family dir spnum") && part(j, "dir", out) &&
	       option(j, "spnum", "", out) && part(j, "family", out) && part(j, "key", out);
}

static bool numgen(const json_t *j, unsigned depth, struct buf *out)
{
	(void)depth;
	buf_adds(out, "numgen");
	return json_only(j, "mode mod offset") && part(j, "mode", out) &&
	       option(j, "mod", "", out) && option(j, "offset", "", out);
}

static bool jhash(const json_t *j, unsigned depth, struct buf *out)
{
	const json_t *expr = json_object_get(j, "expr");

	buf_adds(out, "jhash ");
	if (!expr || !json_only(j, "expr mod seed offset"))
		return false;
	json_expr(expr, depth, out);
	return option(j, "mod", "", out) && option(j, "seed", "hex", out) &&
	       option(j, "offset", "", out);
}

static bool symhash(const json_t *j, unsigned depth, struct buf *out)
{
	(void)depth;
	buf_adds(out, "symhash");
	return json_only(j, "mod offset") && option(j, "mod", "", out) &&
	       option(j, "offset", "", out);
}

static bool exthdr(const json_t *j, unsigned depth, struct buf *out)
{
	bool field = json_object_get(j, "field") != NULL;

	(void)depth;
	if (!json_only(j, "name field"))
		return false;
	if (!field)
		buf_adds(out, "exthdr ");
	return json_word(json_object_get(j, "name"), out) && part(j, "field", out);
}

static bool named_option(const char *word, const json_t *j, struct buf *out)
{
	buf_adds(out, word);
	return json_only(j, "name field") && json_object_get(j, "name") && part(j, "name", out) &&
	       part(j, "field", out);
}

bool json_other(const char *key, const json_t *value, unsigned depth, struct buf *out)
{
	static const char *const options[] = { "tcp option", "ip option", "sctp chunk" };
	static const struct {
		const char *key;
		bool (*write)(const json_t *j, unsigned depth, struct buf *out);
	} writers[] = {
		{ "fib", fib },	    { "rt", rt },	    { "socket", socket_key },
		{ "osf", osf },	    { "ipsec", ipsec },	    { "numgen", numgen },
		{ "jhash", jhash }, { "symhash", symhash }, { "exthdr", exthdr },
	};

	for (size_t i = 0; i < ARRAY_LEN(writers); i++)
		if (strcmp(key, writers[i].key) == 0)
			return writers[i].write(value, depth, out);
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (strcmp(key, options[i]) == 0)
			return named_option(options[i], value, out);
	return false;
}
