/* SPDX-License-Identifier: Apache-2.0 */
/* From the tree to what it does to flows at a place. */
#pragma once

#include "dialect/dialect.h"
#include "dialect/panos_tree.h"

/* `assume->hook` names the place (panos_place.h). Errors of panos_rule.h and flow/flowset.h. */
EG_CHECK int panos_read(struct panos_tree *t, const char *file, const struct assume *assume,
			struct flow_mgr *m, struct diag *d, struct reading **ret);
