/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/ruling.h"

#include "control/load.h"
#include "control/redirect.h"

void ruling_release(struct ruling *r)
{
	gateway_free(r->gateway);
	site_free(r->site);
	*r = RULING_INIT;
}

int ruling_read(struct ruling *ret, const char *catalogs, const char *policy, struct diag *d)
{
	EG_AUTO(ruling_release) struct ruling new = RULING_INIT;
	int r = site_load(catalogs[0] ? catalogs : NULL, policy[0] ? policy : NULL, d, &new.site);

	if (r == 0)
		r = gateway_new(&new.site->policy, &new.site->plan, new.site->m, &new.gateway);
	if (r < 0)
		return r;
	*ret = new;
	new = RULING_INIT;
	return 0;
}

static int load_redirect(const struct ruling *r, const struct peer *listen, size_t listens,
			 struct diag *d)
{
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	const struct redirect redirect = { .policy = &r->site->policy,
					   .rules = &r->site->plan.rules,
					   .listen = listen,
					   .listens = listens };
	int e = nft_link_open(&link, d);

	if (e < 0)
		return e;
	return r->site->policy.resolver.redirect ? redirect_load(&redirect, link, d)
						 : redirect_remove(link, d);
}

int ruling_load(const struct ruling *r, struct kernel_learner *kernel, const struct peer *listen,
		size_t listens, struct diag *d)
{
	struct load_report report;
	int e = load_policy(&r->site->plan, r->site->m, d, &report);

	for (size_t i = 0; e == 0 && i < gateway_maps(r->gateway); i++)
		kernel_learner_adopt(kernel, gateway_map(r->gateway, i));
	if (e == 0)
		e = load_redirect(r, listen, listens, d);
	if (e == 0)
		diag_note(d, NOWHERE,
			  "policy loaded: %zu rules on names, %zu learned elements kept, "
			  "%zu rules that nftables cannot say",
			  gateway_rules(r->gateway), report.kept, report.lost);
	return e;
}
