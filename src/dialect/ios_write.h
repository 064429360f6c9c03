/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules as access lists for one interface: what may leave by it, and what may come back.
 *
 * A router's list does not remember conversations, so each rule is said a second time, mirrored:
 * TCP answers with `established`, others with ends and ports exchanged (rule/answer.h).
 */
#pragma once

#include "dialect/dialect.h"

/* As dialect.h says of `write`. */
EG_CHECK int ios_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
		       struct diag *d, struct buf *out, struct losses *lost);
