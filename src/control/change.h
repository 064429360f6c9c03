/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of what the gateway lets through, with the promise that whoever makes one is not locked
 * out by it.
 *
 *   apply     keep a copy, compile it, prove it, let the kernel check it; promise to go back
 * (guard.h); then one transaction, and the proof of what the kernel then holds confirm   the
 * promise is let go back      what the kernel held before comes back, byte for byte
 *
 * Whoever is killed in between, the kernel holds the whole old or the whole new ruleset, because it
 * takes a transaction whole or not at all; and what the store says of it is put right by the next
 * one that opens it, by comparing with the kernel.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "control/generation.h"
#include "control/rejudge.h"
#include "control/store.h"
#include "policy/policy.h"

struct change {
	struct store *store; /* locked */
	const char *run;     /* where egretd's socket is */
	struct arena *arena; /* of everything that is read */
	struct diag *d;
	bool keep_established; /* what the rules do not allow any more may go on */
};

#define CHANGE_INIT ((struct change){ 0 })

/*
 * Opens the store for a change and puts it right. `make`: a store that is not there is made.
 * Fields that are set before: run, d, keep_established.
 */
EG_CHECK int change_open(struct change *c, const char *state, bool make);
void change_close(struct change *c);

struct change_ask {
	const struct policy *policy; /* its file, and the vendors that it speaks of, are copied */
	const char *catalogs;
	const char *who, *note;
	int64_t seconds; /* until it goes back */
	bool report_only;
};

struct change_report {
	struct generation g;
	size_t rules, named; /* of the plan; those on names */
	size_t lost;	     /* that nftables cannot say */
	size_t kept;	     /* learned addresses that went over */
	size_t seen, cut;    /* conversations that were judged, and forgotten (rejudge.h) */
	bool by_daemon;
};

EG_CHECK int change_apply(struct change *c, const struct change_ask *ask,
			  struct change_report *ret);

/* -ENOENT without a word: nothing is pending. */
EG_CHECK int change_confirm(struct change *c, struct generation *ret);
EG_CHECK int change_extend(struct change *c, int64_t seconds, struct generation *ret);
EG_CHECK int change_back(struct change *c, const char *why, struct change_report *ret);

/*
 * Loads a confirmed generation once more, as a new one that is confirmed at once: its ruleset was.
 * Number 0: the one before the current. -ENOENT, told: there is none.
 */
EG_CHECK int change_to(struct change *c, int64_t number, const char *who, const char *note,
		       struct change_report *ret);

/* ---- for the files of change among themselves ---- */

/* Puts right what somebody who was killed has left; says what it did. */
EG_CHECK int change_recover(struct change *c);

/*
 * Conversations before a change, and after it (rejudge.h). That they cannot be judged is told, and
 * no failure: NULL, which is well.
 */
struct rejudge *change_look(struct change *c);
void change_rejudge(struct change *c, struct rejudge *j, const struct rejudge_policy *p,
		    struct change_report *report);
