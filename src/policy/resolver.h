/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The `resolver:` block of a site policy: where the gateway's resolver listens, whom it asks, and
 * what it does with names that the policy does not have.
 *
 * What is checked here: an upstream is no address that we listen on, and upstreams are either all
 * asked over TLS or all in the clear. With both, the failure of one, which whoever sits on the
 * path can bring about, would send the names in the clear.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/diag.h"
#include "catalog/fields.h"
#include "net/addr.h"
#include "net/nameserver.h"
#include "net/peer.h"

enum {
	RESOLVER_LISTENS_MAX = 32,
	RESOLVER_UPSTREAMS_MAX = 8,
	RESOLVER_SECONDS_MAX = 86400, /* of the floor, and of the grace */
	RESOLVER_ADDRESSES_MIN = 128, /* of a name: what one answer may have */
	RESOLVER_ADDRESSES_MAX = 4096,

	RESOLVER_TTL_FLOOR = 60, /* the defaults */
	RESOLVER_GRACE = 60,
	RESOLVER_ADDRESSES = 512
};

/* What a client is told of a name that it may not have. */
enum name_refusal { NAME_REFUSED, NAME_NXDOMAIN, NAME_SINKHOLE };

/* Of HTTPS and SVCB records: given without keys and addresses, or not at all. */
enum ech { ECH_STRIP, ECH_REFUSE };

struct resolver_policy {
	const struct peer *listen;
	size_t listens;
	const struct nameserver *upstream; /* the first is preferred */
	size_t upstreams;
	const char *upstream_ca; /* PEM file that upstreams' certificates lead to; NULL: system's */
	enum name_refusal refuse;
	const struct addr *sinkhole; /* at most one of each family; none but for its refusal */
	size_t sinkholes;
	bool redirect; /* what zones send to port 53 of others comes to us */
	enum ech ech;
	unsigned ttl_floor, grace; /* seconds */
	unsigned addresses;	   /* that a name may have learned at the same time */
};

/* ---- as it is written ---- */

struct peer_text {
	struct peer peer;
	struct place at;
};

struct nameserver_text {
	struct nameserver server;
	struct place at;
};

struct address_text {
	struct addr addr;
	struct place at;
};

struct number_text {
	unsigned n;
	bool given;
};

struct resolver_text {
	struct peer_text *listen;
	struct nameserver_text *upstream;
	struct address_text *sinkhole;
	size_t listens, upstreams, sinkholes;
	const char *upstream_ca;
	struct place upstream_ca_at;
	unsigned refuse, ech;
	struct place refuse_at;
	struct number_text redirect, ttl_floor, grace, addresses;
};

extern const struct record resolver_record;

/* Zeroed text gives the defaults. E_CONFLICT with the story in `d`, -ENOMEM. */
EG_CHECK int resolver_check(const struct resolver_text *t, struct arena *a, struct diag *d,
			    struct resolver_policy *ret);
