/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fenced code in Markdown. Only a fence that ends begins one; which ends there are is found once,
 * when the first fence asks.
 */
#pragma once

#include "import/md_line.h"

enum { MD_FENCE_MAX = 16 /* longer fences count as this */ };

struct md_fences {
	bool looked;
	const char *last[2][MD_FENCE_MAX + 1]; /* the last end for a length, of "`" and "~" */
};

/*
 * If the next line of `l` begins fenced code that ends: moves behind it, *ret is the code, and
 * *ret_line its first line.
 */
bool md_fences_take(struct md_fences *f, struct md_lines *l, struct str *ret,
		    struct md_line *ret_line);
