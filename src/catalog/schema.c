/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/schema.h"

#include <string.h>

#include "base/err.h"

const struct field_word role_words[] = {
	{ "client", ROLE_CLIENT }, { "browser", ROLE_BROWSER }, { "hardware", ROLE_HARDWARE },
	{ "device", ROLE_DEVICE }, { "vendor", ROLE_VENDOR },	{ 0 },
};

const struct field_word direction_words[] = {
	{ "egress", DIRECTION_EGRESS },
	{ "inbound", DIRECTION_INBOUND },
	{ 0 },
};

const struct field_word application_words[] = {
	{ "none", APP_NONE }, { "http", APP_HTTP },   { "tls", APP_TLS },
	{ "quic", APP_QUIC }, { "stun", APP_STUN },   { "sip", APP_SIP },
	{ "ldap", APP_LDAP }, { "media", APP_MEDIA }, { 0 },
};

static const struct field_word family_words[] = {
	{ "ipv4", FAMILY_BIT_V4 },
	{ "ipv6", FAMILY_BIT_V6 },
	{ 0 },
};

/* A plain file name: lists lie in one folder and are never looked for elsewhere. */
int field_file(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "the name of a file in lists/, like ZoomMeetings.txt";
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	if (s.p[0] == '.' || str_find(s, '/') < s.n)
		return field_refuse(in, n, E_SYNTAX, "is no plain file name", expected);
	return field_text(in, f, n, record);
}

/* 0 (IPv6 hop-by-hop options) carries nothing; in the struct it means that nobody said. */
int field_said_proto(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	int r = field_proto(in, f, n, record);

	if (r == 0 && *(uint8_t *)field_at(f, record) == 0)
		return field_refuse(in, n, E_REFUSED, "is no protocol that carries data",
				    "tcp, udp or another; leave the key out if the page does not "
				    "say");
	return r;
}

int field_sha256(struct fields *in, const struct field *f, const struct yaml *n, void *record)
{
	static const char expected[] = "a SHA-256: 64 digits of 0-9, a-f";
	struct str s;
	int r = field_scalar(in, f, n, expected, &s);

	if (r < 0)
		return r;
	for (size_t i = 0; i < s.n; i++) {
		if (!strchr("0123456789abcdef", s.p[i]))
			return field_refuse(in, n, E_SYNTAX, "is no SHA-256", expected);
	}
	return s.n == SHA256_DIGITS ? field_text(in, f, n, record)
				    : field_refuse(in, n, E_SYNTAX, "is no SHA-256", expected);
}

#define LIST(member) offsetof(struct list_text, member)

static const struct field list_fields[] = {
	{ .name = ".key", .read = field_id, .at = LIST(id) },
	{ .name = ".self", .read = field_node, .at = LIST(self) },
	{ .name = "file", .read = field_file, .flags = FIELD_REQUIRED, .at = LIST(file) },
	{ .name = "family",
	  .read = field_word,
	  .flags = FIELD_REQUIRED,
	  .at = LIST(family),
	  .words = family_words },
	{ .name = "url", .read = field_text, .at = LIST(url) },
	{ .name = "feed", .read = field_id, .at = LIST(feed) },
	{ .name = "max-shrink", .read = field_number, .at = LIST(max_shrink), .max = 100 },
	{ .name = "max-growth", .read = field_number, .at = LIST(max_growth), .max = 1000000 },
	{ .name = "widest", .read = field_number, .at = LIST(widest), .max = 128 },
	{ .name = "not-global", .read = field_bool, .at = LIST(not_global) },
	{ .name = "date", .read = field_date, .at = LIST(date) },
	{ .name = "source", .read = field_text, .at = LIST(source) },
	{ .name = "missing", .read = field_text, .at = LIST(missing) },
	{ 0 },
};

static const struct record list_record = {
	.what = "a list",
	.fields = list_fields,
	.size = sizeof(struct list_text),
};

#define REQUIREMENT(member) offsetof(struct requirement_text, member)

