/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A feed: an address where a vendor publishes lists of a catalog (`url` and `feed` of the lists,
 * egret.catalog(5)). One list file is one feed, "zoom/meetings-v4"; a publication that holds
 * several lists is one feed with all of them, "github/github", taken over as a whole or not.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "catalog/catalog.h"
#include "import/format.h"

enum { FEEDS_MAX = 4096 };

struct feed {
	const char *name; /* VENDOR/LIST, or VENDOR/FORMAT */
	const char *url;
	const struct format *format; /* NULL: a list file */
	const struct catalog *catalog;
	const struct list **list; /* of the catalog, in its order */
	size_t lists;
};

struct feeds {
	struct feed *feed;
	size_t n;
};

/*
 * All feeds of the catalogs, which they borrow from; the rest lives in `a`. E_UNKNOWN (a format
 * that nobody knows), E_CONFLICT (one address as two things), E_LIMIT, -ENOMEM.
 */
EG_CHECK int feeds_find(const struct catalogs *c, struct arena *a, struct diag *d,
			struct feeds *ret);

/* By its name, or NULL. */
const struct feed *feeds_named(const struct feeds *f, struct str name);
