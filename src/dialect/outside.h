/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interfaces, for a language that is about one of them: the one by which what is allowed leaves.
 * Packets that come in by different ones are told apart by their sources alone.
 */
#pragma once

#include "base/attr.h"
#include "rule/rule.h"

struct outside {
	const char *interface; /* that allowed packets leave by; "": the rules name none */
	bool inside;	       /* some rules are bound to input interfaces */
};

/* From the first accept rule that names one interface. */
EG_CHECK int outside_find(const struct rulelist *rules, const struct flow_mgr *m, struct arena *a,
			  struct outside *ret);

/* Why the rule's interfaces cannot be said there; untouched when they can. */
EG_CHECK int outside_why(const struct outside *o, const struct rule *rule, const struct flow_mgr *m,
			 struct arena *a, const char **ret);
