/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a configuration denotes, when it was read: over-approximated outcomes.
 *
 * For each outcome o, may[o] is every flow that could end in o under some value of whatever is not
 * modelled. So must(accept) = everything minus the other mays, and must <= truth <= may always; an
 * exact reading has must = may. `deciding` leads each flow to the configuration's own rule that
 * decides it first (leaf i + 1 = rule[i]); where an unknown could decide earlier, flows are
 * also listed under unknown[].
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "dialect/bounds.h"
#include "flow/flowset.h"
#include "rule/rule.h"

/* A rule of the configuration, for people. */
struct config_rule {
	struct place at;     /* file and line in the text, if it has one */
	const char *text;    /* the rule as written */
	const char *where;   /* table and chain: "inet egret forward" */
	const char *comment; /* its own comment, or NULL */
};

struct unknown {
	struct place at;
	const char *what; /* the construct that is not modelled: "meta skuid", "limit" */
	flow_ref set;	  /* the flows it makes uncertain; rooted by the reading */
};

struct reading {
	struct arena *arena;
	struct flow_mgr *m;
	flow_ref may[VERDICT_REJECT + 1]; /* by enum verdict; rooted */
	flow_ref must_accept;		  /* rooted */
	flow_ref deciding;		  /* rooted */
	/*
	 * Of a gateway whose resolver opens addresses one by one: what it has opened, and what it
	 * could open if it learned the address. Both rooted, and empty for other configurations.
	 */
	flow_ref learned, learnable;
	size_t learned_addresses; /* distinct destination addresses in `learned` */
	bool names; /* it sees destination names, or was read as if it did: they are compared */
	/*
	 * Of a list at one interface: which interfaces packets pass is not compared; of lists that
	 * see where packets come in alone: by which one they leave is not. Of a filter that does
	 * not remember conversations: what it may and must let through where their answers come.
	 * Both rooted.
	 */
	bool one_place, any_exit, stateless;
	/* The place, as assume.hook says it, where a change may move the usual one; else NULL. */
	const char *place;
	flow_ref answers_may, answers_must;
	struct config_rule *rule;
	size_t rules;
	/*
	 * What each rule decides where nothing stands before it in its list (config_rule.where): at
	 * least and at most. NULL: not asked for (assume.apart), or the dialect does not tell.
	 * Empty bounds: of rules that hand packets on, or were not asked about. Not rooted.
	 */
	struct bounds *apart;
	struct unknown *unknown;
	size_t unknowns;
	const char *const *assumption; /* printed with every answer */
	size_t assumptions;
};

struct reading *reading_new(struct flow_mgr *m); /* NULL: out of memory */
void reading_free(struct reading *r);
void reading_freep(struct reading **r);

/* Room in reading->apart for all rules so far; those from `first` on through `ret`. */
EG_CHECK int reading_apart(struct reading *r, size_t first, struct bounds **ret);

/* The rule that decides `f`, or NULL: the chain policy or nothing does. */
const struct config_rule *reading_decides(const struct reading *r, const struct flow *f);
