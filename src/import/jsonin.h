/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vendor's JSON while a publication is read: parsed once, within limits, then asked for value
 * after value.
 *
 * jansson keeps no places, so a message about a value names its path ("prefixes[17].ip_prefix").
 * The first error stays in `r` and reading goes on, so that one run tells all; only what makes
 * going on useless (jsonin_over()) ends it. A key that the format does not know is counted, and
 * jsonin_read() tells each of them once: a vendor's new field is seen, and nothing else is lost.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/diag.h"
#include "base/str.h"
#include "import/draft.h"

enum {
	JSONIN_DEPTH_MAX = 32,	    /* lists and objects in each other */
	JSONIN_VALUES_MAX = 500000, /* ten times AWS of 2023; a tree has 100 MB at most */
	JSONIN_NAME_MAX = 200,	    /* bytes of a name that becomes a title: a service, a region */
	JSONIN_UNKNOWN_MAX = 64	    /* unknown keys told one by one; the rest is counted */
};

/* A value and the way to it: a key of an object, or an index of a list when `key` is NULL. */
struct json_at {
	const struct json_at *up; /* NULL: this is the whole */
	const char *key;
	size_t index;
	json_t *value; /* NULL: there is none */
};

struct jsonin_unknown {
	const char *path; /* "prefixes[].colour" */
	size_t times;
};

struct jsonin {
	const char *file;
	struct draft *draft;
	struct diag *diag;
	struct json_at root;
	struct jsonin_unknown unknown[JSONIN_UNKNOWN_MAX];
	size_t unknowns, unknown_more; /* more: other keys, each time */
	int r;
};

/* Does this look like JSON that has `key` (with its quotes) near its begin or its end? Cheap. */
bool jsonin_detect(struct str text, const char *key);

/*
 * Reads a publication: parses `text`, lets `read` walk over the tree from in->root, tells unknown
 * keys, and that nothing was found. The first error, or 0: E_SYNTAX, E_LIMIT, -ENOMEM.
 */
EG_CHECK int jsonin_read(struct str text, const char *file, struct draft *draft, struct diag *d,
			 void (*read)(struct jsonin *in));

struct place jsonin_place(const struct jsonin *in);
void jsonin_keep(struct jsonin *in, int r); /* `r` < 0 was told; the first is kept */
bool jsonin_over(const struct jsonin *in);  /* out of memory, or above a limit */

/* Tells an error at a value: "PATH: ...". */
EG_PRINTF(4, 5)
void jsonin_fail(struct jsonin *in, const struct json_at *at, const char *hint, const char *fmt,
		 ...);

struct json_at jsonin_member(const struct json_at *object, const char *key);
struct json_at jsonin_element(const struct json_at *list, size_t index);

/* Is the value there and of this type (JSON_TRUE: or JSON_FALSE)? Else an error is told. */
bool jsonin_is(struct jsonin *in, const struct json_at *at, json_type type);

/* Counts the keys of an object that are not among `keys`, which ends with NULL. */
void jsonin_known(struct jsonin *in, const struct json_at *object, const char *const *keys);
void jsonin_unknown(struct jsonin *in, const struct json_at *at);
/* Tells, as a problem, that the key is known and its value is not. */
void jsonin_unknown_value(struct jsonin *in, const struct json_at *at, struct str value);

/* ---- jsonvalue.c ---- */

/* One line without control characters, trimmed and not empty; NULL after a message. */
const char *jsonin_text(struct jsonin *in, const struct json_at *at, size_t max);
/* Can the key of this value be a title: a line of at most JSONIN_NAME_MAX bytes? Else an error. */
bool jsonin_key(struct jsonin *in, const struct json_at *at);
/* A text in which line breaks and tabs count as blanks. */
const char *jsonin_note(struct jsonin *in, const struct json_at *at, size_t max);
/* The day at the front of a time, "2023-11-10-21-13-09"; NULL when absent, or after a message. */
const char *jsonin_day(struct jsonin *in, const struct json_at *at);

/* Tells that a list is empty, as a problem: what belongs there may be lost. */
void jsonin_empty(struct jsonin *in, const struct json_at *list);

/* One prefix of this family (0: any); `remark` as in draft_prefixes_add(). */
void jsonin_prefix(struct jsonin *in, const struct json_at *at, unsigned family, const char *remark,
		   struct draft_prefixes *ret);
/* A list of them. An empty one is a problem that is told. */
void jsonin_prefixes(struct jsonin *in, const struct json_at *list, unsigned family,
		     struct draft_prefixes *ret);
