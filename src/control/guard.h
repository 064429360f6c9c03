/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guardian: a process that holds the promise of one pending generation.
 *
 * It is started before the kernel gets the new ruleset, in a session of its own (where systemd runs
 * the machine, in a unit of its own, which the end of a login does not reach), and has everything
 * that going back needs in memory. It ends when the generation is not pending any more. When time
 * ends first, it goes back, and tries again until it has. When it is killed, the next egret command
 * and a starting egretd start another one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "control/store.h"

enum { GUARD_START_SECONDS = 30 /* that a guardian may take until it holds the promise */ };

/* Starts a guardian and returns when it holds the promise. */
EG_CHECK int guard_start(const struct store *s, int64_t number, const char *run, struct diag *d);

/* Does one hold it? */
bool guard_is_there(const struct store *s, int64_t number);

/*
 * Is the guardian: returns when there is nothing to promise any more. `tell` prints what `d` holds
 * and empties it. -EEXIST: another one holds this promise.
 */
EG_CHECK int guard_hold(const char *state, int64_t number, const char *run, struct diag *d,
			void (*tell)(void *data), void *data);
