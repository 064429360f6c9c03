/* SPDX-License-Identifier: Apache-2.0 */
/* The security groups of a path, as a change sees them. */
#pragma once

#include "dialect/aws_changing.h"

struct aws_spot {
	const struct aws_group *group;
	struct aws_members members;
	size_t like;	  /* the first with the same members; it keeps what they let through */
	flow_ref who;	  /* their packets */
	flow_ref lets;	  /* what the rules let through that stay */
	flow_ref before;  /* the same, before the rule of the change in hand */
	unsigned used[2]; /* of the quota, by family */
	bool *taken;	  /* by rule of the group: it is taken away */
};

/* One for each group of the path, in its order. */
EG_CHECK int aws_spots(struct aws_changing *g, struct aws_spot **ret);

/* What a rule of it lets through for certain: nothing, of what is not modelled. */
EG_CHECK int aws_spot_lets(struct aws_changing *g, const struct aws_spot *spot,
			   const struct aws_permission *rule, flow_ref *ret);
