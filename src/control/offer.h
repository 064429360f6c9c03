/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a vendor offers: the body that a feed's server sent, read strictly, compared with the lists
 * that the catalog holds, and judged by the guards.
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "control/feed.h"
#include "control/feedguard.h"
#include "import/draft.h"

enum offer_verdict {
	OFFER_SAME,	/* the same addresses, however they are written */
	OFFER_CHANGED,	/* others, and the guards believe it */
	OFFER_GUARDED,	/* others, and the guards do not: somebody must say that it is right */
	OFFER_MALFORMED /* not readable, or lists are gone: nobody can say that it is right */
};

struct offer_list {
	const struct list *held;
	const struct draft_list *part; /* of a publication: the one that it is there, or NULL */
	struct list now;	       /* as offered; without lines when it is not */
	struct str content;	       /* what lists/FILE would be */
	bool changed;		       /* other addresses, or none were held */
	struct feedguard_report guard;
};

struct offer {
	enum offer_verdict verdict;
	struct offer_list *list; /* those of the feed, in its order */
	size_t lists;
	struct arena *arena;
	struct draft draft; /* of a publication */
};

#define OFFER_INIT ((struct offer){ 0 })

/*
 * Reads `body`, which must outlive the offer; `path` is what it is called in messages. Everything
 * wrong with it is told in `d` and is in the verdict, not in the result: -ENOMEM.
 */
EG_CHECK int offer_read(const struct feed *f, struct str body, const char *path, struct diag *d,
			struct offer *ret);
void offer_release(struct offer *o);
