/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules as texts for ipset restore, iptables-restore and ip6tables-restore, in one file; as a
 * change, inserted at the head of the hook's chain in table filter.
 */
#pragma once

#include "dialect/change.h"

EG_CHECK int iptables_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
			    struct diag *d, struct buf *out, struct losses *lost);
EG_CHECK int iptables_change(const struct change *c, struct flow_mgr *m, struct arena *a,
			     struct diag *d, struct buf *out, struct losses *lost);
