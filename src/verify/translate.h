/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules that say, in no language, what a configuration certainly lets through: to be written in
 * another one. First packets only; what belongs to an accepted conversation is the enforcer's
 * business. All of them accept, so their order does not matter.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "dialect/dialect.h"
#include "rule/rule.h"

enum { TRANSLATE_RULES_MAX = 1000000 };

/*
 * Adds the rules to an initialised list, whose default stays drop. A rule's origin is "DIALECT",
 * the file and the line of the configuration's rule that decides it first, its title that rule's
 * text; memory of the list's arena and of the reading. E_LIMIT: too many; errors as in
 * flow/flowset.h.
 */
EG_CHECK int translate_rules(const struct reading *config, const char *dialect,
			     struct rulelist *ret);

/* How what was written back from such rules differs from the configuration. */
struct translation {
	flow_ref missing; /* certainly let through before, and now perhaps not, and not lost */
	flow_ref widened; /* perhaps let through now, and before not certainly */
};

/*
 * `lost` are those of the rules that were not written. Rules on names that wait for a resolver
 * (written->learnable) are not missing. Sets are not rooted.
 */
EG_CHECK int translate_check(const struct reading *config, const struct reading *written,
			     const struct rulelist *rules, const struct losses *lost,
			     struct arena *a, struct translation *ret);
