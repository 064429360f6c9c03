/* SPDX-License-Identifier: Apache-2.0 */
/* Entries in front of the lists of a place, as commands. */
#pragma once

#include "dialect/change.h"

/* See struct dialect. */
EG_CHECK int asa_change(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
			struct buf *out, struct losses *lost);
