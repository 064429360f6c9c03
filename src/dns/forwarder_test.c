/* SPDX-License-Identifier: Apache-2.0 */
/* The forwarder with real sockets, in a network namespace of its own. */
#include "support/test.h"

#include <errno.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "dns/connection.h"
#include "dns/ledger.h"
#include "dns/listener.h"
#include "support/netns.h"
#include "support/oom.h"
#include "support/resolver.h"

static struct resolver t;

static int open_one(void **state)
{
	(void)state;
	return resolver_open(&t, NULL, 1);
}

/* Two upstreams, and a clock that goes. */
static int open_two(void **state)
{
	int r = resolver_open(&t, NULL, 2);

	(void)state;
	t.pace_ms = 10;
	return r;
}

static int close_it(void **state)
{
	(void)state;
	resolver_close(&t);
	return 0;
}

static unsigned asked(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < ARRAY_LEN(t.upstream); i++)
		n += t.upstream[i].asked_udp + t.upstream[i].asked_tcp;
	return n;
}

static void expect_log(const char *want)
{
	assert_string_equal(t.log.n ? t.log.data : "", want);
	buf_clear(&t.log);
}

static void learned_before_the_answer(void **state)
{
	(void)state;
	resolver_expect(&t, "QUERY; a1.zoom.us A",
			"NOERROR; a1.zoom.us A; a1.zoom.us 60 A 20.0.0.1");
	/* decided again when the answer came: the policy could have changed; floor 60, grace 60 */
	expect_log("decide a1.zoom.us; decide a1.zoom.us; learn a1.zoom.us 20.0.0.1 120; ");
	resolver_expect(&t, "QUERY; chain.zoom.us A",
			"NOERROR; chain.zoom.us A; chain.zoom.us 60 CNAME x.cdn.example;"
			" x.cdn.example 60 CNAME y.cdn.example; y.cdn.example 60 A 20.2.0.1");
	expect_log(
		"decide chain.zoom.us; decide chain.zoom.us; learn chain.zoom.us 20.2.0.1 120; ");
	resolver_expect(&t, "QUERY; short.zoom.us A | | OPT 1232",
			"NOERROR; short.zoom.us A; short.zoom.us 1 A 20.5.0.1 | | OPT 1232");
	expect_log(
		"decide short.zoom.us; decide short.zoom.us; learn short.zoom.us 20.5.0.1 120; ");
	assert_int_equal(asked(), 3);
}

static void refused_names_do_not_leave(void **state)
{
	static const char *const queries[] = { "zoom.us", "www.example", ".", "zoom.us.example",
					       "*.zoom.us" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
		char query[100];
		char want[100];

		(void)snprintf(query, sizeof(query), "QUERY; %s TYPE1", queries[i]);
		(void)snprintf(want, sizeof(want), "REFUSED; %s A", queries[i]);
		resolver_expect(&t, query, want);
	}
	resolver_expect(&t, "QUERY; www.example A | | OPT 4096",
			"REFUSED; www.example A | | OPT 1232 why 18");
	resolver_run(&t, 20);
	assert_int_equal(asked(), 0);
	assert_int_equal(t.learned, 0);
	assert_int_equal(forwarder_counters(t.f)->refused_name, 6);
}

static void refused_as_if_it_were_not_there(void **state)
{
	struct dns_settings s = dns_settings_default;

	(void)state;
	s.refuse = DNS_NXDOMAIN;
	assert_int_equal(resolver_open(&t, &s, 1), 0);
	resolver_expect(&t, "QUERY; www.example A", "NXDOMAIN; www.example A");
	assert_int_equal(asked(), 0);
	resolver_close(&t);
}

/* Its address is the site's own business: nothing is learned. */
static void refused_with_an_address(void **state)
{
	struct dns_settings s = dns_settings_default;

	(void)state;
	s.refuse = DNS_SINKHOLE;
	s.sinkholes = 1;
	assert_int_equal(addr_parse(STR("10.0.0.9"), &s.sinkhole[0]), 0);
	assert_int_equal(resolver_open(&t, &s, 1), 0);
	resolver_expect(&t, "QUERY; www.example A",
			"NOERROR; www.example A; www.example 10 A 10.0.0.9");
	resolver_expect(&t, "QUERY; www.example AAAA", "NOERROR; www.example AAAA");
	assert_int_equal(asked(), 0);
	assert_int_equal(t.learned, 0);
	resolver_close(&t);
}

