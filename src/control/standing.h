/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How things stand: what should be in the kernel, what is there, and where the two have drifted
 * apart.
 *
 * Equal texts are the short way; where they differ the flows decide, so that rules in other words
 * are told from rules that let something else through. Learned addresses are looked at one by one:
 * each must have a name, a protocol and a port that the policy has.
 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "control/store.h"
#include "nft/learned.h"
#include "nft/link.h"
#include "nft/model.h"

enum drift {
	DRIFT_NONE,    /* byte for byte what was applied */
	DRIFT_WORDS,   /* other words for the same flows */
	DRIFT_FLOWS,   /* other flows: the diag names one of each kind */
	DRIFT_LEARNED, /* the rules are right, but an address is open that no name led to */
	DRIFT_NO_TABLE
};

const char *drift_name(enum drift d);

struct standing {
	struct generation g;	   /* what the kernel should have; number 0: nothing was applied */
	enum drift drift;	   /* of nothing: none, or no table */
	struct nft_ruleset *table; /* with its counters; NULL: there is none */
	struct learned_element *learned;
	size_t learned_n;
	size_t strangers; /* of the learned addresses, those that the policy does not have */
};

#define STANDING_INIT ((struct standing){ 0 })

/* Text of *ret is in memory of `a`. Gaps are told in `d` as errors; they are none of the call. */
EG_CHECK int standing_read(struct store *s, struct nft_link *l, struct arena *a, struct diag *d,
			   struct standing *ret);
void standing_release(struct standing *st);
