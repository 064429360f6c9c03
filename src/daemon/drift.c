/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/drift.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "control/load.h"
#include "control/tabletext.h"
#include "dialect/nftables.h"

#define NS_PER_S 1000000000ULL

enum { EVERY_S = 60, CHILD_NICE = 10 };

const char *drift_seen_name(enum drift_seen s)
{
	static const char *const name[SEEN_KINDS] = { [SEEN_SAME] = "none",
						      [SEEN_WORDS] = "words",
						      [SEEN_FLOWS] = "flows",
						      [SEEN_NO_TABLE] = "no-table",
						      [SEEN_NOTHING] = "unknown" };

	return name[s];
}

/* ---- in the child ---- */

static int read_rules(struct diag *d, struct nft_ruleset *ret)
{
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	int r = nft_link_open(&link, d);

	return r == 0 ? nft_read_rules(link, NFT_INET, NFTABLES_TABLE, ret, d) : r;
}

static enum drift_seen look(const struct drift_watch *w)
{
	EG_AUTO(nft_ruleset_freep) struct nft_ruleset *held = nft_ruleset_new();
	EG_AUTO(buf_release) struct buf now = BUF_INIT;
	int r = held ? read_rules(w->d, held) : -ENOMEM;

	if (r == -ENOENT) {
		diag_clear(w->d); /* no table is an answer */
		return SEEN_NO_TABLE;
	}
	if (r == 0)
		tabletext_of(held, &now);
	if (r < 0 || now.r < 0)
		return SEEN_NOTHING;
	if (str_eq(buf_str(&now), buf_str(&w->loaded)))
		return SEEN_SAME;
	r = load_prove_model(&w->site->plan, held, w->site->m, w->d);
	return r == 0 ? SEEN_WORDS : r == E_INEXACT ? SEEN_FLOWS : SEEN_NOTHING;
}

/* ---- in the parent ---- */

static void tell(struct drift_watch *w, enum drift_seen seen)
{
	static const char *const text[SEEN_KINDS] = {
		[SEEN_SAME] = "the kernel holds the policy again, as it was loaded",
		[SEEN_WORDS] = "the kernel's table was changed: other words, the same flows",
		[SEEN_FLOWS] = "DRIFT: the kernel's table was changed: it lets other flows through",
		[SEEN_NO_TABLE] = "DRIFT: the kernel's table was removed: nothing is closed",
		[SEEN_NOTHING] = "the kernel's table cannot be read",
	};

	if (seen == w->seen)
		return;
	w->seen = seen;
	if (seen == SEEN_SAME || seen == SEEN_WORDS) {
		diag_note(w->d, NOWHERE, "%s", text[seen]);
	} else {
		diag_error(w->d, NOWHERE, "%s", text[seen]);
		diag_hint(w->d, "SIGHUP loads it again");
	}
	log_tell(w->log, w->d);
}

static void forget_child(struct drift_watch *w)
{
	if (w->child.fd >= 0)
		loop_remove(w->loop, &w->child);
	fd_closep(&w->child.fd);
	w->pid = 0;
}

static void ended(void *data, uint32_t events)
{
	struct drift_watch *w = data;
	int status;

	(void)events;
	if (waitpid(w->pid, &status, WNOHANG) != w->pid)
		return;
	forget_child(w);
	w->looks++;
	tell(w, WIFEXITED(status) && WEXITSTATUS(status) < SEEN_KINDS
			? (enum drift_seen)WEXITSTATUS(status)
			: SEEN_NOTHING);
}

static void end_child(struct drift_watch *w)
{
	if (w->pid > 0) {
		(void)kill(w->pid, SIGKILL); /* not waited for yet, so it is still the one */
		(void)waitpid(w->pid, NULL, 0);
	}
	forget_child(w);
}

/* The child has all of our memory, and touches nothing but the kernel's table, to read it. */
static void due(void *data)
{
	struct drift_watch *w = data;

	w->due.at = clock_ns() + EVERY_S * NS_PER_S;
	if (w->pid || !w->site)
		return;
	w->pid = fork();
	if (w->pid == 0) {
		enum drift_seen seen;

		(void)!nice(CHILD_NICE); /* who waits for packets goes first */
		seen = look(w);
		if (seen != w->seen && seen != SEEN_SAME)
			log_tell(w->log, w->d);
		_exit((int)seen);
	}
	if (w->pid < 0) {
		w->pid = 0;
		return; /* the next one may work */
	}
	w->child = (struct loop_watch){ .fd = (int)syscall(SYS_pidfd_open, w->pid, 0),
					.ready = ended,
					.data = w };
	if (w->child.fd < 0 || loop_add(w->loop, &w->child, EPOLLIN) < 0)
		end_child(w);
}

void drift_start(struct drift_watch *w, struct loop *loop, const struct log *log, struct diag *d)
{
	w->loop = loop;
	w->log = log;
	w->d = d;
	w->due = (struct loop_timer){ .fire = due, .data = w };
	loop_timer_add(loop, &w->due);
}

void drift_release(struct drift_watch *w)
{
	if (!w->loop)
		return;
	end_child(w);
	loop_timer_remove(w->loop, &w->due);
	buf_release(&w->loaded);
}

void drift_look(struct drift_watch *w)
{
	due(w);
}

int drift_loaded(struct drift_watch *w, const struct site *site)
{
	EG_AUTO(nft_link_closep) struct nft_link *link = NULL;
	struct buf text = BUF_INIT;
	int r;

	end_child(w); /* it looks at the one before */
	r = nft_link_open(&link, w->d);
	if (r == 0)
		r = tabletext_read(link, w->d, &text);
	if (r < 0) {
		buf_release(&text);
		return r;
	}
	buf_release(&w->loaded);
	w->loaded = text;
	w->site = site;
	w->seen = SEEN_SAME;
	w->due.at = clock_ns() + EVERY_S * NS_PER_S;
	return 0;
}
