/* SPDX-License-Identifier: Apache-2.0 */
#include "control/site.h"

#include <errno.h>

#include "base/alloc.h"
#include "control/paths.h"

static int load(struct site *s, const char *catalogs, const char *policy, struct diag *d)
{
	char found[PATH_TEXT_MAX];
	int r = 0;

	if (!catalogs) {
		r = path_catalogs(found, d);
		catalogs = found;
	}
	if (r == 0 && !policy)
		r = path_policy(&policy, d);
	if (r == 0)
		r = catalogs_load(catalogs, d, &s->catalogs);
	if (r == 0)
		r = policy_load(policy, &s->catalogs, d, &s->policy);
	if (r == 0)
		r = policy_compile(&s->policy, s->m, d, &s->plan);
	return r;
}

int site_load(const char *catalogs, const char *policy, struct diag *d, struct site **ret)
{
	EG_AUTO(site_freep) struct site *s = mem_zero(1, sizeof(*s));
	int r;

	if (!s)
		return -ENOMEM;
	s->m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	r = s->m ? load(s, catalogs, policy, d) : -ENOMEM;
	if (r == 0)
		*ret = EG_TAKE(s);
	return r;
}

void site_free(struct site *s)
{
	if (!s)
		return;
	plan_release(&s->plan);
	policy_release(&s->policy);
	catalogs_release(&s->catalogs);
	flow_mgr_free(s->m);
	mem_free(s);
}

void site_freep(struct site **s)
{
	site_free(*s);
	*s = NULL;
}
