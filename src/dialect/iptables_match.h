/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the conditions of a rule mean where it is evaluated: a product of values, and what else
 * there is as bounds. Most rules are products alone, and long runs of those are decided at once.
 */
#pragma once

#include "dialect/iptables_sets.h"

struct ipt_meaning {
	struct flow_match match;
	struct bounds rest;		/* BOUNDS_ALL: the product is everything */
	const struct ipt_cond **unsure; /* conditions that are not exact */
	size_t unsures;
};

/* In memory of `a`. E_BUDGET, -ENOMEM. */
EG_CHECK int ipt_rule_meaning(struct ipt_reader *rd, const struct ipt_view *v,
			      const struct ipt_rule *rule, struct arena *a,
			      struct ipt_meaning *ret);
static inline bool ipt_meaning_plain(const struct ipt_meaning *k)
{
	return k->rest.lo == FLOW_ALL && k->rest.hi == FLOW_ALL;
}
