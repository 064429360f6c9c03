/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ACLs as the requests they hold for, between bounds. Each is worked out once.
 *
 * A request is a flow: the client is its source, the host that is asked for is its destination name
 * and address, or its destination address alone when the client asks for an address.
 */
#pragma once

#include "dialect/squid_model.h"

struct squid_world {
	struct squid_config *config;
	struct flow_mgr *m;
	struct diag *d;
	struct arena *arena;	 /* for the time of the reading; texts of doubts live in it */
	const char *method;	 /* what clients ask by: "CONNECT", "GET" */
	flow_ref named, unnamed; /* requests for names, and for addresses */
	bool resolves;		 /* some dst looks names up */
	bool manager;		 /* some line asks for squid's own pages */
	size_t depth;
};

EG_CHECK int squid_world_begin(struct squid_world *w);

/* Works the ACL out. E_SYNTAX, E_CONFLICT, E_LIMIT, E_BUDGET, -ENOMEM. */
EG_CHECK int squid_acl_resolve(struct squid_world *w, size_t at, const struct squid_acl **ret);

/* a and b, a and not b */
EG_CHECK int squid_term_and(struct squid_world *w, struct bounds a, const struct squid_acl *acl,
			    bool not, struct bounds *ret);

/* squid_values.c: what the values of an ACL stand for. */
EG_CHECK int squid_addresses(struct squid_world *w, struct squid_acl *acl, struct bounds *ret);
EG_CHECK int squid_domains(struct squid_world *w, struct squid_acl *acl, struct bounds *ret);
EG_CHECK int squid_ports(struct squid_world *w, struct squid_acl *acl, struct bounds *ret);
EG_CHECK int squid_methods(struct squid_world *w, struct squid_acl *acl, struct bounds *ret);
EG_CHECK int squid_protocols(struct squid_world *w, struct squid_acl *acl, struct bounds *ret);

/* Notes a part that is not modelled: "acl NAME TYPE VALUE". */
EG_CHECK int squid_doubt(struct squid_world *w, struct squid_acl *acl, struct place at,
			 struct str value, flow_ref set);
