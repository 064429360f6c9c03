/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy as what it holds for, and what becomes of that.
 *
 * What it holds for is a union of products, twice: certainly, and perhaps. Where `negate` is set,
 * of its services: the products are of everything else, and the services' are taken away.
 */
#pragma once

#include "dialect/fortios_service.h"
#include "dialect/fortios_zone.h"

enum fos_outcome { FOS_DENY, FOS_ACCEPT, FOS_EITHER };

/* Where the packets come from and go to, when one place is looked at. */
struct fos_pair {
	struct str src, dst; /* empty: all places */
};

struct fos_products {
	struct flow_match *match;
	size_t n;
};

struct fos_policy {
	const struct fos_entry *entry;
	enum fos_outcome outcome;
	bool off;    /* disabled, or not for this pair of interfaces */
	bool exact;  /* `sure` is all of `may` */
	bool negate; /* without those of `service_...` */
	struct fos_products sure, may, service_sure, service_may;
	struct fos_doubts doubts;
};

struct fos_reading {
	struct fos_scope scope;
	struct fos_zones *zones;
	struct fos_pair pair;
};

/* `family_fields`: a policy has fields for both families; else (policy6) its fields are IPv6's.
 * E_SYNTAX: a device would not take it. */
EG_CHECK int fos_policy_read(const struct fos_reading *r, const struct fos_entry *e,
			     bool family_fields, struct fos_policy *ret);
