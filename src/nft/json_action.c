/* SPDX-License-Identifier: Apache-2.0 */
/* Statements that do something: counter, limit, log, reject, queue, nat, set updates, ... */
#include <string.h>

#include "base/attr.h"
#include "base/str.h"
#include "nft/jsontext.h"

/* The name of an object, or a map lookup that gives one: {"counter": "x"}. */
static bool named(const char *word, const json_t *j, struct buf *out)
{
	buf_printf(out, "%s ", word);
	if (json_is_string(j))
		return json_quoted(j, out);
	if (!json_object_get(j, "map"))
		return false;
	json_expr(j, 0, out);
	return true;
}

static bool is_name(const json_t *j)
{
	return json_is_string(j) || json_object_get(j, "map");
}

static bool counter(const json_t *j, struct buf *out)
{
	if (is_name(j))
		return named("counter name", j, out);
	buf_adds(out, "counter");
	if (json_is_null(j))
		return true;
	buf_adds(out, " packets ");
	if (!json_only(j, "packets bytes") || !json_number(json_object_get(j, "packets"), out))
		return false;
	buf_adds(out, " bytes ");
	return json_number(json_object_get(j, "bytes"), out);
}

static bool limit(const json_t *j, struct buf *out)
{
	if (is_name(j))
		return named("limit name", j, out);
	buf_adds(out, "limit ");
	return json_limit(j, out);
}

static bool quota(const json_t *j, struct buf *out)
{
	if (is_name(j))
		return named("quota name", j, out);
	if (!json_only(j, "val val_unit inv used used_unit"))
		return false;
	buf_printf(out, "quota %s", json_is_true(json_object_get(j, "inv")) ? "over " : "");
	if (!json_number(json_object_get(j, "val"), out))
		return false;
	buf_addc(out, ' ');
	if (!json_word(json_object_get(j, "val_unit"), out))
		return false;
	if (!json_object_get(j, "used"))
		return true;
	buf_adds(out, " used ");
	if (!json_number(json_object_get(j, "used"), out))
		return false;
	buf_addc(out, ' ');
	return json_word(json_object_get(j, "used_unit"), out);
}

/* ["tcp sequence", "tcp options", "ip options"]: `flags tcp sequence,options flags ip options` */
static bool log_flags(const json_t *j, struct buf *out)
{
	size_t n = json_is_array(j) ? json_array_size(j) : 1;
	struct str last = STR("");

	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_is_array(j) ? json_array_get(j, i) : j;
		struct str rest = str_of(json_plain(one)), group = str_cut(&rest, ' ');

		if (rest.p && str_eq(group, last)) {
			buf_addc(out, ',');
			buf_addstr(out, rest);
			continue;
		}
		buf_adds(out, " flags ");
		if (!json_word(one, out))
			return false;
		last = rest.p ? group : STR("");
	}
	return n > 0;
}

static bool log_stmt(const json_t *j, struct buf *out)
{
	static const char *const keys[] = { "level", "group", "snaplen", "queue-threshold" };

	buf_adds(out, "log");
	if (json_is_null(j))
		return true;
	if (!json_only(j, "prefix level group snaplen queue-threshold flags"))
		return false;
	if (json_object_get(j, "prefix")) {
		buf_adds(out, " prefix ");
		json_comment(json_object_get(j, "prefix"), out);
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const json_t *value = json_object_get(j, keys[i]);

		if (!value)
			continue;
		buf_printf(out, " %s ", keys[i]);
		if (json_is_integer(value) ? !json_number(value, out) : !json_word(value, out))
			return false;
	}
	return !json_object_get(j, "flags") || log_flags(json_object_get(j, "flags"), out);
}

static bool reject(const json_t *j, struct buf *out)
{
	const char *type = json_string_value(json_object_get(j, "type"));

	buf_adds(out, "reject");
	if (json_is_null(j) || (json_is_object(j) && !json_object_size(j)))
		return true;
	if (!type || !json_only(j, "type expr"))
		return false;
	buf_adds(out, " with ");
	if (!json_word(json_object_get(j, "type"), out))
		return false;
	if (strcmp(type, "tcp reset") == 0)
		return true;
	buf_adds(out, " type ");
	json_expr(json_object_get(j, "expr"), 0, out);
	return json_object_get(j, "expr") != NULL;
}

