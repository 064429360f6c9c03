/* SPDX-License-Identifier: Apache-2.0 */
/* Tables, chains, sets, objects and rules of the JSON list, each as one nft command. */
#include <string.h>

#include "base/attr.h"
#include "base/str.h"
#include "nft/jsontext.h"
#include "nft/value.h"

/* ` FAMILY TABLE`, and the name behind it when `key` says where it is. */
static bool where(const json_t *j, const char *table, const char *key, struct buf *out)
{
	buf_addc(out, ' ');
	if (!json_word(json_object_get(j, "family"), out))
		return false;
	buf_addc(out, ' ');
	if (!json_name(json_object_get(j, table), out))
		return false;
	if (!key)
		return true;
	buf_addc(out, ' ');
	return json_name(json_object_get(j, key), out);
}

static void comment_line(const json_t *j, struct buf *out)
{
	if (!json_object_get(j, "comment"))
		return;
	buf_adds(out, " comment ");
	json_comment(json_object_get(j, "comment"), out);
	buf_addc(out, ';');
}

static bool number_line(const char *word, const json_t *j, const char *unit, struct buf *out)
{
	if (!j)
		return true;
	buf_printf(out, " %s ", word);
	if (!json_number(j, out))
		return false;
	buf_printf(out, "%s;", unit);
	return true;
}

/* ---- tables and chains ---- */

static bool table(const json_t *j, struct buf *out)
{
	const json_t *flags = json_object_get(j, "flags");

	if (!json_only(j, "family name handle comment flags") || !where(j, "name", NULL, out))
		return false;
	buf_adds(out, " {");
	if (flags) {
		buf_adds(out, " flags ");
		if (!json_words(flags, ",", out))
			return false;
		buf_addc(out, ';');
	}
	comment_line(j, out);
	buf_adds(out, " }");
	return true;
}

static bool devices(const json_t *j, struct buf *out)
{
	size_t n = json_is_array(j) ? json_array_size(j) : 1;

	if (!j)
		return true;
	buf_adds(out, " devices = { ");
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i ? ", " : "");
		if (!json_quoted(json_is_array(j) ? json_array_get(j, i) : j, out))
			return false;
	}
	buf_adds(out, " }");
	return true;
}

static bool hook(const json_t *j, struct buf *out)
{
	const json_t *prio = json_object_get(j, "prio");

	buf_adds(out, " type ");
	if (!json_word(json_object_get(j, "type"), out))
		return false;
	buf_adds(out, " hook ");
	if (!json_word(json_object_get(j, "hook"), out) ||
	    !devices(json_object_get(j, "dev"), out) || !json_is_integer(prio))
		return false;
	buf_printf(out, " priority %lld;", (long long)json_integer_value(prio));
	if (json_object_get(j, "policy")) {
		buf_adds(out, " policy ");
		if (!json_word(json_object_get(j, "policy"), out))
			return false;
		buf_addc(out, ';');
	}
	return true;
}

static bool chain(const json_t *j, struct buf *out)
{
	if (!json_only(j, "family table name handle type hook prio policy dev comment") ||
	    !where(j, "table", "name", out))
		return false;
	buf_adds(out, " {");
	if (json_object_get(j, "hook") && !hook(j, out))
		return false;
	comment_line(j, out);
	buf_adds(out, " }");
	return true;
}

static bool rule(const json_t *j, struct buf *out)
{
	const json_t *list = json_object_get(j, "expr");

	if (!json_is_array(list) ||
	    !json_only(j, "family table chain handle expr comment index position") ||
	    !where(j, "table", "chain", out))
		return false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		buf_addc(out, ' ');
		json_stmt(json_array_get(list, i), out);
	}
	if (!json_array_size(list))
		buf_adds(out, " continue");
	if (json_object_get(j, "comment")) {
		buf_adds(out, " comment ");
		json_comment(json_object_get(j, "comment"), out);
	}
	return true;
}

/* ---- sets ---- */

/* "ipv4_addr", ["ipv4_addr", "inet_service"], or {"typeof": ...} of newer versions. */
static bool type(const json_t *j, const char *word, struct buf *out)
{
	const json_t *like = json_object_get(j, "typeof");

	if (like) {
		buf_printf(out, "%s", strcmp(word, " type ") == 0 ? " typeof " : word);
		json_expr(like, 0, out);
		return true;
	}
	buf_adds(out, word);
	if (json_is_string(j)) { /* "ipv4_addr . inet_service" too */
		return json_word(j, out);
	}
	return json_words(j, " . ", out);
}

