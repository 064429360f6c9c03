/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists of a merge: those of the base, and those that rows of the page brought along. A list is
 * its file: where both sides have the file, the rows refer to the base's id, and a copy that the
 * draft holds replaces what the base says of its own.
 */
#pragma once

#include "base/attr.h"
#include "import/mergeside.h"

struct merge_lists {
	const char **id; /* of each list of the draft, in the result */
	bool *used;	 /* some row of the result refers to it */
};

EG_CHECK int lists_open(struct merging *m, struct merge_lists *ret);

/* Makes the row's references, which are the draft's, those of the result. -ENOMEM. */
EG_CHECK int lists_refer(struct merging *m, struct merge_lists *l, struct requirement_text *row);

/*
 * The lists section; `same_page`: the very page that the base was made from, so that dates stay.
 * Of printed lists only those that rows refer to. E_LIMIT, -ENOMEM.
 */
EG_CHECK int lists_close(struct merging *m, const struct merge_lists *l, bool same_page,
			 struct catalog_text *ret);
