/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule as entries of a list of one family: all combinations of its sources, its destinations, and
 * its protocols with ports. What one entry cannot hold (10 ports, several ranges) is split; nothing
 * is widened. Several IPv4 prefixes of one end become an object group.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/hash.h"
#include "rule/rule.h"

/* The object groups of a text. A group's name has a digest of what is in it: equal ones are one. */
struct ios_groups {
	struct arena *arena;
	struct strmap by_name;
	struct buf text;
};

#define IOS_GROUPS_INIT(a) ((struct ios_groups){ .arena = (a), .by_name = STRMAP_INIT })

void ios_groups_release(struct ios_groups *g);

/*
 * Adds the entries to `out`, one a line. `groups` NULL: only to see whether it can be said. A match
 * of state established alone is said of TCP with `established`. `ret_why`: a reason when it cannot
 * be said, else NULL.
 */
EG_CHECK int ios_entries(const struct rule *rule, enum family family, struct ios_groups *groups,
			 struct buf *out, const char **ret_why);
