/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From which zone to which: a list of products. Zones are the flows' interfaces, by name.
 *
 * "The same zone" can be said of zones with names. Of numbers without a name nothing passes a
 * device, and two of them are taken for different zones.
 */
#pragma once

#include "dialect/panos_rule.h"

struct panos_zone_pair {
	struct flow_spans iif, oif;
};

struct panos_zone_pairs {
	const struct panos_zone_pair *pair;
	size_t n;
};

/* `from` and `to` are lists of names; NULL: any. */
EG_CHECK int panos_universal(struct panos_rules *rs, const struct panos_node *from,
			     const struct panos_node *to, struct panos_zone_pairs *ret);
EG_CHECK int panos_intrazone(struct panos_rules *rs, const struct panos_node *from,
			     struct panos_zone_pairs *ret);
EG_CHECK int panos_interzone(struct panos_rules *rs, const struct panos_node *from,
			     const struct panos_node *to, struct panos_zone_pairs *ret);
