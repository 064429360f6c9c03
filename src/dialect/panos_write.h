/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "dialect/dialect.h"

/* Set lines: objects, then rules in order, then one for the rest. */
EG_CHECK int panos_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
			 struct diag *d, struct buf *out, struct losses *lost);
