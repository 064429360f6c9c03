/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ruleset that was in the kernel, and the way back to it.
 *
 * Everything that going back needs is read when it is opened: text, the policy that the text was
 * made of, and a socket to the kernel. After that it works without any file; so whoever holds a
 * promise (guard.h) can keep it on a full, broken or missing disk.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/diag.h"
#include "control/store.h"
#include "nft/link.h"

struct restore;

/*
 * To what the kernel held before `g` was loaded: before.nft, with the policy of g->base, which says
 * what learned addresses may stay (without one none does).
 */
EG_CHECK int restore_before(const struct store *s, const struct generation *g, struct diag *d,
			    struct restore **ret);
/* To the generation itself: loaded.nft with its own policy. */
EG_CHECK int restore_again(const struct store *s, const struct generation *g, struct diag *d,
			   struct restore **ret);
void restore_free(struct restore *r);
void restore_freep(struct restore **r);

/* Would the kernel take it? Nothing is changed. */
EG_CHECK int restore_check(struct restore *r, struct diag *d);

/* Is it what the kernel holds? 1 yes, 0 no. */
EG_CHECK int restore_is_there(struct restore *r, struct diag *d);

struct restored {
	size_t kept;	/* learned addresses that went over */
	bool by_daemon; /* egretd loaded it, its resolver has that policy too */
};

/*
 * Goes back: by egretd where one runs at `run` and there is a policy, else in one transaction. What
 * the kernel then holds is compared with the text, byte for byte. E_INEXACT: it is not the same.
 */
EG_CHECK int restore_run(struct restore *r, const char *run, struct diag *d, struct restored *ret);
