/* SPDX-License-Identifier: Apache-2.0 */
/* Confirming, extending, and going back. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "control/change.h"
#include "control/guard.h"
#include "control/restore.h"
#include "control/snapshot.h"

static int find_pending(struct change *c, struct generation *ret)
{
	return store_newest(c->store, GENERATION_PENDING, INT64_MAX, c->arena, c->d, ret);
}

int change_confirm(struct change *c, struct generation *ret)
{
	struct generation g;
	int r = find_pending(c, &g);

	if (r == 0)
		r = store_set_state(c->store, g.number, GENERATION_CONFIRMED, "", c->d);
	if (r == 0)
		r = store_get(c->store, g.number, c->arena, c->d, ret);
	return r;
}

int change_extend(struct change *c, int64_t seconds, struct generation *ret)
{
	struct deadline until = deadline_in(seconds);
	struct generation g;
	int r = find_pending(c, &g);

	if (r == 0)
		r = store_set_deadline(c->store, g.number, &until, c->d);
	if (r == 0)
		r = store_get(c->store, g.number, c->arena, c->d, ret);
	return r;
}

int change_back(struct change *c, const char *why, struct change_report *ret)
{
	EG_AUTO(rejudge_freep) struct rejudge *judge = NULL;
	EG_AUTO(restore_freep) struct restore *back = NULL;
	struct change_report report = { 0 };
	struct restored done = { 0 };
	int r = find_pending(c, &report.g);

	if (r == 0)
		r = restore_before(c->store, &report.g, c->d, &back);
	if (r == 0) {
		judge = change_look(c);
		r = restore_run(back, c->run, c->d, &done);
	}
	if (r == 0)
		r = store_set_state(c->store, report.g.number, GENERATION_ROLLED_BACK, why, c->d);
	if (r == 0)
		r = store_get(c->store, report.g.number, c->arena, c->d, &report.g);
	if (r < 0)
		return r;
	report.kept = done.kept;
	report.by_daemon = done.by_daemon;
	change_rejudge(c, judge, NULL, &report);
	*ret = report;
	return 0;
}

/* ---- to an older one ---- */

/*
 * The confirmed one before the current; of one that brought another back, before that other. When
 * the newest of all is not the current one, going back has happened already (its time ended a
 * moment ago): who wants to go further must say how far.
 */
static int find_previous(struct change *c, struct generation *ret)
{
	struct generation *all = NULL, current = { 0 };
	size_t n = 0;
	int r = store_list(c->store, c->arena, c->d, &all, &n);

	if (r == 0)
		r = store_newest(c->store, GENERATION_CONFIRMED, INT64_MAX, c->arena, c->d,
				 &current);
	if (r == 0 && all[0].number != current.number) {
		diag_error(c->d, NOWHERE, "generation %lld is %s already: %s",
			   (long long)all[0].number, generation_state_name(all[0].state),
			   all[0].why);
		diag_hint(c->d, "to go back behind generation %lld say to which: egret history",
			  (long long)current.number);
		return E_REFUSED;
	}
	return r < 0 ? r
		     : store_newest(c->store, GENERATION_CONFIRMED,
				    current.same_as ? current.same_as : current.number, c->arena,
				    c->d, ret);
}

static int find_target(struct change *c, int64_t number, struct generation *ret)
{
	int r = number ? store_get(c->store, number, c->arena, c->d, ret) : find_previous(c, ret);

	if (r == -ENOENT) {
		if (number)
			diag_error(c->d, NOWHERE, "no generation %lld", (long long)number);
		else
			diag_error(c->d, NOWHERE, "no confirmed generation before this one");
		diag_hint(c->d, "egret history lists them");
	} else if (r == 0 && ret->state != GENERATION_CONFIRMED) {
		diag_error(c->d, NOWHERE, "generation %lld was never confirmed, it is %s",
			   (long long)number, generation_state_name(ret->state));
		diag_hint(c->d,
			  "apply its policy anew: egret apply --policy %s/generations/%lld/%s",
			  store_folder(c->store), (long long)number, SNAPSHOT_POLICY);
		r = E_REFUSED;
	}
	return r;
}

/* The files of the new generation are those of the old one. */
static int copy(struct change *c, int64_t number, const struct generation *from)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	int r = snapshot_again(c->store, number, from, c->d);

	if (r == 0)
		r = snapshot_read(c->store, from->number, SNAPSHOT_LOADED, &text, c->d);
	return r < 0 ? r : snapshot_write(c->store, number, SNAPSHOT_LOADED, buf_str(&text), c->d);
}

static int load_again(struct change *c, const struct generation *g, struct restored *done)
{
	EG_AUTO(restore_freep) struct restore *again = NULL;
	int r = restore_again(c->store, g, c->d, &again);

	if (r == 0)
		r = restore_check(again, c->d);
	return r < 0 ? r : restore_run(again, c->run, c->d, done);
}

int change_to(struct change *c, int64_t number, const char *who, const char *note,
	      struct change_report *ret)
{
	EG_AUTO(rejudge_freep) struct rejudge *judge = NULL;
	struct change_report report = { 0 };
	struct restored done = { 0 };
	struct generation from;
	int r = find_target(c, number, &from);

	if (r < 0)
		return r;
	report.g = (struct generation){ .time = time(NULL),
					.who = who,
					.note = note,
					.sha256 = from.sha256,
					.base = from.number,
					.same_as = from.same_as ? from.same_as : from.number,
					.report_only = from.report_only };
	r = store_add(c->store, &report.g, c->d, &report.g.number);
	if (r < 0)
		return r;
	r = copy(c, report.g.number, &from);
	if (r == 0) {
		judge = change_look(c);
		r = load_again(c, &report.g, &done);
	}
	if (r < 0) {
		int r2 = store_set_state(c->store, report.g.number, GENERATION_FAILED, err_text(r),
					 c->d);

		return r2 < 0 && r2 != r ? r2 : r;
	}
	r = store_set_state(c->store, report.g.number, GENERATION_CONFIRMED, "", c->d);
	if (r == 0)
		r = store_get(c->store, report.g.number, c->arena, c->d, &report.g);
	if (r < 0)
		return r;
	report.kept = done.kept;
	report.by_daemon = done.by_daemon;
	change_rejudge(c, judge, NULL, &report);
	*ret = report;
	return 0;
}
