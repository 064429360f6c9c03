/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intervals of name keys, said as patterns.
 *
 * Every cut of the name dimension comes from a pattern, so a union of intervals is a tree of
 * regions: all flows, "*", and for each name n of a cut, "n" and "*.n", some of them in, some out.
 * A region that is in where the region around it is out becomes a name of a match; one that is out
 * where the region around it is in becomes an exception. What is in again within an exception needs
 * another match, and so on: as many matches as the alternation is deep, one in practice.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "flow/mgr.h"

struct key_span {
	uint32_t lo; /* a cut; CUT_TOP: from the empty key on */
	uint32_t hi; /* a cut */
};

struct key_spans {
	struct key_span *span; /* NULL: any */
	size_t n;
};

/* Copies of `match` with names and exceptions, which together have the names of `s`. */
EG_CHECK int names_of_spans(const struct flow_mgr *m, struct key_spans s,
			    const struct flow_match *match, struct arena *a,
			    struct flow_match **ret, size_t *ret_n);