static void cached_answers_renew(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= 3; i++) {
		resolver_expect(&t, "QUERY; a1.zoom.us A",
				"NOERROR; a1.zoom.us A; a1.zoom.us 60 A 20.0.0.1");
		assert_int_equal(t.learned, i);
	}
	assert_int_equal(asked(), 1);
	assert_int_equal(forwarder_counters(t.f)->hits, 2);
	t.refuse_all = true; /* what is cached is not given to those who may not have it */
	resolver_expect(&t, "QUERY; a1.zoom.us A", "REFUSED; a1.zoom.us A");
	assert_int_equal(t.learned, 3);
	resolver_expect(&t, "QUERY; none.zoom.us A", "REFUSED; none.zoom.us A");
	t.refuse_all = false;
	for (unsigned i = 0; i < 2; i++)
		resolver_expect(&t, "QUERY; none.zoom.us A",
				"NXDOMAIN; none.zoom.us A | zoom.us 60 SOA 60");
	assert_int_equal(asked(), 2);
}

static void what_the_kernel_does_not_know(void **state)
{
	(void)state;
	t.learn_answers = -ENOBUFS;
	resolver_expect(&t, "QUERY; a1.zoom.us A", "SERVFAIL; a1.zoom.us A");
	resolver_expect(&t, "QUERY; a1.zoom.us A", "SERVFAIL; a1.zoom.us A"); /* from the cache */
	assert_int_equal(forwarder_counters(t.f)->learn_refused, 2);
	resolver_expect(&t, "QUERY; none.zoom.us A",
			"NXDOMAIN; none.zoom.us A | zoom.us 60 SOA 60");
	t.learn_answers = 0;
	resolver_expect(&t, "QUERY; a1.zoom.us A",
			"NOERROR; a1.zoom.us A; a1.zoom.us 60 A 20.0.0.1");
}

/* What a client has received when the kernel is slow, and what was told to the forwarder. */
static void wait_for(unsigned learned)
{
	while (t.learned < learned)
		resolver_run(&t, 1);
}

static void answers_wait_for_the_kernel(void **state)
{
	EG_AUTO(buf_release) struct buf got = BUF_INIT;
	EG_AUTO(fd_closep) int fd = resolver_client(&t, false);
	uint64_t first;

	(void)state;
	t.learn_answers = -EINPROGRESS;
	resolver_send(fd, false, "QUERY; a1.zoom.us A", 1);
	wait_for(1);
	first = t.ticket;
	resolver_send(fd, false, "QUERY; a2.zoom.us A", 2);
	wait_for(2);
	resolver_receive(&t, fd, false, 20, &got);
	assert_string_equal(got.data, "nothing");
	assert_int_equal(forwarder_pending(t.f), 2);

	forwarder_learned(t.f, first + 100, 0); /* nobody waits for that one */
	forwarder_learned(t.f, t.ticket, 0);
	buf_clear(&got);
	resolver_receive(&t, fd, false, 20000, &got);
	assert_string_equal(got.data, "NOERROR; a2.zoom.us A; a2.zoom.us 60 A 20.0.0.2");
	forwarder_learned(t.f, t.ticket, 0); /* a second time */
	forwarder_learned(t.f, first, -ENOSPC);
	buf_clear(&got);
	resolver_receive(&t, fd, false, 20000, &got);
	assert_string_equal(got.data, "SERVFAIL; a1.zoom.us A");
	assert_int_equal(forwarder_pending(t.f), 0);
	assert_int_equal(forwarder_counters(t.f)->learned, 1);
	assert_int_equal(forwarder_counters(t.f)->learn_refused, 1);
	assert_int_equal(forwarder_counters(t.f)->answers, 2);
}

static void a_kernel_that_does_not_answer(void **state)
{
	(void)state;
	t.learn_answers = -EINPROGRESS;
	resolver_expect(&t, "QUERY; a1.zoom.us A | | OPT 1232",
			"SERVFAIL; a1.zoom.us A | | OPT 1232 why 0");
	forwarder_learned(t.f, t.ticket, 0); /* too late */
	assert_int_equal(forwarder_counters(t.f)->learn_late, 1);
	assert_int_equal(forwarder_counters(t.f)->learned, 0);
	assert_int_equal(forwarder_pending(t.f), 0);
}

