/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the text reader: the parser and what its parts offer each other.
 *
 * The error is sticky (lex.r): after the first one every token is the end, each function falls
 * through and returns NULL, and the innermost block (parse_recover) clears a mere syntax error and
 * goes on with the next line. So nobody checks in between, but nobody uses a NULL either.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "nft/lex.h"
#include "nft/model.h"
#include "nft/text.h"

struct parser {
	struct lex lex;
	struct diag *d;
	struct nft_ruleset *rs;
	struct nft_table *table; /* where we are, or NULL */
	const struct nft_includes *includes;
	size_t bytes;	 /* of all files */
	unsigned files;	 /* included so far */
	unsigned depth;	 /* nesting of expressions and blocks */
	size_t work;	 /* elements looked at for deletions */
	unsigned errors; /* told so far */
	int r;		 /* the first error, kept over recoveries */
	struct buf scratch;
	bool unsettled; /* a set that this rule fills decides what its constants mean */
	bool again;	/* rules are read once more, after the script */
};

/* What a constant is expected to be: the parts of a concatenation. n 0: nothing is known. */
struct want {
	struct nft_keypart part[NFT_CONCAT_MAX];
	size_t n;
};

/* ---- parse.c: tokens ---- */

bool at_word(struct parser *p, const char *word);
bool at_punct(struct parser *p, const char *punct);
bool at_end(struct parser *p); /* of a rule or command: newline, `;`, `}` or the end */
bool take_word(struct parser *p, const char *word);
bool take_punct(struct parser *p, const char *punct);
void need_punct(struct parser *p, const char *punct);
void need_word(struct parser *p, const char *word);
void need_end(struct parser *p); /* and takes the newline or `;` */
void skip_newlines(struct parser *p);
void skip_lines(struct parser *p); /* and forgets them: between rules and blocks */

/* A name as WORD or QUOTED, at most NFT_NAME_MAX bytes; empty after an error. */
struct str need_name(struct parser *p, const char *what);
uint64_t need_number(struct parser *p, uint64_t max, const char *what);
uint64_t need_time(struct parser *p);			     /* milliseconds */
const char *need_string(struct parser *p, const char *what); /* arena copy of WORD or QUOTED */

/* The one of `words` (the last is NULL) that stands here, as WORD or QUOTED; NULL after an error.
 */
const char *need_one_of(struct parser *p, const char *const *words, const char *what);

struct place here(struct parser *p);
EG_PRINTF(3, 4) void parse_error(struct parser *p, struct place at, const char *fmt, ...);
void parse_expected(struct parser *p, const char *what); /* "expected WHAT, found ..." */
void parse_nomem(struct parser *p);
void parse_no_rule(struct parser *p); /* a rule could not be made: memory or the limit */
bool parse_deeper(struct parser *p);  /* false and an error when too deep; else p->depth-- later */

/* After an error in what began at token `from`: skips behind its end. False: give up. */
bool parse_recover(struct parser *p, size_t from);

/* The tokens from `from` to here as text in the arena; `most` 0: all of it. */
const char *parse_text(struct parser *p, size_t from, size_t most);

/* ---- parse_expr.c ---- */

struct nft_expr *parse_expr(struct parser *p, const struct want *w);
/* With `EXPR map { ... }` too. */
struct nft_expr *parse_value(struct parser *p, const struct want *w);
/* The right side of a match: a constant, a list of flags, { set } or @set. */
struct nft_expr *parse_right(struct parser *p, const struct want *w);
/* `e` is followed by `, flag`, any number of times; alone it is what it is. */
struct nft_expr *parse_flags(struct parser *p, struct nft_expr *e, const struct want *w);
/* Does nothing of the packet decide its value? `e` NULL: false. */
bool parse_is_fixed(const struct nft_expr *e);
/* Is it a single value, of which bit arithmetic can be made? */
bool parse_is_operand(const struct nft_expr *e);
/* Does its value come from the packet or its surroundings, in every part? */
bool parse_is_observed(const struct nft_expr *e);
/* { ... } or @name behind vmap or map. */
struct nft_expr *parse_mapping(struct parser *p, const struct nft_expr *key,
			       const struct want *data);
/* Has `e` as many parts as `w` says? False: an error was told. */
bool parse_check_parts(struct parser *p, const struct nft_expr *e, const struct want *w,
		       struct place at);
struct want want_type(enum nft_type type, unsigned bits);
struct want want_like(const struct nft_expr *e);
bool at_expr(struct parser *p); /* does an expression that looks at the packet begin here? */

/* ---- parse_field.c ---- */

/* A packet expression: ip saddr, meta mark, ct state, fib ..., or NULL where none begins. */
struct nft_expr *parse_field(struct parser *p);

/* ---- parse_const.c ---- */

struct nft_expr *parse_const(struct parser *p, const struct nft_keypart *part);

/* ---- parse_elem.c and parse_set.c ---- */

/* { element, ... } into `s`. */
void parse_elems(struct parser *p, struct nft_set *s, const struct want *key,
		 const struct want *data);
/* The block of a named set or map, after its name. */
void parse_set_block(struct parser *p, struct nft_set *s);
struct want want_key(const struct nft_set *s);
struct want want_data(const struct nft_set *s);

/* ---- parse_stmt.c and parse_action.c ---- */

/* A rule's statements, up to its end. */
void parse_rule(struct parser *p, struct nft_rule *r);
/* After the script: what elements mean that rules put into sets, which may stand below them. */
void parse_settle(struct parser *p);
/* One statement that begins with a known word; NULL where none does. */
struct nft_stmt *parse_stmt(struct parser *p);
/* One that the kernel can run for each element of a set: counter, limit, quota, ct count. */
struct nft_stmt *parse_elem_stmt(struct parser *p);
bool parse_verdict(struct parser *p, struct nft_verdict *ret); /* false: none here */
struct nft_stmt *parse_action(struct parser *p);
struct nft_stmt *parse_nat(struct parser *p);

/* ---- parse_block.c ---- */

/* { line, ... }: `item` reads one line, without its end, at token 0. */
typedef void (*parse_item_fn)(struct parser *p, void *what);
void parse_block(struct parser *p, parse_item_fn item, void *what);
void parse_table_block(struct parser *p, struct nft_table *t);
void parse_chain_block(struct parser *p, struct nft_chain *c);
void parse_object_block(struct parser *p, struct nft_object *o);
void parse_object_line(struct parser *p, struct nft_object *o);
void parse_flowtable_block(struct parser *p, struct nft_flowtable *f);

/* ---- parse_item.c ---- */

/* chain, set, map, flowtable or an object with its block; the part is made when it is new. */
/* In a command, `t` is NULL and the table's name stands behind the word. */
void parse_item(struct parser *p, struct nft_table *t);
bool parse_at_item(struct parser *p);
/* counter, ct timeout, ...: takes the words. */
bool parse_object_kind(struct parser *p, int *ret);

/* ---- parse_define.c ---- */

bool parse_common(struct parser *p); /* define, include, ...: true when it was one */

/* ---- parse_command.c ---- */

/* [FAMILY] TABLE; makes it when it is not there and `make` says so. NULL: an error was told. */
struct nft_table *parse_table_name(struct parser *p, bool make);
void parse_script(struct parser *p);
