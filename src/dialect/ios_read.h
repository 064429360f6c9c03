/* SPDX-License-Identifier: Apache-2.0 */
/* From what was parsed to what it does to flows at a place. */
#pragma once

#include "dialect/dialect.h"
#include "dialect/ios_model.h"

/*
 * `assume->hook` names the place (ios_place.h). Answers are looked for at the same interface, in
 * the other direction. E_UNKNOWN, E_CONFLICT, E_LIMIT, E_BUDGET, -ENOMEM.
 */
EG_CHECK int ios_read(struct ios_config *c, const struct assume *assume, struct flow_mgr *m,
		      struct diag *d, struct reading **ret);
