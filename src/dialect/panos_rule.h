/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A security rule as products of flows: those that it certainly matches, and those that it may.
 *
 * Applications, users, URL categories, schedules and the like are not modelled: such a rule may
 * match whatever its addresses and services say, and matches nothing for certain.
 */
#pragma once

#include "dialect/panos_object.h"
#include "rule/rule.h"

/* What every rule is looked at with. */
struct panos_rules {
	struct panos_objects objects;
	struct flow_mgr *m;
	bool names;	 /* the device resolves names as its clients do */
	size_t products; /* of all rules */
	bool profiles;	 /* some rule that accepts has security profiles */
	bool named;	 /* some rule matches by name */
};

struct panos_matching {
	const struct flow_match *sure, *may; /* the same when `exact` */
	size_t sures, mays;
	bool exact, disabled;
	unsigned outcomes; /* bit i: enum verdict i */
	struct panos_unknowns unknowns;
};

/* Gives all zones that are named a number: what is the same zone is asked of those. */
EG_CHECK int panos_name_zones(struct panos_rules *rs);

/* `scope`: where its names are looked up first. E_SYNTAX, E_CONFLICT, E_LIMIT, -ENOMEM. */
EG_CHECK int panos_rule_match(struct panos_rules *rs, const struct panos_node *rule, size_t scope,
			      struct panos_matching *ret);

/* A default rule, perhaps overridden: `rule` may be NULL. */
EG_CHECK int panos_default_match(struct panos_rules *rs, enum panos_default which,
				 const struct panos_node *rule, struct panos_matching *ret);
