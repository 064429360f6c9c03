/* SPDX-License-Identifier: Apache-2.0 */
/* The connection to an upstream; the test is the upstream, and its clock stands still. */
#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "dns/listener.h"
#include "dns/stream.h"
#include "support/netns.h"
#include "support/oom.h"

enum { QUERIES = 3, MESSAGE = 14, IDLE_MS = 1000 };

static uint64_t now;

static uint64_t clock_of_the_test(void)
{
	return now;
}

/* A question of 14 bytes: a header whose id is its number. */
struct asked {
	struct stream_query q;
	uint8_t message[MESSAGE];
	int r; /* 1: under way */
	unsigned answers;
};

static struct {
	struct loop *loop;
	struct nameserver at;
	struct stream stream;
	int listener;
	struct asked asked[QUERIES];
} t;

static void done(void *data, int r, const uint8_t *packet, size_t n)
{
	struct asked *a = data;

	a->r = r;
	a->answers++;
	if (r == 0) {
		assert_int_equal(n, 12);
		assert_int_equal(packet[1], a->message[3]);
	}
}

static int ask(unsigned i)
{
	struct asked *a = &t.asked[i];

	memset(a->message, 0, sizeof(a->message));
	a->message[1] = MESSAGE - 2;
	a->message[3] = (uint8_t)i;
	a->r = 1;
	a->q = (struct stream_query){
		.message = a->message, .n = sizeof(a->message), .done = done, .data = a
	};
	return stream_ask(&t.stream, &a->q);
}

static int open_it(void **state)
{
	struct diag *d = diag_new();

	(void)state;
	memset(&t, 0, sizeof(t));
	now = 1;
	t.loop = loop_new(clock_of_the_test);
	assert_int_equal(addr_parse(STR("127.0.0.1"), &t.at.peer.addr), 0);
	assert_int_equal(listener_open(&t.at.peer, true, d, &t.listener), 0);
	assert_int_equal(listener_port(t.listener, &t.at.peer.port), 0);
	stream_init(&t.stream, t.loop, &t.at, NULL, IDLE_MS);
	diag_free(d);
	return 0;
}

static int close_it(void **state)
{
	(void)state;
	stream_release(&t.stream);
	fd_closep(&t.listener);
	loop_free(t.loop);
	return 0;
}

static void step(void)
{
	assert_int_equal(loop_step(t.loop, 1), 0);
}

/* Its next connection, or -1 when none comes. */
static int accepted(void)
{
	for (unsigned i = 0; i < 2000; i++) {
		int fd = accept4(t.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0)
			return fd;
		step();
	}
	return -1;
}

/* Takes a question off the connection, which is the number of; or -1: it has ended. */
static int next_question(int fd)
{
	uint8_t in[MESSAGE];
	size_t got = 0;

	for (unsigned i = 0; i < 2000 && got < sizeof(in); i++) {
		ssize_t n = recv(fd, in + got, sizeof(in) - got, 0);

		if (n == 0)
			return -1;
		got += n > 0 ? (size_t)n : 0;
		step();
	}
	assert_int_equal(got, sizeof(in));
	return in[3];
}

static void answer(int fd, unsigned i)
{
	uint8_t out[MESSAGE] = { 0, MESSAGE - 2, 0, (uint8_t)i };

	assert_int_equal(send(fd, out, sizeof(out), MSG_NOSIGNAL), sizeof(out));
}

static void wait_for(unsigned i)
{
	for (unsigned n = 0; n < 2000 && t.asked[i].r == 1; n++)
		step();
}

static void expect_all(int r)
{
	for (unsigned i = 0; i < QUERIES; i++) {
		wait_for(i);
		assert_int_equal(t.asked[i].r, r);
		assert_int_equal(t.asked[i].answers, 1);
	}
}

static void ask_all(void)
{
	for (unsigned i = 0; i < QUERIES; i++)
		assert_int_equal(ask(i), 0);
}

static void read_all(int fd)
{
	for (int i = 0; i < QUERIES; i++)
		assert_int_equal(next_question(fd), i);
}

