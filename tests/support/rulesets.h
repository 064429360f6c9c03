/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random nft rulesets over a small world, so that packets of that world meet every construct:
 * tables of three families, base chains at several hooks and priorities, chains that jump and go,
 * sets, maps, verdict maps, concatenations, ranges, negation, and a few things no reader models.
 */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/rand.h"

/* The world: addresses 10.0.0.1.., 10.1.0.1.. (lan0, lan1) and 198.18.0.1.., 198.19.0.1.. (wan0,
 * wan1); 2001:db8:a::1.. b:: c:: d:: likewise. */
struct ruleset_wish {
	bool conntrack; /* may ask for ct state */
	bool unknown;	/* may use what readers do not model */
};

void ruleset_random(struct rand *rng, struct ruleset_wish wish, struct buf *out);
