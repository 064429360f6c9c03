/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of what the aws program described, as commands of it (aws_command.c).
 *
 * Security groups have no order: what is missing is a rule more, and a rule that lets too much
 * through is taken away when what may stay of it is there. Entries of network ACLs come in front of
 * all others.
 */
#pragma once

#include "dialect/change.h"

/* As dialect.h says of `change`. */
EG_CHECK int aws_change(const struct change *c, struct flow_mgr *m, struct arena *a, struct diag *d,
			struct buf *out, struct losses *lost);
