/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The account of what was written: whatever of the policy is missing was told to be lost, and
 * whatever is let through besides was told to come in.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "dialect/dialect.h"
#include "verify/prove.h"

/* What was told. */
struct told {
	const struct losses *lost;
	flow_ref extra; /* let in besides, because rules were made wider; FLOW_NONE: nothing */
};

/* Takes what was told off the proof of the text: when nothing is left, the account is right. Sets
 * are not rooted. */
EG_CHECK int account_settle(const struct reading *written, const struct told *told, struct arena *a,
			    struct proof *p);
bool account_is_right(const struct proof *p);
