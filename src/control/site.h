/* SPDX-License-Identifier: Apache-2.0 */
/* One version of the site's policy with what it needs and what was made of it: catalogs, plan. */
#pragma once

#include "base/attr.h"
#include "base/diag.h"
#include "catalog/catalog.h"
#include "flow/flowset.h"
#include "policy/policy.h"

struct site {
	struct flow_mgr *m;
	struct catalogs catalogs;
	struct policy policy;
	struct plan plan;
};

/* Reads and compiles; the kernel is not touched. NULL paths are looked for (paths.h). */
EG_CHECK int site_load(const char *catalogs, const char *policy, struct diag *d, struct site **ret);
void site_free(struct site *s);
void site_freep(struct site **s);
