/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of `set` lines. A word in quotes, double or single, may hold blanks and line ends;
 * nothing is escaped in it. Brackets around a list are words by themselves.
 */
#pragma once

#include "base/attr.h"
#include "base/str.h"

enum panos_word_kind {
	PANOS_END, /* of the line, or of the text */
	PANOS_WORD,
	PANOS_OPEN,
	PANOS_CLOSE
};

struct panos_word {
	enum panos_word_kind kind;
	bool quoted;
	struct str text;
	const char *at; /* where it begins, quotes included */
};

struct panos_words {
	const char *p, *end;
	unsigned line; /* of what stands at p */
};

/* The next word of the line. E_SYNTAX: quotes that do not end. */
EG_CHECK int panos_next_word(struct panos_words *w, struct panos_word *ret);
/* Goes to the line behind this one. False: there is none. */
bool panos_next_line(struct panos_words *w);