static void types(void **state)
{
	(void)state;
	resolver_expect(&t, "QUERY; a1.four.zoom.us AAAA", "NOERROR; a1.four.zoom.us AAAA");
	resolver_expect(&t, "QUERY; www.example HTTPS", "REFUSED; www.example HTTPS");
	resolver_expect(&t, "QUERY; a1.zoom.us ANY", "REFUSED; a1.zoom.us ANY");
	resolver_expect(&t, "QUERY; a1.zoom.us AXFR", "REFUSED; a1.zoom.us AXFR");
	resolver_expect(&t, "QUERY; a1.zoom.us TYPE43 | | OPT 1232",
			"REFUSED; a1.zoom.us TYPE43 | | OPT 1232 why 21");
	assert_int_equal(asked(), 0);
	resolver_expect(&t, "QUERY; a1.zoom.us TXT", "NOERROR; a1.zoom.us TXT");
	assert_int_equal(asked(), 1);
}

static void services(void **state)
{
	struct dns_settings s = dns_settings_default;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		s.services = i == 0;
		assert_int_equal(resolver_open(&t, &s, 1), 0);
		resolver_expect(&t, "QUERY; a1.zoom.us HTTPS",
				i ? "NOERROR; a1.zoom.us HTTPS"
				  : "NOERROR; a1.zoom.us HTTPS; a1.zoom.us 60 HTTPS 1 . 1=026832");
		resolver_expect(&t, "QUERY; a1.zoom.us SVCB", "NOERROR; a1.zoom.us SVCB");
		assert_int_equal(asked(), i ? 0 : 2);
		assert_int_equal(t.learned, 0); /* no address came of it */
		resolver_close(&t);
	}
}

static void the_guard(void **state)
{
	(void)state;
	resolver_expect(&t, "QUERY; inner.zoom.us A", "REFUSED; inner.zoom.us A");
	assert_int_equal(t.learned, 0);
	resolver_expect(&t, "QUERY; mixed.zoom.us A",
			"NOERROR; mixed.zoom.us A; mixed.zoom.us 60 A 20.3.0.1");
	assert_int_equal(forwarder_counters(t.f)->guarded, 2);
}

static int look(void *data, const struct ledger_line *line)
{
	struct ledger_line *to = data;

	*to = *line;
	return 1;
}

/* A name with other addresses each time keeps so many of them, and it is seen what it costs. */
static void addresses_that_change(void **state)
{
	struct dns_settings s = dns_settings_default;
	struct ledger_line line = { 0 };

	(void)state;
	s.addresses = 128;
	assert_int_equal(resolver_open(&t, &s, 1), 0);
	for (unsigned i = 0; i < 10; i++) {
		EG_AUTO(buf_release) struct buf got = BUF_INIT;
		EG_AUTO(fd_closep) int fd = resolver_client(&t, true);

		resolver_send(fd, true, "QUERY; turn.zoom.us A", 1);
		resolver_receive(&t, fd, true, 20000, &got);
		assert_true(str_starts(buf_str(&got), "NOERROR; turn.zoom.us A; turn.zoom.us 0 A"));
	}
	assert_int_equal(t.forgotten, 640 - 128);
	assert_int_equal(ledger_each(forwarder_ledger(t.f), loop_now(t.loop), look, &line), 1);
	assert_string_equal(line.name, "turn.zoom.us");
	assert_int_equal(line.open, 128);
	assert_int_equal(line.answers, 10);
	assert_int_equal(line.learned, 640);
	assert_int_equal(line.closed, 640 - 128);
	assert_int_equal(forwarder_counters(t.f)->unlisted, 0);

	EG_AUTO(buf_release) struct buf got = BUF_INIT;
	EG_AUTO(fd_closep) int fd = resolver_client(&t, true);

	t.learn_answers = 1; /* they are open already: nothing changes */
	resolver_send(fd, true, "QUERY; turn.zoom.us A", 1);
	resolver_receive(&t, fd, true, 20000, &got);
	assert_true(str_starts(buf_str(&got), "NOERROR; turn.zoom.us A; turn.zoom.us 0 A"));
	assert_int_equal(ledger_each(forwarder_ledger(t.f), loop_now(t.loop), look, &line), 1);
	assert_int_equal(line.answers, 10);
	resolver_close(&t);
}

