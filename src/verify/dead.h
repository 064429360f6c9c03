/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules that decide nothing, because rules before them in the same list decide all that they speak
 * of; each with a small set of those. Whole packets are looked at: later fragments are read in
 * other ways than rules say.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "dialect/reading.h"

struct dead_rule {
	size_t rule;	  /* of the reading */
	const size_t *by; /* rules that hide it, none of which can be left out; in their order */
	size_t n;
};

struct dead_rules {
	struct dead_rule *dead; /* in memory of the arena */
	size_t n;
	bool all; /* false: there may be more, `most` were found or too many had to be looked at */
};

enum { DEAD_LOOKED_MAX = 1000 };

/* `config` was read with assume.apart. Without reading->apart there are none, and `all` is false.
 */
EG_CHECK int dead_rules(const struct reading *config, size_t most, struct arena *a,
			struct dead_rules *ret);
