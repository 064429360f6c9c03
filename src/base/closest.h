/* SPDX-License-Identifier: Apache-2.0 */
/* "did you mean ...?": the known word that is nearest to what somebody typed. */
#pragma once

#include <stddef.h>

#include "base/str.h"

enum { CLOSEST_WORD_MAX = 64 }; /* longer words have no near neighbour */

/*
 * Edits (insert, delete, replace, swap of neighbours; case ignored) from `a` to `b`, or a number
 * above CLOSEST_WORD_MAX when either is too long.
 */
unsigned closest_distance(struct str a, struct str b);

/* Whether `known` is near enough to `typed` to be offered: about one edit in three letters. */
bool closest_near(struct str typed, struct str known);

/* The nearest of known[0..n), or NULL when none is near enough. NULL entries are skipped. */
const char *closest(struct str typed, const char *const *known, size_t n);