static void cut_answers_come_over_tcp(void **state)
{
	EG_AUTO(buf_release) struct buf got = BUF_INIT;
	EG_AUTO(fd_closep) int fd = -1;

	(void)state;
	resolver_expect(&t, "QUERY; cut.zoom.us A", "NOERROR TC; cut.zoom.us A");
	assert_int_equal(t.upstream[0].asked_udp, 1);
	assert_int_equal(t.upstream[0].asked_tcp, 1);
	assert_int_equal(t.learned, 1);
	fd = resolver_client(&t, true);
	resolver_send(fd, true, "QUERY; cut.zoom.us A", 1);
	resolver_receive(&t, fd, true, 5000, &got);
	assert_true(
		str_starts(buf_str(&got), "NOERROR; cut.zoom.us A; cut.zoom.us 60 A 20.1.0.0; "));
	assert_int_equal(asked(), 2);
}

static void clients_over_tcp(void **state)
{
	EG_AUTO(fd_closep) int fd = resolver_client(&t, true);
	EG_AUTO(fd_closep) int bad = resolver_client(&t, true);
	enum { QUERIES = 3 * FORWARDER_PIPELINE_MAX };

	(void)state;
	for (unsigned i = 0; i < QUERIES; i++) { /* more than may wait at the same time */
		char query[64];

		(void)snprintf(query, sizeof(query), "QUERY; a%u.zoom.us A", i);
		resolver_send(fd, true, i % 2 ? query : "QUERY; www.example A", (uint16_t)i);
	}
	shutdown(fd, SHUT_WR); /* the answers come all the same */
	for (unsigned i = 0; i <= QUERIES; i++) {
		EG_AUTO(buf_release) struct buf got = BUF_INIT;

		resolver_receive(&t, fd, true, 20000, &got);
		if (i == QUERIES)
			assert_string_equal(got.data, "nothing");
		else if (!str_starts(buf_str(&got), "NOERROR; a") &&
			 !str_starts(buf_str(&got), "REFUSED; www.example A"))
			fail_msg("answer %u: %s", i, got.data);
	}
	assert_int_equal(t.learned, QUERIES / 2);
	assert_int_equal(send(bad, "\0\1x", 3, MSG_NOSIGNAL), 3); /* a query of one byte */
	EG_AUTO(buf_release) struct buf got = BUF_INIT;

	resolver_receive(&t, bad, true, 20000, &got);
	assert_string_equal(got.data, "nothing");
}

