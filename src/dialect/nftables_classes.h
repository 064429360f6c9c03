/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Destination classes: addresses that the same rules speak of.
 *
 * A sweep over one family's addresses cuts them where any rule's destinations begin or end; pieces
 * under the same rules are one class. So a million prefixes under a handful of rules are a
 * handful of classes, and what else the rules say is looked at once a class.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "flow/match.h"

struct dst_class {
	const uint32_t *rule; /* indices into the match array, ascending; n > 0 */
	size_t n;
};

struct dst_piece {
	u128 lo, hi;
	size_t class; /* index into dst_classes.class */
};

struct dst_classes {
	struct dst_piece *piece; /* ascending, disjoint; neighbours of one class are one piece */
	size_t pieces;
	struct dst_class *class;
	size_t classes;
};

/* Classes of the matches that can hold for `family`; match[i] NULL is left out. */
EG_CHECK int dst_classes(const struct flow_match *const *match, size_t n, enum family family,
			 struct arena *a, struct dst_classes *ret);
