/* SPDX-License-Identifier: Apache-2.0 */
#include "support/resolver.h"

#include "support/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "dns/listener.h"
#include "support/dnstext.h"

static uint8_t packet[DNSTEXT_MAX];

static uint64_t now = 1000000000;

static uint64_t clock_of_the_test(void)
{
	return now;
}

static void check(bool good, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "resolver: %s: %s\n", what, strerror(errno));
	abort();
}

/* ---- upstreams ---- */

static void many(struct buf *text, const char *name)
{
	for (unsigned i = 0; i < 60; i++)
		buf_printf(text, "; %s 60 A 20.1.0.%u", name, i);
}

static void turn(struct buf *text, const char *name)
{
	static unsigned next;

	for (unsigned i = 0; i < 64; i++, next++)
		buf_printf(text, "; %s 0 A 20.6.%u.%u", name, next >> 8 & 255, next & 255);
}

/* The response to a name, and whether it goes out over this protocol at all. */
static bool response(const char *name, const char *type, bool tcp, struct buf *text)
{
	struct str first = str_of(name);
	struct str label = str_cut(&first, '.');
	uint64_t n;

	buf_printf(text, "%s; %s %s",
		   str_is(label, "fail")	  ? "SERVFAIL"
		   : str_is(label, "none")	  ? "NXDOMAIN"
		   : str_is(label, "cut") && !tcp ? "TC"
						  : "NOERROR",
		   name, type);
	if (str_is(label, "none"))
		buf_adds(text, "| zoom.us 60 SOA 60");
	else if (strcmp(type, "HTTPS") == 0)
		buf_printf(text, "; %s 60 HTTPS 1 . 1=026832 4=06060606 5=00", name);
	else if (strcmp(type, "A") != 0 || str_is(label, "fail") || (str_is(label, "cut") && !tcp))
		;
	else if (str_is(label, "chain"))
		buf_printf(text,
			   "; %s 60 CNAME x.cdn.example; x.cdn.example 60 CNAME y.cdn.example;"
			   "y.cdn.example 60 A 20.2.0.1; evil.example 60 A 20.2.0.2",
			   name);
	else if (str_is(label, "many") || str_is(label, "cut"))
		many(text, name);
	else if (str_is(label, "turn"))
		turn(text, name);
	else if (str_is(label, "inner"))
		buf_printf(text, "; %s 60 A 192.168.0.1", name);
	else if (str_is(label, "mixed"))
		buf_printf(text, "; %s 60 A 192.168.0.1; %s 60 A 20.3.0.1", name, name);
	else if (str_is(label, "short"))
		buf_printf(text, "; %s 1 A 20.5.0.1", name);
	else if (label.p[0] == 'a' &&
		 str_u64((struct str){ label.p + 1, label.n - 1 }, 65535, &n) == 0)
		buf_printf(text, "; %s 60 A 20.0.%u.%u", name, (unsigned)n >> 8, (unsigned)n & 255);
	else
		buf_printf(text, "; %s 60 A 20.4.0.1", name);
	return !str_is(label, "quiet");
}

static const char *type_name(uint16_t type)
{
	switch (type) {
	case TYPE_A:
		return "A";
	case TYPE_HTTPS:
		return "HTTPS";
	case TYPE_SVCB:
		return "SVCB";
	default:
		return "TXT";
	}
}

/* Those that a name asks for. True: there is nothing else. */
static bool forgeries(const struct dns_query *q, const struct name *name, const char *truth,
		      void (*forge)(void *data, size_t n), void *data)
{
	bool guess = strncmp(name->text, "guess.", 6) == 0;
	char lie[600];

	if (strncmp(name->text, "lower.", 6) == 0) {
		(void)snprintf(lie, sizeof(lie), "NOERROR; %s A; %s 9 A 6.6.6.6", name->text,
			       name->text);
		forge(data, dnstext_make(lie, q->id, packet));
	}
	if (!guess && strncmp(name->text, "forged.", 7) != 0)
		return false;
	for (unsigned i = 0; i < (guess ? 20U : 3U); i++) {
		const char *text = i % 2 ? truth : "NOERROR; other.us A; other.us 9 A 6.6.6.6";

		forge(data, dnstext_make(text, (uint16_t)(q->id + i % 2), packet));
	}
	return guess;
}

/* Answers one query; forgeries go before it. */
static size_t answer(struct resolver_upstream *u, const uint8_t *query, size_t n, bool tcp,
		     void (*forge)(void *data, size_t n), void *data)
{
	EG_AUTO(buf_release) struct buf text = BUF_INIT;
	struct dns_query q;
	struct name name;
	size_t size;

	check(dns_query_read(query, n, &q) == RCODE_NOERROR, "what came upstream is no query");
	check(dns_name_text(&q.question.name, &name) == 0, "no name");
	*(tcp ? &u->asked_tcp : &u->asked_udp) += 1;
	memcpy(u->last, q.raw, q.raw_n);
	if (u->silent || !response(name.text, type_name(q.question.type), tcp, &text))
		return 0;
	if (forge && forgeries(&q, &name, text.data, forge, data))
		return 0;
	size = dnstext_make(text.data, q.id, packet);
	if (!u->folds)
		memcpy(packet + DNS_HEADER, q.raw, q.raw_n);
	return size;
}

