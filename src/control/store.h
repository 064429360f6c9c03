/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store of generations: STATE/egret.db (SQLite) says what became of each, and
 * STATE/generations/N/ holds what it was made of and what it was:
 *
 *   egret.yaml, catalogs/   the policy and the catalogs that it uses, as they were
 *   loaded.nft              what the kernel was to hold (tabletext.h)
 *   before.nft              what the kernel held before, for which it was promised to make room
 * again guard                   locked by the process that holds the promise (guard.h)
 *
 * A folder appears under its number whole or not at all. The database is written through to the
 * disk at every change, and whoever is killed while changing it leaves the old or the new content.
 * Who changes anything holds the lock of the store, which ends with the process.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "control/generation.h"
#include "control/paths.h"

enum {
	STORE_LOCK_SECONDS = 10, /* that a change waits for another one */
	STORE_LIST_MAX = 10000	 /* generations that are listed, the newest */
};

struct store;

/*
 * Opens the store in `folder`, and makes it when `make`. -ENOENT without it: nothing was ever
 * applied here, told in `d`. Other errors: -errno, -EIO for what SQLite refuses, E_UNSUPPORTED for
 * a store of a newer egret.
 */
EG_CHECK int store_open(const char *folder, bool make, struct diag *d, struct store **ret);
void store_close(struct store *s);
void store_closep(struct store **s);
const char *store_folder(const struct store *s); /* absolute */

/*
 * The right to change, until the store is closed. -EBUSY: somebody else had it for `seconds`; told
 * in `d` unless that is NULL.
 */
EG_CHECK int store_lock(struct store *s, unsigned seconds, struct diag *d);
void store_unlock(struct store *s);

/* Adds a generation in state staged; its number comes back. Text of `g` is copied. */
EG_CHECK int store_add(struct store *s, const struct generation *g, struct diag *d, int64_t *ret);

EG_CHECK int store_set_sha256(struct store *s, int64_t number, const char *sha256, struct diag *d);
EG_CHECK int store_set_state(struct store *s, int64_t number, enum generation_state state,
			     const char *why, struct diag *d);

/* In one step: it becomes pending until then, and the one that it replaces (0: none) replaced. */
EG_CHECK int store_set_pending(struct store *s, int64_t number, const struct deadline *until,
			       int64_t over, struct diag *d);
/* Takes that step back: it failed, and the other one is pending as it was. */
EG_CHECK int store_undo_pending(struct store *s, int64_t number, int64_t over, const char *why,
				struct diag *d);
EG_CHECK int store_set_deadline(struct store *s, int64_t number, const struct deadline *until,
				struct diag *d);

/* -ENOENT without a word: there is none. Text in memory of `a`. */
EG_CHECK int store_get(struct store *s, int64_t number, struct arena *a, struct diag *d,
		       struct generation *ret);
/* The newest in that state below `below` (INT64_MAX: of all). */
EG_CHECK int store_newest(struct store *s, enum generation_state state, int64_t below,
			  struct arena *a, struct diag *d, struct generation *ret);
/* The one that the kernel should have: a pending one whose time has not ended, or the current. */
EG_CHECK int store_wanted(struct store *s, struct arena *a, struct diag *d, struct generation *ret);
/* Newest first. */
EG_CHECK int store_list(struct store *s, struct arena *a, struct diag *d, struct generation **ret,
			size_t *ret_n);

/* STATE/generations/N/NAME, or the folder itself without a name. E_LIMIT: too long. */
EG_CHECK int store_path(const struct store *s, int64_t number, const char *name,
			char text[static PATH_TEXT_MAX]);

/*
 * The folder of the wanted generation of the store in `folder`: what a gateway that starts has to
 * load, as catalogs/ and egret.yaml. -ENOENT without a word: there is none yet.
 * E_UNSUPPORTED: it only reports.
 */
EG_CHECK int store_current(const char *folder, char text[static PATH_TEXT_MAX], struct diag *d);
