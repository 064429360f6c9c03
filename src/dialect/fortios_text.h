/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a FortiOS configuration as statements of words.
 *
 * A statement ends with its line, but a quoted word may go on over lines. A backslash takes the
 * next character as it is. Lines that begin with # are comments.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"

struct fos_text {
	struct str rest;
	struct place at;     /* of the statement */
	unsigned line;	     /* of the next character */
	struct arena *arena; /* words with escapes are kept there; others are borrowed */
	struct diag *d;
	struct str *word; /* of the statement; mem_free() it */
	size_t n, cap;
};

/* 1: a statement is there; 0: the text is over; E_SYNTAX, E_LIMIT, -ENOMEM. */
EG_CHECK int fos_next_statement(struct fos_text *t);
