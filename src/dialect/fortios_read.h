/* SPDX-License-Identifier: Apache-2.0 */
/* From what was parsed to what it does to flows at a place. */
#pragma once

#include "dialect/dialect.h"
#include "dialect/fortios_model.h"

/* `assume->hook` names the place (fortios_place.h). E_SYNTAX, E_UNKNOWN, E_CONFLICT, E_LIMIT,
 * E_BUDGET, -ENOMEM. */
EG_CHECK int fos_read(struct fos_config *c, const struct assume *assume, struct flow_mgr *m,
		      struct diag *d, struct reading **ret);
