/* SPDX-License-Identifier: Apache-2.0 */
#include "control/rejudge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "dialect/nftables.h"
#include "dialect/nftables_learned.h"
#include "flow/flowset.h"
#include "net/prefixlist.h"
#include "nft/apply.h"
#include "nft/conntrack.h"
#include "nft/learnwire.h"
#include "nft/own.h"

struct rejudge {
	struct arena *arena;
	struct flow_mgr *m;
	struct conntrack *conntrack;
	struct strmap adrift; /* conversations, by tuple, that no table could begin any more */
	struct learned_element *element; /* before the change, by address, protocol and port */
	size_t elements, element_cap;
};

/* What the table may let begin, from and to any interface. */
static int allowed_now(struct nft_link *l, struct flow_mgr *m, struct diag *d, flow_ref *ret)
{
	static const struct assume assume = { .hook = "forward" };
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = nft_ruleset_new();
	EG_AUTO(reading_freep) struct reading *held = NULL;
	EG_AUTO(diag_freep) struct diag *quiet = diag_new(); /* no table is an answer */
	flow_ref allowed = FLOW_NONE;
	int r = rs && quiet ? nft_read_nearly(l, NFT_INET, NFTABLES_TABLE, rs, quiet) : -ENOMEM;

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

/* ---- what has been learned ---- */

static int list_learned(struct rejudge *j, struct nft_link *l, const struct nft_table *t)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->sets; i++) {
		struct learned_element *e;
		size_t n;

		if (!learned_is_map(t, t->set[i]))
			continue;
		r = learnwire_list(
			l, (struct learnwire_map){ NFT_INET, NFTABLES_TABLE, t->set[i]->name },
			j->arena, &e, &n);
		if (r == 0)
			r = mem_grow(&j->element, &j->element_cap, j->elements + n + 1, sizeof(*e));
		if (r == 0 && n)
			memcpy(&j->element[j->elements], e, n * sizeof(*e));
		j->elements += r == 0 ? n : 0;
	}
	return r;
}

static int by_place(const void *a, const void *b)
{
	const struct learned_element *x = a, *y = b;
	int order = addr_cmp(x->addr, y->addr);

	if (!order)
		order = (int)x->proto - (int)y->proto;
	return order ? order : (int)x->port - (int)y->port;
}

static int read_learned(struct rejudge *j, struct nft_link *l)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *rs = nft_ruleset_new();
	EG_AUTO(diag_freep) struct diag *quiet = diag_new(); /* no table is an answer */
	int r = rs && quiet ? nft_read_nearly(l, NFT_INET, NFTABLES_TABLE, rs, quiet) : -ENOMEM;

	if (r == 0)
		r = list_learned(j, l, rs->table[0]);
	if (r == 0 && j->elements)
		qsort(j->element, j->elements, sizeof(*j->element), by_place);
	return r == -ENOENT ? 0 : r;
}

/* Was it open for a name that is still allowed? Several maps may have the address. */
static bool name_stays(const struct rejudge *j, const struct conversation *v,
		       const struct nft_keep *keep)
{
	const struct learned_element key = { .addr = v->dst, .proto = v->proto, .port = v->dport };
	const struct learned_element *end = j->element + j->elements;
	const struct learned_element *e =
		j->elements ? bsearch(&key, j->element, j->elements, sizeof(key), by_place) : NULL;

	while (e && e > j->element && by_place(e - 1, &key) == 0)
		e--;
	for (; e && e < end && by_place(e, &key) == 0; e++) {
		if (keep->stays(keep->data, e))
			return true;
	}
	return false;
}

/* ---- conversations ---- */

static bool is_forwarded(const struct prefixlist *own, const struct conversation *v)
{
	return !prefixlist_has(own, v->src) && !prefixlist_has(own, v->dst);
}

static bool may_begin(const struct flow_mgr *m, flow_ref allowed, const struct conversation *v)
{
	const struct flow f = { .state = STATE_NEW,
				.proto = v->proto,
				.src = v->src,
				.dst = v->dst,
				.sport = v->sport,
				.dport = v->dport };

	return flow_leaf_at(m, allowed, &f) != 0;
}

