/* SPDX-License-Identifier: Apache-2.0 */
/* One row of the result from a base row and the row of the page that it is. */
#pragma once

#include "base/attr.h"
#include "import/merge.h"
#include "import/mergeside.h"

/* `change` tells the facts that differ, none: nothing does. -ENOMEM. */
EG_CHECK int merge_pair(struct merging *m, const struct side_row *base, const struct side_row *page,
			const struct merge_change *change, size_t changes,
			struct requirement_text *ret);

/* A row that only the page has. Its lists are still the draft's. -ENOMEM. */
EG_CHECK int merge_new(struct merging *m, const struct side_row *page,
		       struct requirement_text *ret);

/* Are the addresses of the pair those of the draft's lists, not of the base's? */
bool pair_takes_draft_lists(const struct merging *m, const struct side_row *base,
			    const struct side_row *page);
