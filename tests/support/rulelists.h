/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random rule lists in a small world where everything overlaps: both families, drops before
 * accepts, ports, ICMP types, interfaces. All of it can be said by a packet filter.
 */
#pragma once

#include "base/rand.h"
#include "rule/rule.h"

/* Fills an initialised list with up to `most` rules and a default. Aborts without memory. */
void rulelist_random(struct rand *rng, size_t most, struct flow_mgr *m, struct rulelist *rules);