static void answers_in_any_order(void **state)
{
	static const uint8_t all[] = { 0, 12, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 2 */
				       0, 12, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* nobody's */
				       0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 0 */
				       0, 12, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	int fd;

	(void)state;
	ask_all();
	fd = accepted();
	read_all(fd);
	for (size_t i = 0; i < sizeof(all); i += 9) { /* cut anywhere */
		size_t n = sizeof(all) - i < 9 ? sizeof(all) - i : 9;

		assert_int_equal(send(fd, all + i, n, MSG_NOSIGNAL), n);
		step();
	}
	expect_all(0);
	assert_int_equal(ask(0), 0); /* the same connection */
	assert_int_equal(next_question(fd), 0);
	close(fd);
}

static void one_id_once(void **state)
{
	struct asked *a = &t.asked[0];
	struct stream_query again;

	(void)state;
	assert_int_equal(ask(0), 0);
	again = a->q;
	again.stream = NULL;
	assert_int_equal(stream_ask(&t.stream, &again), E_CONFLICT);
	stream_forget(&a->q);
	stream_forget(&a->q);
	assert_int_equal(ask(0), 0);
}

static void what_a_closed_connection_owes_is_asked_again(void **state)
{
	int fd;

	(void)state;
	ask_all();
	for (int i = 0; i < QUERIES; i++) {
		fd = accepted();
		for (int k = i; k < QUERIES; k++)
			assert_int_equal(next_question(fd), k);
		answer(fd, (unsigned)i);
		wait_for((unsigned)i);
		close(fd);
	}
	expect_all(0);
}

static void one_that_never_answered_is_not_tried_again(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		int fd;

		memset(t.asked, 0, sizeof(t.asked));
		ask_all();
		fd = accepted();
		read_all(fd);
		close(fd);
		expect_all(-ECONNRESET);
	}
}

static void nobody_is_there(void **state)
{
	(void)state;
	fd_closep(&t.listener);
	ask_all();
	for (unsigned i = 0; i < QUERIES; i++) {
		wait_for(i);
		assert_true(t.asked[i].r < 0);
		assert_int_equal(t.asked[i].answers, 1);
	}
}

static void no_message(void **state)
{
	int fd;

	(void)state;
	ask_all();
	fd = accepted();
	assert_int_equal(send(fd, "\0\13", 2, MSG_NOSIGNAL), 2);
	expect_all(-EPROTO);
	assert_int_equal(t.stream.watch.fd, -1);
	close(fd);
}

static void an_idle_connection_is_closed(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(ask(0), 0);
	fd = accepted();
	assert_int_equal(next_question(fd), 0);
	now += 2ULL * IDLE_MS * 1000000; /* it is owed an answer: not idle */
	step();
	assert_true(t.stream.watch.fd >= 0);
	answer(fd, 0);
	wait_for(0);
	now += IDLE_MS * 1000000ULL - 1;
	step();
	assert_true(t.stream.watch.fd >= 0);
	now++;
	step();
	assert_int_equal(t.stream.watch.fd, -1);
	assert_int_equal(next_question(fd), -1);
	close(fd);
	assert_int_equal(ask(1), 0);
	fd = accepted();
	assert_int_equal(next_question(fd), 1);
	close(fd);
}

/* As behind a gateway that has forgotten the connection: nothing comes, not even an end. */
static void a_silent_connection_is_given_up(void **state)
{
	int fd;

	(void)state;
	ask_all();
	fd = accepted();
	read_all(fd);
	now += STREAM_QUIET_MS * 1000000ULL - 1;
	step();
	stream_forget(&t.asked[0].q);
	assert_int_equal(t.stream.connection, 1); /* it may be slow */
	now++;
	step();
	stream_forget(&t.asked[1].q);
	assert_int_equal(t.stream.connection, 2);
	close(fd);
	fd = accepted();
	assert_int_equal(next_question(fd), 2);
	answer(fd, 2);
	wait_for(2);
	assert_int_equal(t.asked[2].r, 0);
	assert_int_equal(t.asked[0].answers + t.asked[1].answers, 0);
	close(fd);
}

static int ask_and_forget(void *data)
{
	int r = ask(0);

	(void)data;
	stream_release(&t.stream);
	stream_init(&t.stream, t.loop, &t.at, NULL, IDLE_MS);
	return r;
}

static void without_memory(void **state)
{
	(void)state;
	assert_int_equal(assert_survives_oom(ask_and_forget, NULL), 2);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, open_it, close_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(answers_in_any_order),
		WITH(one_id_once),
		WITH(what_a_closed_connection_owes_is_asked_again),
		WITH(one_that_never_answered_is_not_tried_again),
		WITH(nobody_is_there),
		WITH(no_message),
		WITH(an_idle_connection_is_closed),
		WITH(a_silent_connection_is_given_up),
		WITH(without_memory),
	};

	if (!netns_enter())
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
