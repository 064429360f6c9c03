/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept of feeds between two runs, a folder each: STATE/feeds/VENDOR/NAME/
 *
 *	state   what is remembered (feedstate.h)
 *	latest  the newest body that the server sent, believed or not
 *	staged  the newest body that was believed, until the catalog has it
 *
 * All three are replaced whole. `latest` is written before the state that speaks of it, so that
 * after an interruption the server is only asked once more. One program at a time: the folder is
 * locked from feedstore_open() to feedstore_close().
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "control/feed.h"
#include "control/feedstate.h"

struct feedstore {
	const char *folder; /* borrowed: STATE */
	int lock;	    /* -1: not open */
};

#define FEEDSTORE_INIT ((struct feedstore){ .lock = -1 })

struct feed_files {
	const char *folder, *state, *latest, *staged;
};

/*
 * Makes STATE/feeds and locks it. `told` NULL: path_state(). -EBUSY: another egret
 * sync is at work; -errno; all told.
 */
EG_CHECK int feedstore_open(const char *told, struct diag *d, struct feedstore *ret);
void feedstore_close(struct feedstore *s);

/* The paths of a feed, in `a`. -ENOMEM. */
EG_CHECK int feedstore_files(const struct feedstore *s, const struct feed *f, struct arena *a,
			     struct feed_files *ret);

/* The state of a feed, empty where there is none yet. */
EG_CHECK int feedstore_load(const struct feed_files *files, struct arena *a, struct diag *d,
			    struct feed_state *ret);
EG_CHECK int feedstore_save(const struct feed_files *files, const struct feed_state *s,
			    struct diag *d);

/* A body. -ENOENT without a message: there is none. */
EG_CHECK int feedstore_get(const char *path, struct buf *out, struct diag *d);
EG_CHECK int feedstore_put(const struct feed_files *files, const char *path, struct str body,
			   struct diag *d);
EG_CHECK int feedstore_drop(const char *path, struct diag *d);
