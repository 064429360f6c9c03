/* SPDX-License-Identifier: Apache-2.0 */
/* What the services of a policy stand for: products of protocol, ports and ICMP messages. */
#pragma once

#include "dialect/fortios_address.h"

struct fos_service {
	bool v4, v6; /* the families it is for */
	struct flow_spans proto, dport, sport;
};

/* Any of `service`, for certain; `vague`: and perhaps any other. */
struct fos_services {
	struct fos_service *service;
	size_t n;
	bool vague;
	struct fos_doubts doubts;
};

/* A field of names: any of them. */
EG_CHECK int fos_services_find(const struct fos_scope *s, const struct fos_field *f,
			       struct fos_services *ret);
