/* SPDX-License-Identifier: Apache-2.0 */
/* Policies in front of those that a device has. */
#pragma once

#include "dialect/change.h"

/* As dialect.h says of `change`. */
EG_CHECK int fos_change(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
			struct buf *out, struct losses *lost);
