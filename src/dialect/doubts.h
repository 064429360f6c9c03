/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a configuration that are not modelled, and the flows that each makes uncertain. */
#pragma once

#include "dialect/bounds.h"
#include "dialect/reading.h"

enum { DOUBTS_MAX = 4096 /* told one by one */ };

struct doubt {
	struct str text;
	struct place at; /* file NULL: the only one */
	flow_ref set;
};

struct doubts {
	struct doubt *doubt;
	size_t n, cap;
	struct union_of more; /* flows of those behind the last one that is told */
};

void doubts_release(struct doubts *b);

/* Nothing when the set is empty; the same part of the same line is told once. Texts are borrowed.
 */
EG_CHECK int doubts_add(struct doubts *b, struct flow_mgr *m, struct str text, struct place at,
			flow_ref set);

/* To be called when all are there: the last one stands for those that are not told one by one. */
EG_CHECK int doubts_seal(struct doubts *b, struct flow_mgr *m);

/* Seals them and makes them the unknowns of the reading. `file` is the only one, in its arena. */
EG_CHECK int doubts_tell(struct doubts *b, const char *file, struct reading *r);