/* Remembers those that could not begin as it is: they go on whatever comes. */
static int look(struct rejudge *j, struct nft_link *l, struct diag *d)
{
	struct conversation *v;
	flow_ref allowed;
	size_t n;
	int r = allowed_now(l, j->m, d, &allowed);

	if (r == 0)
		r = conntrack_list(j->conntrack, j->arena, &v, &n);
	for (size_t i = 0; r == 0 && i < n; i++) {
		if (!may_begin(j->m, allowed, &v[i]))
			r = strmap_add(&j->adrift, v[i].tuple, i);
		if (r == -EEXIST) /* seen twice */
			r = 0;
	}
	return r;
}

/* The verdict on each conversation, after the change. */
struct verdicts {
	/*
	 * Of j->m: by the table as it is. While a resolver adds and renews addresses all the time
	 * one may be missing in a reading, so there are two.
	 */
	flow_ref allowed[2];
	const struct rejudge_policy *policy;
	flow_ref by_name; /* of policy->m: whatever the name */
};

static int allowed_by_name(const struct rejudge_policy *p, flow_ref *ret)
{
	static const enum flow_dim gone[] = { FLOW_NAME, FLOW_IIF, FLOW_OIF };
	flow_ref set = FLOW_NONE, diagram;
	int r = rulelist_diagram(&p->plan->rules, p->m, &diagram);

	if (r == 0)
		r = rulelist_verdict(&p->plan->rules, p->m, diagram, VERDICT_ACCEPT, &set);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(gone); i++)
		r = flow_forget(p->m, set, gone[i], &set);
	if (r == 0)
		*ret = set;
	return r;
}

static bool goes_on(const struct rejudge *j, const struct verdicts *v, const struct conversation *c)
{
	const struct rejudge_policy *p = v->policy;
	size_t i;

	for (size_t k = 0; k < ARRAY_LEN(v->allowed); k++) {
		if (may_begin(j->m, v->allowed[k], c))
			return true;
	}
	if (strmap_get(&j->adrift, c->tuple, &i) == 0)
		return !p || may_begin(p->m, v->by_name, c);
	return p && name_stays(j, c, p->keep);
}

static int judge(struct rejudge *j, const struct verdicts *verdicts, const struct prefixlist *own,
		 struct rejudged *ret)
{
	struct conversation *v = NULL;
	struct rejudged done = { 0 };
	size_t n = 0;
	int r = conntrack_list(j->conntrack, j->arena, &v, &n);

	for (size_t i = 0; r == 0 && i < n; i++) {
		if (!is_forwarded(own, &v[i]))
			continue;
		done.seen++;
		if (goes_on(j, verdicts, &v[i]))
			continue;
		r = conntrack_forget(j->conntrack, &v[i]);
		done.cut += r == 0;
	}
	if (r == 0)
		*ret = done;
	return r;
}

static int supported(int r)
{
	return r == -EOPNOTSUPP || r == -EPROTONOSUPPORT ? E_UNSUPPORTED : r;
}

int rejudge_begin(struct nft_link *l, struct diag *d, struct rejudge **ret)
{
	EG_AUTO(rejudge_freep) struct rejudge *j = mem_zero(1, sizeof(*j));
	int r;

	if (!j)
		return -ENOMEM;
	j->arena = arena_new();
	j->m = flow_mgr_new(FLOW_BUDGET_DEFAULT);
	r = j->arena && j->m ? conntrack_open(&j->conntrack) : -ENOMEM;
	if (r == 0)
		r = read_learned(j, l);
	if (r == 0)
		r = look(j, l, d);
	if (r == 0)
		*ret = EG_TAKE(j);
	return supported(r);
}

void rejudge_free(struct rejudge *j)
{
	if (!j)
		return;
	strmap_release(&j->adrift);
	conntrack_close(j->conntrack);
	mem_free(j->element);
	flow_mgr_free(j->m);
	arena_free(j->arena);
	mem_free(j);
}

void rejudge_freep(struct rejudge **j)
{
	rejudge_free(*j);
	*j = NULL;
}

int rejudge_end(struct rejudge *j, struct nft_link *l, const struct rejudge_policy *p,
		struct diag *d, struct rejudged *ret)
{
	EG_AUTO(prefixlist_release) struct prefixlist own = PREFIXLIST_INIT;
	struct verdicts verdicts = { .policy = p };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(verdicts.allowed); i++)
		r = allowed_now(l, j->m, d, &verdicts.allowed[i]);
	if (r == 0 && p)
		r = allowed_by_name(p, &verdicts.by_name);
	if (r == 0)
		r = own_addresses(&own);
	return r == 0 ? supported(judge(j, &verdicts, &own, ret)) : r;
}
