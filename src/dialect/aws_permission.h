/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule of a security group lets through by itself. */
#pragma once

#include "dialect/aws_path.h"

/* Who has a group of the path: what the path says, else the group's tags, else anybody. */
EG_CHECK int aws_members_of(const struct aws_path *p, const struct aws_group *group,
			    struct arena *a, struct diag *d, struct aws_members *ret);

/* The packets of some members. The match borrows from them. */
struct flow_match aws_members_match(const struct aws_members *members, enum aws_way way);
/* Those that a rule speaks of, whatever the far end. */
struct flow_match aws_permission_match(const struct aws_service *service,
				       const struct aws_members *members, enum aws_way way);
/* Narrows a match to a far end. */
EG_CHECK int aws_match_far(struct flow_match *match, struct prefix far, enum aws_way way,
			   struct arena *a);

/* Nothing leaves an interface for these: people say "nothing" so, since AWS opens a group that is
 * made without any rule. */
bool aws_is_loopback(struct prefix prefix);
