/* SPDX-License-Identifier: Apache-2.0 */
#include "control/restore.h"

#include <errno.h>

#include "base/alloc.h"
#include "base/err.h"
#include "control/daemon.h"
#include "control/site.h"
#include "control/snapshot.h"
#include "control/tabletext.h"
#include "dialect/nftables_load.h"

struct restore {
	struct arena *arena;
	struct nft_link *link;
	struct buf text;
	char folder[PATH_TEXT_MAX]; /* of the policy; "" without one */
	struct site *site;	    /* NULL without one */
	struct nft_keep keep;
};

void restore_free(struct restore *r)
{
	if (!r)
		return;
	site_free(r->site);
	buf_release(&r->text);
	nft_link_close(r->link);
	arena_free(r->arena);
	mem_free(r);
}

void restore_freep(struct restore **r)
{
	restore_free(*r);
	*r = NULL;
}

static int try_policy(const struct store *s, int64_t number, struct restore *r, struct diag *d)
{
	int e = store_path(s, number, NULL, r->folder);

	if (e == 0)
		e = snapshot_site(s, number, d, &r->site);
	if (e == 0)
		e = nftables_keep(&r->site->plan.rules, r->site->m, r->arena, &r->keep);
	return e;
}

/* The policy that the text was made of. Without it the text is enough, but nothing learned stays.
 */
static int read_policy(const struct store *s, int64_t number, struct restore *r, struct diag *d)
{
	int e = try_policy(s, number, r, d);

	if (e == 0 || e == -ENOMEM)
		return e;
	diag_warning(d, NOWHERE,
		     "the policy of generation %lld cannot be read: its ruleset comes back without "
		     "what was learned",
		     (long long)number);
	site_freep(&r->site);
	r->folder[0] = '\0';
	return 0;
}

static int open_restore(const struct store *s, int64_t number, const char *name, int64_t policy,
			struct diag *d, struct restore **ret)
{
	EG_AUTO(restore_freep) struct restore *r = mem_zero(1, sizeof(*r));
	int e;

	if (!r)
		return -ENOMEM;
	r->arena = arena_new();
	e = r->arena ? nft_link_open(&r->link, d) : -ENOMEM;
	if (e == 0)
		e = snapshot_read(s, number, name, &r->text, d);
	if (e == 0 && policy)
		e = read_policy(s, policy, r, d);
	if (e == 0)
		*ret = EG_TAKE(r);
	return e;
}

int restore_before(const struct store *s, const struct generation *g, struct diag *d,
		   struct restore **ret)
{
	return open_restore(s, g->number, SNAPSHOT_BEFORE, g->base, d, ret);
}

int restore_again(const struct store *s, const struct generation *g, struct diag *d,
		  struct restore **ret)
{
	return open_restore(s, g->number, SNAPSHOT_LOADED, g->number, d, ret);
}

int restore_check(struct restore *r, struct diag *d)
{
	size_t kept;

	return tabletext_load(r->link, buf_str(&r->text), NULL, NFT_CHECK, d, &kept);
}

int restore_is_there(struct restore *r, struct diag *d)
{
	EG_AUTO(buf_release) struct buf now = BUF_INIT;
	int e = tabletext_read(r->link, d, &now);

	return e < 0 ? e : str_eq(buf_str(&now), buf_str(&r->text));
}

/* egretd goes on with another policy than the kernel's. */
static void tell_apart(struct diag *d)
{
	diag_warning(d, NOWHERE,
		     "egretd did not take the policy back: its resolver has another one "
		     "than the kernel");
	diag_hint(d,
		  "restart egretd; names that its policy has and the kernel's has not are refused "
		  "until then");
}

/* 1: egretd did it. 0: there is none, or it could not, which is told; then we do it. */
static int by_daemon(const struct restore *r, const char *run, struct diag *d)
{
	EG_AUTO(buf_release) struct buf said = BUF_INIT;
	int e = r->folder[0] ? daemon_load(run, r->folder, DAEMON_WAIT_BACK, d, &said)
			     : daemon_ask(run, "status\n", DAEMON_WAIT_STATUS, d, &said);

	if (daemon_absent(e) || (e == 0 && r->folder[0]))
		return e == 0;
	tell_apart(d); /* also when there is no policy to give it */
	return 0;
}

int restore_run(struct restore *r, const char *run, struct diag *d, struct restored *ret)
{
	struct restored done = { .by_daemon = by_daemon(r, run, d) };
	int e = done.by_daemon ? restore_is_there(r, d) : 0;

	if (e == 0)
		e = tabletext_load(r->link, buf_str(&r->text), r->site ? &r->keep : NULL,
				   NFT_COMMIT, d, &done.kept);
	if (e >= 0)
		e = restore_is_there(r, d);
	if (e == 0) {
		diag_error(d, NOWHERE, "the kernel took the ruleset, but does not hold it");
		diag_hint(d, "does something else change table inet egret?");
		e = E_INEXACT;
	}
	if (e < 0)
		return e;
	*ret = done;
	return 0;
}
