/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What somebody who was killed has left in the store, put right by what the kernel holds.
 *
 * Whoever comes here has the lock, so nobody else is in the middle of a change; only egretd may
 * still be at one that it was asked for, and it answers nothing before it is done.
 */
#include <errno.h>

#include "base/err.h"
#include "control/change.h"
#include "control/daemon.h"
#include "control/guard.h"
#include "control/snapshot.h"
#include "control/tabletext.h"

enum { ROUNDS = 3 }; /* a pending one that failed makes room for the one before it */

struct recovering {
	struct change *c;
	struct buf now; /* what the kernel holds */
};

static int read_kernel(struct recovering *v)
{
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	EG_AUTO(diag_freep) struct diag *quiet = diag_new();
	EG_AUTO(buf_release) struct buf said = BUF_INIT;
	int r = quiet ? daemon_ask(v->c->run, "status\n", DAEMON_WAIT_BACK, quiet, &said) : -ENOMEM;

	if (r == -ENOMEM)
		return r; /* else: egretd has ended what it was at, hangs, or there is none */
	r = nft_link_open(&link, v->c->d);
	buf_clear(&v->now);
	return r < 0 ? r : tabletext_read(link, v->c->d, &v->now);
}

/* Does the kernel hold this file of a generation? One that was not written yet is not held. */
static int holds(struct recovering *v, int64_t number, const char *name)
{
	EG_AUTO(diag_freep) struct diag *quiet = diag_new();
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	int r = quiet ? snapshot_read(v->c->store, number, name, &text, quiet) : -ENOMEM;

	if (r == -ENOMEM)
		return r;
	return r == 0 && str_eq(buf_str(&text), buf_str(&v->now));
}

/* One that never got as far as a promise; or a rollback, which needs none. */
static int recover_staged(struct recovering *v, const struct generation *g)
{
	static const char why[] = "interrupted before it was loaded";
	struct change *c = v->c;
	int there = g->same_as ? holds(v, g->number, SNAPSHOT_LOADED) : 0;

	if (there < 0)
		return there;
	snapshot_sweep(c->store, g->number);
	if (there) {
		diag_note(c->d, NOWHERE,
			  "generation %lld was interrupted after it was loaded: confirmed",
			  (long long)g->number);
		return store_set_state(c->store, g->number, GENERATION_CONFIRMED, "", c->d);
	}
	diag_note(c->d, NOWHERE, "generation %lld was %s", (long long)g->number, why);
	return store_set_state(c->store, g->number, GENERATION_FAILED, why, c->d);
}

static int recover_all_staged(struct recovering *v)
{
	struct change *c = v->c;
	struct generation g;
	int r;

	while ((r = store_newest(c->store, GENERATION_STAGED, INT64_MAX, c->arena, c->d, &g)) == 0)
		if ((r = recover_staged(v, &g)) < 0)
			break;
	return r == -ENOENT ? 0 : r;
}

static int back(struct change *c, const struct generation *g, const char *why)
{
	struct change_report report;
	int r = change_back(c, why, &report);

	if (r == 0)
		diag_note(c->d, NOWHERE, "generation %lld was rolled back: %s",
			  (long long)g->number, why);
	return r;
}

static int arm(struct change *c, const struct generation *g)
{
	if (guard_is_there(c->store, g->number))
		return 0;
	diag_note(c->d, NOWHERE, "generation %lld had no guardian any more: there is one again",
		  (long long)g->number);
	return guard_start(c->store, g->number, c->run, c->d);
}

static int gone(struct change *c, const struct generation *g, const char *why)
{
	diag_note(c->d, NOWHERE, "generation %lld is rolled back: %s", (long long)g->number, why);
	return store_set_state(c->store, g->number, GENERATION_ROLLED_BACK, why, c->d);
}

/* The kernel holds its rules, or rules that nobody of us loaded. */
static int recover_loaded(struct change *c, const struct generation *g, bool loaded)
{
	if (deadline_other_boot(&g->ends)) {
		static const char why[] = "the machine was started again before it was confirmed";

		return loaded ? back(c, g, why) : gone(c, g, why);
	}
	if (!deadline_left(&g->ends))
		return back(c, g, "its time ended before it was confirmed");
	if (!loaded) {
		diag_warning(c->d, NOWHERE,
			     "the kernel does not hold the rules of generation %lld: somebody "
			     "changed table inet egret by hand",
			     (long long)g->number);
		diag_hint(c->d, "egret rollback puts back what was there before it");
	}
	return arm(c, g);
}

/* 1: look again, another one is pending now. */
static int recover_pending(struct recovering *v, const struct generation *g)
{
	static const char why[] = "interrupted before it was loaded";
	struct change *c = v->c;
	int loaded = holds(v, g->number, SNAPSHOT_LOADED);
	int before = loaded == 0 ? holds(v, g->number, SNAPSHOT_BEFORE) : 0;
	int over = loaded == 0 && before == 0 && g->over ? holds(v, g->over, SNAPSHOT_LOADED) : 0;
	int r;

	if (loaded < 0 || before < 0 || over < 0)
		return -ENOMEM;
	if (before)
		return gone(c, g, "interrupted: the kernel holds what it held before");
	if (!over)
		return recover_loaded(c, g, loaded);
	diag_note(c->d, NOWHERE, "generation %lld was %s: generation %lld is pending again",
		  (long long)g->number, why, (long long)g->over);
	r = store_undo_pending(c->store, g->number, g->over, why, c->d);
	return r < 0 ? r : 1;
}

int change_recover(struct change *c)
{
	struct recovering v = { .c = c, .now = BUF_INIT };
	struct generation g;
	int r = 1;

	for (unsigned i = 0; r > 0 && i < ROUNDS; i++) {
		r = store_newest(c->store, GENERATION_PENDING, INT64_MAX, c->arena, c->d, &g);
		if (r == 0)
			r = read_kernel(&v);
		if (r == 0)
			r = recover_pending(&v, &g);
	}
	if (r >= 0 || r == -ENOENT)
		r = store_newest(c->store, GENERATION_STAGED, INT64_MAX, c->arena, c->d, &g);
	if (r == 0)
		r = read_kernel(&v);
	if (r == 0)
		r = recover_all_staged(&v);
	buf_release(&v.now);
	return r == -ENOENT ? 0 : r;
}
