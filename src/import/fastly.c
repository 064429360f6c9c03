/* SPDX-License-Identifier: Apache-2.0 */
/* Fastly's public-ip-list: a list a family. */
#include "import/format.h"
#include "import/publication.h"

static const struct publication fastly = {
	.vendor = "fastly",
	.title = "Fastly",
	.page = "https://api.fastly.com/public-ip-list",
};

static int fastly_detect(struct str text, const char *file)
{
	(void)file;
	return jsonin_detect(text, "\"addresses\"") && jsonin_detect(text, "\"ipv6_addresses\"")
		       ? 90
		       : 0;
}

static void read_all(struct jsonin *in)
{
	static const char *const keys[] = { "addresses", "ipv6_addresses", NULL };
	EG_AUTO(draft_prefixes_release) struct draft_prefixes prefixes = DRAFT_PREFIXES_INIT;
	struct json_at v4 = jsonin_member(&in->root, "addresses");
	struct json_at v6 = jsonin_member(&in->root, "ipv6_addresses");

	if (!jsonin_is(in, &in->root, JSON_OBJECT))
		return;
	jsonin_known(in, &in->root, keys);
	publication_fill(in->draft, &fastly);
	jsonin_prefixes(in, &v4, FAMILY_V4, &prefixes);
	jsonin_prefixes(in, &v6, FAMILY_V6, &prefixes);
	if (in->r == 0)
		publication_group(in, "Fastly", "addresses", NULL, &prefixes);
}

static int fastly_read(struct str text, const char *file, struct draft *draft, struct diag *d)
{
	return jsonin_read(text, file, draft, d, read_all);
}

const struct format format_fastly = {
	.name = "fastly",
	.title = "Fastly public-ip-list (JSON)",
	.detect = fastly_detect,
	.read = fastly_read,
};
