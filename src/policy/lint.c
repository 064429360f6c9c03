/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/lint.h"

#include <stdio.h>

struct place lint_at(const struct lint *l, unsigned line)
{
	return (struct place){ .file = l->policy->path, .line = line };
}

struct row_path lint_row_path(const struct requirement *q)
{
	struct row_path p;

	/* Ids have at most FIELD_ID_MAX bytes; a longer one would be cut, which no one is hurt by.
	 */
	(void)snprintf(p.text, sizeof(p.text), "%s/%s/%s", q->service->catalog->vendor,
		       q->service->id, q->id);
	return p;
}

int policy_lint(const struct policy *p, const struct plan *plan, struct flow_mgr *m, struct diag *d)
{
	static lint_check *const checks[] = {
		lint_zones,    lint_vendors, lint_rows,	     lint_proxy,
		lint_selftest, lint_bypass,  lint_endpoints, lint_subsumed,
	};
	const struct lint l = { .policy = p, .plan = plan, .m = m, .d = d };

	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		int r = checks[i](&l);

		if (r < 0)
			return r;
	}
	return 0;
}
