/* SPDX-License-Identifier: Apache-2.0 */
/* Messages, and the channel that they go through. */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fd.h"
#include "daemon/channel.h"

static struct addr addr_of(const char *text)
{
	struct addr a;

	assert_int_equal(addr_parse(str_of(text), &a), 0);
	return a;
}

static struct message learn_sample(void)
{
	struct message m = { .type = MESSAGE_LEARN };

	m.learn.ticket = 0x123456789abcdef0;
	m.learn.client = addr_of("2001:db8:1::5");
	assert_int_equal(name_parse(STR("us02web.zoom.us"), &m.learn.name), 0);
	m.learn.n = ANSWER_ADDRESSES_MAX;
	for (size_t i = 0; i < m.learn.n; i++)
		m.learn.address[i] = (struct dns_learned){ addr_of("170.114.1.1"), 120 };
	return m;
}

static struct message forget_sample(void)
{
	struct message m = { .type = MESSAGE_FORGET };

	assert_int_equal(name_parse(STR("us02web.zoom.us"), &m.forget.name), 0);
	m.forget.n = ANSWER_ADDRESSES_MAX;
	for (size_t i = 0; i < m.forget.n; i++)
		m.forget.address[i] = addr_of("2001:db8:1::5");
	return m;
}

static struct message resolver_sample(void)
{
	struct message m = { .type = MESSAGE_RESOLVER, .resolver = dns_settings_default };
	struct dns_settings *s = &m.resolver;

	s->upstreams = FORWARDER_UPSTREAMS_MAX;
	for (size_t i = 0; i < s->upstreams; i++)
		assert_int_equal(
			nameserver_parse(STR("tls://192.0.2.53#dns.example"), &s->upstream[i]), 0);
	s->refuse = DNS_SINKHOLE;
	s->sinkholes = 2;
	s->sinkhole[0] = addr_of("10.1.0.9");
	s->sinkhole[1] = addr_of("2001:db8::9");
	return m;
}

static struct message learned_sample(void)
{
	struct message m = { .type = MESSAGE_LEARNED };

	m.learned.n = MESSAGE_LEARNED_MAX;
	for (size_t i = 0; i < m.learned.n; i++) {
		m.learned.one[i].ticket = i;
		m.learned.one[i].r = i % 3 ? E_LIMIT : i % 2 ? -ENOSPC : 0;
	}
	return m;
}

static void whole(const struct message *m)
{
	uint8_t data[MESSAGE_MAX], again[MESSAGE_MAX];
	static struct message got;
	size_t n = message_write(m, data);

	assert_true(n < MESSAGE_MAX); /* the largest ones fit */
	assert_int_equal(message_read(data, n, &got), 0);
	assert_int_equal(message_write(&got, again), n);
	assert_memory_equal(again, data, n);
	for (size_t i = 0; i < n; i++) { /* cut anywhere, or with something behind it */
		if (message_read(data, i, &got) == 0)
			fail_msg("type %d is read from %zu of %zu bytes", m->type, i, n);
	}
	data[n] = 0;
	assert_int_equal(message_read(data, n + 1, &got), E_SYNTAX);
}

static void there_and_back(void **state)
{
	const struct message samples[] = { learn_sample(),
					   forget_sample(),
					   resolver_sample(),
					   learned_sample(),
					   { .type = MESSAGE_COUNTERS,
					     .counters = { .answers = UINT64_MAX } },
					   { .type = MESSAGE_START },
					   { .type = MESSAGE_TRUST },
					   { .type = MESSAGE_DRAIN } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++)
		whole(&samples[i]);
}

static void refuse(const char *bytes, size_t n, int want)
{
	static struct message m;

	assert_int_equal(message_read((const uint8_t *)bytes, n, &m), want);
}

static void no_messages(void **state)
{
	(void)state;
	refuse("", 0, E_TRUNCATED);
	refuse("\0", 1, E_SYNTAX);
	refuse("\x63", 1, E_SYNTAX);
	refuse("\6\1\0", 3, E_LIMIT);				/* LEARNED with 256 tickets */
	refuse("\6\0\1\0\0\0\0\0\0\0\1\xff\xff", 13, E_SYNTAX); /* of an error that is none */
}

