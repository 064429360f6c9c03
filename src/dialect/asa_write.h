/* SPDX-License-Identifier: Apache-2.0 */
/* From rules to objects, access lists and where they are bound. */
#pragma once

#include "dialect/dialect.h"

/* See struct dialect. E_INEXACT as say_lose_all() has it, -ENOMEM. */
EG_CHECK int asa_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
		       struct diag *d, struct buf *out, struct losses *lost);
