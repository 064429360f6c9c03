/* SPDX-License-Identifier: Apache-2.0 */
/* A rule as the fields of one policy: interfaces, addresses of both families, services. */
#pragma once

#include "dialect/fortios_objects.h"
#include "flow/flowset.h"
#include "rule/rule.h"

struct fos_choice {
	struct fos_texts in, out;	 /* interfaces */
	struct fos_texts src[2], dst[2]; /* by family; empty: the policy does not speak of it */
	struct fos_texts service;
};

/*
 * `ret_why`: a reason when the rule cannot be said, else NULL; it is a constant. Objects are added
 * in any case: look with some that are thrown away.
 */
EG_CHECK int fos_choose(const struct rule *rule, const struct flow_mgr *m, struct fos_objects *o,
			struct fos_choice *ret, const char **ret_why);
