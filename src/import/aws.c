/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amazon's ip-ranges.json: one entry a prefix, with the service it serves and its region. A prefix
 * stands under several services, AMAZON among them; each is a list of its own.
 */
#include "import/format.h"
#include "import/publication.h"

/* One of the two lists of entries. */
struct entries {
	const char *list, *prefix;
	unsigned family;
	const char *const *keys;
};

static const char *const keys[] = { "syncToken", "createDate", "prefixes", "ipv6_prefixes", NULL };
static const char *const v4_keys[] = { "ip_prefix", "region", "service", "network_border_group",
				       NULL };
static const char *const v6_keys[] = { "ipv6_prefix", "region", "service", "network_border_group",
				       NULL };
static const struct entries lists[] = {
	{ "prefixes", "ip_prefix", FAMILY_V4, v4_keys },
	{ "ipv6_prefixes", "ipv6_prefix", FAMILY_V6, v6_keys },
};

static int aws_detect(struct str text, const char *file)
{
	(void)file;
	return jsonin_detect(text, "\"ip_prefix\"") || jsonin_detect(text, "\"ipv6_prefix\"") ? 95
											      : 0;
}

static void read_entry(struct jsonin *in, const struct json_at *entry, const struct entries *kind,
		       struct groups *g)
{
	struct json_at prefix = jsonin_member(entry, kind->prefix);
	struct json_at service = jsonin_member(entry, "service");
	struct json_at region = jsonin_member(entry, "region");
	const char *name, *where;
	struct draft_prefixes *group;

	if (!jsonin_is(in, entry, JSON_OBJECT))
		return;
	jsonin_known(in, entry, kind->keys);
	name = jsonin_text(in, &service, JSONIN_NAME_MAX);
	where = jsonin_text(in, &region, JSONIN_NAME_MAX);
	group = name ? groups_get(in, g, name) : NULL;
	if (group)
		jsonin_prefix(in, &prefix, kind->family, where, group);
}

static void read_entries(struct jsonin *in, const struct entries *kind, struct groups *g)
{
	struct json_at list = jsonin_member(&in->root, kind->list);

	if (!jsonin_is(in, &list, JSON_ARRAY))
		return;
	if (json_array_size(list.value) == 0)
		jsonin_empty(in, &list);
	for (size_t i = 0; i < json_array_size(list.value) && !jsonin_over(in); i++) {
		struct json_at entry = jsonin_element(&list, i);

		read_entry(in, &entry, kind, g);
	}
}

static void read_all(struct jsonin *in)
{
	EG_AUTO(groups_release) struct groups g = GROUPS_INIT;
	struct json_at created = jsonin_member(&in->root, "createDate");
	struct publication p = {
		.vendor = "aws",
		.title = "Amazon Web Services",
		.page = "https://ip-ranges.amazonaws.com/ip-ranges.json",
	};

	if (!jsonin_is(in, &in->root, JSON_OBJECT))
		return;
	jsonin_known(in, &in->root, keys);
	p.date = jsonin_day(in, &created);
	publication_fill(in->draft, &p);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		read_entries(in, &lists[i], &g);
	if (in->r == 0)
		groups_add(in, &g, p.date);
}

static int aws_read(struct str text, const char *file, struct draft *draft, struct diag *d)
{
	return jsonin_read(text, file, draft, d, read_all);
}

const struct format format_aws = {
	.name = "aws",
	.title = "Amazon Web Services ip-ranges.json",
	.detect = aws_detect,
	.read = aws_read,
};
