/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of a row, one by one: do a base row and a row of the page agree on them?
 *
 * Both say it: they agree if it is equal. The base alone says it: the page lost it, which is a
 * difference unless somebody looked at the row. The page alone says it: a difference unless the
 * base is partial and claims nothing there.
 */
#pragma once

#include "import/merge.h"
#include "import/mergeside.h"

enum merge_fact {
	FACT_DIRECTION = 1 << 0,
	FACT_PROTO = 1 << 1,
	FACT_PORTS = 1 << 2,
	FACT_ROLES = 1 << 3,
	FACT_NAMES = 1 << 4,
	FACT_FAMILIES = 1 << 5, /* not one of those by which rows are matched */
	FACTS_MATCHED = FACT_FAMILIES - 1
};

/* Has somebody said how certain the row is? */
bool row_is_reviewed(const struct requirement_text *base);

/* Is the key written in the base row, whatever its value? */
bool row_states(const struct requirement_text *base, const char *key);

/* The facts on which they differ, as bits. */
unsigned facts_differ(const struct merging *m, const struct side_row *base,
		      const struct side_row *page);

/* How far they are apart: FACTS_APART for a difference, 1 for what only one of them says. */
enum { FACTS_APART = 16 };
unsigned facts_distance(const struct merging *m, const struct side_row *base,
			const struct side_row *page);

/* Whether the page does not say what the base says: no reason to look for the row elsewhere. */
bool facts_lost(const struct side_row *base, const struct side_row *page);

/* Whether the base row says anything that tells it from others. */
bool facts_told(const struct side_row *base);

/* The differences as texts. -ENOMEM. */
EG_CHECK int facts_tell(const struct merging *m, const struct side_row *base,
			const struct side_row *page, unsigned bits, const struct merge_change **ret,
			size_t *ret_n);
