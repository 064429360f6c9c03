/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Learned addresses: how rules on names become real in the table.
 *
 * For each family and each side that rules on names speak of (interfaces and sources: mostly a
 * zone) the table has a map from destination address, protocol and port to the counter of the
 * requirement, and a rule that looks it up for packets of that side, counts, and accepts. A
 * resolver fills the maps with what it has answered (nft/learned.h); they are written empty.
 *
 * The maps are hashes with a timeout for each element, and their data are counters, not verdicts:
 * after any change of a verdict map with jumps the kernel walks all chains and all elements of the
 * table again (nft_chain_validate), 0.2 s at 100,000 elements, where this costs 10 us.
 *
 * The writer and whoever fills the maps ask the same function, so they cannot disagree.
 */
#pragma once

#include "dialect/nftables_say.h"
#include "dialect/nftables_targets.h"
#include "nft/learned.h"
#include "nft/model.h"

enum {
	LEARNED_MAP_SIZE = 1 << 17, /* the kernel makes room for a third more: 2 MiB a map */
	LEARNED_TIMEOUT_MS = 60 * 60 * 1000 /* of an element added without one, by hand */
};

/* The side that a map is for is that of its first rule: input, output and sources. */
struct learned_map {
	const char *name; /* "learned4-lan" */
	enum family family;
	const struct rule *first;
};

/* Where the addresses of one rule's names go, in one family. */
struct learned_place {
	size_t rule; /* index in the rule list */
	enum family family;
	const char *map;    /* name of the map */
	const char *target; /* what its elements hold: the requirement's counter */
	const uint8_t *proto;
	size_t protos;
	const uint16_t *port; /* an address is learned for each protocol and port */
	size_t ports;
};

struct learned_places {
	struct learned_map *map;
	size_t maps;
	struct learned_place *place; /* by rule, IPv4 before IPv6 */
	size_t places;
};

/* The places of all rules that can be said; memory of `a`. Errors as nftables_write_model(). */
EG_CHECK int learned_places(const struct rulelist *rules, struct flow_mgr *m, struct arena *a,
			    struct learned_places *ret);

/* The places of one rule: at most one a family; `ret` is the first of them. */
size_t learned_places_of(const struct learned_places *all, size_t rule,
			 const struct learned_place **ret);

/*
 * Do the rules still ask for what an element of a map lets through? Some rule must have its place
 * there, with that target, protocol and port, and the element's name. An element without a name is
 * nobody's.
 */
bool learned_allows(const struct learned_places *all, const struct rulelist *rules,
		    const struct learned_element *e);

/* As learned_places(), when it is known how each rule is said and what its target is. */
EG_CHECK int learned_places_make(const struct rulelist *rules, const enum say *say,
				 const struct targets *targets, struct arena *a,
				 struct learned_places *ret);

/* Is this one of our maps, and is it filled by the resolver alone? */
bool learned_is_map(const struct nft_table *t, const struct nft_set *s);

/* How many destination addresses the learned maps of a ruleset hold. */
EG_CHECK int learned_count(const struct nft_ruleset *rs, size_t *ret);
