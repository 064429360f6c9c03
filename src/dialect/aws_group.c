/* SPDX-License-Identifier: Apache-2.0 */
/* Security groups, as describe-security-groups prints them. */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_parsing.h"

static const char members_tag[] = "egret:members";

void aws_add_permission(struct aws_parsing *p, struct aws_permissions *all, struct place at,
			const struct aws_service *service, struct aws_far far)
{
	if (aws_more(p, &all->one, &all->cap, all->n, sizeof(*all->one)))
		all->one[all->n++] = (struct aws_permission){ at, *service, far };
}

struct aws_group *aws_group_find(const struct aws_config *c, const char *id)
{
	for (size_t i = 0; id && i < c->groups; i++)
		if (strcmp(c->group[i].id, id) == 0)
			return &c->group[i];
	return NULL;
}

struct aws_group *aws_add_group(struct aws_parsing *p, const json_t *at, const char *id)
{
	struct aws_config *c = p->config;
	const struct aws_group *same = aws_group_find(c, id);

	if (!id || p->r < 0)
		return NULL;
	if (same)
		aws_refuse(p, at, E_CONFLICT, "give each group once",
			   "security group %s is at line %u of %s already", show(str_of(id)).text,
			   same->at.line, same->at.file);
	if (!aws_more(p, &c->group, &c->group_cap, c->groups, sizeof(*c->group)))
		return NULL;
	c->group[c->groups] = (struct aws_group){ .at = aws_place(p, at), .id = id, .name = id };
	return &c->group[c->groups++];
}

void aws_read_tags(struct aws_parsing *p, const json_t *object, struct aws_group *g)
{
	json_t *tags = aws_get_list(p, object, "Tags"), *tag;
	size_t i;

	json_array_foreach(tags, i, tag)
	{
		const char *key = aws_get_string(p, tag, "Key"), *value;

		if (!key || strncmp(key, members_tag, sizeof(members_tag) - 1) != 0)
			continue;
		value = aws_get_string(p, tag, "Value");
		if (!value || !*value)
			continue;
		g->members =
			g->members ? arena_printf(p->arena, "%s %s", g->members, value) : value;
		aws_keep(p, g->members ? 0 : -ENOMEM);
		if (p->r < 0)
			return;
	}
}

/* ---- permissions ---- */

struct far_list {
	const char *key, *member;
	enum aws_far_kind kind;
};

static const struct far_list far_lists[] = {
	{ "IpRanges", "CidrIp", AWS_FAR_PREFIX },
	{ "Ipv6Ranges", "CidrIpv6", AWS_FAR_PREFIX },
	{ "PrefixListIds", "PrefixListId", AWS_FAR_LIST },
	{ "UserIdGroupPairs", "GroupId", AWS_FAR_GROUP },
};

static void parse_far(struct aws_parsing *p, const json_t *one, const struct far_list *list,
		      const struct aws_service *service, struct aws_permissions *all)
{
	const json_t *value = json_object_get(one, list->member);
	struct aws_far far = { .kind = list->kind,
			       .name = aws_get_string_needed(p, one, list->member) };

	if (p->r < 0)
		return;
	if (far.kind != AWS_FAR_PREFIX || aws_get_prefix(p, value, &far.prefix))
		aws_add_permission(p, all, aws_place(p, value), service, far);
}

/* A kind of far end that AWS invented since. */
static void parse_strange(struct aws_parsing *p, const json_t *permission,
			  const struct aws_service *service, struct aws_permissions *all)
{
	static const char *const others[] = { "IpProtocol", "FromPort", "ToPort" };
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)permission, key, value)
	{
		struct aws_far far = { .kind = AWS_FAR_UNKNOWN };
		bool known = false;

		for (size_t i = 0; i < ARRAY_LEN(others); i++)
			known = known || strcmp(key, others[i]) == 0;
		for (size_t i = 0; i < ARRAY_LEN(far_lists); i++)
			known = known || strcmp(key, far_lists[i].key) == 0;
		if (known || json_is_null(value) ||
		    (json_is_array(value) && !json_array_size(value)))
			continue;
		far.name = arena_strdup(p->arena, key);
		aws_keep(p, far.name ? 0 : -ENOMEM);
		aws_add_permission(p, all, aws_place(p, value), service, far);
	}
}

void aws_parse_permission(struct aws_parsing *p, const json_t *permission,
			  struct aws_permissions *all)
{
	const char *proto = aws_get_string_needed(p, permission, "IpProtocol");
	struct aws_range range = { 0 };
	struct aws_service service;

	range.has_from = aws_get_number(p, permission, "FromPort", &range.from);
	range.has_to = aws_get_number(p, permission, "ToPort", &range.to);
	aws_service(p, json_object_get(permission, "IpProtocol"), proto, range, &service);
	for (size_t k = 0; k < ARRAY_LEN(far_lists); k++) {
		json_t *list = aws_get_list(p, permission, far_lists[k].key), *one;
		size_t i;

		json_array_foreach(list, i, one)
		{
			if (p->r == 0)
				parse_far(p, one, &far_lists[k], &service, all);
		}
	}
	if (p->r == 0)
		parse_strange(p, permission, &service, all);
}

void aws_parse_group(struct aws_parsing *p, const json_t *group)
{
	static const char *const key[] = { "IpPermissionsEgress", "IpPermissions" };
	const char *id = aws_get_string_needed(p, group, "GroupId");
	const char *name = aws_get_string(p, group, "GroupName");
	struct aws_group *g = aws_add_group(p, json_object_get(group, "GroupId"), id);

	if (!g)
		return;
	g->name = name ? name : id;
	aws_read_tags(p, group, g);
	for (size_t way = 0; way < AWS_WAYS; way++) {
		json_t *list = aws_get_list_needed(p, group, key[way]), *one;
		size_t i;

		json_array_foreach(list, i, one)
		{
			if (p->r == 0)
				aws_parse_permission(p, one, &g->way[way]);
		}
	}
}
