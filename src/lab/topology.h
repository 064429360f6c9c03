/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the lab's network looks like: a gateway, and behind each of its interfaces one node.
 *
 *   node "lan" ----.
 *   node "guest" ---+--- gateway --- the outside node ("wan")
 *   node "dmz" ----'
 *
 * A node has every address of its set; the outside has every other address there is, of both
 * families. Interfaces bear the names that the policy uses, so its rules load unchanged.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/diag.h"
#include "net/prefixlist.h"
#include "policy/policy.h"

enum {
	TOPOLOGY_NODES_MAX = 64,
	TOPOLOGY_INTERFACE_MAX = 16, /* IFNAMSIZ */
	TOPOLOGY_GATEWAY = -1	     /* "node" number of the gateway itself */
};

struct topology_node {
	char interface[TOPOLOGY_INTERFACE_MAX]; /* the gateway's, towards this node */
	struct prefixlist set;			/* empty for the outside */
};

struct topology {
	struct topology_node node[TOPOLOGY_NODES_MAX];
	size_t nodes;
	size_t outside; /* index of the outside node */
};

#define TOPOLOGY_INIT ((struct topology){ 0 })

/*
 * The nodes of a policy: one for each interface of its zones, all zones without one together on
 * "inside", and the outside. E_LIMIT: too many, or an interface name that Linux refuses;
 * E_CONFLICT: an address that would have to be behind two interfaces.
 */
EG_CHECK int topology_of_policy(const struct policy *p, struct diag *d, struct topology *ret);
void topology_release(struct topology *t);

/* The inside node that has the address, or the outside. */
size_t topology_find(const struct topology *t, struct addr a);

/* Some host's address of the set in that family; false: none. */
bool topology_address(const struct prefixlist *set, enum family family, struct addr *ret);

/* By interface name; -ENOENT. */
EG_CHECK int topology_node(const struct topology *t, const char *interface, size_t *ret);

/* For hand-made topologies: adds a node, prefixes as text separated by blanks, "" for none. */
EG_CHECK int topology_add(struct topology *t, const char *interface, const char *prefixes);
