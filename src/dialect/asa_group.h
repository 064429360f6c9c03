/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What names in entries stand for, worked out when somebody asks. What is not defined, empty or of
 * another kind is not known, and a warning: a device takes no such entry, unless it was told to
 * (forward-reference).
 */
#pragma once

#include "dialect/asa_model.h"

/* E_CONFLICT: a group holds itself; E_LIMIT; -ENOMEM. */

/* Addresses and names of an end. `ret->unknown`: `ret` is not all of it, or more than it. */
EG_CHECK int asa_find_end(struct asa_config *c, const struct asa_end *end, unsigned line,
			  struct diag *d, struct asa_set *ret);

struct asa_services {
	const struct asa_service *service;
	size_t n;
	struct str unknown; /* empty: they are known */
};

/* In place of the protocol; `e` names something there. */
EG_CHECK int asa_find_services(struct asa_config *c, const struct asa_entry *e, struct diag *d,
			       struct asa_services *ret);

/* A group in place of ports or of ICMP types. `ret_unknown`: empty, or what is not known. */
EG_CHECK int asa_find_ports(struct asa_config *c, const struct asa_entry *e, struct str name,
			    struct diag *d, struct flow_spans *ret, struct str *ret_unknown);
