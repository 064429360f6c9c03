/* SPDX-License-Identifier: Apache-2.0 */
/* What `egret import` read, and the ways it is shown and written. */
#pragma once

#include <jansson.h>

#include "base/attr.h"
#include "cmd/env.h"
#include "import/draft.h"
#include "import/source.h"

struct imported {
	struct draft draft;
	struct source *source;
	size_t sources;
	struct catalog_text text; /* the draft as a catalog, or merged into one */
	const char *base;	  /* the overlay, for the head of the file, or NULL */
	const char *folder;	  /* where lists lie that the input does not hold, or NULL */
};

/* For people: a row a table row, then the problems. */
EG_CHECK int imported_print(struct env *env, const struct imported *i, struct buf *out);
/* Everything, every physical row and text accounted for. */
EG_CHECK int imported_json(const struct imported *i, json_t **ret);

/* The text of catalog.yaml. */
EG_CHECK int imported_text(const struct imported *i, struct buf *out);

/* That text as a catalog, with the lists that were imported and those that lie in the folder. */
EG_CHECK int imported_catalog(const struct imported *i, struct str text, const char *folder,
			      struct diag *d, struct catalog *ret);

/*
 * FOLDER/catalog.yaml and FOLDER/lists/: read back before anything is written, then each file
 * replaced whole, the catalog last.
 */
EG_CHECK int imported_write(struct env *env, const struct imported *i, const char *folder);
