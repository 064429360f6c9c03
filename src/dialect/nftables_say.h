/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rules an nf_tables ruleset can say exactly. What it cannot say is lost as a whole, with the
 * reason; nothing is widened. When a drop or reject is lost, the accept rules behind it that
 * meet it are lost too: writing them would let out what the lost rule stops.
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

/* Can the match hold for a flow of this family? */
bool nftables_holds_family(const struct flow_match *match, enum family family);

/*
 * Interface zones as names: the list itself, or what is left of all zones when most are in it.
 * `ret_not` says which. -ENOENT: neither is a list of named interfaces.
 */
struct zone_names {
	const char **name;
	size_t n;
	bool not ;
};
EG_CHECK int nftables_zone_names(struct flow_spans zones, const struct flow_mgr *m, struct arena *a,
				 struct zone_names *ret);
