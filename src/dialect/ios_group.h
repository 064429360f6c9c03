/* SPDX-License-Identifier: Apache-2.0 */
/* What object groups stand for, worked out when somebody asks. */
#pragma once

#include "dialect/ios_model.h"

/*
 * Works out the group: `spans` of a network group, `service` of a service group; `unknown` when it
 * holds something that is not modelled. -ENOENT: there is no such group, or it is empty, or of
 * another kind: what IOS does then is not known. E_CONFLICT: it holds itself; E_LIMIT; -ENOMEM.
 */
EG_CHECK int ios_group_resolve(struct ios_config *c, struct str name, enum ios_group_kind kind,
			       struct diag *d, const struct ios_group **ret);
