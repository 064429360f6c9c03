/* SPDX-License-Identifier: Apache-2.0 */
/* A parsed account, as flow sets. */
#pragma once

#include "dialect/aws_model.h"

EG_CHECK int aws_read(const struct aws_config *c, const struct assume *assume, struct flow_mgr *m,
		      struct diag *d, struct reading **ret);
