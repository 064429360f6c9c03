/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Targets: the chains that end a flow's way, one for each requirement and verdict, with a name, a
 * counter of the same name, and the origin as a comment. Where addresses are learned the counter
 * is all there is.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "dialect/nftables_say.h"
#include "rule/rule.h"

enum {
	TARGET_NAME_MAX = 120,	 /* bytes; the kernel takes 255 */
	TARGET_COMMENT_MAX = 127 /* bytes; the nft program takes 128 with the NUL */
};

struct target {
	const char *name;    /* chain and counter: "zoom/meetings/meetings-media" */
	const char *comment; /* title and page of the origin, or NULL */
	enum verdict verdict;
	bool chain; /* rules on addresses lead to it; else only its counter is used */
};

struct targets {
	struct target *target;
	size_t n;
	size_t *of; /* of[i] is the target of rule i */
};

/* Targets of the rules that are said; names are unique and fit nft's identifiers. */
EG_CHECK int targets_make(const struct rulelist *rules, const enum say *say, struct arena *a,
			  struct targets *ret);

/* As much of a text as a comment can hold, without what would end its quotes; NULL: no memory. */
const char *comment_fit(const char *text, struct arena *a);
