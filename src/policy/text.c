/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/text.h"

#include <errno.h>

#include "base/err.h"
#include "catalog/catalog.h"
#include "policy/policy.h"

/* ---- types of values that only policies have ---- */

static int put_ref(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	struct field_ref *ref = field_at(f, record);

	ref->at = n->at;
	ref->id = arena_str(in->arena, n->text);
	return ref->id ? 0 : -ENOMEM;
}

/* ASCII letters, digits and the signs in `also`, nothing else. */
static bool is_word(struct str s, const char *also)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool word =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!word && str_find(str_of(also), c) == strlen(also))
			return false;
	}
	return s.n > 0;
}

static bool is_interface(struct str s)
{
	return is_word(s, "._-") && s.n <= POLICY_INTERFACE_MAX && !str_is(s, ".") &&
	       !str_is(s, "..");
}

/* struct field_ref: the kernel's name of an interface, less what firewalls would misread. */
static int read_interface(struct fields *in, const struct field *f, const struct yaml *n,
			  void *record)
{
	static const char expected[] = "the name of one interface of the gateway, like eth0 or "
				       "br-lan: at most 15 letters, digits, '.', '_', '-'";
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	if (!is_interface(s))
		return field_refuse(in, n, E_SYNTAX, "is no interface name", expected);
	return put_ref(in, f, n, record);
}

/* struct field_ref: VENDOR/SERVICE, VENDOR/ROW or VENDOR/SERVICE/ROW; looked up later. */
static int read_path(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "VENDOR/SERVICE, like zoom/meetings";
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	if (!is_word(s, "/-"))
		return field_refuse(in, n, E_SYNTAX, "names no service", expected);
	return put_ref(in, f, n, record);
}

/* struct place: where the record's name stands. */
static int read_place(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	(void)in;
	*(struct place *)field_at(f, record) = n->key ? n->key->at : n->at;
	return 0;
}

static int read_default(struct fields *in, const struct field *f, const struct yaml *n,
			void *record)
{
	if (n->kind == YAML_SCALAR && (str_is(n->text, "accept") || str_is(n->text, "allow")))
		return field_refuse(in, n, E_REFUSED, "would let everything through",
				    "drop or reject; say in `allow:` what may pass");
	return field_word(in, f, n, record);
}

/* ---- the tables ---- */

static const struct field_word role_words[] = {
	{ "client", ROLE_CLIENT },
	{ "browser", ROLE_BROWSER },
	{ "hardware", ROLE_HARDWARE },
	{ "device", ROLE_DEVICE },
	{ 0 },
};

static const struct field_word apex_words[] = {
	{ "excluded", false },
	{ "included", true },
	{ 0 },
};

static const struct field_word default_words[] = {
	{ "drop", VERDICT_DROP },
	{ "reject", VERDICT_REJECT },
	{ 0 },
};

static const struct field zone_fields[] = {
	{ .name = ".key", .read = field_id, .at = offsetof(struct zone_text, name) },
	{ .name = ".self", .read = read_place, .at = offsetof(struct zone_text, at) },
	{ .name = "addresses",
	  .read = field_list,
	  .flags = FIELD_REQUIRED,
	  .at = offsetof(struct zone_text, address),
	  .count = offsetof(struct zone_text, addresses),
	  .each = field_prefix,
	  .size = sizeof(struct prefix),
	  .max = POLICY_PREFIXES_MAX },
	{ .name = "interface",
	  .read = read_interface,
	  .at = offsetof(struct zone_text, interface) },
	{ .name = "roles",
	  .read = field_words,
	  .at = offsetof(struct zone_text, roles),
	  .words = role_words },
	{ .name = "proxy-only", .read = field_bool, .at = offsetof(struct zone_text, proxy_only) },
	{ 0 },
};

static const struct record zone_record = {
	.what = "a zone",
	.fields = zone_fields,
	.size = sizeof(struct zone_text),
};

