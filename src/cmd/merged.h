/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `egret import` against what is there already: a catalog (--merge), what was reviewed for the page
 * (--overlay), or the same page in another language or of another day (--compare). Row by row, and
 * as flows.
 */
#pragma once

#include "base/attr.h"
#include "cmd/imported.h"
#include "import/merge.h"
#include "verify/diff.h"

struct merged {
	const char *path;   /* of catalog.yaml, overlay or page */
	const char *folder; /* where its lists lie, in lists/ */
	struct catalog_text base;
	enum text_part part;
	struct merge merge;
	struct flow_diff diff;
	bool has_diff; /* an overlay denotes no flows of its own */
};

#define MERGED_INIT ((struct merged){ 0 })

/* Reads the base: a catalog.yaml, its folder, or an overlay. Lives in `a`. */
EG_CHECK int merged_load(struct env *env, const char *path, enum text_part part, struct arena *a,
			 struct merged *ret);

/* Merges the draft into the base: i->text is the result. */
EG_CHECK int merged_apply(struct env *env, struct merged *m, struct imported *i);

/* The flow diff from `before` (text, and folder of lists) to what was imported. */
EG_CHECK int merged_flows(struct env *env, const struct catalog *before, struct imported *i,
			  struct merged *m);

bool merged_differs(const struct merged *m);
EG_CHECK int merged_print(struct env *env, const struct merged *m, const struct imported *i,
			  struct buf *out);
EG_CHECK int merged_json(struct env *env, const struct merged *m, const struct imported *i,
			 json_t *into);
