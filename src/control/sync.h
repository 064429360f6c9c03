/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeping up with one feed: ask the server, read what it has, let the guards judge, stage what they
 * believe; take staged lists over into the catalog; let through what the guards refuse, in
 * somebody's name.
 *
 * What is staged or quarantined is not remembered as such. It follows each time from the bodies
 * that are kept (feedstore.h) and from the catalog as it is now, so that it is true after a
 * restart, an interruption, or somebody's own edit of the catalog.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "control/feedstore.h"
#include "control/offer.h"
#include "control/update.h"

enum {
	SYNC_WAIT = 15 * 60,	      /* seconds after the first failure; doubled each time, */
	SYNC_WAIT_MAX = 24 * 60 * 60, /* up to a day */
	SYNC_ERROR_MAX = 300,	      /* bytes of what went wrong */
	SYNC_STORY_MAX = 10	      /* messages about one body */
};

/* What came of asking the server. */
enum sync_asked {
	ASKED_NOT,  /* nobody asked */
	ASKED_SAME, /* it has what it had the last time */
	ASKED_NEW,  /* it sent another body */
	ASKED_FAILED,
	ASKED_LATER /* earlier tries failed: not before state.next */
};

/* What became of the newest body. */
enum sync_standing {
	STANDING_UNKNOWN,     /* none ever came */
	STANDING_SAME,	      /* the catalog has the same addresses */
	STANDING_STAGED,      /* to be taken over */
	STANDING_QUARANTINED, /* the guards do not believe it */
	STANDING_MALFORMED    /* it cannot be read: in quarantine too, and nobody can override it */
};

struct synced {
	struct arena *arena;
	const struct feed *feed;
	struct feed_files files;
	struct feed_state state;
	enum sync_asked asked;
	enum sync_standing standing;
	size_t rows; /* of a publication: new, changed or gone beside the catalog (offerrows.h) */
	const struct feed_override *override; /* by which the newest body is staged, or NULL */
	bool has_staged; /* a body is staged: the newest, or an older one that was believed */
	bool has_latest, keeps_staged; /* there is such a body; the staged one may be no good */
	const char *latest_sha256, *staged_sha256;
	struct buf latest, staged; /* the bodies, as far as they are needed */
	struct offer offer;	   /* of the staged one */
	struct update update;	   /* the same */
};

#define SYNCED_INIT ((struct synced){ 0 })

struct sync {
	const struct feedstore *store;
	int64_t now; /* seconds since 1970 */
	bool ask;    /* ask the server */
	bool force;  /* even if it is to be left alone for now */
};

/*
 * Brings one feed up to date. What is wrong with the server or its list is told in `d` and is in
 * the result; fails when the state cannot be kept, the catalog cannot be read, -ENOMEM. `ret` stays
 * where it is.
 */
EG_CHECK int sync_feed(const struct sync *s, const struct feed *f, struct diag *d,
		       struct synced *ret);
void synced_release(struct synced *s);

/* Takes the staged body over into the catalog. There must be one. */
EG_CHECK int sync_accept(struct synced *s, struct diag *d);

/*
 * Records that `by` lets the quarantined body through because of `reason`; it is staged with the
 * next sync_feed(). E_REFUSED: nothing is quarantined, or it cannot be read; E_SYNTAX: no name or
 * no reason; told.
 */
EG_CHECK int sync_override(const struct sync *s, struct synced *feed, const char *by,
			   const char *reason, struct diag *d);

const char *sync_asked_name(enum sync_asked a);	      /* "not modified" */
const char *sync_standing_name(enum sync_standing s); /* "quarantined" */
