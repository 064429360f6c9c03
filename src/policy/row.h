/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row of a vendor's page on its way to rules.
 *
 * Both ends of a rule are reduced to the families that the row, the vendor's lists and our side
 * have in common, so a rule never speaks of a family for which one of its ends is empty.
 */
#pragma once

#include <stddef.h>

#include "base/attr.h"
#include "policy/origins.h"
#include "policy/policy.h"

/* One compilation. */
struct compiling {
	const struct policy *policy;
	struct flow_mgr *m;
	struct diag *diag;
	struct plan *plan;
	struct origins origins;
	size_t outcome_cap;
};

struct row {
	const struct requirement *q;
	struct prefixlist vendor; /* its published addresses that we hold */
	const struct pattern *name;
	size_t names; /* with the apex behind each "*." when the policy says so */
	struct origin origin;
	struct outcome *outcome;
	unsigned families; /* that the catalog can serve, see families.h; none: no rule can be made
			    */
	unsigned got;	   /* that have a rule by now */
};

/* The two ends of a rule. */
struct ends {
	const struct prefixlist *from; /* never NULL */
	const struct prefixlist *to;   /* NULL: the row's names, at any address */
	const struct zone *in, *out;   /* their interfaces; NULL: any */
	const char *zone;	       /* for people */
};

/* Collects what the row says; row_release() frees it. -ENOMEM. */
EG_CHECK int row_open(struct compiling *c, const struct requirement *q, struct outcome *o,
		      struct row *ret);
void row_release(struct row *row);

/*
 * Adds the rule between these ends and notes its families in row->got. No family in common: adds
 * nothing. E_LIMIT with a message, E_LIMIT from flow_zone(), -ENOMEM.
 */
EG_CHECK int row_add_rule(struct compiling *c, struct row *row, const struct ends *e);
