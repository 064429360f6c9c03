/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reading of one inline text (import/md_inline.h), shared by the files that know its parts.
 *
 * Text goes into `out` as it comes and never moves. What turns out to be markup later (the "[" of a
 * link, the "**" before bold) is overwritten with MD_GONE, so that places in `out` stay true; links
 * are kept as such places until the end.
 *
 * A step gets a reading whose next byte is its own kind, and either moves `i` behind what it
 * understood and returns true, or changes nothing. No step looks twice at the same bytes without a
 * bound: a failed search for an end is remembered.
 */
#pragma once

#include <stdint.h>

#include "import/md_inline.h"

enum {
	MD_OPEN_MAX = 32,  /* brackets or bold marks open at once; the oldest is text then */
	MD_TICKS_MAX = 31, /* of a code mark; longer runs are text */
	MD_PARENS_MAX = 32 /* within the target of a link */
};

/* A link: from..to in the raw text. */
struct md_linked {
	size_t from, to;
	struct str href; /* as written */
};

struct md_bracket {
	size_t at, links;
	bool image;
};

struct md_bold {
	size_t at;
	char c;
};

struct md_anchor {
	size_t from, links;
	struct str href;
};

struct md_reading {
	struct md_scratch *s;
	struct str in;
	size_t i;
	struct buf *out;
	enum md_breaks breaks;
	struct md_bracket bracket[MD_OPEN_MAX];
	struct md_bold bold[MD_OPEN_MAX];
	size_t brackets, bolds;
	struct md_anchor anchor; /* an open <a>; href.p == NULL: none */
	bool no_comment_end;
	uint32_t no_code_end; /* bit n: no run of n backticks behind */
};

struct str md_left(const struct md_reading *r);	      /* what is not read yet */
char md_ahead(const struct md_reading *r, size_t n);  /* '\0' past the end */
char md_behind(const struct md_reading *r, size_t n); /* n bytes before; '\0' past the start */
bool md_is_punct(char c);
bool md_is_alnum(char c);
bool md_is_space(char c);

/* Records s->raw[from..now] as a link. An error stays in out->r. */
void md_link_add(struct md_reading *r, size_t from, struct str href);

/* Backslash escapes and references read, for text and for targets. */
void md_add_unescaped(struct buf *out, struct str text);

bool md_step_open(struct md_reading *r);  /* "[", "![", "[^1]" */
bool md_step_close(struct md_reading *r); /* "]" */
bool md_step_url(struct md_reading *r);	  /* "https://" */
bool md_step_tag(struct md_reading *r);	  /* "<" */
bool md_step_bold(struct md_reading *r);  /* "*", "_" */