/* ---- the channel ---- */

struct end {
	struct channel channel;
	size_t received, rests, files;
	bool ended;
	int r;
	uint64_t last;
};

static void received(void *data, const struct message *m, int *fd)
{
	struct end *e = data;

	if (m->type == MESSAGE_LEARNED) {
		assert_int_equal(m->learned.one[0].ticket, e->last + 1); /* in order */
		e->last = m->learned.one[0].ticket;
	}
	e->received++;
	e->files += *fd >= 0 && fcntl(*fd, F_GETFD) == FD_CLOEXEC;
}

static void rested(void *data)
{
	struct end *e = data;

	e->rests++;
}

static void ended(void *data, int r)
{
	struct end *e = data;

	e->ended = true;
	e->r = r;
}

static struct end a, b;
static struct loop *loop;

static void open_end(struct end *e, int fd)
{
	*e = (struct end){ 0 };
	e->channel = (struct channel){
		.received = received, .rested = rested, .ended = ended, .data = e
	};
	assert_int_equal(channel_open(&e->channel, loop, fd), 0);
}

static int open_both(void **state)
{
	int pair[2];

	(void)state;
	loop = loop_new(clock_ns);
	assert_int_equal(channel_pair(pair), 0);
	open_end(&a, pair[0]);
	open_end(&b, pair[1]);
	return 0;
}

static int close_both(void **state)
{
	(void)state;
	channel_close(&a.channel);
	channel_close(&b.channel);
	loop_free(loop);
	return 0;
}

static void run(void)
{
	for (size_t i = 0; i < 3000; i++)
		assert_int_equal(loop_step(loop, 0), 0);
}

/* More than the socket holds: the rest waits, nothing is lost, and the order stays. */
static void a_queue(void **state)
{
	struct message m = learned_sample();
	size_t sent = 0;

	(void)state;
	for (;; sent++) {
		m.learned.one[0].ticket = sent + 1;
		if (channel_send(&a.channel, &m, -1) < 0)
			break;
	}
	assert_true(sent > CHANNEL_QUEUE_MAX);
	assert_int_equal(channel_send(&a.channel, &m, -1), E_LIMIT);
	assert_int_equal(channel_send(&a.channel, &m, STDERR_FILENO), -EAGAIN);
	run();
	assert_int_equal(b.received, sent);
	assert_true(b.rests >= sent / CHANNEL_BURST);
	assert_int_equal(channel_send(&a.channel, &m, STDERR_FILENO), 0);
}

static void files(void **state)
{
	const struct message m = { .type = MESSAGE_SOCKET };

	(void)state;
	assert_int_equal(channel_send(&a.channel, &m, STDERR_FILENO), 0);
	assert_int_equal(channel_send(&a.channel, &m, -1), 0);
	run();
	assert_int_equal(b.received, 2);
	assert_int_equal(b.files, 1);
}

static void the_other_side_goes(void **state)
{
	const struct message m = { .type = MESSAGE_START };

	(void)state;
	assert_int_equal(channel_send(&a.channel, &m, -1), 0);
	channel_close(&a.channel);
	run();
	assert_int_equal(b.received, 1);
	assert_true(b.ended);
	assert_int_equal(b.r, 0);
	assert_int_equal(channel_send(&b.channel, &m, -1), -EPIPE);
}

static void something_else_is_sent(void **state)
{
	static const char junk[MESSAGE_MAX + 1] = "\x63";

	(void)state;
	assert_int_equal(send(a.channel.watch.fd, junk, 2, 0), 2);
	run();
	assert_true(b.ended);
	assert_int_equal(b.r, E_SYNTAX);
	assert_int_equal(b.received, 0);
}

static void too_long_a_packet(void **state)
{
	static char junk[MESSAGE_MAX + 1];

	(void)state;
	assert_int_equal(send(a.channel.watch.fd, junk, sizeof(junk), 0), sizeof(junk));
	run();
	assert_true(b.ended);
	assert_int_equal(b.r, E_SYNTAX);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, open_both, close_both)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(no_messages),
		WITH(a_queue),
		WITH(files),
		WITH(the_other_side_goes),
		WITH(something_else_is_sent),
		WITH(too_long_a_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