static const struct field requirement_fields[] = {
	{ .name = ".key", .read = field_id, .at = REQUIREMENT(id) },
	{ .name = ".self", .read = field_node, .at = REQUIREMENT(self) },
	{ .name = ".self", .read = field_line, .at = REQUIREMENT(line) },
	{ .name = "title", .read = field_text, .flags = FIELD_WHOLE, .at = REQUIREMENT(title) },
	{ .name = "page", .read = field_text, .flags = FIELD_WHOLE, .at = REQUIREMENT(page) },
	{ .name = "also", .read = field_text, .at = REQUIREMENT(also) },
	{ .name = "roles", .read = field_words, .at = REQUIREMENT(roles), .words = role_words },
	{ .name = "roles-cut", .read = field_bool, .at = REQUIREMENT(roles_cut) },
	{ .name = "direction",
	  .read = field_word,
	  .at = REQUIREMENT(direction),
	  .words = direction_words },
	{ .name = "endpoint", .read = field_text, .at = REQUIREMENT(endpoint) },
	{ .name = "proto", .read = field_said_proto, .at = REQUIREMENT(proto) },
	{ .name = "ports", .read = field_ports, .at = REQUIREMENT(ports) },
	{ .name = "application",
	  .read = field_word,
	  .at = REQUIREMENT(application),
	  .words = application_words },
	{ .name = "proxyable", .read = field_bool, .at = REQUIREMENT(proxyable) },
	{ .name = "lists",
	  .read = field_list,
	  .at = REQUIREMENT(list),
	  .count = REQUIREMENT(lists),
	  .each = field_ref,
	  .size = sizeof(struct field_ref),
	  .max = CATALOG_LISTS_MAX },
	{ .name = "names",
	  .read = field_list,
	  .at = REQUIREMENT(name),
	  .count = REQUIREMENT(names),
	  .each = field_pattern,
	  .size = sizeof(struct pattern),
	  .max = CATALOG_NAMES_MAX },
	{ .name = "families",
	  .read = field_words,
	  .at = REQUIREMENT(families),
	  .words = family_words },
	{ .name = "tags",
	  .read = field_list,
	  .at = REQUIREMENT(tag),
	  .count = REQUIREMENT(tags),
	  .each = field_id,
	  .size = sizeof(const char *) },
	{ .name = "note", .read = field_text, .at = REQUIREMENT(note) },
	{ .name = "verified", .read = field_text, .at = REQUIREMENT(verified) },
	{ .name = "unverified", .read = field_text, .at = REQUIREMENT(unverified) },
	{ .name = "incomplete", .read = field_text, .at = REQUIREMENT(incomplete) },
	{ 0 },
};

static const struct record requirement_record = {
	.what = "a requirement",
	.fields = requirement_fields,
	.size = sizeof(struct requirement_text),
};

#define SERVICE(member) offsetof(struct service_text, member)

static const struct field service_fields[] = {
	{ .name = ".key", .read = field_id, .at = SERVICE(id) },
	{ .name = "title", .read = field_text, .flags = FIELD_WHOLE, .at = SERVICE(title) },
	{ .name = "selftest", .read = field_host, .at = SERVICE(selftest) },
	{ .name = "bypass",
	  .read = field_list,
	  .at = SERVICE(bypass),
	  .count = SERVICE(bypasses),
	  .each = field_pattern,
	  .size = sizeof(struct pattern),
	  .max = CATALOG_NAMES_MAX },
	{ .name = "requirements",
	  .read = field_map,
	  .flags = FIELD_WHOLE,
	  .at = SERVICE(requirement),
	  .count = SERVICE(requirements),
	  .record = &requirement_record,
	  .max = CATALOG_REQUIREMENTS_MAX },
	{ 0 },
};

static const struct record service_record = {
	.what = "a service",
	.fields = service_fields,
	.size = sizeof(struct service_text),
};

#define CATALOG(member) offsetof(struct catalog_text, member)

static const struct field catalog_fields[] = {
	{ .name = "vendor", .read = field_id, .flags = FIELD_WHOLE, .at = CATALOG(vendor) },
	{ .name = "title", .read = field_text, .flags = FIELD_WHOLE, .at = CATALOG(title) },
	{ .name = "page", .read = field_text, .flags = FIELD_WHOLE, .at = CATALOG(page) },
	{ .name = "page-date", .read = field_date, .flags = FIELD_WHOLE, .at = CATALOG(page_date) },
	{ .name = "page-sha256", .read = field_sha256, .at = CATALOG(page_sha256) },
	{ .name = "unverified", .read = field_text, .at = CATALOG(unverified) },
	{ .name = "lists",
	  .read = field_map,
	  .at = CATALOG(list),
	  .count = CATALOG(lists),
	  .record = &list_record,
	  .max = CATALOG_LISTS_MAX },
	{ .name = "services",
	  .read = field_map,
	  .flags = FIELD_WHOLE,
	  .at = CATALOG(service),
	  .count = CATALOG(services),
	  .record = &service_record,
	  .max = CATALOG_SERVICES_MAX },
	{ 0 },
};

const struct record catalog_record = {
	.what = "a catalog",
	.fields = catalog_fields,
	.size = sizeof(struct catalog_text),
};

int catalog_text_read(struct str text, const char *path, enum text_part part, struct arena *a,
		      struct diag *d, struct catalog_text *ret)
{
	const struct yaml *root = NULL;
	int r = yaml_parse(text, path, a, d, &root);

	if (r < 0)
		return r;
	return part == TEXT_PARTIAL ? fields_read_partial(root, &catalog_record, a, d, ret)
				    : fields_read(root, &catalog_record, a, d, ret);
}
