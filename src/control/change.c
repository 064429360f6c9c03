/* SPDX-License-Identifier: Apache-2.0 */
#include "control/change.h"

#include <errno.h>
#include <time.h>

#include "base/alloc.h"
#include "base/err.h"
#include "control/daemon.h"
#include "control/guard.h"
#include "control/load.h"
#include "control/rejudge.h"
#include "control/restore.h"
#include "control/site.h"
#include "control/snapshot.h"
#include "control/tabletext.h"
#include "dialect/nftables.h"
#include "dialect/nftables_load.h"
#include "dialect/nftables_report.h"
#include "nft/normal.h"
#include "verify/prove.h"

/* ---- opening ---- */

int change_open(struct change *c, const char *state, bool make)
{
	int r;

	c->arena = arena_new();
	r = c->arena ? store_open(state, make, c->d, &c->store) : -ENOMEM;
	if (r == 0)
		r = store_lock(c->store, STORE_LOCK_SECONDS, c->d);
	return r < 0 ? r : change_recover(c);
}

void change_close(struct change *c)
{
	store_closep(&c->store);
	arena_freep(&c->arena);
}

static void no_judgement(struct change *c, int r)
{
	diag_warning(c->d, NOWHERE, "established conversations could not be judged and go on: %s",
		     err_text(r));
}

struct rejudge *change_look(struct change *c)
{
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	struct rejudge *j = NULL;
	int r = c->keep_established ? 0 : nft_link_open(&link, c->d);

	if (r == 0 && !c->keep_established)
		r = rejudge_begin(link, c->d, &j);
	if (r < 0)
		no_judgement(c, r);
	return j;
}

void change_rejudge(struct change *c, struct rejudge *j, const struct rejudge_policy *p,
		    struct change_report *report)
{
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	struct rejudged judged = { 0 };
	int r = j ? nft_link_open(&link, c->d) : 0;

	if (r == 0 && j)
		r = rejudge_end(j, link, p, c->d, &judged);
	if (r < 0)
		no_judgement(c, r);
	report->seen = judged.seen;
	report->cut = judged.cut;
}

/* ---- a generation on its way ---- */

struct applying {
	struct change *c;
	const struct change_ask *ask;
	struct generation g;
	struct generation over; /* number 0: nothing is pending */
	struct site *site;	/* of the copy */
	struct nft_ruleset *model;
	struct nft_keep keep;
	struct nft_link *link;
	struct deadline until;
	struct rejudge *judge;
	struct change_report report;
};

static void applying_release(struct applying *a)
{
	rejudge_free(a->judge);
	nft_link_close(a->link);
	nft_ruleset_free(a->model);
	site_free(a->site);
}

/* What it would go back to: with a pending one, what that one would go back to. */
static int find_base(struct applying *a)
{
	struct change *c = a->c;
	struct generation current;
	int r = store_newest(c->store, GENERATION_PENDING, INT64_MAX, c->arena, c->d, &a->over);

	if (r == 0) {
		a->g.over = a->over.number;
		a->g.base = a->over.base;
		return 0;
	}
	if (r != -ENOENT)
		return r;
	r = store_newest(c->store, GENERATION_CONFIRMED, INT64_MAX, c->arena, c->d, &current);
	if (r == 0)
		a->g.base = current.number;
	return r == -ENOENT ? 0 : r;
}

static int write_before(struct applying *a)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct change *c = a->c;
	int r = a->over.number
			? snapshot_read(c->store, a->over.number, SNAPSHOT_BEFORE, &text, c->d)
			: tabletext_read(a->link, c->d, &text);

	if (r == 0)
		r = snapshot_write(c->store, a->g.number, SNAPSHOT_BEFORE, buf_str(&text), c->d);
	if (r == 0 && !text.n)
		diag_note(c->d, NOWHERE,
			  "the kernel has no table inet " NFTABLES_TABLE
			  " yet: going back would take this one away");
	return r;
}

