/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Google's cloud.json and goog.json: one entry a prefix. Those of cloud.json have the service they
 * serve and its scope, those of goog.json (all of Google) neither.
 */
#include "import/format.h"
#include "import/publication.h"

static const char *const keys[] = { "syncToken", "creationTime", "prefixes", NULL };
static const char *const entry_keys[] = { "ipv4Prefix", "ipv6Prefix", "service", "scope", NULL };

static const struct publication cloud = {
	.vendor = "google",
	.title = "Google Cloud",
	.page = "https://www.gstatic.com/ipranges/cloud.json",
};
static const struct publication goog = {
	.vendor = "google",
	.title = "Google",
	.page = "https://www.gstatic.com/ipranges/goog.json",
};

static int google_detect(struct str text, const char *file)
{
	(void)file;
	return jsonin_detect(text, "\"ipv4Prefix\"") || jsonin_detect(text, "\"ipv6Prefix\"") ? 95
											      : 0;
}

static void read_prefixes(struct jsonin *in, const struct json_at *entry, const char *scope,
			  struct draft_prefixes *group)
{
	struct json_at v4 = jsonin_member(entry, "ipv4Prefix");
	struct json_at v6 = jsonin_member(entry, "ipv6Prefix");

	if (!v4.value && !v6.value)
		jsonin_fail(in, entry, NULL, "has neither ipv4Prefix nor ipv6Prefix");
	if (v4.value)
		jsonin_prefix(in, &v4, FAMILY_V4, scope, group);
	if (v6.value)
		jsonin_prefix(in, &v6, FAMILY_V6, scope, group);
}

/* `services`: the entries say which service they are for. */
static void read_entry(struct jsonin *in, const struct json_at *entry, bool services,
		       struct groups *g)
{
	struct json_at service = jsonin_member(entry, "service");
	struct json_at scope = jsonin_member(entry, "scope");
	const char *name = "Google", *where = NULL;
	struct draft_prefixes *group;

	if (!jsonin_is(in, entry, JSON_OBJECT))
		return;
	jsonin_known(in, entry, entry_keys);
	if (services || service.value)
		name = jsonin_text(in, &service, JSONIN_NAME_MAX);
	if (services || scope.value)
		where = jsonin_text(in, &scope, JSONIN_NAME_MAX);
	group = name ? groups_get(in, g, name) : NULL;
	if (group)
		read_prefixes(in, entry, where, group);
}

static bool any_service(const struct json_at *list)
{
	for (size_t i = 0; i < json_array_size(list->value); i++) {
		if (json_object_get(json_array_get(list->value, i), "service"))
			return true;
	}
	return false;
}

static void read_all(struct jsonin *in)
{
	EG_AUTO(groups_release) struct groups g = GROUPS_INIT;
	struct json_at created = jsonin_member(&in->root, "creationTime");
	struct json_at list = jsonin_member(&in->root, "prefixes");
	bool services = any_service(&list);
	struct publication p = services ? cloud : goog;

	if (!jsonin_is(in, &in->root, JSON_OBJECT) || !jsonin_is(in, &list, JSON_ARRAY))
		return;
	jsonin_known(in, &in->root, keys);
	p.date = jsonin_day(in, &created);
	publication_fill(in->draft, &p);
	for (size_t i = 0; i < json_array_size(list.value) && !jsonin_over(in); i++) {
		struct json_at entry = jsonin_element(&list, i);

		read_entry(in, &entry, services, &g);
	}
	if (in->r == 0)
		groups_add(in, &g, p.date);
}

static int google_read(struct str text, const char *file, struct draft *draft, struct diag *d)
{
	return jsonin_read(text, file, draft, d, read_all);
}

const struct format format_google = {
	.name = "google",
	.title = "Google cloud.json or goog.json",
	.detect = google_detect,
	.read = google_read,
};
