/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule as entries of an access list: one for both families where its ends are the same in both,
 * else one a family. Several addresses, several services and several names become object groups;
 * nothing is split into products and nothing is widened.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/hash.h"
#include "rule/rule.h"

/* The objects and groups of a text, in the order in which they must be written. A group's name has
 * a digest of what is in it: equal ones are one. */
struct asa_groups {
	struct arena *arena;
	struct strmap by_name;
	const char **text; /* by the number in by_name: what it is, without its name */
	size_t n, cap;
	struct buf out;
	bool names; /* some of them are resolved by the device */
};

#define ASA_GROUPS_INIT(a) ((struct asa_groups){ .arena = (a), .by_name = STRMAP_INIT })

void asa_groups_release(struct asa_groups *g);

/*
 * Adds the entries to `out`, one a line, from "extended" on. `groups` NULL: only to see whether it
 * can be said. `ret_why`: a reason when it cannot be said, else NULL.
 */
EG_CHECK int asa_entries(const struct rule *rule, struct asa_groups *groups, struct buf *out,
			 const char **ret_why);
