/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The place that is judged: a virtual domain, and perhaps a pair of interfaces.
 *
 *	VDOM    INTERFACE -> INTERFACE    VDOM: INTERFACE -> INTERFACE
 */
#pragma once

#include "dialect/fortios_policy.h"

struct fos_place {
	const struct fos_vdom *vdom;
	struct fos_pair pair;
};

/*
 * `where` NULL or "forward": the one domain that has policies, whatever the interfaces.
 * E_UNKNOWN: there is no such domain; E_CONFLICT: there are several.
 */
EG_CHECK int fos_find_place(const struct fos_config *c, const char *where, struct diag *d,
			    struct fos_place *ret);