static int write_loaded(struct applying *a)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;

	tabletext_of(a->model, &text);
	return text.r < 0 ? text.r
			  : snapshot_write(a->c->store, a->g.number, SNAPSHOT_LOADED,
					   buf_str(&text), a->c->d);
}

/* Copies, so that what is compiled is what is kept. */
static int stage(struct applying *a)
{
	char sha256[SNAPSHOT_SHA256_MAX];
	struct change *c = a->c;
	int r = snapshot_make(c->store, a->g.number, a->ask->policy, a->ask->catalogs, c->d,
			      sha256);

	if (r == 0)
		r = store_set_sha256(c->store, a->g.number, sha256, c->d);
	if (r == 0)
		r = snapshot_site(c->store, a->g.number, c->d, &a->site);
	return r < 0 ? r : write_before(a);
}

/* egretd cannot only report: its resolver refuses what the policy does not have. */
static int report_only(struct applying *a)
{
	EG_AUTO(buf_release) struct buf said = BUF_INIT;
	struct change *c = a->c;
	int r = daemon_ask(c->run, "status\n", DAEMON_WAIT_STATUS, c->d, &said);

	if (r == 0) {
		diag_error(c->d, NOWHERE,
			   "egretd runs, and refuses names that are not in the policy");
		diag_hint(c->d, "stop egretd to see what the rules alone would do");
		return E_REFUSED;
	}
	if (!daemon_absent(r))
		return r;
	r = nftables_report_only(a->model);
	return r < 0 ? r : load_prove_open(a->model, a->site->m, c->d);
}

/* The model is the policy, and the kernel would take it: nothing is changed yet. */
static int check(struct applying *a)
{
	struct change *c = a->c;
	const struct rulelist *rules = &a->site->plan.rules;
	struct losses lost = { 0 };
	size_t kept;
	int r = nftables_write_model(rules, a->site->m, c->arena, &a->model, &lost);

	if (r == 0)
		r = load_prove_model(&a->site->plan, a->model, a->site->m, c->d);
	if (r == 0 && a->ask->report_only)
		r = report_only(a);
	if (r == 0)
		r = nft_table_sort(a->model->table[0]);
	if (r == 0)
		r = nftables_keep(rules, a->site->m, c->arena, &a->keep);
	if (r == 0)
		r = write_loaded(a);
	if (r == 0)
		r = nft_replace_table_keeping(a->link, a->model->table[0], &a->keep, NFT_CHECK,
					      c->d, &kept);
	a->report.rules = rules->n;
	a->report.lost = lost.n;
	for (size_t i = 0; i < rules->n; i++)
		a->report.named += rules->rule[i].match.names > 0;
	return r;
}

/* From here on somebody holds the promise. */
static int promise(struct applying *a)
{
	struct change *c = a->c;
	int r;

	a->until = deadline_in(a->ask->seconds);
	r = store_set_pending(c->store, a->g.number, &a->until, a->g.over, c->d);
	return r < 0 ? r : guard_start(c->store, a->g.number, c->run, c->d);
}

static int load(struct applying *a)
{
	EG_AUTO(buf_release) struct buf said = BUF_INIT;
	char folder[PATH_TEXT_MAX];
	struct change *c = a->c;
	int r = store_path(c->store, a->g.number, NULL, folder);

	if (r == 0)
		r = daemon_load(c->run, folder, DAEMON_WAIT_LOAD, c->d, &said);
	a->report.by_daemon = r == 0;
	if (!daemon_absent(r))
		return r;
	return nft_replace_table_keeping(a->link, a->model->table[0], &a->keep, NFT_COMMIT, c->d,
					 &a->report.kept);
}

static int prove_held(struct applying *a, struct nft_ruleset *held)
{
	struct change *c = a->c;
	int r = nft_read_rules(a->link, NFT_INET, NFTABLES_TABLE, held, c->d);

	if (r < 0)
		return r;
	return a->ask->report_only ? load_prove_open(held, a->site->m, c->d)
				   : load_prove_model(&a->site->plan, held, a->site->m, c->d);
}

