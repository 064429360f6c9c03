/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The place that is looked from: one virtual system, one device group of Panorama, or both, and
 * what is around them. It says which rules a packet meets in which order, and where names are
 * looked up.
 *
 *   rules     pre-rules from shared down to the device group; the virtual system's own; post-rules
 *             from the device group up to shared; then the two default rules
 *   names     the virtual system, the device group, the groups around it, shared
 */
#pragma once

#include "dialect/panos_limits.h"
#include "dialect/panos_tree.h"

struct panos_scope {
	const struct panos_node *node;
	const char *name; /* for people: "device group Branch" */
};

/* Rules that lie together. */
struct panos_rulebase {
	const struct panos_node *rules; /* a map */
	size_t scope;			/* where its names are looked up first */
	const char *where;		/* for people */
};

enum panos_default { PANOS_INTRAZONE, PANOS_INTERZONE, PANOS_DEFAULTS };

/* How the nearest scope overrides a default rule. */
struct panos_override {
	const struct panos_node *rule; /* NULL: nobody does */
	const char *where;
};

struct panos_place {
	const struct panos_tree *tree;
	struct arena *arena;			    /* borrowed */
	struct panos_scope scope[PANOS_SCOPES_MAX]; /* the nearest first */
	size_t scopes;
	struct panos_rulebase base[3 * PANOS_SCOPES_MAX];
	size_t bases;
	struct panos_override override[PANOS_DEFAULTS];
	const char *name; /* for people */
	bool adrift;	  /* which device group is in which other is not told */
};

extern const char *const panos_default_names[PANOS_DEFAULTS];

/*
 * `where`: VSYS, GROUP, GROUP/VSYS, or "shared"; NULL or "forward": the only one there is.
 * E_UNKNOWN: there is none; E_CONFLICT: there are several, or groups are in one another; E_LIMIT;
 * -ENOMEM.
 */
EG_CHECK int panos_find_place(const struct panos_tree *t, const char *where, const char *file,
			      struct arena *a, struct diag *d, struct panos_place *ret);
