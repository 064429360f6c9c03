/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/exchange.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/fd.h"
#include "dns/answer.h"
#include "dns/out.h"

static void close_socket(struct exchange *x)
{
	if (x->watch.fd < 0)
		return;
	loop_remove(x->loop, &x->watch);
	fd_closep(&x->watch.fd);
}

void exchange_stop(struct exchange *x)
{
	close_socket(x);
	mem_free(x->in);
	x->in = NULL;
}

/* `done` may free the exchange, or start it again. */
static void end(struct exchange *x, int r, const uint8_t *packet, size_t n)
{
	uint8_t *in = x->in;

	x->in = NULL;
	exchange_stop(x);
	x->done(x->data, r, packet, n);
	mem_free(in);
}

/* ---- UDP ---- */

static void udp_ready(void *data, uint32_t events)
{
	struct exchange *x = data;
	uint8_t packet[EXCHANGE_UDP_MAX];

	(void)events; /* recv() tells an error */
	for (;;) {
		ssize_t n = recv(x->watch.fd, packet, sizeof(packet), MSG_DONTWAIT);

		if (n < 0) {
			if (errno != EAGAIN && errno != EINTR)
				end(x, -errno, NULL, 0);
			return;
		}
		if (answer_is_for(x->q, x->id, packet, (size_t)n)) {
			end(x, 0, packet, (size_t)n);
			return;
		}
		if (++x->foreign > EXCHANGE_FOREIGN_MAX) {
			end(x, E_CONFLICT, NULL, 0);
			return;
		}
	}
}

/* ---- TCP ---- */

/* Sends what is left of the question. */
static int tcp_send(struct exchange *x)
{
	ssize_t n = send(x->watch.fd, x->out + x->sent, x->out_n - x->sent,
			 MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	x->sent += (size_t)n;
	return x->sent == x->out_n ? loop_change(x->loop, &x->watch, EPOLLIN) : 0;
}

/* How large the message in `in` is, or that its length is not known yet: 2. */
static size_t tcp_wanted(const struct exchange *x)
{
	return x->got < 2 ? 2 : 2U + ((size_t)x->in[0] << 8 | x->in[1]);
}

/* 1: the whole message is there. */
static int tcp_receive(struct exchange *x)
{
	size_t wanted = tcp_wanted(x);
	ssize_t n;
	int r = mem_grow(&x->in, &x->in_size, wanted, 1);

	if (r < 0)
		return r;
	n = recv(x->watch.fd, x->in + x->got, wanted - x->got, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (n == 0)
		return -ECONNRESET;
	x->got += (size_t)n;
	return x->got > 2 && x->got == tcp_wanted(x);
}

static void tcp_ready(void *data, uint32_t events)
{
	struct exchange *x = data;
	int r = 0;

	if (events & EPOLLOUT && x->sent < x->out_n)
		r = tcp_send(x);
	while (r == 0 && events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		size_t before = x->got;

		r = tcp_receive(x);
		if (r == 0 && x->got == before)
			break;
	}
	if (r == 1 && !answer_is_for(x->q, x->id, x->in + 2, x->got - 2))
		r = E_CONFLICT;
	if (r == 1)
		end(x, 0, x->in + 2, x->got - 2);
	else if (r < 0)
		end(x, r, NULL, 0);
}

/* ---- both ---- */

static int open_socket(const struct peer *upstream, bool tcp, int *ret)
{
	const int type = (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
	union peer_wire wire;
	socklen_t length = peer_to_wire(upstream, &wire);
	EG_AUTO(fd_closep) int fd = socket(wire.any.sa_family, type, 0);

	if (fd < 0)
		return -errno;
	if (connect(fd, &wire.any, length) < 0 && errno != EINPROGRESS)
		return -errno;
	*ret = fd_take(&fd);
	return 0;
}

static void write_question(struct exchange *x)
{
	struct out o = { .data = x->out, .size = sizeof(x->out) };

	if (x->tcp)
		out_u16(&o, 0);
	out_question(&o, x->id, x->q);
	if (x->tcp) {
		x->out[0] = (uint8_t)((o.n - 2) >> 8);
		x->out[1] = (uint8_t)(o.n - 2);
	}
	x->out_n = o.n;
}

int exchange_start(struct exchange *x, const struct peer *upstream, bool tcp, uint16_t id)
{
	int fd = -1;
	int r = open_socket(upstream, tcp, &fd);

	if (r < 0)
		return r;
	x->tcp = tcp;
	x->id = id;
	x->sent = x->got = x->in_size = 0;
	x->watch = (struct loop_watch){ .fd = fd, .data = x };
	x->watch.ready = tcp ? tcp_ready : udp_ready;
	write_question(x);
	r = loop_add(x->loop, &x->watch, tcp ? EPOLLOUT : EPOLLIN);
	if (r < 0) {
		fd_closep(&x->watch.fd);
		return r;
	}
	if (!tcp && send(fd, x->out, x->out_n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		r = -errno;
		exchange_stop(x);
	}
	return r;
}
