/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way from a machine that starts to the policy that was confirmed last, never open in between.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "control/generation.h"

/*
 * First, when the kernel has no table of ours, a table that forwards nothing is loaded: before
 * anything is read. Then the ruleset that was confirmed last takes its place, in one transaction.
 * A generation that was pending when the machine went down is rolled back: nobody said that it is
 * good. When anything fails the gateway stays closed, and the story is in `d`. -ENOENT: nothing was
 * ever confirmed here, told as well. Text of *ret is in memory of `a`.
 */
EG_CHECK int boot(const char *state, const char *run, struct arena *a, struct diag *d,
		  struct generation *ret);
