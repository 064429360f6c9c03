/* SPDX-License-Identifier: Apache-2.0 */
/* flow_first_match() with its limits open, so that tests reach every way it has. */
#pragma once

#include "flow/flowset.h"

struct first_limits {
	size_t slice_steps; /* per rule, for slicing the whole list */
	size_t block_steps; /* per rule, for slicing a block */
	size_t block_rules; /* blocks above this are halved, never sliced */
	size_t piece_rules; /* of the first piece; later ones double the list */
};

EG_CHECK int first_match(struct flow_mgr *m, const struct flow_match *match, size_t n,
			 const struct first_limits *limits, flow_ref *ret);