/* The connection is gone when the answer comes, and its place is another client's. */
static void clients_that_go(void **state)
{
	EG_AUTO(buf_release) struct buf got = BUF_INIT;
	EG_AUTO(fd_closep) int gone = resolver_client(&t, true);
	EG_AUTO(fd_closep) int next = -1;
	static const struct linger reset = { .l_onoff = 1 };

	(void)state;
	t.upstream[0].silent = true;
	resolver_send(gone, true, "QUERY; a1.zoom.us A", 1);
	while (!forwarder_pending(t.f))
		resolver_run(&t, 1);
	assert_int_equal(setsockopt(gone, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
	fd_closep(&gone);
	resolver_run(&t, 5);
	next = resolver_client(&t, true);
	resolver_send(next, true, "QUERY; www.example A", 2);
	resolver_receive(&t, next, true, 20000, &got);
	assert_string_equal(got.data, "REFUSED; www.example A");
	t.upstream[0].silent = t.upstream[1].silent = false;
	while (forwarder_pending(t.f))
		resolver_run(&t, 1);
	buf_clear(&got);
	resolver_receive(&t, next, true, 50, &got);
	assert_string_equal(got.data, "nothing");
	assert_int_equal(forwarder_counters(t.f)->unsent, 1);
}

static void another_upstream(void **state)
{
	(void)state;
	t.upstream[0].silent = true;
	resolver_expect(&t, "QUERY; a1.zoom.us A",
			"NOERROR; a1.zoom.us A; a1.zoom.us 60 A 20.0.0.1");
	assert_int_equal(t.upstream[0].asked_udp, 1);
	assert_int_equal(t.upstream[1].asked_udp, 1);
	resolver_expect(&t, "QUERY; a2.zoom.us A",
			"NOERROR; a2.zoom.us A; a2.zoom.us 60 A 20.0.0.2");
	resolver_expect(&t, "QUERY; a3.zoom.us A",
			"NOERROR; a3.zoom.us A; a3.zoom.us 60 A 20.0.0.3");
	assert_int_equal(t.upstream[0].asked_udp, 3); /* now it rests */
	resolver_expect(&t, "QUERY; a4.zoom.us A",
			"NOERROR; a4.zoom.us A; a4.zoom.us 60 A 20.0.0.4");
	assert_int_equal(t.upstream[0].asked_udp, 3);
	assert_int_equal(forwarder_counters(t.f)->timeouts, 3);
}

/* Nobody listens there: the kernel says so, and nobody waits. */
static void an_upstream_that_is_not_there(void **state)
{
	uint64_t before = clock_ns();

	(void)state;
	loop_remove(t.loop, &t.upstream[0].udp);
	fd_closep(&t.upstream[0].udp.fd);
	resolver_expect(&t, "QUERY; a1.zoom.us A",
			"NOERROR; a1.zoom.us A; a1.zoom.us 60 A 20.0.0.1");
	assert_int_equal(forwarder_counters(t.f)->timeouts, 0);
	assert_true(forwarder_counters(t.f)->unreachable > 0);
	assert_true(clock_ns() > before);
}

static void no_upstream_answers(void **state)
{
	(void)state;
	resolver_expect(&t, "QUERY; quiet.zoom.us A | | OPT 1232",
			"SERVFAIL; quiet.zoom.us A | | OPT 1232 why 22");
	assert_int_equal(asked(), FORWARDER_TRIES_MAX);
	resolver_expect(&t, "QUERY; fail.zoom.us A", "SERVFAIL; fail.zoom.us A");
	assert_int_equal(asked(), 2 * FORWARDER_TRIES_MAX);
	assert_int_equal(forwarder_pending(t.f), 0);
}

static void forgeries(void **state)
{
	(void)state;
	resolver_expect(&t, "QUERY; forged.zoom.us A",
			"NOERROR; forged.zoom.us A; forged.zoom.us 60 A 20.4.0.1");
	assert_int_equal(t.upstream[0].asked_tcp, 0);
	resolver_expect(&t, "QUERY; guess.zoom.us A",
			"NOERROR; guess.zoom.us A; guess.zoom.us 60 A 20.4.0.1");
	assert_int_equal(t.upstream[0].asked_tcp, 1); /* where guessing ends */
	assert_int_equal(forwarder_counters(t.f)->foreign, 1);
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz.zoom.us"

/* Port and id are guessed: the letters are left. */
static void the_case_of_letters(void **state)
{
	uint8_t first[DNS_QUESTION_MAX];
	unsigned capitals = 0;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		resolver_expect(&t, i ? "QUERY; two." LETTERS " A" : "QUERY; one." LETTERS " A",
				i ? "NOERROR; two." LETTERS " A; two." LETTERS " 60 A 20.4.0.1"
				  : "NOERROR; one." LETTERS " A; one." LETTERS " 60 A 20.4.0.1");
		if (i == 0)
			memcpy(first, t.upstream[0].last, sizeof(first));
	}
	assert_int_not_equal(memcmp(first + 5, t.upstream[0].last + 5, 53), 0);
	for (size_t i = 5; i < 58; i++)
		capitals += first[i] >= 'A' && first[i] <= 'Z';
	assert_in_range(capitals, 1, 51);
	assert_int_equal(t.upstream[0].asked_tcp, 0);

	resolver_expect(&t, "QUERY; lower." LETTERS " A",
			"NOERROR; lower." LETTERS " A; lower." LETTERS " 60 A 20.4.0.1");
	assert_int_equal(t.upstream[0].asked_tcp, 1);
	assert_int_equal(forwarder_counters(t.f)->foreign, 1);
	/* One lie does not make the upstream one that folds. */
	resolver_expect(&t, "QUERY; lower.b." LETTERS " A",
			"NOERROR; lower.b." LETTERS " A; lower.b." LETTERS " 60 A 20.4.0.1");
	assert_int_equal(t.upstream[0].asked_tcp, 2);
}

static void an_upstream_that_folds_case(void **state)
{
	(void)state;
	t.upstream[0].folds = true;
	for (unsigned i = 0; i < 5; i++) {
		char query[120];
		char want[240];

		(void)snprintf(query, sizeof(query), "QUERY; a%u." LETTERS " A", i);
		(void)snprintf(want, sizeof(want),
			       "NOERROR; a%u." LETTERS " A; a%u." LETTERS " 60 A 20.0.0.%u", i, i,
			       i);
		resolver_expect(&t, query, want);
	}
	assert_int_equal(t.upstream[0].asked_udp, 5);
	assert_int_equal(t.upstream[0].asked_tcp, 1); /* where it was found out */
	assert_int_equal(forwarder_counters(t.f)->timeouts, 0);
}

static void one_question_once(void **state)
{
	int fd[FORWARDER_WAITERS_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		fd[i] = resolver_client(&t, false);
		resolver_send(fd[i], false, "QUERY; a1.zoom.us A", (uint16_t)i);
	}
	for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
		EG_AUTO(buf_release) struct buf got = BUF_INIT;

		resolver_receive(&t, fd[i], false, 20000, &got);
		assert_true(str_starts(buf_str(&got), "NOERROR; a1") ||
			    (i == FORWARDER_WAITERS_MAX && str_starts(buf_str(&got), "SERVFAIL")));
		fd_closep(&fd[i]);
	}
	assert_int_equal(asked(), 1);
}

/* The policy changes while the question is under way. */
static void no_longer_allowed(void **state)
{
	EG_AUTO(buf_release) struct buf got = BUF_INIT;
	EG_AUTO(fd_closep) int fd = resolver_client(&t, false);

	(void)state;
	t.upstream[0].silent = t.upstream[1].silent = true;
	resolver_send(fd, false, "QUERY; a1.zoom.us A", 1);
	while (!asked())
		resolver_run(&t, 1);
	t.refuse_all = true;
	t.upstream[0].silent = t.upstream[1].silent = false;
	resolver_receive(&t, fd, false, 20000, &got);
	assert_string_equal(got.data, "REFUSED; a1.zoom.us A");
	assert_int_equal(t.learned, 0);
}

static void no_queries(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *want;
	} cases[] = {
		{ "x", 1, "nothing" },
		{ "\0\1\x81\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", 19, "nothing" }, /* an answer */
		{ "\0\1\1\0\0\1\0\0\0\0\0\0\1a", 14, "FORMERR" },
		{ "\0\1\1\0\0\0\0\0\0\0\0\0", 12, "FORMERR" },
		{ "\0\1\x29\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", 19, "NOTIMP" },
		{ "\0\1\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\3", 19, "REFUSED; a A" }, /* CHAOS */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		EG_AUTO(buf_release) struct buf got = BUF_INIT;
		EG_AUTO(fd_closep) int fd = resolver_client(&t, false);

		assert_int_equal(send(fd, cases[i].bytes, cases[i].n, 0), cases[i].n);
		resolver_receive(&t, fd, false, cases[i].want[0] == 'n' ? 50 : 20000, &got);
		assert_string_equal(got.data, cases[i].want);
	}
	assert_int_equal(asked(), 0);
}

