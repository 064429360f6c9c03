/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interfaces and zones. An interface that is in a zone (or an SD-WAN zone) is spoken of by the
 * zone's name alone, so a zone is one more name of an interface: itself. Unless somebody else, the
 * site's policy for instance, already speaks of its members: then it is those.
 */
#pragma once

#include "base/hash.h"
#include "dialect/fortios_model.h"
#include "flow/flowset.h"

struct fos_zone {
	struct str name;
	const struct fos_field *intrazone; /* `set intrazone allow`, or NULL */
	struct str *member;
	size_t n, cap;
	bool known; /* `spans` is worked out */
	struct flow_spans spans;
};

struct fos_zones {
	struct arena *arena;
	struct flow_mgr *m;
	struct fos_zone *zone;
	size_t n, cap;
	struct strmap by_name, by_member;
	struct strmap spoken; /* names of interfaces that the manager had before */
};

/* Release it whether that worked or not. */
EG_CHECK int fos_zones_init(struct fos_zones *z, struct fos_config *c, const struct fos_vdom *v,
			    struct flow_mgr *m);
void fos_zones_release(struct fos_zones *z);

/*
 * A field of interfaces and zones, or of "any". An interface that is in a zone stands for the zone:
 * it is one of several, and devices do not take it in a policy (fos_zone_member()).
 */
EG_CHECK int fos_zone_spans(struct fos_zones *z, const struct fos_field *f, struct flow_spans *ret);
/* The first word of the field that names an interface inside a zone; empty: there is none. */
struct str fos_zone_member(const struct fos_zones *z, const struct fos_field *f);
/* Is this interface, or the zone that it is in, one of them? */
bool fos_zone_has(const struct fos_zones *z, const struct fos_field *f, struct str interface);
/* The zone's own spans. */
EG_CHECK int fos_zone_own(struct fos_zones *z, size_t zone, struct flow_spans *ret);
