/* SPDX-License-Identifier: Apache-2.0 */
/* From what was parsed to what it does to requests. */
#pragma once

#include "dialect/squid_model.h"

/*
 * `assume->hook` is what clients ask by: "CONNECT", also where nothing is said, or "GET". E_SYNTAX,
 * E_UNKNOWN, E_CONFLICT, E_LIMIT, E_BUDGET, -ENOMEM.
 */
EG_CHECK int squid_read(struct squid_config *c, const char *file, const struct assume *assume,
			struct flow_mgr *m, struct diag *d, struct reading **ret);
