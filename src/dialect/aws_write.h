/* SPDX-License-Identifier: Apache-2.0 */
/* Rules as a template of CloudFormation: security groups, and prefix lists that they share. */
#pragma once

#include "dialect/dialect.h"

EG_CHECK int aws_write(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
		       struct diag *d, struct buf *out, struct losses *lost);