/* Fresh names, as many at a time as the table takes: each is learned before its answer is there. */
static void a_flood_of_names(void **state)
{
	enum { NAMES = 2000, BATCH = 200 };
	static uint8_t seen[65536];
	int fd[NAMES / BATCH];
	unsigned answers = 0;

	(void)state;
	t.seen = seen;
	t.upstream[0].silent = false;
	for (unsigned i = 0; i < NAMES; i++) {
		char query[64];

		if (i % BATCH == 0)
			fd[i / BATCH] = resolver_client(&t, false);
		(void)snprintf(query, sizeof(query), "QUERY; a%u.zoom.us A", i);
		resolver_send(fd[i / BATCH], false, query, (uint16_t)i);
		if (i % BATCH == BATCH - 1)
			resolver_run(&t, 0);
	}
	for (uint64_t end = clock_ns() + 60000000000; answers < NAMES && clock_ns() < end;) {
		resolver_step(&t);
		for (size_t i = 0; i < ARRAY_LEN(fd); i++) {
			uint8_t in[512];

			while (recv(fd[i], in, sizeof(in), MSG_DONTWAIT) > 0) {
				unsigned number = in[0] << 8 | in[1];

				assert_int_equal(in[3] & DNS_RCODE, RCODE_NOERROR);
				assert_int_equal(in[7], 1);
				assert_true(seen[number]);
				answers++;
			}
		}
	}
	assert_int_equal(answers, NAMES);
	assert_int_equal(t.learned, NAMES);
	for (size_t i = 0; i < ARRAY_LEN(fd); i++)
		fd_closep(&fd[i]);
}

