/* SPDX-License-Identifier: Apache-2.0 */
/* Rules as policies of FortiOS, one a rule, with the objects that they refer to. */
#pragma once

#include "dialect/dialect.h"

/* As dialect.h says of `write`. */
EG_CHECK int fos_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
		       struct diag *d, struct buf *out, struct losses *lost);
