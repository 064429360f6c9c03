/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A borrowed piece of text: pointer and length, not ended by NUL, valid as long as its owner.
 *
 * Readers walk a text by cutting pieces off the front. All ASCII rules are locale independent.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
#define STR_FMT(s) (int)(s).n, (s).p /* for "%.*s" */

char ascii_lower(char c);
int ascii_hex(char c);		     /* the value of a hexadecimal digit; -1: it is none */
struct str str_of(const char *text); /* NULL gives the empty string */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *text);
bool str_is_nocase(struct str a, const char *text); /* ASCII case folded */
int str_cmp(struct str a, struct str b);	    /* memcmp order, shorter first */
bool str_starts(struct str s, const char *prefix);
bool str_ends(struct str s, const char *suffix);
bool str_is_line(struct str s);	   /* without control characters (C0, DEL, C1 in UTF-8) */
struct str str_trim(struct str s); /* drops ASCII blanks, tabs, CR, LF on both ends */

/* Index of the first `c`, or s.n when there is none. */
size_t str_find(struct str s, char c);

/*
 * Cuts everything before the first `sep` off `*s` and returns it; `sep` itself is dropped.
 * Without `sep` the whole rest is returned and `*s` becomes empty with p == NULL, so that
 * `while (s.p) { part = str_cut(&s, ','); ... }` sees every part, empty ones included.
 */
struct str str_cut(struct str *s, char sep);

/* Reads a whole decimal number (digits only). E_SYNTAX: not digits; E_LIMIT: above `max`. */
EG_CHECK int str_u64(struct str s, uint64_t max, uint64_t *ret);
