/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread's wait for many descriptors and a few points in time, over epoll.
 *
 * Watches and timers are the caller's memory (usually inside what they are about) and must stay
 * where they are between add and remove. A watch that is removed, by itself or by another one's
 * function, is not called any more, not even for an event that was already fetched. Timers are few:
 * finding the next one walks them all.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct loop;

struct loop_watch {
	int fd;
	void (*ready)(void *data, uint32_t events); /* EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP */
	void *data;
};

struct loop_timer {
	uint64_t at; /* on the loop's clock, nanoseconds; 0: not set. Fired once, then 0. */
	void (*fire)(void *data);
	void *data;
	struct loop_timer *next; /* the loop's own */
};

/* `clock` is clock_ns() but in tests. NULL: out of memory or descriptors. */
struct loop *loop_new(uint64_t (*clock)(void));
void loop_free(struct loop *l);
void loop_freep(struct loop **l);

/* The time when the loop last woke up: good enough for deadlines, and free. */
uint64_t loop_now(const struct loop *l);

EG_CHECK int loop_add(struct loop *l, struct loop_watch *w, uint32_t events);
EG_CHECK int loop_change(struct loop *l, struct loop_watch *w, uint32_t events);
void loop_remove(struct loop *l, struct loop_watch *w); /* the descriptor is still open */

void loop_timer_add(struct loop *l, struct loop_timer *t);
void loop_timer_remove(struct loop *l, struct loop_timer *t);

/* Waits once, at most `most_ms` (negative: no limit), and calls what is due. */
EG_CHECK int loop_step(struct loop *l, int most_ms);

/* Steps until loop_stop(). */
EG_CHECK int loop_run(struct loop *l);
void loop_stop(struct loop *l);
