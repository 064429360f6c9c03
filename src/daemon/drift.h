/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does the kernel still hold what was loaded? Somebody else may have changed it: another program, a
 * person, "nft flush ruleset".
 *
 * A child looks every minute and after each load, so nobody waits for it: it reads the table as
 * text (control/tabletext.h), compares, and where the words differ proves whether the flows do. A
 * change is told once; nothing is put right by itself, because it may be meant.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/loop.h"
#include "control/site.h"
#include "daemon/log.h"

/* The child's exit status. */
enum drift_seen { SEEN_SAME, SEEN_WORDS, SEEN_FLOWS, SEEN_NO_TABLE, SEEN_NOTHING, SEEN_KINDS };

struct drift_watch {
	struct loop *loop;
	const struct log *log;
	struct diag *d;
	const struct site *site; /* borrowed */
	struct buf loaded;	 /* what was read back when it was loaded */
	struct loop_timer due;
	struct loop_watch child;
	pid_t pid;
	enum drift_seen seen;
	uint64_t looks;
};

#define DRIFT_WATCH_INIT ((struct drift_watch){ .child = { .fd = -1 } })

void drift_start(struct drift_watch *w, struct loop *loop, const struct log *log, struct diag *d);
void drift_release(struct drift_watch *w);

/* That site was loaded just now: reads the table back, and compares with that from now on. */
EG_CHECK int drift_loaded(struct drift_watch *w, const struct site *site);

/* Looks now, not only when it is time. */
void drift_look(struct drift_watch *w);

const char *drift_seen_name(enum drift_seen s);
