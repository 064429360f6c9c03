/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/loop.h"

static uint64_t fake = 1000;

static uint64_t fake_clock(void)
{
	return fake;
}

struct end {
	struct loop *loop;
	struct loop_watch watch;
	struct end *other; /* to be removed when this one is ready */
	unsigned called;
};

static void ready(void *data, uint32_t events)
{
	struct end *e = data;

	assert_true(events & EPOLLIN);
	e->called++;
	if (e->other)
		loop_remove(e->loop, &e->other->watch);
	loop_stop(e->loop);
}

/* A pipe whose reading end is watched; the writing end is given back. */
static int watched(struct loop *l, struct end *e)
{
	int fd[2];

	assert_int_equal(pipe2(fd, O_CLOEXEC | O_NONBLOCK), 0);
	*e = (struct end){ .loop = l, .watch = { .fd = fd[0], .ready = ready, .data = e } };
	assert_int_equal(loop_add(l, &e->watch, EPOLLIN), 0);
	return fd[1];
}

static void descriptors(void **state)
{
	struct loop *l = loop_new(clock_ns);
	struct end e;
	int fd = watched(l, &e);

	(void)state;
	assert_int_equal(loop_step(l, 0), 0);
	assert_int_equal(e.called, 0);
	assert_int_equal(write(fd, "x", 1), 1);
	assert_int_equal(loop_run(l), 0);
	assert_int_equal(e.called, 1);
	assert_int_equal(loop_change(l, &e.watch, 0), 0);
	assert_int_equal(loop_step(l, 0), 0);
	assert_int_equal(e.called, 1);
	loop_remove(l, &e.watch);
	assert_true(loop_change(l, &e.watch, EPOLLIN) < 0);
	close(fd);
	close(e.watch.fd);
	loop_free(l);
}

/* Both are ready, the first one that is called removes the other: that is not called any more. */
static void removed_while_ready(void **state)
{
	struct loop *l = loop_new(clock_ns);
	struct end a;
	struct end b;
	int fd[] = { watched(l, &a), watched(l, &b) };

	(void)state;
	a.other = &b;
	b.other = &a;
	assert_int_equal(write(fd[0], "x", 1), 1);
	assert_int_equal(write(fd[1], "x", 1), 1);
	assert_int_equal(loop_step(l, 0), 0);
	assert_int_equal(a.called + b.called, 1);
	for (size_t i = 0; i < 2; i++)
		close(fd[i]);
	close(a.watch.fd);
	close(b.watch.fd);
	loop_free(l);
}

struct alarm {
	struct loop *loop;
	struct loop_timer timer;
	uint64_t again;
	unsigned fired;
};

static void fire(void *data)
{
	struct alarm *a = data;

	a->fired++;
	a->timer.at = a->again;
}

static void timers(void **state)
{
	struct loop *l = loop_new(fake_clock);
	struct alarm a = { .loop = l, .timer = { .fire = fire, .data = &a, .at = fake + 10 } };
	struct alarm b = { .loop = l, .timer = { .fire = fire, .data = &b, .at = fake + 20 } };

	(void)state;
	loop_timer_add(l, &a.timer);
	loop_timer_add(l, &b.timer);
	assert_int_equal(loop_step(l, 0), 0);
	assert_int_equal(a.fired + b.fired, 0);
	fake += 10;
	assert_int_equal(loop_step(l, -1), 0);
	assert_int_equal(loop_now(l), fake);
	assert_int_equal(a.fired, 1);
	assert_int_equal(b.fired, 0);
	a.timer.at = 1; /* long due, and sets itself anew: once a step */
	a.again = 1;
	fake += 10;
	assert_int_equal(loop_step(l, -1), 0);
	assert_int_equal(a.fired, 2);
	assert_int_equal(b.fired, 1);
	loop_timer_remove(l, &a.timer);
	loop_timer_remove(l, &a.timer);
	fake += 10;
	assert_int_equal(loop_step(l, 0), 0);
	assert_int_equal(a.fired, 2);
	loop_free(l);
}

/* A wait ends when a timer is due, and not before. */
static void real_time(void **state)
{
	struct loop *l = loop_new(clock_ns);
	struct alarm a = { .loop = l, .timer = { .fire = fire, .data = &a } };

	(void)state;
	loop_timer_add(l, &a.timer);
	a.timer.at = clock_ns() + 3000000;

	uint64_t at = a.timer.at;

	while (!a.fired)
		assert_int_equal(loop_step(l, -1), 0);
	assert_true(clock_ns() >= at);
	loop_timer_remove(l, &a.timer);
	loop_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptors),
		cmocka_unit_test(removed_while_ready),
		cmocka_unit_test(timers),
		cmocka_unit_test(real_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
