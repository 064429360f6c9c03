/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy as the resolver needs it: who may ask for which name, and where the addresses of that
 * name go.
 *
 * A client's rules are those on names whose sources hold it. A name is theirs when a pattern of one
 * of them matches, and when the table has a place for its addresses (dialect/nftables_learned.h):
 * what the firewall could not open is not resolved either.
 */
#pragma once

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "daemon/wants.h"
#include "dns/forwarder.h"
#include "flow/flowset.h"
#include "policy/policy.h"

struct gateway;

/* Borrows the plan, the policy and the manager. */
EG_CHECK int gateway_new(const struct policy *p, const struct plan *plan, struct flow_mgr *m,
			 struct gateway **ret);
void gateway_free(struct gateway *g);
void gateway_freep(struct gateway **g);

/* Who may ask for what, for askers_read(). -ENOMEM. */
EG_CHECK int gateway_write_askers(const struct gateway *g, struct buf *out);

/*
 * Adds a request to `w`: the addresses where the client's rules want them, for each protocol and
 * port once, with the counter of the first rule. What becomes of it stands in the request.
 */
void gateway_want(const struct gateway *g, uint64_t ticket, struct addr client,
		  const struct name *name, const struct dns_learned *address, size_t n,
		  struct wants *w);

/* The same for addresses that are to be forgotten, wherever the name may have put them. */
void gateway_want_all(const struct gateway *g, const struct name *name, const struct addr *address,
		      size_t n, struct wants *w);

/* How many rules on names there are, and the maps that addresses go to. */
size_t gateway_rules(const struct gateway *g);
size_t gateway_maps(const struct gateway *g);
const char *gateway_map(const struct gateway *g, size_t i);
