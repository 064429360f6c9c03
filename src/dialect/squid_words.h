/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a line of squid.conf. A word that begins with # ends the line. Quotes name a file of
 * values; with configuration_includes_quoted_values they are quotes, and parameters("FILE") names
 * it. In front of a regular expression's characters a backslash takes the blank out of a blank.
 */
#pragma once

#include "base/attr.h"
#include "base/str.h"

enum squid_word_kind { SQUID_PLAIN, SQUID_QUOTED, SQUID_FILE };

struct squid_word {
	struct str text; /* without quotes; of SQUID_FILE: the path */
	enum squid_word_kind kind;
};

struct squid_words {
	struct str rest;
	bool quoted; /* configuration_includes_quoted_values */
	bool regex;  /* backslashes belong to words */
};

/* 1: a word; 0: there is none left; E_SYNTAX: quotes without an end, or escapes in them. */
EG_CHECK int squid_word_next(struct squid_words *w, struct squid_word *ret);
/* The same, and a quote begins no file: names, types and options. */
EG_CHECK int squid_word_bare(struct squid_words *w, struct str *ret);
/* The next word, without taking it; empty: there is none. */
struct str squid_word_peek(const struct squid_words *w);