static const struct field allow_fields[] = {
	{ .name = ".self", .read = field_line, .at = offsetof(struct allow_text, line) },
	{ .name = "services",
	  .read = field_list,
	  .flags = FIELD_REQUIRED,
	  .at = offsetof(struct allow_text, service),
	  .count = offsetof(struct allow_text, services),
	  .each = read_path,
	  .size = sizeof(struct field_ref),
	  .max = POLICY_ALLOWS_MAX },
	{ .name = "from",
	  .read = field_list,
	  .flags = FIELD_REQUIRED,
	  .at = offsetof(struct allow_text, from),
	  .count = offsetof(struct allow_text, froms),
	  .each = field_ref,
	  .size = sizeof(struct field_ref),
	  .max = POLICY_ZONES_MAX },
	{ .name = "except",
	  .read = field_list,
	  .at = offsetof(struct allow_text, except),
	  .count = offsetof(struct allow_text, excepts),
	  .each = field_ref,
	  .size = sizeof(struct field_ref),
	  .max = POLICY_EXCEPTS_MAX },
	{ 0 },
};

static const struct record allow_record = {
	.what = "an `allow:` entry",
	.fields = allow_fields,
	.size = sizeof(struct allow_text),
};

static const struct field publish_fields[] = {
	{ .name = ".key", .read = field_id, .at = offsetof(struct publish_text, name) },
	{ .name = ".self", .read = read_place, .at = offsetof(struct publish_text, at) },
	{ .name = "addresses",
	  .read = field_list,
	  .flags = FIELD_REQUIRED,
	  .at = offsetof(struct publish_text, address),
	  .count = offsetof(struct publish_text, addresses),
	  .each = field_prefix,
	  .size = sizeof(struct prefix),
	  .max = POLICY_PREFIXES_MAX },
	{ .name = "for",
	  .read = field_list,
	  .flags = FIELD_REQUIRED,
	  .at = offsetof(struct publish_text, row),
	  .count = offsetof(struct publish_text, rows),
	  .each = read_path,
	  .size = sizeof(struct field_ref) },
	{ 0 },
};

static const struct record publish_record = {
	.what = "a published endpoint",
	.fields = publish_fields,
	.size = sizeof(struct publish_text),
};

static const struct field policy_fields[] = {
	{ .name = "title", .read = field_text, .at = offsetof(struct policy_text, title) },
	{ .name = "outside", .read = read_interface, .at = offsetof(struct policy_text, outside) },
	{ .name = "zones",
	  .read = field_map,
	  .flags = FIELD_REQUIRED,
	  .at = offsetof(struct policy_text, zone),
	  .count = offsetof(struct policy_text, zones),
	  .max = POLICY_ZONES_MAX,
	  .record = &zone_record },
	{ .name = "allow",
	  .read = field_records,
	  .flags = FIELD_REQUIRED,
	  .at = offsetof(struct policy_text, allow),
	  .count = offsetof(struct policy_text, allows),
	  .max = POLICY_ALLOWS_MAX,
	  .record = &allow_record },
	{ .name = "publish",
	  .read = field_map,
	  .at = offsetof(struct policy_text, publish),
	  .count = offsetof(struct policy_text, publishes),
	  .max = POLICY_ENDPOINTS_MAX,
	  .record = &publish_record },
	{ .name = "apex",
	  .read = field_word,
	  .at = offsetof(struct policy_text, apex),
	  .words = apex_words },
	{ .name = "default",
	  .read = read_default,
	  .at = offsetof(struct policy_text, otherwise),
	  .words = default_words },
	{ .name = "resolver",
	  .read = field_record,
	  .at = offsetof(struct policy_text, resolver),
	  .record = &resolver_record },
	{ 0 },
};

static const struct record policy_record = {
	.what = "a policy",
	.fields = policy_fields,
	.size = sizeof(struct policy_text),
};

int policy_text_read(const struct yaml *y, struct arena *a, struct diag *d, struct policy_text *ret)
{
	return fields_read(y, &policy_record, a, d, ret);
}
