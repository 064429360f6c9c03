/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a requirement a configuration blocks, in a few words: how many of its ports and
 * addresses, and by which rules.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/int128.h"
#include "dialect/reading.h"
#include "policy/policy.h"

/* Dimensions that are counted: destination ports (ICMP types), then addresses of both families. */
enum gap_part { GAP_PORTS, GAP_DST4, GAP_DST6, GAP_SRC4, GAP_SRC6, GAP_PARTS };

struct gap {
	struct {
		u128 some, of; /* values in the gap, and asked for; 0 of 0: nobody asked */
	} part[GAP_PARTS];
	bool counted;	    /* false: too many pieces, nothing is counted */
	const size_t *rule; /* that stop it, in the order of the configuration; in the arena */
	size_t rules;
	bool rest; /* some of it no rule decides: a default does, or what is not modelled */
};

/* `set` is a part of what the outcome's rules ask for. */
EG_CHECK int gap_of(const struct plan *plan, const struct outcome *o, const struct reading *config,
		    flow_ref set, struct arena *a, struct gap *ret);

/* "3 of 44,001 ports, 256 of 81,920 IPv4 addresses": where not all of it; "" when all is. */
void gap_print(const struct gap *g, struct buf *out);
