/* SPDX-License-Identifier: Apache-2.0 */
/* From what was parsed to what it does to flows at a place. */
#pragma once

#include "dialect/asa_model.h"
#include "dialect/dialect.h"

/* `assume->hook` names the place (asa_place.h). E_UNKNOWN, E_CONFLICT, E_LIMIT, E_BUDGET, -ENOMEM.
 */
EG_CHECK int asa_read(struct asa_config *c, const struct assume *assume, struct flow_mgr *m,
		      struct diag *d, struct reading **ret);
