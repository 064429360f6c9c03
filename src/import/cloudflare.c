/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cloudflare's answer about its addresses: {"result": {lists}, "success": true, ...}. Its text
 * files, one prefix a line, are the format `list`.
 */
#include "import/format.h"
#include "import/publication.h"

static const struct publication cloudflare = {
	.vendor = "cloudflare",
	.title = "Cloudflare",
	.page = "https://api.cloudflare.com/client/v4/ips",
};

static int cloudflare_detect(struct str text, const char *file)
{
	(void)file;
	return jsonin_detect(text, "\"ipv4_cidrs\"") || jsonin_detect(text, "\"ipv6_cidrs\"") ? 95
											      : 0;
}

/* An answer that says it failed is no publication, whatever lists it has. */
static bool check_success(struct jsonin *in)
{
	static const char hint[] = "the service answered with an error; fetch it again";
	struct json_at success = jsonin_member(&in->root, "success");
	struct json_at errors = jsonin_member(&in->root, "errors");

	if (!jsonin_is(in, &success, JSON_TRUE))
		return false;
	if (json_is_false(success.value))
		jsonin_fail(in, &success, hint, "is false");
	if (errors.value && jsonin_is(in, &errors, JSON_ARRAY) && json_array_size(errors.value))
		jsonin_fail(in, &errors, hint, "is not empty");
	return in->r == 0;
}

/* Also the network of Cloudflare's partner in China, which is there only if it was asked for. */
static void read_partner(struct jsonin *in, const struct json_at *result)
{
	EG_AUTO(draft_prefixes_release) struct draft_prefixes prefixes = DRAFT_PREFIXES_INIT;
	struct json_at list = jsonin_member(result, "jdcloud_cidrs");

	if (!list.value)
		return;
	jsonin_prefixes(in, &list, 0, &prefixes);
	if (in->r == 0)
		publication_group(in, "JD Cloud", "jdcloud_cidrs", NULL, &prefixes);
}

static void read_result(struct jsonin *in)
{
	static const char *const keys[] = { "ipv4_cidrs", "ipv6_cidrs", "jdcloud_cidrs", "etag",
					    NULL };
	EG_AUTO(draft_prefixes_release) struct draft_prefixes prefixes = DRAFT_PREFIXES_INIT;
	struct json_at result = jsonin_member(&in->root, "result");
	struct json_at v4 = jsonin_member(&result, "ipv4_cidrs");
	struct json_at v6 = jsonin_member(&result, "ipv6_cidrs");

	if (!jsonin_is(in, &result, JSON_OBJECT))
		return;
	jsonin_known(in, &result, keys);
	jsonin_prefixes(in, &v4, FAMILY_V4, &prefixes);
	jsonin_prefixes(in, &v6, FAMILY_V6, &prefixes);
	if (in->r == 0)
		publication_group(in, "Cloudflare", "result", NULL, &prefixes);
	read_partner(in, &result);
}

static void read_all(struct jsonin *in)
{
	static const char *const keys[] = { "result", "success", "errors", "messages", NULL };

	if (!jsonin_is(in, &in->root, JSON_OBJECT) || !check_success(in))
		return;
	jsonin_known(in, &in->root, keys);
	publication_fill(in->draft, &cloudflare);
	read_result(in);
}

static int cloudflare_read(struct str text, const char *file, struct draft *draft, struct diag *d)
{
	return jsonin_read(text, file, draft, d, read_all);
}

const struct format format_cloudflare = {
	.name = "cloudflare",
	.title = "Cloudflare API /ips (JSON)",
	.detect = cloudflare_detect,
	.read = cloudflare_read,
};