static void silent_connections_end(void **state)
{
	struct dns_settings s = dns_settings_default;
	int fd;
	char c;

	(void)state;
	s.idle_ms = 20;
	assert_int_equal(resolver_open(&t, &s, 1), 0);
	fd = resolver_client(&t, true);
	resolver_run(&t, 50);
	assert_int_equal(recv(fd, &c, 1, MSG_DONTWAIT), -1);
	t.pace_ms = 5;
	while (recv(fd, &c, 1, MSG_DONTWAIT) < 0)
		resolver_step(&t);
	close(fd);
	resolver_close(&t);
}

static void places_to_listen(void **state)
{
	struct diag *d = diag_new();
	struct peer p = { .port = 53 };
	int fd = -1;

	(void)state;
	assert_int_equal(addr_parse(STR("0.0.0.0"), &p.addr), 0);
	assert_int_equal(listener_open(&p, false, d, &fd), E_REFUSED);
	assert_int_equal(addr_parse(STR("192.0.2.1"), &p.addr), 0);
	assert_int_equal(listener_open(&p, false, d, &fd), -EADDRNOTAVAIL);
	assert_int_equal(diag_errors(d), 2);
	assert_int_equal(fd, -1);
	diag_free(d);
}

static int born_and_gone(void *data)
{
	struct dns_settings s = dns_settings_default;
	const struct dns_hooks hooks = { 0 };
	struct forwarder *f;
	int r;

	s.upstreams = 1;
	s.upstream[0].peer = t.upstream[0].at;
	r = forwarder_new(data, &s, &hooks, &f);
	if (r == 0)
		forwarder_free(f);
	return r;
}

static void without_memory(void **state)
{
	(void)state;
	assert_int_equal(assert_survives_oom(born_and_gone, t.loop), 5);
	mem_fail_after(0); /* a question that cannot be kept is answered */
	resolver_expect(&t, "QUERY; www.example A", "REFUSED; www.example A");
	mem_fail_after(-1);
}

#define WITH(open, test) cmocka_unit_test_setup_teardown(test, open, close_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(open_one, learned_before_the_answer),
		WITH(open_one, refused_names_do_not_leave),
		cmocka_unit_test(refused_as_if_it_were_not_there),
		cmocka_unit_test(refused_with_an_address),
		WITH(open_one, cached_answers_renew),
		WITH(open_one, what_the_kernel_does_not_know),
		WITH(open_one, answers_wait_for_the_kernel),
		WITH(open_two, a_kernel_that_does_not_answer),
		WITH(open_one, types),
		cmocka_unit_test(services),
		WITH(open_one, the_guard),
		cmocka_unit_test(addresses_that_change),
		WITH(open_one, cut_answers_come_over_tcp),
		WITH(open_one, clients_over_tcp),
		WITH(open_two, clients_that_go),
		WITH(open_two, another_upstream),
		WITH(open_two, an_upstream_that_is_not_there),
		WITH(open_two, no_upstream_answers),
		WITH(open_two, forgeries),
		WITH(open_one, the_case_of_letters),
		WITH(open_one, an_upstream_that_folds_case),
		WITH(open_one, one_question_once),
		WITH(open_two, no_longer_allowed),
		WITH(open_one, no_queries),
		WITH(open_one, a_flood_of_names),
		cmocka_unit_test(silent_connections_end),
		cmocka_unit_test(places_to_listen),
		WITH(open_one, without_memory),
	};

	return netns_enter() ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
