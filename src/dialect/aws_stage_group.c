/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Security groups: whatever some rule of some group lets through, passes. They remember
 * conversations, so only first packets are judged; of later fragments AWS wrote nothing.
 */
#include <errno.h>

#include "base/err.h"
#include "base/show.h"
#include "dialect/aws_permission.h"
#include "dialect/aws_stage.h"

struct groups {
	struct aws_going *g;
	struct aws_walk walk;
	const struct aws_permission *permission; /* in hand */
	const char *where;
	struct aws_members members;
};

static int walk_prefix(struct groups *s, struct prefix prefix, struct place at, const char *text)
{
	const struct aws_service *service = &s->permission->service;
	enum aws_way way = s->g->path.way;
	struct flow_match match = aws_permission_match(service, &s->members, way);
	uint32_t leaf = 0;
	int r = aws_match_far(&match, prefix, way, s->g->arena);

	if (r == 0)
		r = aws_check_rules(s->g, at);
	if (r == 0)
		r = aws_tell(s->g, at, text, s->where, &leaf);
	if (r < 0 || (way == AWS_OUT && aws_is_loopback(prefix)))
		return r;
	r = aws_set_apart(s->g, leaf, &match, !service->unknown);
	if (r < 0)
		return r;
	return service->unknown ? aws_walk_loose(&s->walk, &match, 1, AWS_MAY(AWS_END_ACCEPT),
						 service->unknown, at)
				: aws_walk_exact(&s->walk, &match, AWS_END_ACCEPT, leaf);
}

static int walk_unknown(struct groups *s, const char *what, const char *name)
{
	const char *text = arena_printf(s->g->arena, "%s%s", what, name);
	const struct flow_match match =
		aws_permission_match(&s->permission->service, &s->members, s->g->path.way);

	return text ? aws_walk_loose(&s->walk, &match, 1, AWS_MAY(AWS_END_ACCEPT), text,
				     s->permission->at)
		    : -ENOMEM;
}

static const char *prefix_text(struct groups *s, struct prefix prefix, const char *through)
{
	const char *way = s->g->path.way == AWS_OUT ? "to" : "from";
	char text[PREFIX_TEXT_MAX];

	prefix_format(prefix, text);
	return arena_printf(s->g->arena, "allow %s %s %s%s%s", s->permission->service.text, way,
			    text, *through ? " of " : "", through);
}

/* Each entry of a list is told where it stands. */
static int walk_list(struct groups *s, const char *name)
{
	const struct aws_list *list = aws_list_find(s->g->config, name);
	int r = 0;

	if (!list || !list->held) {
		diag_warning(s->g->d, s->permission->at,
			     "the entries of prefix list %s are not here", show(str_of(name)).text);
		diag_hint(s->g->d,
			  "aws ec2 get-managed-prefix-list-entries --prefix-list-id %s "
			  ">%s.json, and give that file too",
			  show(str_of(name)).text, show(str_of(name)).text);
		return walk_unknown(s, "prefix list ", name);
	}
	for (size_t i = 0; r == 0 && i < list->n; i++) {
		const char *text = prefix_text(s, list->entry[i].prefix, list->name);

		r = text ? walk_prefix(s, list->entry[i].prefix, list->entry[i].at, text) : -ENOMEM;
	}
	return r;
}

static int walk_permission(struct groups *s)
{
	const struct aws_far *far = &s->permission->far;
	const char *text;

	switch (far->kind) {
	case AWS_FAR_PREFIX:
		text = prefix_text(s, far->prefix, "");
		return text ? walk_prefix(s, far->prefix, s->permission->at, text) : -ENOMEM;
	case AWS_FAR_LIST:
		return walk_list(s, far->name);
	case AWS_FAR_GROUP:
		return walk_unknown(s, "members of security group ", far->name);
	default:
		return walk_unknown(s, "", far->name);
	}
}

static int walk_group(struct groups *s, const struct aws_group *group)
{
	const struct aws_permissions *all = &group->way[s->g->path.way];
	int r = aws_members_of(&s->g->path, group, s->g->arena, s->g->d, &s->members);

	s->g->members_said = s->g->members_said || s->members.said;
	s->where = arena_printf(s->g->arena, "security group %s", group->name);
	if (!s->where)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < all->n; i++) {
		s->permission = &all->one[i];
		r = walk_permission(s);
	}
	return r;
}

/* First packets that are whole: the others may go either way. */
static int begin(struct groups *s, flow_ref *ret)
{
	flow_ref first, whole, later;
	int r = aws_set_of(s->g->m, FLOW_STATE, STATE_NEW, &first);

	if (r == 0)
		r = aws_set_of(s->g->m, FLOW_FRAG, 0, &whole);
	if (r == 0)
		r = flow_restrict(s->g->m, first, whole, &first);
	if (r == 0)
		r = flow_not(s->g->m, first, &later);
	s->walk.live = FLOW_ALL;
	if (r == 0)
		r = aws_walk_loose_set(&s->walk, later,
				       AWS_MAY(AWS_END_ACCEPT) | AWS_MAY(AWS_END_DROP), NULL,
				       NOWHERE);
	s->walk.live = first;
	s->g->fragments = true;
	*ret = first;
	return r;
}

static int walk_all(struct groups *s, struct aws_outcome *ret)
{
	const struct aws_path *path = &s->g->path;
	const struct aws_group *last = path->group[path->groups - 1];
	flow_ref first;
	uint32_t leaf = 0;
	int r = begin(s, &first);

	for (size_t i = 0; r == 0 && i < path->groups; i++)
		r = walk_group(s, path->group[i]);
	if (r == 0)
		r = aws_tell(s->g, last->at,
			     path->groups > 1 ? "(no rule of these groups lets it through)"
					      : "(no rule of it lets it through)",
			     s->where, &leaf);
	if (r == 0)
		r = aws_walk_rest(&s->walk, first, AWS_END_DROP, leaf);
	return r < 0 ? r : aws_walk_end(&s->walk, ret);
}

int aws_stage_groups(struct aws_going *g, struct aws_outcome *ret)
{
	struct groups s = { .g = g,
			    .walk = { .m = g->m, .arena = g->arena, .doubts = &g->doubts } };
	int r = walk_all(&s, ret);

	aws_walk_release(&s.walk);
	return r;
}
