/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the lab share about a running one. Not for others: see lab.h. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"
#include "lab/lab.h"
#include "lab/topology.h"

/* Namespaces other than those of the network, in the order in which they must be entered. */
enum lab_ns { LAB_NS_USER, LAB_NS_PID, LAB_NS_MNT, LAB_NS_COUNT };

struct lab {
	const struct topology *topology;
	pid_t keeper;
	int control;		     /* the keeper ends at its end of file */
	int ns[LAB_NS_COUNT];	     /* -1: not a new one (root without user namespaces) */
	int net[TOPOLOGY_NODES_MAX]; /* by node */
	int gateway;
	pid_t *helper; /* of what lab_spawn() and lab_program() started */
	size_t helpers, helper_cap;
};

/* What building gives: descriptors of the namespaces, and the step that failed. */
struct built {
	int ns[LAB_NS_COUNT];
	int net[TOPOLOGY_NODES_MAX];
	int gateway;
	const char *step;
};

/* In the keeper: makes the network; leaves the caller in some namespace of the lab. */
EG_CHECK int build_network(const struct topology *t, struct built *b);

/* The name of a node's own interface, and the gateway's addresses towards node i. */
#define NODE_INTERFACE "eth0"
