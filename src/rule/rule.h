/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule list that every part agrees on: ordered, first match wins, and a default for the rest.
 *
 * A rule's match constrains connection state only when its author did: policy rules are about the
 * first packet (state new); what belongs to an accepted conversation is the enforcer's business.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "flow/flowset.h"
#include "flow/match.h"
#include "rule/origin.h"

enum verdict { VERDICT_DROP, VERDICT_ACCEPT, VERDICT_REJECT };

const char *verdict_name(enum verdict v); /* "drop", "accept", "reject" */

struct rule {
	enum verdict verdict;
	struct flow_match match;
	struct origin origin;
	const char *zone; /* the policy's zone this rule was written for, for people; may be NULL */
};

/* Rules and what they point to live in the arena; the list owns the array alone. */
struct rulelist {
	struct arena *arena; /* borrowed */
	struct rule *rule;
	size_t n, cap;
	enum verdict otherwise; /* for flows that no rule matches */
};

void rulelist_init(struct rulelist *l, struct arena *a); /* otherwise is VERDICT_DROP */
void rulelist_release(struct rulelist *l);
EG_CHECK int rulelist_add(struct rulelist *l, const struct rule *r);

/* The rule diagram: leaf i + 1 where rule[i] decides, 0 where none does. */
EG_CHECK int rulelist_diagram(const struct rulelist *l, struct flow_mgr *m, flow_ref *ret);

/* The set of flows whose verdict is `v`, from that diagram. */
EG_CHECK int rulelist_verdict(const struct rulelist *l, struct flow_mgr *m, flow_ref diagram,
			      enum verdict v, flow_ref *ret);
