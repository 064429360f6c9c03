/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What names stand for: addresses, groups, services. Looked up from the scope of the rule or group
 * that says the name, outwards. Where a nearer scope, which the rule does not see, has another
 * object of the name, nobody can tell from the configuration which one the device takes: unknown.
 *
 * Each object is worked out once.
 */
#pragma once

#include "dialect/panos_place.h"
#include "flow/match.h"
#include "net/name.h"

/* A construct that is not modelled. */
struct panos_unknown {
	const char *text;
	const char *file;
	unsigned line;
};

struct panos_unknowns {
	struct panos_unknown *unknown; /* in the place's arena */
	size_t n, cap;
};

/* `text` is borrowed; NULL: -ENOMEM. */
EG_CHECK int panos_unknowns_add(struct panos_unknowns *u, struct arena *a, const char *text,
				const struct panos_node *at);
/* "WHAT NAME" */
EG_CHECK int panos_unknowns_name(struct panos_unknowns *u, struct arena *a, const char *what,
				 struct str name, const struct panos_node *at);
EG_CHECK int panos_unknowns_join(struct panos_unknowns *u, struct arena *a,
				 const struct panos_unknowns *more);

/* Addresses by family, IPv4 and IPv6. Unless `unknowns` is empty, perhaps others too. */
struct panos_addresses {
	struct flow_spans known[2];
	bool any;
	const struct pattern *name; /* of FQDN objects: addresses that only the device knows */
	const struct panos_node *const *name_at;
	size_t names;
	struct panos_unknowns unknowns;
};

struct panos_service {
	struct flow_spans proto, sport, dport;
};

struct panos_services {
	const struct panos_service *service; /* of no two only the destination ports differ */
	size_t n;
	bool any, by_application; /* any protocol; only the ports that applications have */
	struct panos_unknowns unknowns;
};

struct panos_objects {
	const struct panos_place *place;
	struct arena *arena; /* of the place */
	struct diag *d;
	size_t spans, names; /* of all together */
	unsigned depth;	     /* groups in one another */
	bool shadowed;	     /* a nearer definition won */
};

/* What a rule's list of addresses stands for. E_CONFLICT: a circle; E_SYNTAX, E_LIMIT, -ENOMEM. */
EG_CHECK int panos_addresses_of(struct panos_objects *o, const struct panos_node *list,
				size_t scope, struct panos_addresses *ret);
/* The same of services. */
EG_CHECK int panos_services_of(struct panos_objects *o, const struct panos_node *list, size_t scope,
			       struct panos_services *ret);

/* ---- what both share ---- */

struct panos_found {
	struct panos_node *node; /* NULL: there is none */
	size_t scope;
	bool unsure; /* a nearer scope has one that the device may take instead */
};

/* Looks in these sections, in their order, of one scope after the other. */
struct panos_found panos_look_up(struct panos_objects *o, const char *const *section,
				 struct str name, size_t scope);

EG_PRINTF(4, 5)
int panos_object_refuse(struct panos_objects *o, const struct panos_node *at, int code,
			const char *fmt, ...);