static bool set_body(const json_t *j, struct buf *out)
{
	const json_t *stmts = json_object_get(j, "stmt"), *elems = json_object_get(j, "elem");

	if (json_object_get(j, "flags")) {
		buf_adds(out, " flags ");
		if (!json_words(json_object_get(j, "flags"), ",", out))
			return false;
		buf_addc(out, ';');
	}
	if (json_object_get(j, "policy")) {
		buf_adds(out, " policy ");
		if (!json_word(json_object_get(j, "policy"), out))
			return false;
		buf_addc(out, ';');
	}
	for (size_t i = 0; i < json_array_size(stmts); i++) {
		buf_addc(out, ' ');
		json_stmt(json_array_get(stmts, i), out);
		buf_addc(out, ';');
	}
	if (json_is_true(json_object_get(j, "auto-merge")))
		buf_adds(out, " auto-merge;");
	comment_line(j, out);
	if (elems) {
		buf_adds(out, " elements = ");
		json_set(elems, 0, out);
		buf_addc(out, ';');
	}
	return true;
}

static bool set(const json_t *j, struct buf *out)
{
	const json_t *map = json_object_get(j, "map");

	if (!json_only(j, "family table name handle type map flags policy size timeout gc-interval "
			  "elem comment auto-merge stmt") ||
	    !where(j, "table", "name", out))
		return false;
	buf_adds(out, " {");
	if (!type(json_object_get(j, "type"), " type ", out))
		return false;
	if (map && !type(map, " : ", out))
		return false;
	buf_addc(out, ';');
	if (!number_line("size", json_object_get(j, "size"), "", out) ||
	    !number_line("timeout", json_object_get(j, "timeout"), "s", out) ||
	    !number_line("gc-interval", json_object_get(j, "gc-interval"), "s", out) ||
	    !set_body(j, out))
		return false;
	buf_adds(out, " }");
	return true;
}

static bool element(const json_t *j, struct buf *out)
{
	if (!json_only(j, "family table name elem") || !where(j, "table", "name", out))
		return false;
	buf_addc(out, ' ');
	json_set(json_object_get(j, "elem"), 0, out);
	return json_object_get(j, "elem") != NULL;
}

static bool flowtable(const json_t *j, struct buf *out)
{
	const json_t *prio = json_object_get(j, "prio");

	if (!json_only(j, "family table name handle hook prio dev flags counter") ||
	    !where(j, "table", "name", out))
		return false;
	buf_adds(out, " { hook ");
	if (!json_word(json_object_get(j, "hook"), out) || !json_is_integer(prio))
		return false;
	buf_printf(out, " priority %lld;", (long long)json_integer_value(prio));
	if (!devices(json_object_get(j, "dev"), out))
		return false;
	buf_adds(out, "; }");
	return true;
}

/* ---- objects ---- */

static bool counter(const json_t *j, struct buf *out)
{
	buf_adds(out, " packets ");
	if (!json_number(json_object_get(j, "packets"), out))
		return false;
	buf_adds(out, " bytes ");
	return json_number(json_object_get(j, "bytes"), out);
}

/* The largest unit that divides it, as nft prints. */
static void byte_count(long long n, struct buf *out)
{
	static const char *const units[] = { "bytes", "kbytes", "mbytes" };
	size_t unit = 0;

	while (n && n % 1024 == 0 && unit + 1 < ARRAY_LEN(units)) {
		n /= 1024;
		unit++;
	}
	buf_printf(out, " %lld %s", n, units[unit]);
}

static bool quota(const json_t *j, struct buf *out)
{
	const json_t *bytes = json_object_get(j, "bytes"), *used = json_object_get(j, "used");

	if (!json_is_integer(bytes))
		return false;
	if (json_is_true(json_object_get(j, "inv")))
		buf_adds(out, " over");
	byte_count(json_integer_value(bytes), out);
	if (json_integer_value(used)) {
		buf_adds(out, " used");
		byte_count(json_integer_value(used), out);
	}
	return true;
}

/* A limit as an object has the keys of its table and name too. */
static bool limit(const json_t *j, struct buf *out)
{
	static const char *const keys[] = {
		"rate", "rate_unit", "per", "burst", "burst_unit", "inv"
	};
	json_t *bare = json_object();
	bool r = bare != NULL;

	for (size_t i = 0; r && i < ARRAY_LEN(keys); i++) {
		json_t *value = json_object_get(j, keys[i]);

		/* As nft prints: 5 packets are the default and not said. */
		if (value && json_object_set(bare, keys[i], value) < 0)
			r = false;
	}
	if (r && !json_object_get(j, "rate_unit") &&
	    json_integer_value(json_object_get(j, "burst")) == 5)
		r = json_object_del(bare, "burst") == 0;
	buf_addc(out, ' ');
	r = r && json_limit(bare, out);
	json_decref(bare);
	return r;
}

