/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random texts for iptables-restore, ip6tables-restore and ipset restore over the world of
 * support/rulesets.h: all tables, chains that jump and go, sets of every kind, negation, and a few
 * things that no reader models.
 */
#pragma once

#include "support/rulesets.h"

/* Both families; `wish.conntrack` false: no nat table, no states. */
void iptables_random(struct rand *rng, struct ruleset_wish wish, struct buf *sets, struct buf *v4,
		     struct buf *v6);
