/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What first packets meet on their way: the list of the interface that they enter by, then the
 * global list, then a deny. Without any of these the security levels of both interfaces decide.
 * Then the list of the interface that they leave by. Interfaces of one level, and the interface
 * that packets came from, ask for same-security-traffic besides.
 */
#pragma once

#include "dialect/asa_place.h"
#include "dialect/asa_rules.h"

struct asa_ways {
	struct asa_walk walk;
	struct asa_rules rules;
};

/* Entering by `in`; `out` NULL: by which interface they leave is not known. `in` NULL: by one that
 * has no list of its own. */
EG_CHECK int asa_way_in(struct asa_ways *w, const struct asa_interface *in,
			const struct asa_interface *out, struct firstmatch_outcome *ret);

/* Leaving by `out`. */
EG_CHECK int asa_way_out(struct asa_ways *w, const struct asa_interface *out,
			 struct firstmatch_outcome *ret);

/* One after the other: to pass, packets must pass both. */
EG_CHECK int asa_way_both(struct flow_mgr *m, const struct firstmatch_outcome *in,
			  const struct firstmatch_outcome *out, struct firstmatch_outcome *ret);

/* From `in` to `out`. */
EG_CHECK int asa_way_through(struct asa_ways *w, const struct asa_interface *in,
			     const struct asa_interface *out, struct firstmatch_outcome *ret);

/* All of one outcome, by a rule that nobody wrote. */
EG_CHECK int asa_way_whole(struct asa_ways *w, unsigned line, const char *text, bool permit,
			   struct firstmatch_outcome *ret);
/* Either outcome, for this reason. */
EG_CHECK int asa_way_unknown(struct asa_ways *w, struct str why, unsigned line,
			     struct firstmatch_outcome *ret);
/* A list by itself. */
EG_CHECK int asa_way_list(struct asa_ways *w, const struct asa_list *list,
			  struct firstmatch_outcome *ret);
