/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/stream.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/fd.h"

enum { BURST = 64, NS_PER_MS = 1000000 };

/* ---- questions under way ---- */

static struct stream_query **slot_of(struct stream *s, uint16_t id)
{
	return &s->slot[id % STREAM_SLOTS];
}

static struct stream_query *find(struct stream *s, uint16_t id)
{
	struct stream_query *q = *slot_of(s, id);

	while (q && q->id != id)
		q = q->same;
	return q;
}

static void attach(struct stream *s, struct stream_query *q)
{
	struct stream_query **slot = slot_of(s, q->id);

	q->stream = s;
	q->same = *slot;
	*slot = q;
	q->after = NULL;
	q->before = s->last;
	*(s->last ? &s->last->after : &s->first) = q;
	s->last = q;
}

static void detach(struct stream_query *q)
{
	struct stream *s = q->stream;
	struct stream_query **at = slot_of(s, q->id);

	while (*at != q)
		at = &(*at)->same;
	*at = q->same;
	*(q->before ? &q->before->after : &s->first) = q->after;
	*(q->after ? &q->after->before : &s->last) = q->before;
	q->stream = NULL;
	if (!s->first)
		s->idle.at = loop_now(s->loop) + s->idle_ns;
}

static void end(struct stream_query *q, int r, const uint8_t *packet, size_t n)
{
	detach(q);
	q->done(q->data, r, packet, n); /* it may be asked again, or its memory be gone */
}

/* ---- the connection ---- */

static bool is_open(const struct stream *s)
{
	return s->watch.fd >= 0;
}

static void close_connection(struct stream *s)
{
	if (!is_open(s))
		return;
	loop_remove(s->loop, &s->watch);
	tls_close(s->tls);
	s->tls = NULL;
	fd_closep(&s->watch.fd);
	buf_clear(&s->out);
	s->sent = 0;
	framed_clear(s->in);
}