/* What the kernel holds is the policy. What it holds is also what is remembered. */
static int prove_loaded(struct applying *a)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *held = nft_ruleset_new();
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct change *c = a->c;
	int r = held ? prove_held(a, held) : -ENOMEM;

	if (r < 0)
		return r;
	tabletext_of(held, &text);
	return text.r < 0 ? text.r
			  : snapshot_write(c->store, a->g.number, SNAPSHOT_LOADED, buf_str(&text),
					   c->d);
}

/* The new ruleset may be there, and is not right: what was there before comes back at once. */
static int go_back(struct applying *a)
{
	EG_AUTO(restore_freep) struct restore *back = NULL;
	struct change *c = a->c;
	struct restored done;
	int r = a->over.number ? restore_again(c->store, &a->over, c->d, &back)
			       : restore_before(c->store, &a->g, c->d, &back);

	return r < 0 ? r : restore_run(back, c->run, c->d, &done);
}

/* Nothing is left of it but a line of the history. */
static void give_up(struct applying *a, bool pending, int r)
{
	struct change *c = a->c;
	int r2 = pending ? store_undo_pending(c->store, a->g.number, a->g.over, err_text(r), c->d)
			 : store_set_state(c->store, a->g.number, GENERATION_FAILED, err_text(r),
					   c->d);

	if (r2 < 0) /* told; the next one that opens the store puts it right */
		diag_note(c->d, NOWHERE, "generation %lld stays as it is until the next command",
			  (long long)a->g.number);
	if (r2 == 0 && pending && a->over.number)
		r2 = guard_start(c->store, a->over.number, c->run, c->d);
	if (r2 < 0)
		diag_hint(c->d, "run egret status when this is mended");
}

/* We were stopped for as long as the promise lasts: the guardian has kept it, and gone. */
static int too_late(struct applying *a)
{
	diag_error(a->c->d, NOWHERE,
		   "time ended before generation %lld was loaded: nothing is changed",
		   (long long)a->g.number);
	diag_hint(a->c->d, "was this process stopped? apply again, with a longer --timer");
	return -ETIMEDOUT;
}

static int apply_staged(struct applying *a)
{
	bool pending = false, loaded = false;
	int r = stage(a);

	if (r == 0)
		r = check(a);
	if (r == 0) {
		pending = true;
		r = promise(a);
	}
	if (r == 0 && !deadline_left_ms(&a->until))
		return too_late(a);
	if (r == 0) {
		loaded = true;
		a->judge = change_look(a->c);
		r = load(a);
	}
	if (r == 0)
		r = prove_loaded(a);
	if (r < 0 && loaded && go_back(a) < 0)
		diag_error(
			a->c->d, NOWHERE,
			"the ruleset of before could not be put back; the guardian goes on trying "
			"when the time has ended");
	else if (r < 0)
		give_up(a, pending, r);
	return r;
}

int change_apply(struct change *c, const struct change_ask *ask, struct change_report *ret)
{
	EG_AUTO(applying_release)
	struct applying a = { .c = c,
			      .ask = ask,
			      .g = { .time = time(NULL),
				     .who = ask->who,
				     .note = ask->note,
				     .sha256 = "",
				     .report_only = ask->report_only } };
	int r = nft_link_open(&a.link, c->d);

	if (r == 0)
		r = find_base(&a);
	if (r == 0)
		r = store_add(c->store, &a.g, c->d, &a.g.number);
	if (r == 0)
		r = apply_staged(&a);
	if (r == 0)
		r = store_get(c->store, a.g.number, c->arena, c->d, &a.report.g);
	if (r < 0)
		return r;
	change_rejudge(
		c, a.judge,
		&(struct rejudge_policy){ .plan = &a.site->plan, .m = a.site->m, .keep = &a.keep },
		&a.report);
	*ret = a.report;
	return 0;
}
