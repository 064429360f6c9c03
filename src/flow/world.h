/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests: a world small enough to try much of it, with random matches over it.
 *
 * Each dimension has a palette of a few values, ends of ranges included, so that random rules
 * overlap, touch, nest and hide each other often.
 */
#pragma once

#include "base/arena.h"
#include "base/rand.h"
#include "flow/match.h"

struct flow world_flow(struct rand *r);

/* Constrains about half of the dimensions; NULL when the arena is out of memory. */
struct flow_match *world_matches(struct rand *r, size_t n, struct arena *a);

/* The index of the first match that has the flow, plus 1; 0 for none: the slow, obvious twin. */
uint32_t world_first(const struct flow_match *match, size_t n, const struct flow *f);

/*
 * A match from words: "proto=tcp,udp dport=443,8801-8810 dst=10.0.0.0/8,2001:db8::/32 src=...
 * name=*.zoom.us,zoom.us except=log.zoom.us state=0 frag=0 in=1 out=2 family=0 sport=...". Lists
 * are ascending. A bad text ends the program: tests write it.
 */
struct flow_match world_match(const char *text, struct arena *a);
