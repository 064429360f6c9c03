/* SPDX-License-Identifier: Apache-2.0 */
#include "control/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fd.h"
#include "control/change.h"
#include "control/restore.h"

enum {
	WAKE_MS = 1000, /* the clock that goes on while the machine sleeps is looked at so often */
	LOCK_SECONDS = 10, /* that a change under way may take when time has ended */
	EVENTS_SIZE = 4096,
	LOCK_TRIES = 100,
	LOCK_STEP_NS = 3 * 1000 * 1000
};

#define LOCK_NAME "guard"

/* ---- who holds it ---- */

static int open_lock(const struct store *s, int64_t number, int *ret)
{
	char path[PATH_TEXT_MAX];
	int r = store_path(s, number, LOCK_NAME, path), fd;

	if (r < 0)
		return r;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	*ret = fd;
	return 0;
}

bool guard_is_there(const struct store *s, int64_t number)
{
	EG_AUTO(fd_closep) int fd = -1;

	if (open_lock(s, number, &fd) < 0)
		return false;
	return flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

/* ---- being it ---- */

struct guard {
	struct store *store;
	int64_t number;
	const char *run;
	struct diag *d;
	int lock, changes;
	struct restore *back;
	struct deadline ends; /* as it was seen last */
	void (*tell)(void *data);
	void *data;
};

static void guard_release(struct guard *g)
{
	restore_free(g->back);
	store_close(g->store);
	fd_closep(&g->changes);
	fd_closep(&g->lock);
}

/* 1: it is still pending. 0: it is not. */
static int look(struct guard *g)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct generation now;
	int r = a ? store_get(g->store, g->number, a, g->d, &now) : -ENOMEM;

	if (r < 0)
		return r;
	g->ends = now.ends;
	return now.state == GENERATION_PENDING;
}

/* Who only asks whether it is held (guard_is_there()) has the lock for a moment, too. */
static int take_lock(int fd)
{
	const struct timespec step = { .tv_nsec = LOCK_STEP_NS };

	for (unsigned i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK)
			return -errno;
		(void)nanosleep(&step, NULL); /* woken early: it asks early */
	}
	return -EEXIST;
}

static int take_promise(struct guard *g, const char *state)
{
	EG_AUTO(arena_freep) struct arena *a = arena_new();
	struct generation now;
	int r = a ? store_open(state, false, g->d, &g->store) : -ENOMEM;

	if (r == 0)
		r = open_lock(g->store, g->number, &g->lock);
	if (r == 0)
		r = take_lock(g->lock);
	if (r == 0)
		r = store_get(g->store, g->number, a, g->d, &now);
	if (r == 0)
		g->ends = now.ends;
	if (r == 0)
		r = restore_before(g->store, &now, g->d, &g->back);
	if (r == 0)
		r = restore_check(g->back, g->d);
	g->changes = r == 0 ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : -1;
	if (r == 0 && (g->changes < 0 ||
		       inotify_add_watch(g->changes, store_folder(g->store), IN_MODIFY) < 0))
		r = -errno;
	return r;
}

/*
 * Until the store has changed, time has ended, or it is time to look at the clock again. When the
 * last try to go back failed, time has ended already, and the next try comes in a second.
 */
static void wait_a_little(const struct guard *g)
{
	struct pollfd p = { .fd = g->changes, .events = POLLIN };
	int64_t left = deadline_left_ms(&g->ends);
	char events[EVENTS_SIZE];

	if (poll(&p, 1, left > 0 && left < WAKE_MS ? (int)left : WAKE_MS) > 0)
		while (read(g->changes, events, sizeof(events)) > 0)
			; /* what has changed does not matter */
}

/* The way that leaves a store in order. */
static int back_by_store(struct guard *g)
{
	struct change_report report;
	struct change c = { .store = g->store, .run = g->run, .d = g->d, .arena = arena_new() };
	int r = c.arena ? store_lock(g->store, LOCK_SECONDS, g->d) : -ENOMEM;
	int still = r == 0 ? look(g) : 0;

	if (still < 0)
		r = still;
	if (still > 0 && !deadline_left(&g->ends)) {
		r = change_back(&c, "not confirmed in time", &report);
		if (r == 0)
			diag_note(g->d, NOWHERE,
				  "generation %lld was not confirmed in time: the "
				  "ruleset of before is back",
				  (long long)g->number);
	}
	arena_free(c.arena);
	store_unlock(g->store);
	return r;
}

/*
 * The promise is about packets. Whatever is wrong with the store (nobody lets go of its lock, the
 * disk is full or gone), the ruleset comes back from memory, and the next command that opens the
 * store puts it right. 1: that is all. 0: look again.
 */
static int keep_promise(struct guard *g)
{
	struct restored done;
	int r = back_by_store(g);

	if (r == 0)
		return 0;
	diag_warning(g->d, NOWHERE, "the store cannot be changed (%s): going back without it",
		     err_text(r));
	r = restore_run(g->back, g->run, g->d, &done);
	if (r < 0)
		return r;
	diag_note(g->d, NOWHERE, "the ruleset of before generation %lld is back",
		  (long long)g->number);
	return 1;
}

static int stand_guard(struct guard *g)
{
	/* A store that cannot be read says nothing; the promise stands as it was. */
	while (look(g) != 0) {
		if (!deadline_left(&g->ends) && keep_promise(g) > 0)
			break;
		g->tell(g->data);
		wait_a_little(g);
	}
	return 0;
}

int guard_hold(const char *state, int64_t number, const char *run, struct diag *d,
	       void (*tell)(void *data), void *data)
{
	EG_AUTO(guard_release)
	struct guard g = { .number = number,
			   .run = run,
			   .d = d,
			   .lock = -1,
			   .changes = -1,
			   .tell = tell,
			   .data = data };
	int r = take_promise(&g, state);

	return r < 0 ? r : stand_guard(&g);
}
