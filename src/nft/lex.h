/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of an nft script: text, included files and variables as one stream of tokens.
 *
 * Sources are a stack of frames. `include` pushes a file, `$name` pushes the tokens that `define`
 * captured (already expanded, so a later `redefine` does not reach into it, as in nft). The parser
 * looks ahead as far as it likes: tokens since lex_forget() are kept and counted by index.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/str.h"

enum {
	LEX_FRAMES_MAX = 64,
	LEX_KEPT_MAX = 6 * 1000 * 1000,	    /* tokens of one rule, element or definition */
	LEX_CAPTURED_MAX = 4 * 1000 * 1000, /* tokens held by variables */
	LEX_EXPANDED_MAX = 16 * 1000 * 1000 /* tokens that variables gave */
};

enum tok_kind {
	TOK_END,
	TOK_NEWLINE, /* or `;` */
	TOK_WORD,    /* accept, eth0.5, br-lan, eth*, 1h30m */
	TOK_QUOTED,  /* text is what stands between the quotes */
	TOK_NUM,     /* 443, 0x1f */
	TOK_ADDR4,
	TOK_ADDR6,
	TOK_MAC,
	TOK_PUNCT /* one or two characters */
};

struct tok {
	enum tok_kind kind;
	bool spaced; /* a blank or a line's start stood before it */
	struct str text;
	struct place at; /* of a variable's tokens: where the variable was used */
};

struct lex_var {
	struct str name;
	const struct tok *tok;
	size_t n;
	unsigned scope;
};

struct lex_frame {
	const char *file;
	struct str text; /* a file's text, or: */
	const struct tok *tok;
	size_t n, pos;
	unsigned line;
	size_t line_start;
	bool fresh;	      /* an included file: the line that named it ends first */
	bool fixed;	      /* every token is at: */
	struct place used_at; /* where the variable or the made text stands */
};

struct lex {
	struct arena *arena; /* borrowed */
	struct diag *d;
	struct lex_frame frame[LEX_FRAMES_MAX];
	unsigned frames;
	struct tok *tok; /* since the last lex_forget(); owned */
	size_t n, cap, pos;
	struct tok end;	     /* what is given when there is no more */
	struct lex_var *var; /* owned */
	size_t vars, var_cap;
	unsigned scope;
	size_t captured, expanded;
	bool keep; /* lex_forget() does nothing */
	int r;	   /* sticky: once negative, every token is TOK_END */
};

void lex_init(struct lex *l, struct arena *a, struct diag *d);
void lex_release(struct lex *l);

/* `text` and `file` must outlive the lexer and whatever keeps places. E_LIMIT: too deep. */
EG_CHECK int lex_push(struct lex *l, struct str text, const char *file);

/* The same for text made from something else: every token is at `at`. */
EG_CHECK int lex_push_at(struct lex *l, struct str text, struct place at);

/* Is this file among the open frames? */
bool lex_is_open(const struct lex *l, const char *file);

/*
 * The token stays where it is only until the next call of either: copy what is needed longer.
 * Looking ahead ends at the end of the line, which is then what is given: what stands on the next
 * line never decides what this one means, and may come out of a file that this one includes.
 */
const struct tok *lex_peek(struct lex *l);
const struct tok *lex_peek_at(struct lex *l, size_t ahead);
struct tok lex_next(struct lex *l);
void lex_forget(struct lex *l); /* what was consumed is no longer needed */

/*
 * The tokens [from, to) as one line of text that reads as the same tokens: blanks made single and
 * kept where words of different sources meet, quotes restored, a line's end as a blank.
 */
void lex_join(const struct lex *l, size_t from, size_t to, struct buf *out);

/* Variables. The tokens from `from` to the current position become the value. */
EG_CHECK int lex_define(struct lex *l, struct str name, size_t from, bool again, struct place at);
EG_CHECK int lex_undefine(struct lex *l, struct str name, struct place at);
void lex_scope_open(struct lex *l);
void lex_scope_close(struct lex *l);
