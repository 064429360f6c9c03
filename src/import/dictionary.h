/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the words of a page mean: headings of columns, who talks, labels. A language is one file,
 * `dictionaries/LANGUAGE.yaml`; all of them are known at once, so a page may mix them.
 *
 * A phrase may have "{vendor}" in it, which stands for the vendor's name and id ("All {vendor}
 * clients"). Phrases compare by their squeeze() (import/fold.h): case, blanks, hyphens and
 * full-width forms do not matter. A phrase that means two things is refused when the dictionaries
 * are read.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/str.h"

enum { DICTIONARY_PHRASES_MAX = 20000, DICTIONARY_FILES_MAX = 64 };

enum column {
	COLUMN_NONE,
	COLUMN_PROTOCOL,
	COLUMN_PORTS,
	COLUMN_SOURCE,
	COLUMN_DESTINATION, /* names, addresses or words */
	COLUMN_PURPOSE,	    /* what the row is for: becomes its title */
	COLUMN_SERVICE,	    /* which service the row belongs to */
	COLUMN_DIRECTION,
	COLUMN_NOTE,
	COLUMN_CERTAINTY, /* how sure the table's author is: anything but "high" is unverified */
	COLUMN_OTHER,	  /* known, and without a place in a catalog: numbers, evidence */
	COLUMNS
};

enum label {
	LABEL_IPV4 = 1,
	LABEL_IPV6,
	LABEL_NOTE,	/* begins a note: "Note:" */
	LABEL_SEE_NOTE, /* points to one: "(see note)" */
	LABEL_ANY,
	LABEL_SAME, /* "the same", "as above" */
	LABEL_AND,  /* joins items: "and", "or" */
	LABEL_NONE, /* an empty cell in words: "n/a", "none" */
	LABEL_ETC,  /* a list that goes on: "etc." */
	LABEL_EGRESS,
	LABEL_INBOUND,
	LABEL_LOCAL, /* inside the site */
	LABEL_HIGH   /* certain */
};

enum word_kind { WORD_COLUMN, WORD_ROLE, WORD_LABEL };

struct word {
	struct str key; /* squeezed */
	enum word_kind kind;
	unsigned value; /* enum column, role or label */
};

struct dictionary {
	struct arena *arena;
	struct word *word; /* longest key first */
	size_t words, cap;
};

#define DICTIONARY_INIT ((struct dictionary){ 0 })

/*
 * Reads every *.yaml in `folder`. `vendor` and `title` stand for "{vendor}"; where both are NULL
 * such phrases are left out. E_SYNTAX, E_CONFLICT (a phrase that means two things), E_LIMIT,
 * -errno.
 */
EG_CHECK int dictionary_load(const char *folder, const char *vendor, const char *title,
			     struct diag *d, struct dictionary *ret);
/* The same for one language from memory; `file` names the text in messages. */
EG_CHECK int dictionary_read(struct str text, const char *file, const char *vendor,
			     const char *title, struct diag *d, struct dictionary *ret);
void dictionary_release(struct dictionary *d);

/* The word whose key is the whole squeezed text, or NULL. */
const struct word *dictionary_find(const struct dictionary *d, enum word_kind kind,
				   struct str squeezed);
/* The longest word with which the squeezed text begins, or NULL. */
const struct word *dictionary_longest(const struct dictionary *d, unsigned kinds,
				      struct str squeezed);

const char *column_name(enum column c); /* "protocol" */
