/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a packet passes: the security groups of an interface, the network ACL of its subnet, a
 * firewall. What is not named, is not in it.
 *
 *   [ID...] [out|in] [members PREFIX...]      ids or names, separated by blanks or commas
 */
#pragma once

#include "dialect/aws_model.h"

struct aws_members {
	bool said;
	struct flow_spans v4, v6;
};

struct aws_path {
	enum aws_way way;
	const struct aws_group **group; /* all of one interface, or each with its own members */
	size_t groups;
	const struct aws_acl *acl;	 /* NULL: none */
	const struct aws_policy *policy; /* NULL: none */
	/* Of the groups, or of whatever the path is; not said: what the tags of groups say. */
	struct aws_members members;
};

/*
 * `where` NULL or "forward", or one without ids: the groups that egret's tags tell apart, else the
 * only group; the only ACL; the only policy. E_UNKNOWN: there is none such; E_CONFLICT: several.
 */
EG_CHECK int aws_find_path(const struct aws_config *c, const char *where, struct arena *a,
			   struct diag *d, struct aws_path *ret);

/* "sg-1, sg-2, acl-3 out" */
EG_CHECK int aws_path_name(const struct aws_path *p, struct arena *a, const char **ret);

/* Prefixes between blanks and commas. E_SYNTAX: told, at `at`. */
EG_CHECK int aws_members_parse(struct str text, struct place at, struct arena *a, struct diag *d,
			       struct aws_members *ret);
