/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/aws_permission.h"

int aws_members_of(const struct aws_path *p, const struct aws_group *group, struct arena *a,
		   struct diag *d, struct aws_members *ret)
{
	*ret = p->members;
	return ret->said || !group->members
		       ? 0
		       : aws_members_parse(str_of(group->members), group->at, a, d, ret);
}

struct flow_match aws_members_match(const struct aws_members *members, enum aws_way way)
{
	struct flow_match match = FLOW_MATCH_ANY;

	if (members->said) {
		match.dim[way == AWS_OUT ? FLOW_SRC4 : FLOW_DST4] = members->v4;
		match.dim[way == AWS_OUT ? FLOW_SRC6 : FLOW_DST6] = members->v6;
	}
	return match;
}

struct flow_match aws_permission_match(const struct aws_service *service,
				       const struct aws_members *members, enum aws_way way)
{
	struct flow_match match = aws_members_match(members, way);

	match.dim[FLOW_PROTO] = service->proto;
	match.dim[FLOW_DPORT] = service->dport;
	return match;
}

int aws_match_far(struct flow_match *match, struct prefix far, enum aws_way way, struct arena *a)
{
	bool v6 = far.family == FAMILY_V6;
	struct addr_range range = prefix_range(far);
	enum flow_dim dim = (enum flow_dim)((way == AWS_OUT ? FLOW_DST4 : FLOW_SRC4) + v6);
	int r = match_one(match, FLOW_FAMILY, v6, v6, a);

	return r < 0 ? r : match_one(match, dim, range.lo, range.hi, a);
}

bool aws_is_loopback(struct prefix prefix)
{
	static const struct prefix v4 = { FAMILY_V4, 8, (u128)127 << 24 };
	static const struct prefix v6 = { FAMILY_V6, 128, 1 };

	return prefix_covers(prefix.family == FAMILY_V6 ? v6 : v4, prefix);
}
