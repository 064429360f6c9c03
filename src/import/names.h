/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that a publication lists, as patterns of a row.
 *
 * A catalog says "zoom.us" and "*.zoom.us". What else vendors write (`autodiscover.*.example.com`,
 * `*-files.example.com`, `*.com`) is kept apart: the row has the others, says in `unverified` that
 * they are not all, and each of those is a problem. A text that can be no name is an error.
 */
#pragma once

#include <stddef.h>

#include "import/jsonin.h"

struct draft_unsaid {
	const char *text, *why;
	struct place at;
};

struct draft_names {
	struct pattern *name;
	size_t names, name_cap;
	struct draft_unsaid *unsaid;
	size_t unsaids, unsaid_cap;
};

#define DRAFT_NAMES_INIT ((struct draft_names){ 0 })

void draft_names_release(struct draft_names *n);

/* Adds the name that stands at `at`. E_SYNTAX, without a message: it can be no name; -ENOMEM. */
EG_CHECK int draft_names_add(struct draft *d, struct draft_names *n, struct str text,
			     struct place at);
/* Adds what is understood and cannot be said, for a reason that outlives the draft. -ENOMEM. */
EG_CHECK int draft_names_unsaid(struct draft *d, struct draft_names *n, struct str text,
				const char *why, struct place at);

/* A list of names in a vendor's JSON. An empty one is a problem that is told. */
void jsonin_names(struct jsonin *in, const struct json_at *list, struct draft_names *ret);

/*
 * Gives a row these names, and says what it lacks: `unverified` when some cannot be said,
 * `incomplete` when none is left. -ENOMEM.
 */
EG_CHECK int draft_names_put(struct draft *d, const struct draft_names *n,
			     struct requirement_text *ret);

/*
 * A problem for each name that cannot be said. `row`: id of the row they would belong to. -ENOMEM,
 * E_LIMIT.
 */
EG_CHECK int draft_names_tell(struct draft *d, const struct draft_names *n, const char *row);
