/* SPDX-License-Identifier: Apache-2.0 */
/* From what was parsed to what it does to flows at a hook. */
#pragma once

#include "dialect/iptables_model.h"

/*
 * What the tables of both families do to packets on the way of `assume`. A family of which there
 * is no table is unknown. E_CONFLICT: chains lead in a circle; E_LIMIT; E_BUDGET; -ENOMEM.
 */
EG_CHECK int ipt_read(const struct ipt_config *config, const struct assume *assume,
		      struct flow_mgr *m, struct diag *d, struct reading **ret);
