/* SPDX-License-Identifier: Apache-2.0 */
/* The stages of a path, each as what it does to all packets, and what they tell people. */
#pragma once

#include "dialect/aws_path.h"
#include "dialect/aws_walk.h"

struct aws_going {
	const struct aws_config *config;
	struct flow_mgr *m;
	struct diag *d;
	struct arena *arena; /* of the work */
	struct reading *out;
	struct aws_path path;
	struct doubts doubts;
	/* rules for people; they move to the reading's arena at last */
	struct config_rule *rule;
	size_t rules, rule_cap;
	struct bounds *bound; /* of the first of them by themselves, if that is asked for */
	size_t bounds, bound_cap, apart;
	const char *file, *file_kept; /* the file named last, and its name in the reading's arena */
	/* what was assumed on the way */
	bool members_said, some_home, sees_names, fragments, flags, handshake;
};

void aws_going_release(struct aws_going *g);

/* A rule for people; its number among the leaves. Texts are made harmless and copied. */
EG_CHECK int aws_tell(struct aws_going *g, struct place at, const char *text, const char *where,
		      uint32_t *ret);
/* What a rule decides by itself: a product of it, certain or not. */
EG_CHECK int aws_set_apart(struct aws_going *g, uint32_t leaf, const struct flow_match *match,
			   bool sure);
/* E_LIMIT: more rules than AWS_RULES_MAX; told at `at`. */
EG_CHECK int aws_check_rules(struct aws_going *g, struct place at);

EG_CHECK int aws_stage_groups(struct aws_going *g, struct aws_outcome *ret);
EG_CHECK int aws_stage_acl(struct aws_going *g, enum aws_way way, struct aws_outcome *ret);
/* Packets as the stateless engine alone sees them: some go on to the stateful one. */
EG_CHECK int aws_stage_stateless(struct aws_going *g, struct aws_outcome *ret);
/* What becomes of those in `forwarded`. */
EG_CHECK int aws_stage_stateful(struct aws_going *g, flow_ref forwarded, struct aws_outcome *ret);
/* The same before any name is seen. */
EG_CHECK int aws_stage_packets(struct aws_going *g, flow_ref forwarded, struct aws_outcome *ret);
/* Both. `ret_first`: what the stateless engine does. */
EG_CHECK int aws_stage_firewall(struct aws_going *g, struct aws_outcome *ret,
				struct aws_outcome *ret_first);
