/* SPDX-License-Identifier: Apache-2.0 */
/* The law of dialects: for first packets, what was written reads back as the same flows. */
#pragma once

#include "dialect/reading.h"

/* Exactly the flows that the rules accept, no more, no less, none of them uncertain. If not, a flow
 * that differs goes to `why`. Aborts without memory. */
bool law_holds(const struct rulelist *rules, const struct reading *r, struct buf *why);

/* The same, for packets that are no later fragments: a stateless filter lets those through by
 * addresses alone. */
bool law_holds_whole(const struct rulelist *rules, const struct reading *r, struct buf *why);