struct datagram {
	int fd;
	union peer_wire from;
	socklen_t length;
};

static void send_datagram(void *data, size_t n)
{
	const struct datagram *d = data;

	check(sendto(d->fd, packet, n, 0, &d->from.any, d->length) == (ssize_t)n, "sendto");
}

static void udp_ready(void *data, uint32_t events)
{
	struct resolver_upstream *u = data;

	(void)events;
	for (;;) {
		struct datagram d = { .fd = u->udp.fd, .length = sizeof(d.from) };
		uint8_t query[512];
		ssize_t n =
			recvfrom(d.fd, query, sizeof(query), MSG_DONTWAIT, &d.from.any, &d.length);
		size_t size;

		if (n < 0)
			return;
		size = answer(u, query, (size_t)n, false, send_datagram, &d);
		if (size)
			send_datagram(&d, size);
	}
}

static void end_connection(struct resolver_upstream *u)
{
	if (u->connection.fd >= 0)
		loop_remove(u->loop, &u->connection);
	fd_closep(&u->connection.fd);
}

/* A connection's one query comes with its first segment, and the answer fits the socket's buffer.
 */
static void connection_ready(void *data, uint32_t events)
{
	struct resolver_upstream *u = data;
	int fd = u->connection.fd;
	uint8_t query[514];
	uint8_t length[2];
	ssize_t n = recv(fd, query, sizeof(query), MSG_DONTWAIT);
	size_t size;

	(void)events;
	if (n > 2) {
		size = answer(u, query + 2, (size_t)n - 2, true, NULL, NULL);
		length[0] = (uint8_t)(size >> 8);
		length[1] = (uint8_t)size;
		check(send(fd, length, 1, MSG_NOSIGNAL) == 1, "send"); /* in three pieces */
		check(send(fd, length + 1, 1, MSG_NOSIGNAL) == 1, "send");
		check(send(fd, packet, size, MSG_NOSIGNAL) == (ssize_t)size, "send");
	}
	end_connection(u);
}

static void tcp_ready(void *data, uint32_t events)
{
	struct resolver_upstream *u = data;

	(void)events;
	end_connection(u);
	u->connection.fd = accept4(u->tcp.fd, NULL, NULL, SOCK_CLOEXEC);
	check(u->connection.fd >= 0, "accept");
	check(loop_add(u->loop, &u->connection, EPOLLIN) == 0, "loop");
}

/* On whatever port is free. */
static void open_both(struct peer *at, struct diag *d, int *tcp, int *udp)
{
	check(listener_open(at, true, d, tcp) == 0, "listen");
	check(listener_port(*tcp, &at->port) == 0, "port");
	check(listener_open(at, false, d, udp) == 0, "bind");
}

static void open_upstream(struct loop *loop, struct resolver_upstream *u)
{
	struct diag *d = diag_new();

	u->loop = loop;
	u->udp = (struct loop_watch){ .fd = -1, .ready = udp_ready, .data = u };
	u->tcp = (struct loop_watch){ .fd = -1, .ready = tcp_ready, .data = u };
	u->connection = (struct loop_watch){ .fd = -1, .ready = connection_ready, .data = u };
	check(addr_parse(STR("127.0.0.2"), &u->at.addr) == 0, "address");
	open_both(&u->at, d, &u->tcp.fd, &u->udp.fd);
	check(loop_add(loop, &u->udp, EPOLLIN) == 0, "loop");
	check(loop_add(loop, &u->tcp, EPOLLIN) == 0, "loop");
	diag_free(d);
}

static void close_upstream(struct resolver_upstream *u)
{
	end_connection(u);
	loop_remove(u->loop, &u->udp);
	loop_remove(u->loop, &u->tcp);
	fd_closep(&u->udp.fd);
	fd_closep(&u->tcp.fd);
}

/* ---- hooks ---- */

static enum dns_decision decide(void *data, struct addr client, const struct name *name)
{
	struct resolver *r = data;

	check(client.family == FAMILY_V4 && client.value >> 24 == 127, "whose query is it");
	r->decided++;
	if (!r->seen)
		buf_printf(&r->log, "decide %s; ", name->text);
	if (r->refuse_all || !str_ends(str_of(name->text), ".zoom.us"))
		return DNS_REFUSE;
	return str_ends(str_of(name->text), ".four.zoom.us") ? DNS_ALLOW_V4 : DNS_ALLOW;
}

