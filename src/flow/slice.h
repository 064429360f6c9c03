/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First match by slicing: an OVERRIDE of many sets at once.
 *
 * A dimension is swept once over the boundaries of all rules; between two boundaries only the rules
 * that are active there go on to the next dimension. Rules that an earlier one hides fall out on
 * the way. On real lists that is close to linear; on lists of wide overlapping ranges it explodes,
 * so it works under a limit and gives up.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "flow/flowset.h"

struct slicer;

enum { SLICE_GAVE_UP = 1 }; /* not an error: the work limit was reached */

/* `sets[i]` is the set of rule i and leads to leaf i + 1; borrowed. */
struct slicer *slicer_new(struct flow_mgr *m, const flow_ref *sets, size_t n);
void slicer_free(struct slicer *s);
void slicer_freep(struct slicer **s);

/* The diagram of the rules rule[0..n), ascending, at a cost of at most `limit` steps. */
EG_CHECK int slice_rules(struct slicer *s, const uint32_t *rule, size_t n, uint64_t limit,
			 flow_ref *ret);
