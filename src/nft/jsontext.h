/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the JSON reader: objects of libnftables-json(5) written as nft text.
 *
 * Each writer returns true when it wrote all of it, false when it met something it does not know;
 * what it wrote then is taken back and replaced by json_unknown().
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"

enum { JSON_DEPTH_MAX = 64 };

/* `json "..."`: the object, made harmless, for the text reader to keep as unknown. */
void json_unknown(const json_t *j, const char *what, struct buf *out);

/* Are all keys of the object among these, separated by blanks? */
bool json_only(const json_t *j, const char *keys);

/* Takes the output back to what it was. */
void json_back(struct buf *out, size_t n);

/* The only key of an object and its value, or NULL. */
const char *json_single(const json_t *j, const json_t **ret_value);

/* A string that the text can hold: no quotes, no control characters. Or NULL. */
const char *json_plain(const json_t *j);
/* A plain string in quotes, or a name without them. False: not a plain string. */
bool json_quoted(const json_t *j, struct buf *out);
bool json_name(const json_t *j, struct buf *out);
/* One word of the language (letters, digits, - _ . and blanks), so that it cannot say more. */
bool json_word(const json_t *j, struct buf *out);
bool json_number(const json_t *j, struct buf *out);
/* A string or an array of strings, joined. */
bool json_words(const json_t *j, const char *gap, struct buf *out);
/* Free text (comment, log prefix): what text cannot hold is replaced. */
void json_comment(const json_t *j, struct buf *out);

/* ---- json_expr.c ---- */

/* Always writes something; unknown parts as json_unknown(). */
void json_expr(const json_t *j, unsigned depth, struct buf *out);
void json_set(const json_t *list, unsigned depth, struct buf *out);
void json_right(const json_t *j, struct buf *out); /* true and false are exists and missing */

/* ---- json_other.c ---- */

/* fib, rt, numgen, ...: known to be kept as text. */
bool json_other(const char *key, const json_t *value, unsigned depth, struct buf *out);

/* ---- json_stmt.c ---- */

void json_stmt(const json_t *j, struct buf *out);
bool json_limit(const json_t *j, struct buf *out); /* behind the word limit */
bool json_quota_bytes(const json_t *j, struct buf *out);

/* ---- json_action.c ---- */

/* Statements beyond match and verdict. */
bool json_action(const char *key, const json_t *value, struct buf *out);

/* ---- json_item.c ---- */

/* One object of the list as a command; `verb` is "add" or another. False: unknown. */
bool json_item(const char *verb, const json_t *j, struct buf *out);
