/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of a change share. */
#pragma once

#include "dialect/aws_choice.h"
#include "dialect/aws_stage.h"
#include "dialect/change.h"

enum aws_stage { AWS_GROUPS, AWS_ACL, AWS_FIREWALL };

struct aws_changing {
	const struct change *change;
	struct flow_mgr *m;
	struct arena *arena; /* of the caller */
	struct diag *d;
	const struct aws_config *config;
	struct aws_path path;
	struct aws_going going;		/* to ask what stages do */
	enum aws_stage stops;		/* what is too much */
	const char **why, **why_answer; /* by rule: why not all of it is in the change, or NULL */
	flow_ref *own;			/* by rule: what no rule before it speaks of */
	flow_ref accepted;		/* of all rules that accept */
	flow_ref groups_may;		/* without groups: what the path's members send */
	struct bounds firewall_passes;	/* without a firewall: all */
	struct aws_outcome firewall, stateless; /* the whole, and its stateless engine */
	struct buf add, take;			/* commands: first more passes, then less */
};

/* What a stage must let through of what is missing, and stop if it is the one that does. */
EG_CHECK int aws_change_groups(struct aws_changing *g);
EG_CHECK int aws_change_acl(struct aws_changing *g); /* answers, too */
EG_CHECK int aws_change_firewall(struct aws_changing *g);

/* Puts stateful rules in front of those of the policy: lines of Suricata for a text of JSON, each
 * with its \n. */
EG_CHECK int aws_update_policy(struct aws_changing *g, struct str lines);

/* What a stage accepts of first packets, whatever is said of the others. */
EG_CHECK int aws_first_bounds(struct aws_changing *g, const struct aws_outcome *o,
			      struct bounds *ret);

/*
 * What `who` have of a set, whatever their addresses. Not `ret_whole`: some of them have more of it
 * than others, and who sees far ends alone cannot say it.
 */
EG_CHECK int aws_forget_near(struct aws_changing *g, flow_ref set, flow_ref who, flow_ref *ret,
			     bool *ret_whole);
/*
 * A stage is to let `set` through for rule `i`, and lets `lets` through already. Does more than is
 * asked for pass the stages that see more then? What one does not see, another must.
 */
EG_CHECK int aws_opens_more(struct aws_changing *g, enum aws_stage stage, size_t i, flow_ref set,
			    flow_ref lets, bool *ret);
/* Is it the same for all names? */
EG_CHECK int aws_is_nameless(struct aws_changing *g, flow_ref set, bool *ret);

/* A match as rules; `ret[v6]` is empty where it does not hold for the family. */
EG_CHECK int aws_choose_far(const struct flow_match *match, enum aws_way way, struct arena *a,
			    struct aws_choice ret[2], const char **ret_why);

/* Can a script have it between quotes? Ids of AWS are such. */
bool aws_can_be_typed(const char *id);
