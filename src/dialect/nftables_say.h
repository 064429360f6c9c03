/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rules an nf_tables ruleset can say exactly (see say.h for what is lost, and how).
 *
 * Names become addresses that a resolver puts into maps (nftables_learned.h). Those are looked up
 * after everything else, so a rule on names is lost when a drop or reject behind it would win.
 */
#pragma once

#include "dialect/dialect.h"

enum say {
	SAY_NOT,     /* lost */
	SAY_ADDRESS, /* rules on addresses: everything is known now */
	SAY_LEARNED  /* a rule on names: what it lets through is learned later */
};

enum { LEARNED_PORTS_MAX = 64 /* port numbers of a rule on names, counted for each protocol */ };

/* How each rule is said; those that cannot be said are appended to `lost`. */
EG_CHECK int nftables_say(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
			  enum say **ret, struct losses *lost);
