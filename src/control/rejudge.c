/* SPDX-License-Identifier: Apache-2.0 */
#include "control/rejudge.h"

#include <errno.h>

#include "base/arena.h"
#include "base/err.h"
#include "dialect/nftables.h"
#include "flow/flowset.h"
#include "net/prefixlist.h"
#include "nft/apply.h"
#include "nft/conntrack.h"
#include "nft/own.h"

/* What the table may let begin, from and to any interface. */
static int may_begin(struct nft_link *l, struct flow_mgr *m, struct diag *d, flow_ref *ret)
{
	static const struct assume assume = { .hook = "forward" };
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = nft_ruleset_new();
	EG_AUTO(reading_freep) struct reading *held = NULL;
	EG_AUTO(diag_freep) struct diag *quiet = diag_new(); /* no table is an answer */
	flow_ref allowed = FLOW_NONE;
	int r = rs && quiet ? nft_read_table(l, NFT_INET, NFTABLES_TABLE, rs, quiet) : -ENOMEM;

	if (r == -ENOENT) {
		*ret = FLOW_ALL;
		return 0;
	}
	if (r == 0)
		r = nftables_read_model(rs, &assume, m, d, &held);
	if (r == 0)
		r = flow_forget(m, held->may[VERDICT_ACCEPT], FLOW_IIF, &allowed);
	return r < 0 ? r : flow_forget(m, allowed, FLOW_OIF, ret);
}

static bool is_forwarded(const struct prefixlist *own, const struct conversation *v)
{
	return !prefixlist_has(own, v->src) && !prefixlist_has(own, v->dst);
}

static bool may_go_on(const struct flow_mgr *m, flow_ref allowed, const struct conversation *v)
{
	const struct flow f = { .state = STATE_NEW,
				.proto = v->proto,
				.src = v->src,
				.dst = v->dst,
				.sport = v->sport,
				.dport = v->dport };

	return flow_leaf_at(m, allowed, &f) != 0;
}

static int judge(struct conntrack *c, const struct flow_mgr *m, flow_ref allowed,
		 const struct prefixlist *own, struct rejudged *ret)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct conversation *v = NULL;
	struct rejudged done = { 0 };
	size_t n = 0;
	int r = a ? conntrack_list(c, a, &v, &n) : -ENOMEM;

	for (size_t i = 0; r == 0 && i < n; i++) {
		if (!is_forwarded(own, &v[i]))
			continue;
		done.seen++;
		if (may_go_on(m, allowed, &v[i]))
			continue;
		r = conntrack_forget(c, &v[i]);
		done.cut += r == 0;
	}
	if (r == 0)
		*ret = done;
	return r;
}

int rejudge(struct nft_link *l, struct diag *d, struct rejudged *ret)
{
	EG_AUTO(flow_mgr_freep) struct flow_mgr *m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	EG_AUTO(conntrack_closep) struct conntrack *c = NULL;
	struct prefixlist own = PREFIXLIST_INIT;
	flow_ref allowed = FLOW_NONE;
	int r = m ? conntrack_open(&c) : -ENOMEM;

	if (r == 0)
		r = may_begin(l, m, d, &allowed);
	if (r == 0)
		r = own_addresses(&own);
	if (r == 0)
		r = judge(c, m, allowed, &own, ret);
	prefixlist_release(&own);
	return r == -EOPNOTSUPP || r == -EPROTONOSUPPORT ? E_UNSUPPORTED : r;
}
