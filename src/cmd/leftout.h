/* SPDX-License-Identifier: Apache-2.0 */
/* The requirements that a text for a firewall does not hold, and why. */
#pragma once

#include "base/attr.h"
#include "cmd/env.h"
#include "dialect/dialect.h"

struct left_out {
	const struct outcome *outcome;
	const char *why;
};

/*
 * What the plan has no rules for, and what the target cannot say; `item` has room for all outcomes.
 * `rules` is the list that was written: the plan's, or as long as that. Returns how many.
 */
size_t left_out_find(const struct plan *plan, const struct rulelist *rules,
		     const struct losses *lost, struct left_out *item);

/* One warning for each reason, naming its requirements. */
EG_CHECK int left_out_tell(struct env *env, struct left_out *item, size_t n);
