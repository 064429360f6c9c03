/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of the MISP project's warninglists whose type is "cidr": addresses of a vendor, collected
 * by that project and not published by the vendor, so whose catalog it is, the caller says.
 */
#include <errno.h>

#include "catalog/fields.h"
#include "import/format.h"
#include "import/publication.h"

static int misp_detect(struct str text, const char *file)
{
	(void)file;
	return jsonin_detect(text, "\"description\"") && jsonin_detect(text, "\"list\"") &&
			       jsonin_detect(text, "\"cidr\"")
		       ? 80
		       : 0;
}

static bool check_type(struct jsonin *in)
{
	struct json_at type = jsonin_member(&in->root, "type");

	if (!jsonin_is(in, &type, JSON_STRING))
		return false;
	if (str_is(str_of(json_string_value(type.value)), "cidr"))
		return true;
	jsonin_fail(in, &type, "only lists of addresses can be imported", "is not \"cidr\"");
	return false;
}

/* Most versions are a day, 20260811; others only count. */
static const char *day_of_version(struct jsonin *in)
{
	struct json_at version = jsonin_member(&in->root, "version");
	long long v;
	char *day;

	if (!jsonin_is(in, &version, JSON_INTEGER))
		return NULL;
	v = json_integer_value(version.value);
	if (v < 20000101 || v > 99991231)
		return NULL;
	day = arena_printf(in->draft->arena, "%04lld-%02lld-%02lld", v / 10000, v / 100 % 100,
			   v % 100);
	if (!day)
		jsonin_keep(in, -ENOMEM);
	return day && field_is_date(str_of(day)) ? day : NULL;
}

static void read_all(struct jsonin *in)
{
	static const char *const keys[] = { "description", "list",    "name",
					    "type",	   "version", "matching_attributes",
					    NULL };
	EG_AUTO(draft_prefixes_release) struct draft_prefixes prefixes = DRAFT_PREFIXES_INIT;
	struct json_at description = jsonin_member(&in->root, "description");
	struct json_at name = jsonin_member(&in->root, "name");
	struct json_at list = jsonin_member(&in->root, "list");
	struct publication p = { 0 };

	if (!jsonin_is(in, &in->root, JSON_OBJECT) || !check_type(in))
		return;
	jsonin_known(in, &in->root, keys);
	p.page = jsonin_note(in, &description, FIELD_TEXT_MAX);
	p.title = jsonin_text(in, &name, JSONIN_NAME_MAX);
	p.date = day_of_version(in);
	publication_fill(in->draft, &p);
	jsonin_prefixes(in, &list, 0, &prefixes);
	if (in->r == 0)
		publication_group(in, p.title, "list", p.date, &prefixes);
}

static int misp_read(struct str text, const char *file, struct draft *draft, struct diag *d)
{
	return jsonin_read(text, file, draft, d, read_all);
}

const struct format format_misp = {
	.name = "misp",
	.title = "MISP warninglist of addresses (JSON)",
	.detect = misp_detect,
	.read = misp_read,
};
