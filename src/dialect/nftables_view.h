/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a chain can see from the hook it is reached from: the same expression means different
 * things before and after conntrack, or where the packet has no output interface yet.
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "flow/flowset.h"
#include "flow/match.h"
#include "nft/model.h"

struct view {
	bool iif, oif; /* has the packet an input, an output interface here? else zone 0 */
	bool tracked;  /* is it after conntrack? before, `ct state` is invalid */
	bool netdev;   /* meta nfproto tells "netdev" instead of the family */
	/* Are fragments put together before, in IPv4 and IPv6? Then no packet is a later fragment,
	 * and what is asked of fragments is asked of the whole. */
	bool whole4, whole6;
};

static inline bool view_equal(const struct view *a, const struct view *b)
{
	return a->iif == b->iif && a->oif == b->oif && a->tracked == b->tracked &&
	       a->netdev == b->netdev && a->whole4 == b->whole4 && a->whole6 == b->whole6;
}