static int learn(void *data, uint64_t ticket, struct addr client, const struct name *name,
		 const struct dns_learned *address, size_t n)
{
	struct resolver *r = data;

	(void)client;
	r->learned++;
	r->ticket = ticket;
	for (size_t i = 0; i < n; i++) {
		if (r->seen) {
			r->seen[address[i].addr.value & 0xffff] = 1;
			continue;
		}
		buf_printf(&r->log, "%s ", i ? "," : "learn");
		if (i == 0)
			buf_printf(&r->log, "%s ", name->text);
		addr_print(address[i].addr, &r->log);
		buf_printf(&r->log, " %u%s", address[i].seconds, i + 1 == n ? "; " : "");
	}
	return r->learn_answers;
}

static void forget(void *data, const struct name *name, const struct addr *address, size_t n)
{
	struct resolver *r = data;

	(void)name;
	check(n > 0 && address->family == FAMILY_V4, "what is to be forgotten");
	r->forgotten += (unsigned)n;
}

/* ---- all of it ---- */

int resolver_open(struct resolver *r, const struct dns_settings *settings, size_t upstreams)
{
	struct dns_settings s = settings ? *settings : dns_settings_default;
	const struct dns_hooks hooks = {
		.decide = decide, .learn = learn, .forget = forget, .data = r
	};
	struct diag *d = diag_new();
	int tcp = -1, udp = -1;
	int e;

	*r = (struct resolver){ .loop = loop_new(clock_of_the_test) };
	check(r->loop && d, "memory");
	for (size_t i = 0; i < ARRAY_LEN(r->upstream); i++) {
		open_upstream(r->loop, &r->upstream[i]);
		if (upstreams)
			s.upstream[i].peer = r->upstream[i].at;
	}
	if (upstreams)
		s.upstreams = upstreams;
	e = forwarder_new(r->loop, &s, &hooks, &r->f);
	check(addr_parse(STR("127.0.0.1"), &r->at.addr) == 0, "address");
	if (e == 0) {
		open_both(&r->at, d, &tcp, &udp);
		e = forwarder_serve(r->f, udp);
	}
	if (e == 0)
		e = forwarder_serve(r->f, tcp);
	diag_free(d);
	return e;
}

void resolver_close(struct resolver *r)
{
	forwarder_free(r->f);
	for (size_t i = 0; i < ARRAY_LEN(r->upstream); i++)
		close_upstream(&r->upstream[i]);
	loop_free(r->loop);
	buf_release(&r->log);
}

int resolver_client(const struct resolver *r, bool stream)
{
	union peer_wire wire;
	socklen_t length = peer_to_wire(&r->at, &wire);
	int fd = socket(wire.any.sa_family, (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);

	check(fd >= 0 && connect(fd, &wire.any, length) == 0, "connect");
	return fd;
}

void resolver_send(int fd, bool stream, const char *query, uint16_t id)
{
	static uint8_t out[DNSTEXT_MAX];
	size_t n = dnstext_make(query, id, out);
	const uint8_t length[] = { (uint8_t)(n >> 8), (uint8_t)n };

	if (stream)
		check(send(fd, length, 2, MSG_NOSIGNAL) == 2, "send");
	check(send(fd, out, n, MSG_NOSIGNAL) == (ssize_t)n, "send");
}

void resolver_step(struct resolver *r)
{
	now += r->pace_ms * 1000000ULL;
	check(loop_step(r->loop, 1) == 0, "loop");
}

/* Bytes from a stream or one datagram: at least `least`, or fewer when the time is over. */
static size_t receive(struct resolver *r, int fd, uint8_t *to, size_t least, size_t most,
		      uint64_t until)
{
	size_t got = 0;

	while (got < least) {
		ssize_t n = recv(fd, to + got, most - got, MSG_DONTWAIT);

		if (n > 0)
			got += (size_t)n;
		else if (n == 0 || clock_ns() > until)
			break;
		else
			resolver_step(r);
	}
	return got;
}

void resolver_receive(struct resolver *r, int fd, bool stream, int ms, struct buf *out)
{
	static uint8_t in[DNSTEXT_MAX];
	uint64_t until = clock_ns() + (uint64_t)ms * 1000000;
	uint8_t length[2];
	size_t n;

	if (!stream) {
		n = receive(r, fd, in, 1, sizeof(in), until);
	} else {
		n = receive(r, fd, length, 2, 2, until);
		if (n == 2) {
			size_t size = (size_t)length[0] << 8 | length[1];

			n = receive(r, fd, in, size, size, until);
		}
	}
	if (n < 2)
		buf_adds(out, "nothing");
	else
		dnstext_show(in, n, out);
}

void resolver_expect(struct resolver *r, const char *query, const char *want)
{
	EG_AUTO(buf_release) struct buf got = BUF_INIT;
	EG_AUTO(fd_closep) int fd = resolver_client(r, false);

	resolver_send(fd, false, query, 7);
	resolver_receive(r, fd, false, 20000, &got);
	if (strcmp(got.data, want) != 0)
		fail_msg("%s:\n%s\ninstead of\n%s", query, got.data, want);
}

void resolver_run(struct resolver *r, int ms)
{
	uint64_t until = clock_ns() + (uint64_t)ms * 1000000;

	while (clock_ns() < until)
		resolver_step(r);
}
