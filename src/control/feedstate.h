/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is remembered of a feed between two runs: the server's validators, when it was asked, how
 * often in vain, and who let what through over the guards. A small text, a key a line:
 *
 *	url https://vendor.example/list.txt
 *	etag "5f3c"
 *	checked 2026-11-26T10:00:00Z
 *	sha256 e509...
 *	override 2026-11-26T10:20:00Z e509... Anna: the vendor confirmed it by phone
 *
 * What feed_state_write() gives, feed_state_read() reads as the same. Keys that are not known are
 * errors: the file is egret's own, and a later version's must not be half understood.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"

enum {
	FEED_STATE_BYTES_MAX = 4 * 1024 * 1024,
	FEED_OVERRIDES_MAX = 1000,
	FEED_NAME_MAX = 100,   /* bytes of who overrides, */
	FEED_REASON_MAX = 1000 /* and of why */
};

/* A version of the feed that somebody let through. All texts are one line. */
struct feed_override {
	int64_t time;
	const char *sha256, *by, *reason; /* `by` has no ": " in it */
};

/* Times are seconds since 1970, 0: never. Texts are NULL where nothing is known. */
struct feed_state {
	const char *url; /* that was asked: another one's validators mean nothing */
	const char *etag, *modified;
	const char *sha256; /* of the newest answer's body, which is kept beside this file */
	const char *error;  /* of the newest try, NULL: it went well */
	int64_t checked;    /* the server said what its list is, or that it is the same */
	int64_t fetched;    /* the body came */
	int64_t next;	    /* not to be asked before: the tries before this went wrong */
	unsigned failures;  /* since the last success */
	struct feed_override *override;
	size_t overrides;
};

/* Texts live in `a`. E_SYNTAX, E_LIMIT with line and hint, -ENOMEM. */
EG_CHECK int feed_state_read(struct str text, const char *file, struct arena *a, struct diag *d,
			     struct feed_state *ret);
void feed_state_write(const struct feed_state *s, struct buf *out);

/* Appends "2026-11-26T10:00:00Z"; years 1 to 9999. */
void feed_time_print(int64_t time, struct buf *out);
/* E_SYNTAX. */
EG_CHECK int feed_time_parse(struct str text, int64_t *ret);

/* Are these fit to be written as a name and a reason? */
bool feed_is_name(struct str s);
bool feed_is_reason(struct str s);

/* The newest override of this version, or NULL. */
const struct feed_override *feed_state_override(const struct feed_state *s, const char *sha256);

/* Adds one; its texts are borrowed. E_LIMIT, -ENOMEM. */
EG_CHECK int feed_state_add(struct feed_state *s, const struct feed_override *o, struct arena *a);