static bool word_line(const char *word, const json_t *j, struct buf *out)
{
	if (!j)
		return true;
	buf_printf(out, " %s ", word);
	if (!(json_is_integer(j) ? json_number(j, out) : json_word(j, out)))
		return false;
	buf_addc(out, ';');
	return true;
}

static bool ct_helper(const json_t *j, struct buf *out)
{
	buf_adds(out, " type ");
	if (!json_quoted(json_object_get(j, "type"), out))
		return false;
	return word_line("protocol", json_object_get(j, "protocol"), out) &&
	       word_line("l3proto", json_object_get(j, "l3proto"), out);
}

static bool ct_timeout(const json_t *j, struct buf *out)
{
	json_t *policy = json_object_get(j, "policy"), *value;
	const char *key, *gap = "";

	if (!word_line("protocol", json_object_get(j, "protocol"), out) ||
	    !word_line("l3proto", json_object_get(j, "l3proto"), out))
		return false;
	if (!policy)
		return true;
	buf_adds(out, " policy = { ");
	json_object_foreach(policy, key, value)
	{
		json_t *name = json_string(key);
		bool r;

		buf_adds(out, gap);
		r = json_word(name, out);
		json_decref(name);
		buf_adds(out, " : ");
		if (!r || !json_number(value, out))
			return false;
		gap = ", ";
	}
	buf_adds(out, " };");
	return true;
}

static bool ct_expectation(const json_t *j, struct buf *out)
{
	const json_t *timeout = json_object_get(j, "timeout");

	if (!word_line("protocol", json_object_get(j, "protocol"), out) ||
	    !word_line("dport", json_object_get(j, "dport"), out))
		return false;
	if (timeout) { /* milliseconds */
		buf_adds(out, " timeout ");
		if (!json_is_integer(timeout) || json_integer_value(timeout) < 0)
			return false;
		nft_time_print((uint64_t)json_integer_value(timeout), out);
		buf_addc(out, ';');
	}
	return word_line("size", json_object_get(j, "size"), out) &&
	       word_line("l3proto", json_object_get(j, "l3proto"), out);
}

static bool synproxy(const json_t *j, struct buf *out)
{
	if (!word_line("mss", json_object_get(j, "mss"), out) ||
	    !word_line("wscale", json_object_get(j, "wscale"), out))
		return false;
	buf_addc(out, ' ');
	return !json_object_get(j, "flags") || json_words(json_object_get(j, "flags"), " ", out);
}

static bool secmark(const json_t *j, struct buf *out)
{
	buf_addc(out, ' ');
	return json_quoted(json_object_get(j, "context"), out);
}

bool json_item(const char *verb, const json_t *j, struct buf *out)
{
	static const struct {
		const char *key;
		bool (*write)(const json_t *j, struct buf *out);
		bool object;
	} writers[] = {
		{ "table", table, false },
		{ "chain", chain, false },
		{ "rule", rule, false },
		{ "set", set, false },
		{ "map", set, false },
		{ "element", element, false },
		{ "flowtable", flowtable, false },
		{ "counter", counter, true },
		{ "quota", quota, true },
		{ "limit", limit, true },
		{ "ct helper", ct_helper, true },
		{ "ct timeout", ct_timeout, true },
		{ "ct expectation", ct_expectation, true },
		{ "synproxy", synproxy, true },
		{ "secmark", secmark, true },
	};
	const json_t *value = NULL;
	const char *key = json_single(j, &value);
	size_t i = 0;

	while (key && i < ARRAY_LEN(writers) && strcmp(key, writers[i].key) != 0)
		i++;
	if (!key || i == ARRAY_LEN(writers))
		return false;
	buf_printf(out, "%s %s", verb, key);
	if (!writers[i].object)
		return writers[i].write(value, out);
	if (!where(value, "table", "name", out))
		return false;
	buf_adds(out, " {");
	if (json_object_get(value, "comment")) {
		buf_adds(out, " comment ");
		json_comment(json_object_get(value, "comment"), out);
		buf_addc(out, ';');
	}
	if (!writers[i].write(value, out))
		return false;
	buf_adds(out, " }");
	return true;
}
