/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of access lists: entries with sequence numbers below all others, in the list of the
 * place and, for answers, in the list of the same interface's other direction. A list without room
 * in front is numbered anew first.
 */
#pragma once

#include "dialect/change.h"

EG_CHECK int ios_change(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
			struct buf *out, struct losses *lost);
