/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader against the kernel: random rulesets are loaded into a network namespace of our own,
 * random packets go through its forward path, and what comes out must agree with what the reading
 * of the same text says: nothing may come out that it says cannot, and all must come out that it
 * says must.
 *
 * Loading a ruleset is mostly waiting for the kernel, so the work is shared out to a few processes,
 * each with namespaces, packets and a seed of its own (seed, seed + 1, ...).
 */
#pragma once

#include "dialect/reading.h"
#include "support/rulesets.h"

enum { AGREE_PARTS = 3 };

/* A ruleset: of nftables one text, of iptables the sets and one text for each family. */
struct agree_text {
	struct buf part[AGREE_PARTS];
};

struct agree {
	const char *loader; /* the program that may refuse a ruleset */
	void (*make)(struct rand *rng, struct ruleset_wish wish, struct agree_text *out);
	/*
	 * Replaces all that is loaded; `text` NULL: by nothing. 0 or, refused, a positive number.
	 * `track`: keep conntrack at work.
	 */
	int (*load)(const struct agree_text *text, bool track);
	int (*read)(const struct agree_text *text, struct flow_mgr *m, struct diag *d,
		    struct reading **ret);
};

/* The main of such a test: [RULESETS [SEED]]. */
int agree_main(const struct agree *a, unsigned long rulesets, unsigned long seed, int argc,
	       char **argv);
