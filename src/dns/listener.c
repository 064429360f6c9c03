/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/fd.h"
#include "dns/connection.h"
#include "dns/datagrams.h"
#include "dns/forwarder.h"

enum {
	BURST = 64, /* connections of one socket before the others have their turn */
	BACKLOG = 128,
	RECEIVE_BUFFER = 4 * 1024 * 1024,
	NS_PER_MS = 1000000
};

struct listener {
	struct listeners *all;
	struct loop_watch watch;
};

struct listeners {
	struct loop *loop;
	const struct client_hook *hook;
	uint64_t idle_ns;
	struct loop_timer idle;
	struct datagrams *datagrams;
	struct listener one[FORWARDER_LISTENERS_MAX];
	size_t n;
	struct connection *connection[FORWARDER_CONNECTIONS_MAX]; /* NULL: not needed so far */
};

/* ---- answers ---- */

bool client_answer(const struct client *c, const uint8_t *packet, size_t n)
{
	if (c->fd >= 0)
		return !n || datagrams_send(c->datagrams, c->fd, &c->peer, packet, n);
	if (c->connection->generation != c->generation)
		return false;
	connection_answer(c->connection, packet, n);
	return true;
}

/* ---- datagrams ---- */

static void datagram(void *data, const struct peer *from, const uint8_t *packet, size_t n)
{
	const struct listener *l = data;
	const struct client client = { .peer = *from,
				       .fd = l->watch.fd,
				       .datagrams = l->all->datagrams };

	l->all->hook->query(l->all->hook->data, &client, packet, n);
}

/* A socket that has more is ready again: the others have their turn. */
static void datagrams_ready(void *data, uint32_t events)
{
	struct listener *l = data;

	(void)events; /* an error is taken off the socket by reading it */
	datagrams_receive(l->all->datagrams, l->watch.fd, datagram, l);
}

/* ---- connections ---- */

/* One that nobody has, or NULL. */
static struct connection *free_connection(struct listeners *l)
{
	for (size_t i = 0; i < ARRAY_LEN(l->connection); i++) {
		if (!l->connection[i])
			l->connection[i] = mem_zero(1, sizeof(*l->connection[i]));
		if (!l->connection[i] || !connection_is_open(l->connection[i]))
			return l->connection[i];
	}
	return NULL;
}

static void take_connection(struct listeners *l, int fd, const union peer_wire *wire)
{
	struct connection *c = free_connection(l);
	struct peer peer;

	if (!c || peer_from_wire(wire, &peer) < 0) {
		fd_closep(&fd);
		return;
	}
	connection_open(c, l->loop, l->hook, fd, &peer);
	if (!l->idle.at)
		l->idle.at = loop_now(l->loop) + l->idle_ns / 2;
}

static void connections_ready(void *data, uint32_t events)
{
	struct listener *l = data;

	(void)events; /* accept4() tells */
	for (unsigned i = 0; i < BURST; i++) {
		union peer_wire peer;
		socklen_t length = sizeof(peer);
		int fd = accept4(l->watch.fd, &peer.any, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0)
			return;
		take_connection(l->all, fd, &peer);
	}
}

static void end_idle(void *data)
{
	struct listeners *l = data;
	uint64_t now = loop_now(l->loop);
	bool open = false;

	for (size_t i = 0; i < ARRAY_LEN(l->connection); i++) {
		struct connection *c = l->connection[i];

		if (c && connection_is_open(c) && now - c->active >= l->idle_ns)
			connection_end(c);
		open |= c && connection_is_open(c);
	}
	if (open)
		l->idle.at = now + l->idle_ns / 2;
}

/* ---- life ---- */

struct listeners *listeners_new(struct loop *loop, const struct client_hook *hook, uint32_t idle_ms)
{
	struct listeners *l = mem_zero(1, sizeof(*l));

	if (!l)
		return NULL;
	l->datagrams = datagrams_new(hook->unsent);
	if (!l->datagrams) {
		mem_free(l);
		return NULL;
	}
	l->loop = loop;
	l->hook = hook;
	l->idle_ns = (uint64_t)idle_ms * NS_PER_MS;
	l->idle = (struct loop_timer){ .fire = end_idle, .data = l };
	loop_timer_add(loop, &l->idle);
	return l;
}

void listeners_free(struct listeners *l)
{
	if (!l)
		return;
	loop_timer_remove(l->loop, &l->idle);
	for (size_t i = 0; i < l->n; i++) {
		loop_remove(l->loop, &l->one[i].watch);
		fd_closep(&l->one[i].watch.fd);
	}
	for (size_t i = 0; i < ARRAY_LEN(l->connection); i++) {
		if (l->connection[i])
			connection_end(l->connection[i]);
		mem_free(l->connection[i]);
	}
	datagrams_free(l->datagrams);
	mem_free(l);
}

int listeners_add(struct listeners *l, int fd)
{
	EG_AUTO(fd_closep) int owned = fd;
	struct listener *one = &l->one[l->n];
	int type;
	socklen_t length = sizeof(type);
	int r;

	if (l->n == ARRAY_LEN(l->one))
		return E_LIMIT;
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) < 0 ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	*one = (struct listener){ .all = l, .watch = { .fd = fd, .data = one } };
	one->watch.ready = type == SOCK_STREAM ? connections_ready : datagrams_ready;
	r = loop_add(l->loop, &one->watch, EPOLLIN);
	if (r < 0)
		return r;
	fd_take(&owned);
	l->n++;
	return 0;
}

struct datagrams *listeners_datagrams(struct listeners *l)
{
	return l->datagrams;
}

void listeners_pause(struct listeners *l)
{
	for (size_t i = 0; i < l->n; i++)
		loop_remove(l->loop, &l->one[i].watch);
}

static int prepare(int fd, const struct peer *at, bool stream)
{
	static const int on = 1;
	static const int room = RECEIVE_BUFFER;
	union peer_wire wire;
	socklen_t length = peer_to_wire(at, &wire);

	if (at->addr.family == FAMILY_V6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0)
		return -errno;
	if (stream && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0)
		return -errno;
	/* A burst of clients should not be lost; less room than asked for is no error. */
	if (!stream && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (bind(fd, &wire.any, length) < 0)
		return -errno;
	return stream && listen(fd, BACKLOG) < 0 ? -errno : 0;
}

int listener_open(const struct peer *at, bool stream, struct diag *d, int *ret_fd)
{
	const int type = (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
	EG_AUTO(fd_closep) int fd = -1;
	char text[PEER_TEXT_MAX];
	int r;

	peer_format(at, text);
	if (at->addr.value == 0) { /* the answer would leave from whatever address is nearest */
		diag_error(d, NOWHERE, "cannot listen on %s: that is every address", text);
		diag_hint(d, "name the gateway's addresses, one --listen each");
		return E_REFUSED;
	}
	fd = socket(at->addr.family == FAMILY_V4 ? AF_INET : AF_INET6, type, 0);
	r = fd < 0 ? -errno : prepare(fd, at, stream);
	if (r < 0) {
		diag_error(d, NOWHERE, "cannot listen on %s (%s): %s", text, stream ? "TCP" : "UDP",
			   err_text(r));
		return r;
	}
	*ret_fd = fd_take(&fd);
	return 0;
}

int listener_port(int fd, uint16_t *ret)
{
	union peer_wire wire;
	socklen_t length = sizeof(wire);
	struct peer p;
	int r;

	if (getsockname(fd, &wire.any, &length) < 0)
		return -errno;
	r = peer_from_wire(&wire, &p);
	if (r == 0)
		*ret = p.port;
	return r;
}
