/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a rule accepts, as rules of security groups: products of protocols with ports and of
 * prefixes. The near end is left to who has the group; source ports and names a group cannot see.
 */
#pragma once

#include "dialect/aws_model.h"
#include "rule/rule.h"

/* A match of first packets that are whole, whatever interfaces they pass. */
struct flow_match aws_first_packets(const struct flow_match *match);

struct aws_choice {
	struct aws_said *said;
	size_t said_n, said_cap;
	struct prefix *prefix; /* of one family */
	size_t prefixes, prefix_cap;
};

/*
 * The part of a match in one family; the match must hold for it. `ret_why`: a constant, the reason
 * when it cannot be said, else NULL.
 */
EG_CHECK int aws_choose(const struct flow_match *match, enum family family, struct arena *a,
			struct aws_choice *ret, const char **ret_why);

/* Prefixes that together are these spans; more than `most`: `ret_n` is above it. */
EG_CHECK int aws_prefixes(struct flow_spans spans, enum family family, size_t most, struct arena *a,
			  struct prefix **ret, size_t *ret_n);
