/* SPDX-License-Identifier: Apache-2.0 */
#include "control/load.h"

#include <errno.h>

#include "base/clock.h"
#include "base/err.h"
#include "dialect/nftables.h"
#include "dialect/nftables_load.h"
#include "nft/apply.h"
#include "verify/prove.h"

static void count(const struct nft_ruleset *rs, struct load_report *report)
{
	for (size_t t = 0; t < rs->tables; t++) {
		const struct nft_table *table = rs->table[t];

		report->chains += table->chains;
		report->sets += table->sets;
		for (size_t i = 0; i < table->chains; i++)
			report->rules += table->chain[i]->rules;
		for (size_t i = 0; i < table->sets; i++)
			report->elements += table->set[i]->elems;
	}
}

static int tell_gap(const struct proof *p, struct flow_mgr *m, struct diag *d)
{
	const struct {
		flow_ref set;
		const char *what;
	} gap[] = { { p->missing, "blocked, though required" },
		    { p->excess, "let through, though not required" },
		    { p->perhaps_missing, "perhaps blocked" },
		    { p->perhaps_excess, "perhaps let through" } };

	for (size_t i = 0; i < ARRAY_LEN(gap); i++) {
		EG_AUTO(buf_release) struct buf text = BUF_INIT;
		struct flow f;

		if (flow_empty(gap[i].set) || flow_witness(m, gap[i].set, &f) < 0)
			continue;
		flow_show(m, &f, &text);
		diag_error(d, NOWHERE, "the rules are not the policy: %s is %s",
			   text.n ? text.data : "a flow", gap[i].what);
	}
	return E_INEXACT;
}

/* A ruleset against the plan; how many addresses it has learned. */
static int prove_ruleset(const struct plan *plan, const struct nft_ruleset *rs, struct flow_mgr *m,
			 struct diag *d, size_t *learned)
{
	static const struct assume assume = { .hook = "forward" };
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	EG_AUTO(reading_freep) struct reading *config = NULL;
	struct proof p;
	int r = a ? nftables_read_model(rs, &assume, m, d, &config) : -ENOMEM;

	if (r == 0)
		*learned = config->learned_addresses;
	if (r == 0)
		r = prove(plan, config, a, &p);
	if (r == 0 && p.answer != ANSWER_MET)
		r = tell_gap(&p, m, d);
	return r;
}

int load_prove_model(const struct plan *plan, const struct nft_ruleset *model, struct flow_mgr *m,
		     struct diag *d)
{
	size_t learned;

	return prove_ruleset(plan, model, m, d, &learned);
}

int load_prove_open(const struct nft_ruleset *model, struct flow_mgr *m, struct diag *d)
{
	static const struct assume assume = { .hook = "forward" };
	EG_AUTO(reading_freep) struct reading *config = NULL;
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	flow_ref stopped = FLOW_NONE;
	struct flow f;
	int r = nftables_read_model(model, &assume, m, d, &config);

	if (r == 0)
		r = flow_override(m, config->may[VERDICT_DROP], config->may[VERDICT_REJECT],
				  &stopped);
	if (r < 0 || flow_empty(stopped))
		return r;
	if (flow_witness(m, stopped, &f) == 0)
		flow_show(m, &f, &text);
	diag_error(d, NOWHERE, "rules that only report would stop %s",
		   text.n ? text.data : "a flow");
	return E_INEXACT;
}

/* What the kernel holds now must be the policy. */
static int prove_kernel(const struct plan *plan, struct nft_link *link, struct flow_mgr *m,
			struct diag *d, struct load_report *ret)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *held = nft_ruleset_new();
	uint64_t start = clock_ns();
	int r = held ? nft_read_table(link, NFT_INET, NFTABLES_TABLE, held, d) : -ENOMEM;

	if (r < 0)
		return r;
	ret->read_ns = clock_ns() - start;
	count(held, ret);
	return prove_ruleset(plan, held, m, d, &ret->learned);
}

int load_policy(const struct plan *plan, struct flow_mgr *m, struct diag *d,
		struct load_report *ret)
{
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	struct load_report report = { 0 };
	struct nftables_loaded loaded;
	int r = nft_link_open(&link, d);

	if (r == 0)
		r = nftables_load(&plan->rules, m, link, NFT_COMMIT, d, &loaded);
	if (r < 0)
		return r;
	report.replace_ns = loaded.replace_ns;
	report.lost = loaded.lost;
	report.kept = loaded.kept;
	r = prove_kernel(plan, link, m, d, &report);
	if (r == 0)
		*ret = report;
	return r;
}