static bool queue(const json_t *j, struct buf *out)
{
	const json_t *num = json_object_get(j, "num");

	buf_adds(out, "queue");
	if (json_is_null(j))
		return true;
	if (!json_only(j, "num flags"))
		return false;
	if (json_object_get(j, "flags")) {
		buf_adds(out, " flags ");
		if (!json_words(json_object_get(j, "flags"), ",", out))
			return false;
	}
	if (num) {
		buf_adds(out, " to ");
		json_expr(num, 0, out);
	}
	return true;
}

/* ---- sets ---- */

/* {"set": {"op": "add", "elem": ..., "set": "@x"}}, and the same with "map" and "data". */
static bool update(const char *key, const json_t *j, struct buf *out)
{
	const json_t *elem = json_object_get(j, "elem"), *data = json_object_get(j, "data");
	const json_t *stmts = json_object_get(j, "stmt"), *inner = json_object_get(elem, "elem");
	const json_t *timeout = json_object_get(inner, "timeout");

	if (!elem || !json_only(j, "op elem set map data stmt") ||
	    (inner && !json_only(inner, "val timeout")) || !json_object_get(j, key))
		return false;
	if (!json_word(json_object_get(j, "op"), out))
		return false;
	buf_addc(out, ' ');
	json_expr(json_object_get(j, key), 0, out);
	buf_adds(out, " { ");
	json_expr(inner ? json_object_get(inner, "val") : elem, 0, out);
	if (timeout) {
		buf_adds(out, " timeout ");
		if (!json_number(timeout, out))
			return false;
		buf_addc(out, 's');
	}
	for (size_t i = 0; i < json_array_size(stmts); i++) {
		buf_addc(out, ' ');
		json_stmt(json_array_get(stmts, i), out);
	}
	if (data) {
		buf_adds(out, " : ");
		json_expr(data, 0, out);
	}
	buf_adds(out, " }");
	return true;
}

/* ---- nat and its kin ---- */

static bool is_v6(const json_t *addr)
{
	const char *text = json_string_value(addr);

	return text && strchr(text, ':');
}

static bool addr_port(const json_t *j, struct buf *out)
{
	const json_t *addr = json_object_get(j, "addr"), *port = json_object_get(j, "port");
	const json_t *ends = json_object_get(addr, "range");
	bool bracket = port && is_v6(ends ? json_array_get(ends, 0) : addr);

	if (!addr && !port)
		return true;
	buf_adds(out, bracket ? " to [" : " to ");
	if (bracket && ends) {
		json_expr(json_array_get(ends, 0), 0, out);
		buf_adds(out, "]-[");
		json_expr(json_array_get(ends, 1), 0, out);
	} else if (addr) {
		json_expr(addr, 0, out);
	}
	if (bracket)
		buf_addc(out, ']');
	if (port) {
		buf_addc(out, ':');
		json_expr(port, 0, out);
	}
	return true;
}

static bool family(const json_t *j, struct buf *out)
{
	const json_t *value = json_object_get(j, "family");

	if (!value)
		return true;
	buf_addc(out, ' ');
	return json_word(value, out);
}

static bool nat(const char *key, const json_t *j, struct buf *out)
{
	const json_t *flags = json_object_get(j, "flags");
	const char *type = json_string_value(json_object_get(j, "type_flags"));

	buf_adds(out, key);
	if (json_is_null(j))
		return true;
	if (!json_only(j, "family addr port flags type_flags") || !family(j, out))
		return false;
	if (type && strcmp(type, "prefix") == 0)
		buf_adds(out, " prefix");
	else if (json_object_get(j, "type_flags"))
		return false;
	if (!addr_port(j, out))
		return false;
	if (!flags || (json_is_string(flags) && !strcmp(json_string_value(flags), "netmap")))
		return true;
	buf_addc(out, ' ');
	return json_words(flags, ",", out);
}

static bool tproxy(const json_t *j, struct buf *out)
{
	buf_adds(out, "tproxy");
	return json_only(j, "family addr port") && family(j, out) && addr_port(j, out);
}

