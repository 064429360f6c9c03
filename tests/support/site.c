/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include "support/site.h"

#include <errno.h>

struct catalogs site_catalogs;

void site_open(struct site *s, const char *catalogs, const char *policy)
{
	int r;

	*s = (struct site){ .d = diag_new(), .m = flow_mgr_new(FLOW_BUDGET_DEFAULT) };
	assert_non_null(s->d);
	assert_non_null(s->m);
	r = catalogs_load(catalogs, s->d, &s->catalogs);
	if (r == 0)
		r = policy_load(policy, &s->catalogs, s->d, &s->policy);
	if (r == 0)
		r = policy_compile(&s->policy, s->m, s->d, &s->plan);
	if (r < 0) {
		struct buf told = BUF_INIT;

		diag_format(s->d, &told);
		fail_msg("%s: %d\n%s", policy, r, told.data ? told.data : "");
	}
}

void site_close(struct site *s)
{
	plan_release(&s->plan);
	policy_release(&s->policy);
	catalogs_release(&s->catalogs);
	flow_mgr_free(s->m);
	diag_free(s->d);
	*s = (struct site){ 0 };
}

static int load(const char *path)
{
	struct diag *d = diag_new();
	int r = d ? catalogs_load(path, d, &site_catalogs) : -ENOMEM;

	diag_free(d);
	return r;
}

int site_made_up(void **state)
{
	(void)state;
	return load("tests/data/policy/catalogs");
}

int site_shipped(void **state)
{
	(void)state;
	return load("catalogs");
}

int site_drop(void **state)
{
	(void)state;
	catalogs_release(&site_catalogs);
	return 0;
}
