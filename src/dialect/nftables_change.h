/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of a ruleset: rules inserted at the head of the base chains of the hook, of all tables,
 * for a packet must be accepted by each; drops in the first of each family alone.
 */
#pragma once

#include "dialect/change.h"

EG_CHECK int nftables_change(const struct change *c, struct flow_mgr *m, struct arena *a,
			     struct diag *d, struct buf *out, struct losses *lost);
