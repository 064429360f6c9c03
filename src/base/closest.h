/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Did you mean": of the names that are known, the one nearest to what somebody typed.
 *
 * Offer every known name, then ask. Near means few edits (a letter changed, dropped, added, or two
 * neighbours swapped; ASCII case is no edit) for its length, so that a wild guess is never made.
 */
#pragma once

#include <stddef.h>

#include "base/str.h"

enum { CLOSEST_TEXT_MAX = 64 }; /* longer texts are never near to anything */

struct closest {
	struct str typed;
	const char *best; /* borrowed from the offers, or NULL */
	size_t edits;	  /* of `best` */
};

#define CLOSEST_TO(text) ((struct closest){ .typed = (text) })

void closest_offer(struct closest *c, const char *name);

/* The nearest offer (the first of equals), or NULL when none is near enough. */
const char *closest_name(const struct closest *c);