static int open_socket(struct stream *s)
{
	union peer_wire wire;
	socklen_t length = peer_to_wire(&s->at->peer, &wire);
	EG_AUTO(fd_closep)
	int fd = socket(wire.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r = 0;

	if (fd < 0 || (connect(fd, &wire.any, length) < 0 && errno != EINPROGRESS))
		return -errno;
	if (s->client)
		r = tls_open(s->client, fd, s->at->name.text, &s->tls);
	if (r < 0)
		return r;
	s->watch.fd = fd;
	r = loop_add(s->loop, &s->watch, EPOLLIN | EPOLLOUT);
	if (r < 0) {
		tls_close(s->tls);
		s->tls = NULL;
		s->watch.fd = -1;
		return r;
	}
	fd_take(&fd);
	return 0;
}

static int open_connection(struct stream *s)
{
	int r = 0;

	if (!s->in) {
		s->in = mem_zero(1, sizeof(*s->in));
		r = s->in ? 0 : -ENOMEM;
	}
	if (r == 0)
		r = open_socket(s);
	if (r < 0)
		return r;
	s->connection++;
	s->opened = s->heard = loop_now(s->loop);
	s->connecting = true;
	s->shaking = s->client != NULL;
	s->proved = false;
	return 0;
}

/* ---- sending ---- */

static ssize_t send_bytes(struct stream *s, const void *from, size_t n)
{
	ssize_t sent;

	if (s->tls)
		return tls_write(s->tls, from, n);
	sent = send(s->watch.fd, from, n, MSG_NOSIGNAL | MSG_DONTWAIT);
	return sent < 0 ? -errno : sent;
}

static bool is_for_later(ssize_t r)
{
	return r == -EAGAIN || r == -EINTR;
}

static int send_some(struct stream *s)
{
	while (!s->shaking && s->sent < s->out.n) {
		ssize_t n = send_bytes(s, s->out.data + s->sent, s->out.n - s->sent);

		if (n < 0)
			return is_for_later(n) ? 0 : (int)n;
		s->sent += (size_t)n;
	}
	if (s->sent == s->out.n) {
		buf_clear(&s->out);
		s->sent = 0;
	}
	return 0;
}

static int watch(struct stream *s)
{
	bool unsent = !s->shaking && s->sent < s->out.n;
	bool write = s->connecting || unsent || (s->tls && tls_wants_write(s->tls));

	return loop_change(s->loop, &s->watch, write ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

/* Behind what is not sent yet. */
static void queue(struct stream *s, struct stream_query *q)
{
	q->connection = s->connection;
	q->asked = loop_now(s->loop);
	buf_add(&s->out, q->message, q->n);
}

/* ---- its end ---- */

/* A new one, which is asked all that is owed. When it cannot be, who waits finds out by waiting. */
static int begin_anew(struct stream *s)
{
	int r;

	close_connection(s);
	r = open_connection(s);
	for (struct stream_query *q = s->first; r == 0 && q; q = q->after)
		queue(s, q);
	return r < 0 ? r : s->out.r;
}

/* Those that came before now; who asks again in between is another matter. */
static void fail_all(struct stream *s, int r)
{
	uint64_t last = s->connection;

	while (s->first && s->first->connection <= last)
		end(s->first, r, NULL, 0);
}

static void broken(struct stream *s, int r)
{
	bool again = s->proved && s->first && begin_anew(s) == 0;

	if (again)
		return;
	if (s->tls && tls_trouble(s->tls))
		s->trouble = tls_trouble(s->tls);
	close_connection(s);
	fail_all(s, r);
}

/* ---- receiving ---- */

static ssize_t receive_bytes(struct stream *s)
{
	size_t room;
	uint8_t *to = framed_room(s->in, &room);
	ssize_t n;

	if (s->tls)
		return tls_read(s->tls, to, room);
	n = recv(s->watch.fd, to, room, MSG_DONTWAIT);
	return n < 0 ? -errno : n == 0 ? -ECONNRESET : n;
}

static bool answered(void *data, const uint8_t *message, size_t n)
{
	struct stream *s = data;
	uint64_t connection = s->connection;
	struct stream_query *q = find(s, (uint16_t)(message[0] << 8 | message[1]));

	s->proved = true;
	if (q) /* otherwise it is one that nobody waits for any more */
		end(q, 0, message, n);
	return s->connection == connection && is_open(s); /* it may be another one by now */
}

static int receive(struct stream *s)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && (i < BURST || (s->tls && tls_has_more(s->tls))); i++) {
		ssize_t n = receive_bytes(s);

		if (n < 0)
			return is_for_later(n) ? 0 : (int)n;
		s->heard = loop_now(s->loop);
		r = framed_add(s->in, (size_t)n, answered, s);
	}
	return r;
}

static int shake(struct stream *s)
{
	int r = tls_shake(s->tls);

	s->shaking = r == -EAGAIN;
	if (r == 0)
		s->trouble = NULL;
	return s->shaking ? 0 : r;
}

static void ready(void *data, uint32_t events)
{
	struct stream *s = data;
	int r = 0;

	(void)events; /* the calls tell */
	s->connecting = false;
	if (s->shaking) {
		s->heard = loop_now(s->loop);
		r = shake(s);
	}
	if (r == 0)
		r = send_some(s);
	if (r == 0 && !s->shaking)
		r = receive(s);
	if (r == 0)
		r = send_some(s); /* what was asked meanwhile */
	if (r == 0)
		r = watch(s);
	if (r < 0)
		broken(s, r);
}

/* ---- asking ---- */

int stream_ask(struct stream *s, struct stream_query *q)
{
	int r = 0;

	q->id = (uint16_t)(q->message[2] << 8 | q->message[3]);
	if (find(s, q->id))
		return E_CONFLICT;
	if (s->out.n - s->sent > STREAM_UNSENT_MAX)
		return E_LIMIT;
	if (!is_open(s))
		r = begin_anew(s); /* some may wait still since it could not be opened */
	if (r < 0)
		return r;
	queue(s, q);
	if (s->out.r < 0) {
		r = s->out.r;
		close_connection(s); /* who waits finds out by waiting */
		return r;
	}
	attach(s, q);
	s->idle.at = 0;
	if (send_some(s) == 0) /* an error comes again, as an event */
		r = watch(s);
	if (r < 0)
		detach(q);
	return r;
}

void stream_forget(struct stream_query *q)
{
	struct stream *s = q->stream;
	uint64_t now;

	if (!s)
		return;
	now = loop_now(s->loop);
	detach(q);
	if (is_open(s) && s->heard <= q->asked && q->connection == s->connection &&
	    now - s->opened >= (uint64_t)STREAM_QUIET_MS * NS_PER_MS)
		(void)begin_anew(s); /* when it cannot be, the next question tries */
}

/* ---- life ---- */

static void idle(void *data)
{
	struct stream *s = data;

	if (!s->first)
		close_connection(s);
}

void stream_init(struct stream *s, struct loop *loop, const struct nameserver *at,
		 struct tls_client *client, uint32_t idle_ms)
{
	*s = (struct stream){ .loop = loop, .at = at, .client = client };
	s->idle_ns = (uint64_t)idle_ms * NS_PER_MS;
	s->idle = (struct loop_timer){ .fire = idle, .data = s };
	s->watch = (struct loop_watch){ .fd = -1, .ready = ready, .data = s };
	loop_timer_add(loop, &s->idle);
}

void stream_release(struct stream *s)
{
	if (!s->loop)
		return;
	while (s->first)
		detach(s->first);
	close_connection(s);
	loop_timer_remove(s->loop, &s->idle);
	buf_release(&s->out);
	mem_free(s->in);
	s->loop = NULL;
}
