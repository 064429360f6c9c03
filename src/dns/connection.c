/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/connection.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "dns/forwarder.h"

bool connection_is_open(const struct connection *c)
{
	return c->loop && c->watch.fd >= 0;
}

void connection_end(struct connection *c)
{
	if (!connection_is_open(c))
		return;
	loop_remove(c->loop, &c->watch);
	fd_closep(&c->watch.fd);
	buf_release(&c->out);
	c->generation++;
}

/* What we wait for now; a connection without anything to wait for ends. */
static void settle(struct connection *c)
{
	uint32_t events = 0;

	if (!c->over && c->waiting < FORWARDER_PIPELINE_MAX)
		events |= EPOLLIN;
	if (c->sent < c->out.n)
		events |= EPOLLOUT;
	if ((c->over && !c->waiting && c->sent == c->out.n) ||
	    loop_change(c->loop, &c->watch, events) < 0)
		connection_end(c);
}

static int send_some(struct connection *c)
{
	while (c->sent < c->out.n) {
		ssize_t n = send(c->watch.fd, c->out.data + c->sent, c->out.n - c->sent,
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -errno;
		c->sent += (size_t)n;
		c->active = loop_now(c->loop);
	}
	buf_clear(&c->out);
	c->sent = 0;
	return 0;
}

/* Whole queries at the front of `in`, as many as may wait. -EPROTO: a length that no query has. */
static int take_queries(struct connection *c)
{
	const uint64_t generation = c->generation;
	size_t at = 0;

	c->taking = true;
	while (c->got - at >= 2 && c->waiting < FORWARDER_PIPELINE_MAX) {
		size_t n = (size_t)c->in[at] << 8 | c->in[at + 1];
		const struct client from = {
			.peer = c->peer, .fd = -1, .connection = c, .generation = generation
		};

		if (n < DNS_HEADER || n > CONNECTION_QUERY_MAX) {
			c->taking = false;
			return -EPROTO;
		}
		if (c->got - at < 2 + n)
			break;
		c->waiting++;
		c->hook->query(c->hook->data, &from, c->in + at + 2, n);
		if (c->generation != generation) /* the answer could not be sent */
			return 0;
		at += 2 + n;
	}
	c->taking = false;
	c->got -= at;
	memmove(c->in, c->in + at, c->got);
	return 0;
}

void connection_answer(struct connection *c, const uint8_t *packet, size_t n)
{
	const uint8_t length[] = { (uint8_t)(n >> 8), (uint8_t)n };
	const uint64_t generation = c->generation;
	int r = 0;

	c->waiting--;
	if (n) {
		buf_add(&c->out, length, sizeof(length));
		buf_add(&c->out, packet, n);
	}
	if (c->out.r < 0 || send_some(c) < 0 || c->out.n - c->sent > CONNECTION_UNSENT_MAX)
		r = -ECONNRESET;
	if (r == 0 && !c->taking)
		r = take_queries(c); /* one that had to wait for this answer */
	if (c->generation != generation)
		return;
	if (r < 0)
		connection_end(c);
	else if (!c->taking)
		settle(c);
}

static int receive(struct connection *c)
{
	ssize_t n = recv(c->watch.fd, c->in + c->got, sizeof(c->in) - c->got, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	c->active = loop_now(c->loop);
	c->over = n == 0;
	c->got += (size_t)n;
	return 0;
}

static void ready(void *data, uint32_t events)
{
	struct connection *c = data;
	const uint64_t generation = c->generation;
	int r = events & (EPOLLERR | EPOLLHUP) ? -ECONNRESET : 0;

	if (r == 0 && events & EPOLLOUT)
		r = send_some(c);
	if (r == 0 && events & EPOLLIN && c->got < sizeof(c->in))
		r = receive(c);
	if (r == 0)
		r = take_queries(c);
	if (c->generation != generation)
		return;
	if (r < 0)
		connection_end(c);
	else
		settle(c);
}

void connection_open(struct connection *c, struct loop *loop, const struct client_hook *hook,
		     int fd, const struct peer *peer)
{
	c->loop = loop;
	c->hook = hook;
	c->watch = (struct loop_watch){ .fd = fd, .ready = ready, .data = c };
	c->peer = *peer;
	c->active = loop_now(loop);
	c->waiting = 0;
	c->over = c->taking = false;
	c->out = BUF_INIT;
	c->sent = c->got = 0;
	if (loop_add(loop, &c->watch, EPOLLIN) < 0)
		fd_closep(&c->watch.fd);
}
