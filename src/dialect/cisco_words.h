/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of one line of a Cisco configuration, and how it is refused. What the languages of
 * Cisco's devices differ in is told by `language` (cisco_language.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"
#include "dialect/cisco_language.h"

enum { CISCO_WORDS_MAX = 256 /* of one line */ };

struct cisco_words {
	const struct cisco_language *language;
	void *config; /* what the dialect makes of the lines */
	struct arena *arena;
	struct diag *d;
	const char *file;
	size_t spans; /* ranges that all masks stand for together */
	unsigned line;
	struct str text; /* the line, trimmed */
	struct str word[CISCO_WORDS_MAX];
	size_t n, at; /* words, and the next one to be looked at */
};

/* E_LIMIT: too many words. E_SYNTAX: a zero byte, where names would end. */
EG_CHECK int cisco_cut_words(struct cisco_words *p);

/* Tells that this line is wrong; returns `code`. `hint` may be NULL. */
EG_PRINTF(4, 5)
int cisco_refuse(struct cisco_words *p, int code, const char *hint, const char *fmt, ...);

/* The next word, empty behind the last one. */
struct str cisco_peek(const struct cisco_words *p);
struct str cisco_take(struct cisco_words *p);
/* Takes the next word if it is this one, whatever the case of its letters. */
bool cisco_accept(struct cisco_words *p, const char *word);
/* Is the word at `at` this one? */
bool cisco_begins(const struct cisco_words *p, size_t at, const char *word);
/* The rest of the line, from the next word on. */
struct str cisco_rest(const struct cisco_words *p);
/* From the word at `from` to the last one that was taken. */
struct str cisco_since(const struct cisco_words *p, size_t from);
