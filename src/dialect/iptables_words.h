/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of one line of iptables-save or ipset save: cut at blanks, "quoted" ones whole and with
 * their backslashes taken off.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"
#include "dialect/iptables_limits.h"

struct word {
	struct str text;
	struct str raw; /* as it stands in the line */
	bool quoted;
};

struct words {
	struct word word[IPTABLES_TOKENS_MAX];
	size_t n;
};

/* E_SYNTAX: a quote is not closed; E_LIMIT: too many words; -ENOMEM. */
EG_CHECK int words_cut(struct str line, struct arena *a, struct words *ret);

/* From one word to another (included), as it stands in the line. */
struct str words_raw(const struct words *w, size_t from, size_t to);
