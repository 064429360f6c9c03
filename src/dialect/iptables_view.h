/* SPDX-License-Identifier: Apache-2.0 */
/* What a chain can see from the hook it is reached from. */
#pragma once

#include <stdbool.h>

#include "net/addr.h"

enum ipt_seen {
	SEEN,	    /* the packet has such an interface here */
	SEEN_NONE,  /* it has none: its name is empty */
	SEEN_UNSURE /* kernels differ */
};

struct ipt_view {
	enum family family;
	enum ipt_seen iif, oif;
	bool tracked; /* after conntrack; before it every packet's state is INVALID */
	bool set;     /* or what -j CT makes of it: NEW, UNTRACKED */
	bool whole;   /* fragments are put together before */
	bool last; /* nothing behind it looks at addresses: translating them changes no verdict */
};
