/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "dialect/change.h"

/*
 * Set lines that put rules in front of the virtual system's own, or of the device group's pre-rules
 * when there is no virtual system. What lies around, and is shared with others, is not changed.
 */
EG_CHECK int panos_change(const struct change *c, struct flow_mgr *m, struct arena *a,
			  struct diag *d, struct buf *out, struct losses *lost);
