/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_spot.h"

#include <errno.h>

#include "dialect/aws_permission.h"
#include "dialect/spans.h"

/* ---- what a rule lets through ---- */

static int add_far(struct aws_changing *g, const struct aws_spot *spot,
		   const struct aws_permission *rule, struct prefix far, flow_ref *all)
{
	enum aws_way way = g->path.way;
	struct flow_match match = aws_permission_match(&rule->service, &spot->members, way);
	flow_ref one = FLOW_NONE;
	int r = aws_match_far(&match, far, way, g->arena);

	if (r < 0 || (way == AWS_OUT && aws_is_loopback(far)))
		return r;
	r = flow_of_match(g->m, &match, 1, &one);
	return r < 0 ? r : flow_override(g->m, one, *all, all);
}

int aws_spot_lets(struct aws_changing *g, const struct aws_spot *spot,
		  const struct aws_permission *rule, flow_ref *ret)
{
	const struct aws_list *list;
	int r = 0;

	*ret = FLOW_NONE;
	if (rule->service.unknown)
		return 0;
	if (rule->far.kind == AWS_FAR_PREFIX)
		return add_far(g, spot, rule, rule->far.prefix, ret);
	if (rule->far.kind != AWS_FAR_LIST)
		return 0;
	list = aws_list_find(g->config, rule->far.name);
	for (size_t i = 0; r == 0 && list && list->held && i < list->n; i++)
		r = add_far(g, spot, rule, list->entry[i].prefix, ret);
	return r;
}

/* ---- the groups ---- */

static void count(const struct aws_config *c, const struct aws_permission *rule,
		  struct aws_spot *spot)
{
	const struct aws_list *list;
	bool v6 = rule->far.prefix.family == FAMILY_V6;

	if (rule->far.kind == AWS_FAR_PREFIX) {
		spot->used[v6]++;
	} else if (rule->far.kind == AWS_FAR_LIST) {
		/* Its MaxEntries count, as many as it has at least. */
		list = aws_list_find(c, rule->far.name);
		v6 = list && list->n && list->entry[0].prefix.family == FAMILY_V6;
		spot->used[v6] += list && list->n ? (unsigned)list->n : 1;
	} else {
		spot->used[0]++;
		spot->used[1]++;
	}
}

static bool are_alike(const struct aws_members *a, const struct aws_members *b)
{
	return a->said == b->said && spans_equal(a->v4, b->v4) && spans_equal(a->v6, b->v6);
}

static int make_spot(struct aws_changing *g, size_t i, struct aws_spot *all)
{
	struct aws_spot *spot = &all[i];
	const struct aws_group *group = g->path.group[i];
	const struct aws_permissions *rules = &group->way[g->path.way];
	struct flow_match match;
	int r = aws_members_of(&g->path, group, g->arena, g->d, &spot->members);

	spot->group = group;
	spot->lets = FLOW_NONE;
	spot->taken = arena_array(g->arena, rules->n, sizeof(*spot->taken));
	if (r < 0 || !spot->taken)
		return r < 0 ? r : -ENOMEM;
	for (size_t n = 0; n < rules->n; n++)
		count(g->config, &rules->one[n], spot);
	while (!are_alike(&all[spot->like].members, &spot->members))
		spot->like++;
	match = aws_members_match(&spot->members, g->path.way);
	return flow_of_match(g->m, &match, 1, &spot->who);
}

int aws_spots(struct aws_changing *g, struct aws_spot **ret)
{
	int r = 0;

	*ret = arena_array(g->arena, g->path.groups, sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < g->path.groups; i++)
		r = make_spot(g, i, *ret);
	return r;
}
