/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules that make a configuration let exactly the policy through when they come before all of
 * its own. What depends on constructs that are not modelled stays as it is.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "dialect/dialect.h"
#include "verify/prove.h"

enum { FIX_RULES_MAX = 200 };

enum fix_kind {
	FIX_NARROW, /* what is missing is accepted, what is in excess dropped, no other is spoken of
		     */
	FIX_WIDE    /* what the policy asks for is accepted, all else dropped */
};

struct fix {
	struct rulelist rules, answers; /* answers: of a filter that does not remember */
	/* Holes that no rule in front can close: it would stop what a resolver opens for names. */
	struct rulelist spared;
};

void fix_init(struct fix *f, struct arena *a);
void fix_release(struct fix *f);

/* Fills the lists. E_LIMIT: too much is wrong for a change, write it anew. Origins are
 * those of the policy's rules, or "egret/prove/excess". */
EG_CHECK int fix_make(const struct plan *plan, const struct reading *config, const struct proof *p,
		      enum fix_kind kind, struct fix *ret);

/* A list at an interface sees the link's own packets (neighbor discovery), a forward path does not.
 */
bool fix_sees_link(const struct reading *config);

/* ---- fix_check.c ---- */

/* What a change did besides, and what is still wrong though no rule of it was lost. */
struct fix_check {
	flow_ref opened, closed;		   /* not asked for */
	flow_ref missing, excess, answers_missing; /* still */
	bool whole;				   /* nothing is wrong any more, told or not */
};

struct fix_done {
	const struct proof *proof; /* of the configuration before */
	const struct reading *before, *after;
	const struct losses *lost; /* rules that could not be written, and were told */
	/* Rules see states: packets that are no first ones must pass as before. */
	bool states;
};

/* Sets are not rooted. */
EG_CHECK int fix_verify(const struct plan *plan, const struct fix_done *done, struct arena *a,
			struct fix_check *ret);
bool fix_is_clean(const struct fix_check *c);
