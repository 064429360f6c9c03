/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an accepted offer changes: the catalog with the new lists, the requirements that they touch,
 * and the flows that come and go. Nothing is written before update_write().
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "control/offer.h"
#include "verify/diff.h"

/* How the new copies are noted in the catalog. */
struct update_note {
	const char *date, *source;
};

struct update_row {
	const struct requirement *requirement; /* of the new catalog */
	struct flow_diff diff;
};

struct update {
	struct arena *arena;
	const struct offer *offer;
	struct buf text;       /* of catalog.yaml */
	struct buf overlay;    /* of overlay.yaml, when there is one and it has such lists */
	struct catalog now;    /* what the text and the lists say */
	struct flow_diff diff; /* of the whole catalog; filled by update_flows() */
	struct update_row *row;
	size_t rows;
};

#define UPDATE_INIT ((struct update){ 0 })

/*
 * Makes the new texts and reads the new catalog, as if it were there already. The offer and the
 * feed are borrowed. Errors as of reading a catalog, all told.
 */
EG_CHECK int update_make(const struct feed *f, const struct offer *o,
			 const struct update_note *note, struct diag *d, struct update *ret);
void update_release(struct update *u);

/* The flows, against what the feed's catalog holds. */
EG_CHECK int update_flows(struct update *u, const struct feed *f, struct flow_mgr *m);

/*
 * Writes the lists, the overlay and, last, catalog.yaml, each file whole. After an interruption
 * the same change can be written again. -errno, told.
 */
EG_CHECK int update_write(const struct update *u, const struct feed *f, struct diag *d);
