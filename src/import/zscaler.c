/* SPDX-License-Identifier: Apache-2.0 */
/* Zscaler's hubs: {"cloudName", "type", "hubPrefixes": [prefixes of both families]}. */
#include <errno.h>

#include "import/format.h"
#include "import/publication.h"

static int zscaler_detect(struct str text, const char *file)
{
	(void)file;
	return jsonin_detect(text, "\"hubPrefixes\"") ? 95 : 0;
}

/* The cloud and the type are parts of the address under which it is published. */
static void fill(struct jsonin *in)
{
	struct json_at cloud = jsonin_member(&in->root, "cloudName");
	struct json_at type = jsonin_member(&in->root, "type");
	const char *name = jsonin_text(in, &cloud, JSONIN_NAME_MAX);
	const char *kind = jsonin_text(in, &type, JSONIN_NAME_MAX);
	struct publication p = { .vendor = "zscaler", .title = "Zscaler" };

	if (!name || !kind)
		return;
	p.page = arena_printf(in->draft->arena,
			      "https://config.zscaler.com/api/%s/hubs/cidr/json/%s", name, kind);
	if (p.page)
		publication_fill(in->draft, &p);
	else
		jsonin_keep(in, -ENOMEM);
}

static void read_all(struct jsonin *in)
{
	static const char *const keys[] = { "cloudName", "type", "hubPrefixes", NULL };
	EG_AUTO(draft_prefixes_release) struct draft_prefixes prefixes = DRAFT_PREFIXES_INIT;
	struct json_at hubs = jsonin_member(&in->root, "hubPrefixes");

	if (!jsonin_is(in, &in->root, JSON_OBJECT))
		return;
	jsonin_known(in, &in->root, keys);
	fill(in);
	jsonin_prefixes(in, &hubs, 0, &prefixes);
	if (in->r == 0)
		publication_group(in, "Hubs", "hubPrefixes", NULL, &prefixes);
}

static int zscaler_read(struct str text, const char *file, struct draft *draft, struct diag *d)
{
	return jsonin_read(text, file, draft, d, read_all);
}

const struct format format_zscaler = {
	.name = "zscaler",
	.title = "Zscaler hubs (JSON)",
	.detect = zscaler_detect,
	.read = zscaler_read,
};
