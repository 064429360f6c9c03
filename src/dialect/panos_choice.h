/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a rule is said: its zones, its two ends as lists of addresses, and its services. What one
 * object cannot hold is split; nothing is widened.
 *
 * Several addresses of one end become a group. Objects are named after what is in them, by its text
 * or a digest: equal ones are one, and a new version never adds to an old one.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/hash.h"
#include "rule/rule.h"

/* The objects of a text. */
struct panos_written {
	struct arena *arena;
	const char *scope; /* what stands between "set" and the rest: "", "vsys vsys2 " */
	struct strmap by_name;
	struct buf text; /* set lines that define them */
};

#define PANOS_WRITTEN_INIT(a, in) \
	((struct panos_written){ .arena = (a), .scope = (in), .by_name = STRMAP_INIT })

void panos_written_release(struct panos_written *w);

/* Why the rule cannot be said, or NULL. */
EG_CHECK int panos_why_not(const struct rule *rule, const struct flow_mgr *m, struct arena *a,
			   const char **ret);

/* Can it hold for any packet? */
bool panos_says_something(const struct flow_match *match);

/* " from lan" and so on: each field on a line of its own; the objects go to `w`. */
EG_CHECK int panos_say_rule(struct panos_written *w, const struct rule *rule,
			    const struct flow_mgr *m, struct buf *out);
