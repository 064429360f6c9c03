/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lookups: what the rules of one destination class say about the other fields, as few lookups
 * with disjoint elements.
 *
 * The class's rules become a rule diagram (so first match and shadowing are settled), its leaves
 * become targets, and the diagram is cut into disjoint boxes. Boxes that look at the same
 * interfaces and fields share one lookup; the kernel takes no overlapping elements, and boxes of
 * one diagram never overlap. Since lookups of a class are disjoint too, their order is free.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "flow/flowset.h"

/* Fields of a key, in the order of the concatenation. */
enum lookup_field {
	LOOKUP_SRC,
	LOOKUP_PROTO,
	LOOKUP_DPORT, /* type and code when `icmp` */
	LOOKUP_SPORT,
	LOOKUP_FIELDS
};

struct lookup_box {
	struct flow_spans field[LOOKUP_FIELDS]; /* span NULL: any */
	uint32_t target;
};

struct lookup {
	struct flow_spans iif, oif; /* interfaces it is behind; span NULL: any */
	bool ports;		    /* its boxes speak of ports, or ICMP types when `icmp` */
	bool icmp;
	bool used[LOOKUP_FIELDS]; /* none: its only box is everything */
	struct lookup_box *box;
	size_t n, cap;
};

struct lookups {
	struct lookup *lookup;
	size_t n, cap;
};

/* A class: its rules in order, without destinations, and the target of each. */
struct lookup_class {
	const struct flow_match *match;
	const uint32_t *target;
	size_t n;
	enum family family;
};

enum { LOOKUP_BOXES_MAX = 1000 * 1000 /* in one class */ };

/* Leaf t + 1 of the diagram is target t: classes with equal diagrams may share their lookups. */
EG_CHECK int lookup_diagram(const struct lookup_class *c, struct flow_mgr *m, flow_ref *ret);

/* E_BUDGET: more than LOOKUP_BOXES_MAX boxes. */
EG_CHECK int lookups_make(const struct lookup_class *c, flow_ref diagram, struct flow_mgr *m,
			  struct arena *a, struct lookups *ret);
