/* SPDX-License-Identifier: Apache-2.0 */
/* Ways to say less exactly what a rule matches: each takes in more, and is easier to write. */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "flow/match.h"

/* In the order in which they are tried. */
enum widen_step {
	WIDEN_APEX,	  /* of "*.x" also x */
	WIDEN_CODES,	  /* of an ICMP type all codes */
	WIDEN_PORTS,	  /* from the lowest to the highest port */
	WIDEN_ADDRESSES,  /* at most WIDEN_PREFIXES prefixes an end and family */
	WIDEN_INTERFACES, /* through any */
	WIDEN_NAMES,	  /* whatever the name: any address where no address is said */
	WIDEN_STEPS
};

enum { WIDEN_PREFIXES = 32 };

/* "of *.x also x", for people. */
const char *widen_step_name(enum widen_step step);

/* `ret` holds wherever `match` does. What it points to is in the arena, or the match's own. */
EG_CHECK int widen_match(const struct flow_match *match, enum widen_step step, struct arena *a,
			 struct flow_match *ret);
