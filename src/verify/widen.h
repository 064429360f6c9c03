/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a dialect cannot say, said wider, as far as a budget goes: the writer itself is asked what
 * it can say. Only accept rules become wider, and a rule that can be said stays as it is.
 */
#pragma once

#include "base/attr.h"
#include "dialect/dialect.h"
#include "verify/widen_rule.h"

/* How many flows may come in besides, of all rules together, in decimal; no digits: any number. */
struct widen_budget {
	char digits[128];
};

/* "any", "5000" or "1e15". E_SYNTAX. */
EG_CHECK int widen_budget_parse(struct str text, struct widen_budget *ret);

struct widened {
	size_t rule;	/* of the list */
	unsigned steps; /* 1 << enum widen_step */
	flow_ref extra; /* what comes in besides, that no rule before it lets in; not rooted */
	const char *flows;
	bool beyond; /* the budget is used up: the rule stayed as it was, and is lost */
};

struct widening {
	struct rulelist rules; /* the list with its rules made wider; release it */
	struct widened *item;  /* in the order of cost, the least first */
	size_t n;
	flow_ref extra; /* all that comes in; not rooted */
};

/* What cannot be said even so is lost as before. Errors of the writer are errors here. */
EG_CHECK int widen_rules(const struct rulelist *rules, const struct dialect *dialect,
			 const struct widen_budget *budget, struct flow_mgr *m, struct arena *a,
			 struct widening *ret);