/* {"dup": {"addr": ..., "dev": ...}}, {"fwd": {"dev": ...}} */
static bool to_device(const char *key, const json_t *j, struct buf *out)
{
	const json_t *addr = json_object_get(j, "addr"), *dev = json_object_get(j, "dev");

	buf_adds(out, key);
	if (!json_only(j, "family addr dev") || !family(j, out) || (!addr && !dev))
		return false;
	buf_adds(out, " to ");
	json_expr(addr ? addr : dev, 0, out);
	if (addr && dev) {
		buf_adds(out, " device ");
		return json_name(dev, out);
	}
	return true;
}

static bool dup_stmt(const json_t *j, struct buf *out)
{
	return to_device("dup", j, out);
}

static bool fwd(const json_t *j, struct buf *out)
{
	return to_device("fwd", j, out);
}

static bool flow(const json_t *j, struct buf *out)
{
	const char *name = json_plain(json_object_get(j, "flowtable"));

	if (!json_only(j, "op flowtable") || !name || name[0] != '@')
		return false;
	buf_adds(out, "flow ");
	if (!json_word(json_object_get(j, "op"), out))
		return false;
	buf_addc(out, ' ');
	json_expr(json_object_get(j, "flowtable"), 0, out);
	return true;
}

static bool synproxy(const json_t *j, struct buf *out)
{
	static const char *const keys[] = { "mss", "wscale" };

	if (is_name(j))
		return json_is_string(j) && named("synproxy name", j, out);
	buf_adds(out, "synproxy");
	if (json_is_null(j))
		return true;
	if (!json_only(j, "mss wscale flags"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (!json_object_get(j, keys[i]))
			continue;
		buf_printf(out, " %s ", keys[i]);
		if (!json_number(json_object_get(j, keys[i]), out))
			return false;
	}
	if (!json_object_get(j, "flags"))
		return true;
	buf_addc(out, ' ');
	return json_words(json_object_get(j, "flags"), " ", out);
}

static bool reset(const json_t *j, struct buf *out)
{
	if (json_object_size(j) != 1 || !json_object_get(j, "tcp option"))
		return false;
	buf_adds(out, "reset ");
	json_expr(j, 0, out);
	return true;
}

static bool ct_count(const json_t *j, struct buf *out)
{
	buf_printf(out, "ct count %s", json_is_true(json_object_get(j, "inv")) ? "over " : "");
	return json_only(j, "val inv") && json_number(json_object_get(j, "val"), out);
}

static bool ct_helper(const json_t *j, struct buf *out)
{
	return is_name(j) && named("ct helper set", j, out);
}

static bool ct_timeout(const json_t *j, struct buf *out)
{
	return is_name(j) && named("ct timeout set", j, out);
}

static bool ct_expectation(const json_t *j, struct buf *out)
{
	return is_name(j) && named("ct expectation set", j, out);
}

static bool notrack(const json_t *j, struct buf *out)
{
	buf_adds(out, "notrack");
	return json_is_null(j);
}

bool json_action(const char *key, const json_t *value, struct buf *out)
{
	static const struct {
		const char *key;
		bool (*write)(const json_t *j, struct buf *out);
	} writers[] = {
		{ "counter", counter },
		{ "limit", limit },
		{ "quota", quota },
		{ "log", log_stmt },
		{ "reject", reject },
		{ "queue", queue },
		{ "tproxy", tproxy },
		{ "dup", dup_stmt },
		{ "fwd", fwd },
		{ "flow", flow },
		{ "synproxy", synproxy },
		{ "reset", reset },
		{ "ct count", ct_count },
		{ "ct helper", ct_helper },
		{ "ct timeout", ct_timeout },
		{ "ct expectation", ct_expectation },
		{ "notrack", notrack },
	};
	static const char *const nats[] = { "snat", "dnat", "masquerade", "redirect" };

	for (size_t i = 0; i < ARRAY_LEN(writers); i++)
		if (strcmp(key, writers[i].key) == 0)
			return writers[i].write(value, out);
	for (size_t i = 0; i < ARRAY_LEN(nats); i++)
		if (strcmp(key, nats[i]) == 0)
			return nat(key, value, out);
	if (strcmp(key, "set") == 0 || strcmp(key, "map") == 0)
		return update(key, value, out);
	return false;
}
