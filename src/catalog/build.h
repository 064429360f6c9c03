/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From catalog.yaml as written (schema.h) to the catalog that everybody uses: references are
 * resolved, list files read, statuses derived, and rows that contradict themselves refused.
 */
#pragma once

#include "base/hash.h"
#include "catalog/catalog.h"
#include "catalog/schema.h"

/* One loading. The maps borrow their keys from the arena. */
struct build {
	struct arena *arena;
	struct diag *diag;
	const struct list_source *source;
	const char *path;     /* of catalog.yaml */
	struct catalog *c;    /* what is being built */
	struct strmap lists;  /* id -> index in c->list */
	struct strmap files;  /* list file -> line of the list that has it */
	struct strmap row_at; /* requirement id -> its line */
};

/* -ENOMEM ends a loading; of other errors the first is kept, and the loading goes on. */
int build_keep(int r, int r_now);

/* Reads every list of the catalog into b->c. */
EG_CHECK int build_lists(struct build *b, const struct catalog_text *text);

/* Checks and resolves one requirement of `service`; lists must be there. */
EG_CHECK int build_requirement(struct build *b, const struct requirement_text *text,
			       const struct service *service, struct requirement *ret);
