/* SPDX-License-Identifier: Apache-2.0 */
/* Rules as texts for ipset restore, iptables-restore and ip6tables-restore, in one file. */
#pragma once

#include "dialect/dialect.h"

EG_CHECK int iptables_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
			    struct diag *d, struct buf *out, struct losses *lost);
