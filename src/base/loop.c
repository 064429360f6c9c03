/* SPDX-License-Identifier: Apache-2.0 */
#include "base/loop.h"

#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/fd.h"

enum { BATCH = 128, NS_PER_MS = 1000000 };

struct loop {
	int fd;
	bool stop;
	uint64_t (*clock)(void);
	uint64_t now;
	struct loop_timer *timer;
	struct epoll_event batch[BATCH]; /* what is being worked off; ptr NULL: removed since */
	int batched;
};

struct loop *loop_new(uint64_t (*clock)(void))
{
	struct loop *l = mem_zero(1, sizeof(*l));

	if (!l)
		return NULL;
	l->clock = clock;
	l->now = clock();
	l->fd = epoll_create1(EPOLL_CLOEXEC);
	if (l->fd < 0) {
		mem_free(l);
		return NULL;
	}
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	fd_closep(&l->fd);
	mem_free(l);
}

void loop_freep(struct loop **l)
{
	loop_free(*l);
	*l = NULL;
}

uint64_t loop_now(const struct loop *l)
{
	return l->now;
}

static int control(struct loop *l, int op, struct loop_watch *w, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.ptr = w };

	return epoll_ctl(l->fd, op, w->fd, &e) < 0 ? -errno : 0;
}

int loop_add(struct loop *l, struct loop_watch *w, uint32_t events)
{
	return control(l, EPOLL_CTL_ADD, w, events);
}

int loop_change(struct loop *l, struct loop_watch *w, uint32_t events)
{
	return control(l, EPOLL_CTL_MOD, w, events);
}

void loop_remove(struct loop *l, struct loop_watch *w)
{
	(void)control(l, EPOLL_CTL_DEL, w, 0); /* not there: nothing to do */
	for (int i = 0; i < l->batched; i++) {
		if (l->batch[i].data.ptr == w)
			l->batch[i].data.ptr = NULL;
	}
}

void loop_timer_add(struct loop *l, struct loop_timer *t)
{
	t->next = l->timer;
	l->timer = t;
}

void loop_timer_remove(struct loop *l, struct loop_timer *t)
{
	for (struct loop_timer **p = &l->timer; *p; p = &(*p)->next) {
		if (*p == t) {
			*p = t->next;
			return;
		}
	}
}

/* The earliest timer that is set, or NULL. */
static struct loop_timer *next_timer(const struct loop *l)
{
	struct loop_timer *next = NULL;

	for (struct loop_timer *t = l->timer; t; t = t->next) {
		if (t->at && (!next || t->at < next->at))
			next = t;
	}
	return next;
}

/* Rounded up, so that a timer is due when the wait for it ends. */
static int wait_ms(const struct loop *l, int most_ms)
{
	const struct loop_timer *t = next_timer(l);
	uint64_t now = l->clock();
	uint64_t ms;

	if (!t)
		return most_ms;
	ms = t->at <= now ? 0 : (t->at - now + NS_PER_MS - 1) / NS_PER_MS;
	if (most_ms >= 0 && ms > (uint64_t)most_ms)
		return most_ms;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

/* Each timer that is due when the step begins, once: one that sets itself anew waits its turn. */
static void fire_timers(struct loop *l)
{
	uint64_t now = l->now;

	for (struct loop_timer *t; (t = next_timer(l)) && t->at <= now;) {
		t->at = 0;
		t->fire(t->data);
		if (t->at && t->at <= now)
			t->at = now + 1;
	}
}

int loop_step(struct loop *l, int most_ms)
{
	int n = epoll_wait(l->fd, l->batch, BATCH, wait_ms(l, most_ms));

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	l->now = l->clock();
	l->batched = n;
	for (int i = 0; i < n; i++) {
		struct loop_watch *w = l->batch[i].data.ptr;

		if (w)
			w->ready(w->data, l->batch[i].events);
	}
	l->batched = 0;
	fire_timers(l);
	return 0;
}

int loop_run(struct loop *l)
{
	int r = 0;

	for (l->stop = false; r == 0 && !l->stop;)
		r = loop_step(l, -1);
	return r;
}

void loop_stop(struct loop *l)
{
	l->stop = true;
}
