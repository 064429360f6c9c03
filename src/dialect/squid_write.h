/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules as the access list of a proxy: TCP alone, and whatever interfaces packets pass. What a
 * proxy cannot pass is lost, and told; a rule that stops it says nothing.
 */
#pragma once

#include "dialect/change.h"

/* As dialect.h says of `write`. */
EG_CHECK int squid_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
			 struct diag *d, struct buf *out, struct losses *lost);

/* A change is to be read in front of the main file: the first line that holds decides. */
EG_CHECK int squid_change(const struct change *c, struct flow_mgr *m, struct arena *a,
			  struct diag *d, struct buf *out, struct losses *lost);
