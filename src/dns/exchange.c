/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/exchange.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/fd.h"
#include "dns/answer.h"

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
	stream_forget(&x->asked);
}

/* ---- the question ---- */

/* Flips letters of the question's name in the message. */
static int mix_case(struct exchange *x, struct random *random)
{
	uint8_t *name = x->out + 2 + DNS_HEADER;
	uint16_t bits = 0;
	unsigned left = 0;

	for (size_t i = 0; i < x->q->name.n; i++) {
		if (name[i] < 'a' || name[i] > 'z')
			continue;
		if (!left) {
			int r = random_u16(random, &bits);

			if (r < 0)
				return r;
			left = 16;
		}
		if (bits & 1)
			name[i] ^= 'a' ^ 'A';
		bits >>= 1;
		left--;
	}
	return 0;
}

static int write_question(struct exchange *x, struct random *random)
{
	struct out o = { .data = x->out, .size = sizeof(x->out) };

	out_u16(&o, 0);
	out_question(&o, x->id, x->q, x->upstream->server.tls);
	x->out[0] = (uint8_t)((o.n - 2) >> 8);
	x->out[1] = (uint8_t)(o.n - 2);
	x->out_n = o.n;
	return x->mixed ? mix_case(x, random) : 0;
}

/* Does the answer repeat the letters as they were sent? It is an answer to the question. */
static bool keeps_case(const struct exchange *x, const uint8_t *packet)
{
	return memcmp(packet + DNS_HEADER, x->out + 2 + DNS_HEADER, x->q->name.n) == 0;
}

/* ---- UDP ---- */

static void end(struct exchange *x, int r, const uint8_t *packet, size_t n)
{
	close_socket(x);
	x->done(x->data, r, packet, n); /* it may be started again, or its memory be gone */
}

static void udp_ready(void *data, uint32_t events)
{
	struct exchange *x = data;
	uint8_t packet[EXCHANGE_UDP_MAX];

	(void)events; /* recv() tells an error */
	for (;;) {
		ssize_t n = recv(x->watch.fd, packet, sizeof(packet), MSG_DONTWAIT);
		bool right;

		if (n < 0) {
			if (errno != EAGAIN && errno != EINTR)
				end(x, -errno, NULL, 0);
			return;
		}
		right = answer_is_for(x->q, x->id, packet, (size_t)n);
		x->folded = right && !keeps_case(x, packet);
		if (right && !x->folded) {
			end(x, 0, packet, (size_t)n);
			return;
		}
		if (x->folded || ++x->foreign > EXCHANGE_FOREIGN_MAX) {
			end(x, E_CONFLICT, NULL, 0);
			return;
		}
	}
}

static int open_socket(const struct peer *upstream, int *ret)
{
	union peer_wire wire;
	socklen_t length = peer_to_wire(upstream, &wire);
	EG_AUTO(fd_closep)
	int fd = socket(wire.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || connect(fd, &wire.any, length) < 0)
		return -errno;
	*ret = fd_take(&fd);
	return 0;
}

static int start_udp(struct exchange *x, struct random *random)
{
	int fd = -1;
	int r = random_u16(random, &x->id);

	if (r == 0)
		r = write_question(x, random);
	if (r == 0)
		r = open_socket(&x->upstream->server.peer, &fd);
	if (r < 0)
		return r;
	x->watch = (struct loop_watch){ .fd = fd, .ready = udp_ready, .data = x };
	r = loop_add(x->loop, &x->watch, EPOLLIN);
	if (r < 0) {
		fd_closep(&x->watch.fd);
		return r;
	}
	if (send(fd, x->out + 2, x->out_n - 2, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		r = -errno;
		close_socket(x);
	}
	return r;
}

/* ---- TCP and TLS ---- */

static void stream_done(void *data, int r, const uint8_t *packet, size_t n)
{
	struct exchange *x = data;

	if (r == 0 && !answer_is_for(x->q, x->id, packet, n))
		r = E_CONFLICT;
	else if (r == 0 && !keeps_case(x, packet))
		x->upstream->folds_case = true;
	x->done(x->data, r, packet, n);
}

static int start_stream(struct exchange *x, struct random *random)
{
	int r = E_CONFLICT;

	for (unsigned i = 0; r == E_CONFLICT && i < EXCHANGE_IDS_MAX; i++) {
		r = random_u16(random, &x->id);
		if (r == 0)
			r = write_question(x, random);
		if (r < 0)
			return r;
		x->asked = (struct stream_query){
			.message = x->out, .n = x->out_n, .done = stream_done, .data = x
		};
		r = stream_ask(&x->upstream->stream, &x->asked);
	}
	return r;
}

/* ---- both ---- */

int exchange_start(struct exchange *x, struct upstream *u, enum exchange_over over,
		   struct random *random)
{
	x->upstream = u;
	x->mixed = !u->server.tls && !u->folds_case;
	x->folded = false;
	return over == OVER_STREAM || u->server.tls ? start_stream(x, random)
						    : start_udp(x, random);
}
